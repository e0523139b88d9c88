"""Pushing entries, as a dialogue with the protocol: every one gets an answer, repeating is harmless."""

import json
import random
import unicodedata

import pytest

from server.accounts.model import Device, Person
from server.infra.clock import now
from server.infra.db import db, transaction
from server.visits.actions import admit_chain, examine, push_entries
from server.visits.entry import entry_hash, journal_digest
from server.visits.model import Aside, Entry, Visit
from tests.builders import Key, a_visit, fresh_id


@pytest.fixture
def visit(app, people, any_db):
    return a_visit(app, people)


@pytest.fixture
def lin(visit):
    return visit.phone("lin")


@pytest.fixture
def alone(app, people):
    """A phone on SQLite only, for what is judged before any query."""
    return a_visit(app, people).phone("lin")


def problems(answer):
    return [one["problem"] for one in answer["rejected"]]


def stored(app, visit):
    with app.app_context():
        return db.session.scalars(
            db.select(Entry).filter_by(visit_id=visit.id).order_by(Entry.position)
        ).all()


# Accepted


def test_whole_visit_is_signed_and_in_force(app, people, any_db):
    visit = a_visit(app, people).answered().completed().signed()
    state = visit.state()
    assert state["status"] == "signed", state["signoffs"]
    with app.app_context():
        row = db.session.get_one(Visit, visit.id)
        assert (row.status, row.sealed, row.closed_at is not None) == ("signed", state["sealed"], True)
        progress = {one.department: (one.answered, one.items, one.state) for one in row.departments}
        assert progress == {"SCJG": (2, 2, "completed"), "XFJY": (2, 2, "completed")}


def test_accepted_entries_take_positions_and_extend_the_digest(lin):
    lin.arrive()
    answer = lin.push()
    assert answer["accepted"] == [one["hash"] for one in lin.chain]
    assert answer["head"] == len(lin.chain)
    assert answer["journal_digest"] == journal_digest(answer["accepted"])


def test_repeating_a_push_changes_nothing(lin):
    lin.arrive()
    first = lin.push()
    assert lin.push(lin.chain) == first
    assert lin.push([*lin.chain, *lin.chain]) == first


def test_a_batch_may_come_in_any_order(lin):
    lin.arrive()
    lin.answer_all()
    shuffled = random.Random(1).sample(lin.chain, len(lin.chain))
    answer = lin.push(shuffled)
    assert answer["rejected"] == []
    assert sorted(answer["accepted"]) == sorted(one["hash"] for one in lin.chain)


def test_entries_come_back_as_they_were_with_their_position(lin):
    lin.arrive()
    lin.push()
    page = lin.entries(after=0)
    assert [one.pop("position") for one in page["entries"]] == list(range(1, len(lin.chain) + 1))
    assert page["entries"] == lin.chain
    assert (page["head"], page["more"], page["quarantined"]) == (len(lin.chain), False, [])


def test_an_entry_that_comes_back_with_its_position_is_the_same(lin):
    lin.arrive()
    first = lin.push()
    assert lin.push(lin.entries(after=0)["entries"]) == first


def test_a_colleague_may_carry_entries(visit, lin):
    zhou = visit.phone("zhou")
    zhou.arrive()
    answer = lin.push(zhou.chain)
    assert answer["rejected"] == []


def test_a_clock_wrong_by_a_year_is_no_reason_to_refuse(app, visit, lin):
    lin.write("visit.opened", at="2027-11-24T09:00:00.000+08:00")
    lin.write("visit.arrived", {"department": "SCJG", "location": None}, at="1970-01-01T08:00:00.000+08:00")
    assert lin.push()["rejected"] == []
    for entry in stored(app, visit):
        assert entry.nonce_issued_at <= entry.received_at
        assert abs((entry.received_at - now_of(app)).total_seconds()) < 60


def now_of(app):
    with app.app_context():
        return now()


def test_a_nonce_that_is_not_ours_bounds_nothing(app, visit, lin):
    lin.write("visit.opened", nonce="2020-01-01T00:00:00.000Z.forged")
    lin.write("visit.opened", nonce=None)
    assert lin.push()["rejected"] == []
    assert [one.nonce_issued_at for one in stored(app, visit)] == [None, None]


