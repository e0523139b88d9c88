"""A withheld visit (R-414): until its release nothing its team can ask for names the enterprise."""

import datetime as dt
import re

import pytest

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db, transaction
from server.registry.enterprises import enter
from server.registry.model import Enterprise
from server.visits.model import Visit
from tests.builders import Caller, a_visit
from tests.people import CAST, an_enterprise

RELEASE = dt.timedelta(hours=2)
KNOW_BEFORE = {"he", "admin"}
SECRETS = ("name", "uscc", "address", "phone")
HASH = "ab" * 32
ANOTHER = "青阳县另一处加油站"


@pytest.fixture
def withheld(app, people, any_db):
    with app.app_context(), transaction():
        enter(an_enterprise(reference="T-2", uscc="91341723MA2TEST02X", name=ANOTHER))
    return a_visit(app, people, release_at=now_of(app) + RELEASE)


@pytest.fixture
def secrets(app, people):
    with app.app_context():
        enterprise = db.session.get_one(Enterprise, people.enterprise)
        return [people.enterprise, *(getattr(enterprise, name) for name in SECRETS)]


def addresses(app, visit):
    """Every address of the app that may be asked for, those of a visit with this one's id and code."""
    with app.app_context():
        row = db.session.get_one(Visit, visit.id)
        own = {"visit_id": visit.id, "sha256": HASH, "code": row.code}
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint != "static" and not rule.rule.startswith("/field/"):
            yield re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda hole: own.get(hole[1], visit.id), rule.rule)


def told(app, visit, username, secrets):
    """The addresses whose answers to this person hold a secret.

    Not those that name an enterprise nobody visits as well: the register says nothing of who is visited.
    """
    caller = Caller(app, username)
    asked = {address: caller.get(address) for address in addresses(app, visit)}
    return [
        address
        for address, answer in asked.items()
        if ANOTHER.encode() not in answer.data
        and any(one.encode() in answer.data or one in str(answer.headers) for one in secrets)
    ]


def test_before_the_release_only_the_office_knows_and_then_the_team_does(app, people, withheld, secrets):
    everybody = [role.username for role in CAST]
    assert {name for name in everybody if told(app, withheld, name, secrets)} == KNOW_BEFORE
    assert not any(secret in app.test_client().get(f"/r/{code(app, withheld)}").text for secret in secrets)
    app.config["CLOCK"] = lambda: dt.datetime.now(dt.UTC) + RELEASE
    know = {name for name in everybody if told(app, withheld, name, secrets)}
    assert KNOW_BEFORE | set(withheld.team) <= know
    assert f"/api/visits/{withheld.id}/bundle" in told(app, withheld, "zhou", secrets)


def test_the_page_of_the_enterprise_says_nothing_of_the_visit(app, people, withheld):
    with app.app_context():
        row = db.session.get_one(Visit, withheld.id)
        signs = [row.id, row.number, row.code]
    page = Caller(app, "luo").get(f"/office/enterprises/{people.enterprise}")
    assert page.status_code == 200
    assert not [sign for sign in signs if sign in page.text]


def test_a_phone_is_told_the_day_the_team_and_when(app, people, withheld):
    zhou = withheld.caller("zhou")
    (line,) = zhou.get("/api/visits").get_json()["visits"]
    assert (line["number"], line["enterprise"], line["slot"]) == ("", "", "")
    assert next(one["name"] for one in line["team"]) == "林演示"
    bundle = zhou.get(f"/api/visits/{withheld.id}/bundle")
    assert (bundle.status_code, bundle.get_json()["code"]) == (403, "visit-withheld")
    assert "ETag" not in bundle.headers
    assert line["bundle_digest"] != withheld.bundle_digest
    app.config["CLOCK"] = lambda: dt.datetime.now(dt.UTC) + RELEASE
    (line,) = zhou.get("/api/visits").get_json()["visits"]
    assert line["bundle_digest"] == withheld.bundle_digest
    assert not {"release_at", "team"} & line.keys()


def test_what_is_written_all_the_same_is_taken_in(app, people, withheld):
    zhou = withheld.phone("zhou")
    zhou.write("note", {"department": "XFJY", "text": "提前到达集合点"})
    assert zhou.push()["rejected"] == []


def test_a_liaison_on_the_team_is_told_nothing_by_what_was_held_back(app, people, any_db):
    with app.app_context(), transaction():
        db.session.get_one(Person, people["wu"]).roles = ["inspector", "liaison"]
    visit = a_visit(app, people, team=("zhou", "wu", "lin"), release_at=now_of(app) + RELEASE)
    visit.phone("zhou").answer("SC1")
    assert visit.phone("zhou").push([*visit.phone("zhou").chain, {"hash": "x"}])["rejected"]
    pages = ("/office/held-back", "/office/held-back/asides")

    def shown():
        caller = Caller(app, "wu")
        return ["LC-2026-0001" in caller.get(page).text for page in pages]

    assert shown() == [False, False]
    app.config["CLOCK"] = lambda: dt.datetime.now(dt.UTC) + RELEASE
    assert shown() == [True, True]


def now_of(app):
    with app.app_context():
        return now()


def code(app, visit):
    with app.app_context():
        return db.session.get_one(Visit, visit.id).code
