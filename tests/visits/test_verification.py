"""One flipped byte anywhere in what a record rests on is found and named."""

import json

import pytest

from server.infra.db import db, transaction
from server.visits import ports
from server.visits.model import Bundle, Entry, Visit
from server.visits.verification import verify_visit
from tests.builders import a_visit


@pytest.fixture
def visit(app, people, any_db):
    return a_visit(app, people).answered().completed().signed()


def findings(app, visit):
    with app.app_context():
        return {
            (one.subject, one.name, one.problem) for one in verify_visit(db.session.get_one(Visit, visit.id))
        }


def change(app, target, **columns):
    """Change stored columns behind the application's back."""
    table, name = target
    key = next(iter(table.__table__.primary_key.columns))
    with app.app_context(), transaction():
        db.session.execute(db.update(table).where(key == name).values(**columns))


def test_a_sound_visit_has_no_findings(app, visit):
    assert findings(app, visit) == set()


def test_a_flipped_byte_in_an_entry_is_found(app, visit):
    entry = visit.entries[7]
    flipped = json.dumps({**entry, "at": entry["at"].replace("2026", "2027")}, ensure_ascii=False)
    change(app, (Entry, entry["hash"]), document=flipped)
    assert ("entry", entry["hash"], "wrong-hash") in findings(app, visit)


def test_every_byte_of_an_entry_counts(app, people):
    visit = a_visit(app, people)
    entry = visit.phone("lin").write("visit.opened")
    visit.sent()
    with app.app_context():
        text = db.session.get_one(Entry, entry["hash"]).document
    for place in range(len(text)):
        flipped = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        change(app, (Entry, entry["hash"]), document=flipped)
        assert findings(app, visit), f"byte {place} of {text}"


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"document": "{"}, "not-json"),
        ({"document": "7"}, "not-json"),
        ({"seq": 77}, "wrong-column"),
        ({"kind": "note"}, "wrong-column"),
        ({"position": 99}, "wrong-position"),
        ({"chain": "0" * 64}, "wrong-link"),
        ({"device_id": "0"}, "no-device"),
    ],
)
def test_a_changed_column_is_found(app, visit, columns, problem):
    entry = visit.entries[3]
    change(app, (Entry, entry["hash"]), **columns)
    assert ("entry", entry["hash"], problem) in findings(app, visit)


def test_a_removed_entry_leaves_a_gap(app, visit):
    entry = visit.entries[2]
    with app.app_context(), transaction():
        db.session.execute(db.delete(Entry).where(Entry.hash == entry["hash"]))
    found = {(subject, problem) for subject, _, problem in findings(app, visit)}
    assert found >= {("entry", "no-predecessor"), ("entry", "wrong-position"), ("journal", "wrong-digest")}


def test_a_changed_head_digest_or_sign_off_is_found(app, visit):
    change(app, (Visit, visit.id), position=3, journal_digest="0" * 64, sealed="1" * 64)
    found = {(subject, problem) for subject, _, problem in findings(app, visit)}
    assert found == {("chain", "wrong-head"), ("journal", "wrong-digest"), ("sign-off", "missing")}


def test_a_changed_bundle_is_found(app, visit):
    change(app, (Bundle, visit.bundle_digest), document="{}")
    assert findings(app, visit) == {("bundle", visit.bundle_digest, "wrong-hash")}


def test_a_bad_blob_is_named(app, visit, monkeypatch):
    monkeypatch.setattr(ports, "bad_blobs", lambda visit_id: ["a" * 64])
    assert findings(app, visit) == {("blob", "a" * 64, "bad-blob")}


def test_the_command_names_what_is_wrong_and_exits_with_1(app, people, visit):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["journal", "verify"]).exit_code == 0
    entry = visit.entries[0]
    change(app, (Entry, entry["hash"]), document="{}")
    other = a_visit(app, people)
    said = runner.invoke(args=["journal", "verify"])
    assert said.exit_code == 1
    assert entry["hash"] in said.output
    assert visit.id in said.output
    assert runner.invoke(args=["journal", "verify", "--visit", other.id]).exit_code == 0
    assert runner.invoke(args=["journal", "verify", "--visit", visit.id]).exit_code == 1
    assert runner.invoke(args=["journal", "verify", "--visit", "nowhere"]).exit_code == 2


def test_rebuilding_changes_nothing(app, visit):
    runner = app.test_cli_runner()
    assert "1 visits rebuilt, 0 changed" in runner.invoke(args=["journal", "rebuild"]).output
    change(app, (Visit, visit.id), status="open", sealed=None, closed_at=None)
    assert f"{visit.id}: changed" in runner.invoke(args=["journal", "rebuild"]).output
    assert "0 changed" in runner.invoke(args=["journal", "rebuild"]).output
    assert findings(app, visit) == set()
