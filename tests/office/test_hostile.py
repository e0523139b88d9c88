"""Whatever stands in an address, a form or an entry, the office's pages are shown."""

import pytest

from server.infra.db import db
from server.visits import queries
from server.visits.model import Visit
from server.visits.record import record
from tests.builders import a_visit
from tests.office.conftest import submit, words

PAGES = ("", "/live", "/entries", "/record.pdf?draft=1")


@pytest.fixture
def visit(app, people, any_db):
    return a_visit(app, people)


@pytest.mark.parametrize(
    "address",
    [
        "?q=%00",
        "?department=%00",
        "?after=2026-01-01,%00",
        "?since=%00",
        "/%00",
        "/%00/live",
        "/%F0%9F%98%80",
        "/{id}/entries?before=" + "9" * 30,
        "/{id}/entries?before=-1",
    ],
)
def test_an_address_of_any_form_is_answered(visit, desk, address):
    answer = desk("he").get("/office/visits" + address.format(id=visit.id))
    assert answer.status_code in (200, 404), answer.status_code


def test_a_reason_holds_no_control_characters(visit, desk):
    answer = submit(desk("he"), f"/office/visits/{visit.id}/cancellation", reason="停\0业")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "at", ["yesterday", "2026-11-24", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_time_that_is_none_is_shown_as_it_was_written(visit, desk, at):
    lin = visit.phone("lin")
    lin.write("visit.opened", at=at)
    lin.write("visit.arrived", {"department": "SCJG", "location": None}, at=at)
    lin.write("note", {"department": "SCJG", "text": "现场"}, at=at)
    lin.write("evidence", EVIDENCE | {"captured_at": at}, at=at)
    lin.sign("party", "visit")
    assert lin.push()["rejected"] == []
    for page in PAGES:
        answer = desk("he").get(f"/office/visits/{visit.id}{page}")
        assert answer.status_code == 200, page
    assert at in words(desk("he").get(f"/office/visits/{visit.id}/entries"))


EVIDENCE = {"sha256": "a" * 64, "bytes": 1, "type": "image/jpeg", "source": "app", "item": "SC1"}


def test_a_deadline_that_is_no_day_is_printed_as_it_was_written(visit, desk):
    lin = visit.phone("lin")
    lin.answer("SC1", "fail")
    lin.write("measure", {"item": "SC1", "department": "SCJG", "demand": "改正", "deadline": "2026-13-45"})
    assert lin.push()["rejected"] == []
    assert desk("he").get(f"/office/visits/{visit.id}/record.pdf?draft=1").status_code == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("visit.aborted", {}),
        ("visit.reopened", {}),
        ("officer.substituted", {"person": [], "name": {}}),
        ("visit.signed", {"covers": []}),
        ("evidence", {"sha256": {}, "captured_at": 7}),
        ("signature", {"drawing": {}}),
        ("weather", {"department": [], "item": {}, "text": 5}),
    ],
)
def test_a_body_of_any_form_is_shown(visit, desk, kind, body):
    lin = visit.phone("lin")
    lin.write("visit.opened")
    lin.write(kind, body)
    assert lin.push()["rejected"] == []
    for page in PAGES:
        assert desk("he").get(f"/office/visits/{visit.id}{page}").status_code == 200, page


def test_an_abort_by_somebody_without_the_right_is_not_on_the_record(visit, desk):
    """Held back, it stands in the journal; the paper must not tell of it."""
    visit.phone("lin").arrive()
    zhou = visit.phone("zhou")
    zhou.write("visit.aborted", {"code": "R6", "text": "我说了算", "replaces": []})
    visit.phone("lin").push()
    assert [one["reason"] for one in zhou.push()["rejected"]] == ["not-allowed"]
    with visit.app.app_context():
        document = record(queries.case_of(db.session.get_one(Visit, visit.id)), None)
    assert document.abort is None
