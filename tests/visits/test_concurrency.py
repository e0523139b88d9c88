"""Many phones at once: positions without gaps, one right chain, nothing twice."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

from server.infra.db import db
from server.visits.model import CHAIN_START, Entry, Visit
from server.visits.verification import verify_visit
from tests.builders import a_visit

THREADS = 6


def test_phones_push_the_same_and_different_chains_at_once(app, people, any_db):
    visit = a_visit(app, people)
    phones = [visit.phone(name) for name in visit.team]
    for phone in phones:
        for number in range(12):
            phone.write("note", {"department": phone.department, "text": f"第{number}条"})
    batches = [
        (phone, phone.chain[: start + 4]) for start in range(0, 12, 4) for phone in phones for _ in range(2)
    ]

    def push(task):
        phone, batch = task
        answer = phone.visit.app.test_client()  # a connection of its own
        answer.set_cookie("liancha", phone.caller.client.get_cookie("liancha").value)
        return answer.post(
            f"/api/visits/{visit.id}/entries",
            json={"entries": batch},
            headers={"X-CSRFToken": phone.caller.session["csrf_token"]},
        )

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(push, batches))
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json["rejected"] == [] for answer in answers)
    with app.app_context():
        rows = db.session.scalars(db.select(Entry).order_by(Entry.position)).all()
        assert [row.position for row in rows] == list(range(1, 49))
        link = bytes.fromhex(CHAIN_START)
        for row in rows:
            link = hashlib.sha256(link + bytes.fromhex(row.hash)).digest()
            assert row.chain == link.hex()
        assert verify_visit(db.session.get_one(Visit, visit.id)) == []


def test_visits_are_assigned_at_once_with_different_numbers(app, people, any_db):
    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(lambda _: a_visit(app, people).id, range(12)))
    with app.app_context():
        numbers = db.session.scalars(db.select(Visit.number).where(Visit.id.in_(made))).all()
    assert sorted(numbers) == [f"LC-2026-{number:04d}" for number in range(1, 13)]
