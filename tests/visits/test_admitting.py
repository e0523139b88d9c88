"""What was held back comes to count: when, by whose act, and never inside what was sealed before."""

import pytest

from server.infra.db import db, transaction
from server.visits import journal
from server.visits.actions import admit_chain
from server.visits.model import Entry, Visit
from tests.builders import a_visit


@pytest.fixture
def visit(app, people, any_db):
    return a_visit(app, people)


def admit(app, people, visit, device, reason="两局已书面同意"):
    with app.app_context(), transaction():
        return admit_chain(people["he"], visit.id, device, reason)


def held_back_note(visit):
    """A genuine note that lin may not write, as it is for another department."""
    note = visit.phone("lin").write(
        "answer", {"item": "XF1", "verdict": "pass", "value": None, "replaces": []}
    )
    assert visit.phone("lin").push()["rejected"][0]["problem"] == "quarantined"
    return note


def test_what_counts_from_the_start_is_not_called_admitted(visit):
    visit.answered().completed().signed()
    assert visit.phone("lin").hashes()["admitted"] == []


def test_an_admission_names_the_sign_offs_before_it_and_not_those_after(app, people, visit):
    visit.answered()
    note = held_back_note(visit)
    visit.completed().signed()
    signed = visit.phone("lin").chain[-1]["hash"]
    assert admit(app, people, visit, visit.phone("lin").device) == 1
    assert visit.phone("lin").hashes()["admitted"] == [{"hash": note["hash"], "after": [signed]}]
    visit.phone("lin").sign_off(replaces=[visit.phone("lin").chain[-1]])
    visit.sent()
    assert visit.phone("lin").hashes()["admitted"] == [{"hash": note["hash"], "after": [signed]}]


def test_what_was_admitted_before_any_sign_off_needs_no_word(app, people, visit):
    visit.answered()
    held_back_note(visit)
    admit(app, people, visit, visit.phone("lin").device)
    visit.completed().signed()
    assert visit.phone("lin").hashes()["admitted"] == []


def test_a_phone_that_enrols_after_the_sign_off_is_named_too(app, people, visit):
    visit.answered()
    late = visit.another_phone("wu", carried_by="zhou")
    note = late.write("note", {"department": "XFJY", "text": "同行检查"})
    assert late.push()["rejected"][0]["reason"] == "device-unknown"
    visit.completed().signed()
    late.caller = visit.caller("wu")
    late.enrol()
    (named,) = visit.phone("lin").hashes()["admitted"]
    assert named == {"hash": note["hash"], "after": [visit.phone("lin").chain[-1]["hash"]]}
    with app.app_context():
        row = db.session.get_one(Entry, note["hash"])
        assert (row.standing, row.admitted_by, row.admit_reason) == ("accepted", people["wu"], None)


def test_the_office_and_the_phones_are_told_the_same(app, people, visit):
    visit.answered()
    held_back_note(visit)
    visit.completed().signed()
    admit(app, people, visit, visit.phone("lin").device)
    with app.app_context():
        told = journal.read(db.session.get_one(Visit, visit.id)).context["admitted"]
    assert told == visit.phone("lin").hashes()["admitted"]