def test_unknown_kinds_members_and_unfit_bodies_are_kept(lin):
    lin.write("weather.noted", {"sky": "clear"})
    lin.write("answer", {"item": 7})
    lin.write("visit.opened", {}, colour="blue")
    assert lin.push()["rejected"] == []
    assert [one.get("colour") for one in lin.entries(after=0)["entries"]] == [None, None, "blue"]


def test_an_entry_of_64_kilobytes_is_taken_and_a_longer_one_is_not(alone):
    room = 64 * 1024 - len(
        json.dumps(alone.seal(draft(alone, "")), ensure_ascii=False, separators=(",", ":"))
    )
    fits = alone.write("note", {"department": "SCJG", "text": "x" * room})
    assert alone.push([fits])["accepted"] == [fits["hash"]]
    assert problems(alone.push([alone.seal(draft(alone, "x" * (room + 1)))])) == ["malformed"]


def draft(phone, text, **members):
    """An entry that would be the next of the chain, not sealed yet."""
    body = {"department": "SCJG", "text": text}
    entry = {"id": fresh_id(), "visit": phone.visit.id, "device": phone.device, "author": phone.person}
    place = {"seq": len(phone.chain) + 1, "prev": phone.chain[-1]["hash"] if phone.chain else None}
    when = {"at": "2026-11-24T09:30:00.000+08:00", "nonce": phone.caller.session["nonce"]}
    return {**entry, **place, **when, "kind": "note", "body": body, **members}


def nested(depth):
    """An object within an object, this deep."""
    return {"deeper": nested(depth - 1)} if depth > 1 else {}


# Not genuine: no place in any chain, kept aside


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"body": {"department": "SCJG", "text": "changed on the way"}}, "bad-hash"),
        ({"hash": "0" * 64}, "bad-hash"),
        ({"added": "on the way"}, "bad-hash"),
        ({"sig": "A" * 86}, "bad-signature"),
        ({"sig": "short"}, "malformed"),
        ({"hash": "no hash"}, "malformed"),
        ({"seq": 1.0}, "malformed"),
        ({"seq": 0}, "malformed"),
        ({"seq": True}, "malformed"),
        ({"id": "not a UUID"}, "malformed"),
        ({"kind": ""}, "malformed"),
        ({"kind": "\0"}, "malformed"),
        ({"prev": "0" * 64}, "malformed"),
    ],
)
def test_an_altered_entry_is_refused(app, alone, change, problem):
    entry = {**alone.write("note", {"department": "SCJG", "text": "as written"}), **change}
    answer = alone.push([entry])
    assert problems(answer) == [problem]
    assert (answer["accepted"], answer["head"]) == ([], 0)
    with app.app_context():
        aside = db.session.scalars(db.select(Aside)).one()
        assert (aside.problem, json.loads(aside.bytes)) == (problem, entry)
    alone.push([entry])
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Aside)) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"text": 1.5},
        {"text": unicodedata.normalize("NFD", "é")},
        {"text": 2**53},
        {"text": "\ud800"},
        {unicodedata.normalize("NFD", "é"): 1},
        nested(16),
    ],
    ids=["float", "not NFC", "big integer", "lone surrogate", "name not NFC", "depth 17"],
)
def test_what_a_journal_may_not_hold_is_malformed(alone, body):
    entry = {**alone.seal(draft(alone, "")), "body": body}
    assert problems(alone.push([entry])) == ["malformed"]


def test_depth_16_is_still_taken(alone):
    entry = alone.write("weather.noted", nested(15))
    assert alone.push()["accepted"] == [entry["hash"]]


@pytest.mark.parametrize("junk", [None, 7, "entry", [], {}, {"hash": ["x"], "id": {}}, [[[]]]])
def test_what_is_no_entry_at_all_is_malformed_and_stops_nothing(alone, junk):
    good = alone.write("visit.opened")
    answer = alone.push([junk, good])
    assert answer["accepted"] == [good["hash"]]
    assert answer["rejected"] == [{"index": 0, "hash": None, "id": None, "problem": "malformed"}]


