"""What a phone reads: its list, bundles, hashes and entries; and what it is not told."""

import base64
import datetime as dt
import json

import pytest

from server.infra.db import db, transaction
from server.kernel.canonical import digest
from server.visits.model import Visit
from tests.builders import a_visit

NOWHERE = "0193f3a1-0000-7000-8000-000000000001"
LONG_AGO = base64.urlsafe_b64encode(f"0001-01-01T00:00:00+14:00 {NOWHERE}".encode()).decode()
PATHS = ("bundle", "hashes", "entries?after=0")


@pytest.fixture
def visit(app, people, any_db):
    return a_visit(app, people)


def code(answer):
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.json["code"]


def listed(visit, username):
    return visit.caller(username).get("/api/visits").json["visits"]


def test_the_list_says_what_has_changed(visit):
    (before,) = listed(visit, "lin")
    assert (before["id"], before["status"], before["enterprise"]) == (
        visit.id,
        "assigned",
        "青阳县演示加油站",
    )
    visit.phone("lin").arrive()
    visit.phone("lin").push()
    (after,) = listed(visit, "lin")
    assert after["status"] == "open"
    assert after["journal_digest"] != before["journal_digest"]
    assert after["bundle_digest"] == before["bundle_digest"]
    assert listed(visit, "qian") == []


def test_visits_closed_long_ago_come_by_cursor(app, people, visit):
    old = [a_visit(app, people).id for _ in range(3)]
    with app.app_context(), transaction():
        for days, visit_id in enumerate(old, start=91):
            db.session.get_one(Visit, visit_id).closed_at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    caller = visit.caller("lin")
    first = caller.get("/api/visits").json
    assert [one["id"] for one in first["visits"]] == [visit.id]
    second = caller.get(first["older"]).json
    assert ([one["id"] for one in second["visits"]], second["older"]) == (old, None)


def test_older_pages_are_bounded(app, people, visit, monkeypatch):
    monkeypatch.setattr("server.visits.exchange.PAGE", 2)
    old = [a_visit(app, people).id for _ in range(3)]
    at = dt.datetime.now(dt.UTC) - dt.timedelta(days=100)
    with app.app_context(), transaction():
        for visit_id in old:
            db.session.get_one(Visit, visit_id).closed_at = at
    caller, found = visit.caller("lin"), []
    path = caller.get("/api/visits").json["older"]
    while path:
        page = caller.get(path).json
        assert len(page["visits"]) <= 2
        found += [one["id"] for one in page["visits"]]
        path = page["older"]
    assert sorted(found) == sorted(old)


@pytest.mark.parametrize("cursor", ["", "x", "%00", "ÄÖ", "bm90IGEgY3Vyc29y", LONG_AGO])
def test_a_cursor_that_is_none_is_a_problem(app, people, cursor):
    caller = a_visit(app, people).caller("lin")
    assert code(caller.get(f"/api/visits?cursor={cursor}")) == (400, "malformed")


def test_the_bundle_hashes_to_its_digest_and_is_sent_once(visit):
    caller = visit.caller("zhou")
    answer = caller.get(f"/api/visits/{visit.id}/bundle")
    assert answer.status_code == 200
    assert digest(answer.json) == visit.bundle_digest == answer.headers["ETag"].strip('"')
    assert not answer.headers["ETag"].startswith("W/")
    again = caller.get(f"/api/visits/{visit.id}/bundle", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])


def test_the_bundle_has_team_departments_and_list_in_order(visit):
    bundle = visit.caller("lin").get(f"/api/visits/{visit.id}/bundle").json
    assert [one["department"] for one in bundle["team"]] == ["SCJG", "SCJG", "XFJY", "XFJY"]
    assert [(one["person"], one["deputy"]) for one in bundle["team"] if one["lead"]] == [
        (visit.people["lin"], False)
    ]
    assert [(one["code"], one["lead"], one["order"]) for one in bundle["departments"]] == [
        ("SCJG", True, 1),
        ("XFJY", False, 2),
    ]
    assert [one["id"] for one in bundle["checklist"]["items"]] == ["SC1", "SC2", "XF1", "XF2"]
    assert (bundle["enterprise"]["lat"], bundle["rescue_key"]["kty"]) == (306389000, "RSA")


def test_a_new_team_is_a_new_bundle_and_the_old_one_stays_known(app, visit):
    before = visit.bundle_digest
    visit.reassigned(leaves=["zhou"], joins=["tang"])
    bundle = visit.caller("lin").get(f"/api/visits/{visit.id}/bundle").json
    assert "唐演示" in [one["name"] for one in bundle["team"]]
    assert digest(bundle) == visit.bundle_digest != before
    visit.reassigned(leaves=["tang"], joins=["zhou"])
    after = visit.caller("lin").get(f"/api/visits/{visit.id}/bundle").json
    assert after["team"] != bundle["team"]
    assert [one["name"] for one in after["former"]] == ["唐演示"], (
        "what a former member wrote keeps its effect"
    )


def test_a_cancelled_visit_says_so_in_list_and_bundle(visit):
    visit.cancelled()
    (line,) = listed(visit, "lin")
    bundle = visit.caller("lin").get(f"/api/visits/{visit.id}/bundle").json
    assert line["status"] == "cancelled"
    assert (bundle["visit"]["status"], bundle["visit"]["cancel_reason"]) == ("cancelled", "企业停业")


