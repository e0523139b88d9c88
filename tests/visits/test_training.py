"""Exercises (演练): numbers of their own, apart from the real visits, never published."""

from server.infra.db import db
from server.visits.model import Visit
from tests.builders import Caller, a_visit
from tests.office.conftest import words


def test_an_exercise_has_numbers_of_its_own(app, people, any_db):
    visits = [a_visit(app, people, training=training) for training in (False, True, False, True)]
    with app.app_context():
        assert [db.session.get_one(Visit, one.id).number for one in visits] == [
            "LC-2026-0001", "YL-2026-0001", "LC-2026-0002", "YL-2026-0002",
        ]  # fmt: skip
    (real, exercise, *_) = (one.caller("lin") for one in visits)
    flags = {one["number"]: one["training"] for one in real.get("/api/visits").get_json()["visits"]}
    assert [number for number, training in flags.items() if training] == ["YL-2026-0001", "YL-2026-0002"]
    assert exercise.get(f"/api/visits/{visits[1].id}/bundle").get_json()["visit"]["training"] is True


def test_the_office_sees_it_only_where_it_asks_for_exercises(app, people, any_db):
    a_visit(app, people)
    exercise = a_visit(app, people, training=True)
    he = Caller(app, "he")
    assert "YL-2026-0001" not in words(he.get("/office/visits"))
    listed = words(he.get("/office/visits?training=1"))
    assert "YL-2026-0001" in listed
    assert "LC-2026-0001" not in listed
    for address in ("", "/entries", "/record.pdf"):
        page = he.get(f"/office/visits/{exercise.id}{address}")
        assert 'class="watermark"' in page.text, address
        assert "这是一次演练" in words(page), address


def test_a_signed_exercise_is_not_published(app, people, any_db):
    exercise = a_visit(app, people, training=True).answered().completed().signed()
    with app.app_context():
        code = db.session.get_one(Visit, exercise.id).code
    page = app.test_client().get(f"/r/{code}")
    assert "这是一次演练" in words(page)
    assert "record.pdf" not in page.text
    assert app.test_client().get(f"/r/{code}/record.pdf").status_code == 404