def test_an_entry_of_another_visit_is_malformed(app, people, visit, lin):
    other = a_visit(app, people)
    entry = other.phone("lin").write("visit.opened")
    assert problems(lin.push([entry])) == ["malformed"]


def test_an_id_used_again_is_refused(lin):
    first = lin.write("visit.opened")
    lin.push()
    second = lin.seal(draft(lin, "", id=first["id"]))
    assert problems(lin.push([second])) == ["id-reused"]


def test_nobody_signs_for_another(visit, lin):
    entry = lin.seal(draft(lin, "", author=visit.people["ma"]))
    assert problems(lin.push([entry])) == ["bad-signature"]


# Gaps, losses, forks


def test_a_gap_is_asked_for_again(lin):
    lin.arrive()
    lin.answer_all()
    answer = lin.push([*lin.chain[:2], *lin.chain[4:]])
    assert answer["accepted"] == [one["hash"] for one in lin.chain[:2]]
    assert {(one["problem"], one["resend_from"]) for one in answer["rejected"]} == {("seq-gap", 3)}
    again = lin.push(lin.chain[2:])
    assert (again["rejected"], again["head"]) == ([], len(lin.chain))


def test_a_gap_leaves_other_chains_alone(visit, lin):
    lin.arrive()
    zhou = visit.phone("zhou")
    zhou.arrive()
    answer = lin.push([*lin.chain[1:], *zhou.chain])
    assert sorted(answer["accepted"]) == sorted(one["hash"] for one in zhou.chain)


def test_what_a_phone_no_longer_has_is_named_lost_and_the_rest_goes_on(visit, lin):
    lin.arrive()
    lost = {"device": lin.device, "seq": 3, "hash": lin.chain[3]["prev"]}
    answer = lin.push([*lin.chain[:2], *lin.chain[3:]], lost=[lost])
    assert (answer["rejected"], answer["head"]) == ([], len(lin.chain) - 1)
    assert lin.hashes()["lost"] == [lost]
    assert {"problem": "lost", **lost} in visit.state()["problems"]
    assert lin.push([], lost=[lost])["head"] == answer["head"]


def test_of_two_lost_in_a_row_one_hash_is_unknown(lin):
    lin.arrive()
    lost = [
        {"device": lin.device, "seq": 2, "hash": None},
        {"device": lin.device, "seq": 3, "hash": lin.chain[3]["prev"]},
    ]
    assert lin.push([lin.chain[0], *lin.chain[3:]], lost=lost)["rejected"] == []
    assert lin.hashes()["lost"] == lost


def test_a_lost_entry_that_turns_up_is_lost_no_more(lin):
    lin.arrive()
    lost = {"device": lin.device, "seq": 3, "hash": lin.chain[3]["prev"]}
    lin.push([*lin.chain[:2], *lin.chain[3:]], lost=[lost])
    assert lin.push([lin.chain[2]])["accepted"] == [lin.chain[2]["hash"]]
    assert lin.hashes()["lost"] == []


def test_a_fork_with_valid_signatures_is_accepted_on_both_branches(visit, lin):
    lin.arrive()
    lin.push()
    here = lin.chain.copy()
    lin.chain = here[:2]
    other = [lin.write("note", {"department": "SCJG", "text": text}) for text in ("又一", "又二")]
    assert lin.push(other)["rejected"] == []
    assert sorted(lin.hashes()["accepted"]) == sorted(one["hash"] for one in [*here, *other])
    assert "fork" in {one["problem"] for one in visit.state()["problems"]}


def test_a_fork_whose_beginning_is_missing_is_asked_for_from_the_first(lin):
    lin.arrive()
    lin.push()
    lin.chain = lin.chain[:2]
    lin.write("note", {"department": "SCJG", "text": "又一"})
    last = lin.write("note", {"department": "SCJG", "text": "又二"})
    assert [one["resend_from"] for one in lin.push([last])["rejected"]] == [1]