def test_entries_come_in_pages(visit):
    lin = visit.phone("lin")
    lin.arrive()
    lin.push()
    seen, after, more = [], 0, True
    while more:
        page = lin.entries(after=after, limit=2)
        seen += [one["hash"] for one in page["entries"]]
        after, more = page["entries"][-1]["position"], page["more"]
    assert seen == [one["hash"] for one in lin.chain]
    assert lin.entries(after=after)["entries"] == []


def test_polling_costs_nothing_until_something_came(visit):
    lin, zhou = visit.phone("lin"), visit.caller("zhou")
    path = f"/api/visits/{visit.id}/entries?after=0"
    tag = zhou.get(path).headers["ETag"]
    assert tag.strip('"') == lin.hashes()["journal_digest"]
    assert zhou.get(path, If_None_Match=tag).status_code == 304
    lin.write("visit.opened")
    lin.push()
    fresh = zhou.get(path, If_None_Match=tag)
    assert (fresh.status_code, len(fresh.json["entries"])) == (200, 1)


def test_what_is_held_back_is_news_too(visit):
    """A strong ETag names the bytes: an entry without effect is part of them."""
    lin, zhou = visit.phone("lin"), visit.caller("zhou")
    path = f"/api/visits/{visit.id}/entries?after=0"
    tag = zhou.get(path).headers["ETag"]
    foreign = lin.answer("XF1")
    lin.push()
    fresh = zhou.get(path, If_None_Match=tag)
    assert (fresh.status_code, fresh.json["quarantined"]) == (200, [foreign])
    assert zhou.get(path, If_None_Match=fresh.headers["ETag"]).status_code == 304


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=1.0", "after=99999999999", "limit=0", "limit=501", "after="]
)
def test_a_number_that_is_none_is_a_problem(app, people, query):
    visit = a_visit(app, people)
    answer = visit.caller("lin").get(f"/api/visits/{visit.id}/entries?{query}")
    assert code(answer) == (400, "malformed")
    assert answer.json["field"] == query.partition("=")[0]


# Who may


@pytest.mark.parametrize("path", PATHS)
def test_to_an_outsider_a_visit_does_not_exist(visit, path):
    qian = visit.caller("qian")
    there = qian.get(f"/api/visits/{visit.id}/{path}")
    nowhere = qian.get(f"/api/visits/{NOWHERE}/{path}")
    assert code(there) == code(nowhere) == (404, "not-found")
    assert there.json == nowhere.json


def test_an_outsiders_push_finds_no_visit(visit):
    answer = visit.caller("qian").post(f"/api/visits/{visit.id}/entries", {"entries": []})
    assert code(answer) == (404, "not-found")


@pytest.mark.parametrize("visit_id", ["x", "0", "%00", "A" * 36, "..", NOWHERE.replace("f", "F")])
def test_a_bad_id_is_not_found(app, people, visit_id):
    caller = a_visit(app, people).caller("lin")
    assert code(caller.get(f"/api/visits/{visit_id}/hashes")) == (404, "not-found")


def test_who_left_may_compare_and_push_but_no_longer_read(visit):
    zhou = visit.phone("zhou")
    zhou.arrive()
    visit.reassigned(leaves=["zhou"], joins=["tang"])
    (line,) = listed(visit, "zhou")
    assert line["status"] == "left"
    for path in ("bundle", "entries?after=0"):
        assert code(zhou.caller.get(f"/api/visits/{visit.id}/{path}")) == (403, "visit-left")
    assert zhou.push()["rejected"] == []
    assert sorted(zhou.hashes()["accepted"]) == sorted(one["hash"] for one in zhou.chain)


@pytest.mark.parametrize("path", ["/api/visits", *(f"/api/visits/{NOWHERE}/{path}" for path in PATHS)])
def test_nobody_and_the_office_are_told_apart(app, people, client, path):
    visit = a_visit(app, people)
    assert code(client.get(path)) == (401, "sign-in")
    assert code(visit.caller("he").get(path)) == (403, "not-allowed")


def test_the_epoch_is_that_of_the_session(visit):
    lin = visit.phone("lin")
    epoch = lin.caller.session["epoch"]
    assert (lin.hashes()["epoch"], lin.push([])["epoch"]) == (epoch, epoch)


def test_after_a_restore_the_phones_bring_everything_back(app, people, any_db):
    """The server has forgotten the journal; a phone that has all its entries pushes them again."""
    visit = a_visit(app, people).answered()
    told = visit.phone("lin").hashes()
    with app.app_context(), transaction():
        from_backup(visit.id)
    lin = visit.phone("lin")
    assert lin.hashes()["accepted"] == []
    assert lin.push(visit.entries)["rejected"] == []
    assert lin.hashes()["journal_digest"] == told["journal_digest"]


def from_backup(visit_id):
    """Take the journal away, as a backup from before it would."""
    from_start = {"position": 0, "chain": "0" * 64}
    db.session.execute(db.text("DELETE FROM entry"))
    db.session.execute(db.update(Visit).where(Visit.id == visit_id).values(**from_start))


def test_json_is_utf8_and_says_so(visit):
    answer = visit.caller("lin").get("/api/visits")
    assert answer.mimetype == "application/json"
    assert "青阳县演示加油站" in answer.get_data(as_text=True)
    assert json.loads(answer.data)["older"] is None
