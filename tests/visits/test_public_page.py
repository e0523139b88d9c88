"""The page a copy's code leads to: what anybody who holds a copy learns, and nobody else."""

import pytest

from server.infra.db import db
from server.visits import copies
from server.visits.model import Visit
from tests.builders import a_visit
from tests.office.conftest import words

SHA256 = "ab" * 32


def code_of(visit) -> str:
    with visit.app.app_context():
        return db.session.get_one(Visit, visit.id).code


def serve(visit, **body):
    said = {"document": copies.DOCUMENT, "number": "1", "recipient": "演示人", "way": "打印"}
    visit.phone("lin").write("served", {"department": "SCJG", "sha256": SHA256} | said | body)
    return visit.sent()


def test_it_says_what_is_synced_and_no_more(app, people, client, any_db):
    visit = a_visit(app, people)
    address = f"/r/{code_of(visit)}"
    page = words(client.get(address))
    assert "尚未同步" in page
    assert "青阳县演示加油站" in page
    assert "属实" not in page
    serve(visit)
    serve(visit, document="责令改正通知书", sha256="cd" * 32)
    page = words(client.get(address))
    assert "属实" in page
    assert SHA256 in page
    assert "cd" * 32 not in page
    assert "演示人" not in page
    assert client.get(f"{address}/record.pdf").status_code == 404


def test_the_record_is_there_once_it_is_sealed(app, people, client, any_db):
    visit = a_visit(app, people).answered().completed().signed()
    address = f"/r/{code_of(visit)}"
    assert f'href="{address}/record.pdf"' in client.get(address).text
    answer = client.get(f"{address}/record.pdf")
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")


def test_a_cancelled_visit_says_so_and_has_no_record(app, people, client, any_db):
    silent = a_visit(app, people).cancelled()
    page = words(client.get(f"/r/{code_of(silent)}"))
    assert "本次检查已取消" in page
    assert "尚未同步" not in page
    visit = a_visit(app, people).answered().completed().cancelled().signed()
    address = f"/r/{code_of(visit)}"
    page = client.get(address)
    assert "本次检查已取消" in words(page)
    assert "属实" not in words(page)
    assert "record.pdf" not in page.text
    assert client.get(f"{address}/record.pdf").status_code == 404


def test_an_exercise_is_not_called_genuine(app, people, client):
    visit = a_visit(app, people, training=True)
    visit.phone("lin").arrive()
    visit.sent()
    assert "属实" not in words(client.get(f"/r/{code_of(visit)}"))


@pytest.mark.parametrize("code", ["0" * 32, "LC-2026-0001", "%00", "a" * 31 + "%"])
def test_without_its_code_no_visit_is_found(app, people, client, code):
    a_visit(app, people)
    assert client.get(f"/r/{code}").status_code == 404
    assert client.get(f"/r/{code}/record.pdf").status_code == 404