def test_a_chain_that_contradicts_itself_is_malformed(lin):
    lin.arrive()
    lin.push()
    entry = lin.seal(draft(lin, "", prev=lin.chain[0]["hash"]))
    assert problems(lin.push([entry])) == ["malformed"]


# Genuine, but not to count: quarantined


def test_another_departments_item_is_quarantined_and_the_chain_goes_on(app, visit, lin):
    lin.arrive()
    foreign = lin.answer("XF1")
    own = lin.answer("SC1")
    answer = lin.push()
    assert answer["rejected"] == [
        {
            "index": 5,
            "hash": foreign["hash"],
            "id": foreign["id"],
            "problem": "quarantined",
            "reason": "not-allowed",
        }
    ]
    assert own["hash"] in answer["accepted"]
    assert visit.state()["items"]["XF1"]["state"] == "open"
    said = lin.hashes()
    assert said["quarantined"] == [foreign["hash"]]
    assert said["standings"] == {foreign["hash"]: {"standing": "quarantined", "reason": "not-allowed"}}
    assert foreign["hash"] not in said["accepted"]
    assert said["journal_digest"] == journal_digest(said["accepted"])
    assert lin.entries(after=0)["quarantined"] == [foreign]
    assert lin.push(lin.chain) == answer


def test_who_was_never_on_the_team_is_quarantined(visit, lin):
    qian = visit.another_phone("qian")
    qian.write("note", {"department": "WJW", "text": "路过"})
    answer = lin.push(qian.chain)
    assert [(one["problem"], one["reason"]) for one in answer["rejected"]] == [("quarantined", "not-member")]


def test_what_a_revoked_device_brings_late_is_quarantined(app, lin):
    before = lin.write("visit.opened")
    lin.push()
    with app.app_context(), transaction():
        db.session.get_one(Device, lin.device).revoked_at = now()
    after = lin.write("note", {"department": "SCJG", "text": "之后"})
    answer = lin.push([before, after])
    assert answer["accepted"] == [before["hash"]]
    assert [(one["problem"], one["reason"]) for one in answer["rejected"]] == [("quarantined", "revoked")]


def test_the_office_admits_a_chain_with_a_reason(app, people, visit, lin):
    lin.arrive()
    foreign = lin.answer("XF1")
    lin.push()
    with app.app_context(), transaction():
        assert admit_chain(people["he"], visit.id, lin.device, "两局已书面同意") == 1
    said = lin.hashes()
    assert foreign["hash"] in said["accepted"]
    assert (said["quarantined"], said["head"]) == ([], len(lin.chain))
    with app.app_context():
        entry = db.session.get_one(Entry, foreign["hash"])
        assert (entry.position, entry.admitted_by) == (len(lin.chain), people["he"])


def test_a_chain_is_admitted_from_the_command_line(app, visit, lin):
    lin.arrive()
    foreign = lin.answer("XF1")
    lin.push()
    words = ["journal", "admit", "--visit", visit.id, "--device", lin.device, "--reason", "两局已书面同意"]
    told = app.test_cli_runner().invoke(args=words)
    assert (told.exit_code, told.output) == (0, "1 entries admitted\n")
    assert foreign["hash"] in lin.hashes()["accepted"]
    assert "0 entries admitted" in app.test_cli_runner().invoke(args=words).output
    nowhere = app.test_cli_runner().invoke(args=["journal", "admit", "--visit", "x", *words[4:]])
    assert "there is no visit x" in nowhere.output


# Provisional


def test_an_unknown_device_is_provisional_until_its_owner_enrols_it(visit, lin):
    zhou = visit.another_phone("zhou", carried_by="lin")
    zhou.arrive()
    answer = lin.push(zhou.chain)
    assert {(one["problem"], one["reason"]) for one in answer["rejected"]} == {
        ("provisional", "device-unknown")
    }
    assert lin.push(zhou.chain) == answer
    zhou.caller = visit.caller("zhou")
    zhou.enrol()
    said = lin.hashes()
    assert sorted(said["accepted"]) == sorted(one["hash"] for one in zhou.chain)
    assert (said["quarantined"], said["head"]) == ([], len(zhou.chain))


def test_a_device_enrolled_while_its_entries_arrive_is_known(app, people, visit):
    """Examined before the enrolment, written down after it: nobody would look at them again."""
    zhou = visit.another_phone("zhou", carried_by="lin")
    zhou.arrive()
    with app.app_context():
        candidates = examine(visit.id, zhou.chain)
    zhou.caller = visit.caller("zhou")
    zhou.enrol()
    with app.app_context(), transaction():
        answer = push_entries(db.session.get_one(Person, people["lin"]), visit.id, candidates)
    assert (answer["rejected"], answer["head"]) == ([], len(zhou.chain))


def test_enrolling_again_looks_again_at_what_waits(app, visit, lin):
    """Two processes may miss each other by a moment; the next enrolment puts it right."""
    zhou = visit.another_phone("zhou", carried_by="lin")
    zhou.arrive()
    zhou.caller = visit.caller("zhou")
    zhou.enrol()
    lin.push(zhou.chain)
    with app.app_context(), transaction():
        waiting = {"standing": "provisional", "reason": "device-unknown", "position": None, "chain": None}
        db.session.execute(db.update(Entry).values(waiting))
        head = {"position": 0, "chain": "0" * 64}
        db.session.execute(db.update(Visit).where(Visit.id == visit.id).values(**head))
    zhou.enrol()
    assert (lin.hashes()["quarantined"], lin.hashes()["head"]) == ([], len(zhou.chain))


def test_an_offered_key_is_tried_at_once(visit, lin):
    zhou = visit.another_phone("zhou", carried_by="lin")
    entry = zhou.write("visit.opened")
    mine = {"id": zhou.device, "public_key": zhou.key.public}
    other = {"id": zhou.device, "public_key": Key().public}
    assert problems(lin.push([entry], devices=[other])) == ["bad-signature"]
    assert problems(lin.push([entry], devices=[mine])) == ["provisional"]


def test_a_forged_provisional_entry_is_found_when_the_device_is_enrolled(visit, lin):
    zhou = visit.another_phone("zhou", carried_by="lin")
    zhou.key, real = Key(), zhou.key
    zhou.write("visit.opened")
    lin.push(zhou.chain)
    zhou.key, zhou.caller = real, visit.caller("zhou")
    zhou.enrol()
    assert [one["reason"] for one in lin.hashes()["standings"].values()] == ["bad-signature"]


def test_a_substitute_is_provisional_until_the_office_confirms(app, people, visit, lin):
    zhou, tang = visit.phone("zhou"), visit.another_phone("tang")
    named = {"person": people["tang"], "name": "唐演示", "certificate": "340005", "reason": "吴演示请假"}
    zhou.write(
        "officer.substituted",
        {"department": "XFJY", **named, "replaces_person": people["wu"], "approver": "大队长演示"},
    )
    tang.write("note", {"department": "XFJY", "text": "顶替"})
    answer = lin.push([*tang.chain, *zhou.chain])
    assert [(one["problem"], one["reason"]) for one in answer["rejected"]] == [("provisional", "substitute")]
    with app.app_context(), transaction():
        admit_chain(people["he"], visit.id, tang.device, "同意顶替")
    assert lin.hashes()["quarantined"] == []


# After the visit went on without them


def test_who_left_may_push_for_ever_and_it_is_marked(app, visit, lin):
    zhou = visit.phone("zhou")
    zhou.arrive()
    visit.reassigned(leaves=["zhou"], joins=["tang"])
    assert zhou.push()["rejected"] == []
    assert {one.received_after for one in stored(app, visit)} == {"left"}
    assert zhou.hashes()["head"] == len(zhou.chain)


def test_what_comes_after_a_cancellation_is_taken_and_marked(app, visit, lin):
    lin.arrive()
    visit.cancelled()
    assert lin.push()["rejected"] == []
    assert {one.received_after for one in stored(app, visit)} == {"cancelled"}
    with app.app_context():
        assert db.session.get_one(Visit, visit.id).status == "cancelled"


def test_what_comes_after_the_sign_off_is_late_and_outside_of_it(app, people, any_db):
    visit = a_visit(app, people).answered().completed()
    wu = visit.phone("wu")
    late = wu.answer("XF1", "fail")
    visit.entries.remove(late)  # the lead's phone has not seen it
    visit.phone("lin").sign_off()
    visit.phone("lin").push()
    before = visit.state()
    assert wu.push()["accepted"] == [late["hash"]]
    after = visit.state()
    assert (before["sealed"], after["late"]) == (after["sealed"], [late["hash"]])
    with app.app_context():
        assert db.session.get_one(Entry, late["hash"]).received_after == "signed"


# The request as a whole


def test_five_hundred_entries_at_once_and_not_one_more(lin):
    for number in range(501):
        lin.write("note", {"department": "SCJG", "text": str(number)})
    assert lin.post(lin.chain).status_code == 400
    assert lin.push(lin.chain[:500])["head"] == 500


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"entries": {}},
        {"entries": [], "lost": 1},
        {"entries": [], "lost": [{"device": "x", "seq": 1}]},
        {"entries": [], "lost": [{"device": fresh_id(), "seq": 2**40, "hash": None}]},
        {"entries": [], "devices": [{"id": fresh_id(), "public_key": {}}]},
        [],
        "text",
        7,
    ],
)
def test_a_body_of_another_form_is_malformed(alone, body):
    answer = alone.caller.post(f"/api/visits/{alone.visit.id}/entries", body)
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (
        400,
        "application/problem+json",
        "malformed",
    )


@pytest.mark.parametrize(
    ("data", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b"\xff\xfe", "application/json", 400, "malformed"),
        (b"[" * 100_000, "application/json", 400, "malformed"),
        (b'{"entries": [NaN]}', "application/json", 400, "malformed"),
        (b'{"entries": [1' + b"0" * 10_000 + b"]}", "application/json", 400, "malformed"),
        (b"", "application/json", 400, "malformed"),
        (b"{}", "text/plain", 415, "unsupported-media-type"),
        (b"{}", None, 415, "unsupported-media-type"),
        (b'{"entries": ["' + b"x" * 41 * 2**20 + b'"]}', "application/json", 413, "too-large"),
    ],
    ids=["cut", "not UTF-8", "deep", "NaN", "huge number", "empty", "text", "no type", "too large"],
)
def test_a_body_that_is_no_json_is_a_problem(app, people, data, content_type, status, code):
    visit = a_visit(app, people)
    caller = visit.caller("lin")
    answer = caller.client.post(
        f"/api/visits/{visit.id}/entries",
        data=data,
        content_type=content_type,
        headers={"X-CSRFToken": caller.session["csrf_token"]},
    )
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (
        status,
        "application/problem+json",
        code,
    )


def test_a_forgotten_csrf_token_is_its_own_problem(lin):
    answer = lin.caller.client.post(f"/api/visits/{lin.visit.id}/entries", json={"entries": []})
    assert (answer.status_code, answer.json["code"]) == (400, "csrf-stale")


def test_the_same_junk_twice_in_a_batch_is_kept_aside_once(app, lin):
    assert problems(lin.push([7, 7, {"a": 1}, {"a": 1}])) == ["malformed"] * 4
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Aside)) == 2


def test_one_bad_entry_does_not_stop_the_others(lin):
    lin.arrive()
    bad = {**lin.chain[2], "body": {"department": "SCJG", "text": "verändert"}}
    answer = lin.push([*lin.chain[:2], bad, *lin.chain[3:]])
    assert answer["accepted"] == [one["hash"] for one in lin.chain[:2]]
    assert problems(answer) == ["bad-hash", "seq-gap", "seq-gap"]
    assert lin.push(lin.chain)["rejected"] == []


def test_what_is_stored_is_the_canonical_text(app, visit, lin):
    entry = lin.write("note", {"department": "SCJG", "text": "𠮷野家 \U0001f600"})
    lin.push()
    (row,) = stored(app, visit)
    assert json.loads(row.document) == entry
    assert entry_hash(json.loads(row.document)) == row.hash
