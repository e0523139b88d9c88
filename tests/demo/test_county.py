"""The demo county: what is in it, that a second load changes nothing, that its visits hold to the rules."""

import json
import shutil
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func

from server import create_app
from server.accounts.actions import set_password, sign_in
from server.accounts.model import Department, Person
from server.catalogue.model import ChecklistVersion, Industry
from server.demo.people import PASSWORD
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.instants import local
from server.planning.plans import queries
from server.planning.plans.matching import proposals
from server.registry.actions import eligible_officers
from server.registry.model import Enterprise, Inspector
from server.registry.people.model import Absence, Expert, Recusal
from server.visits import journal
from server.visits.model import Entry, Visit


@pytest.fixture(scope="module")
def loaded(tmp_path_factory, rescue_pem):
    """A DATA_DIR with the county in it, to be copied."""
    folder = tmp_path_factory.mktemp("county")
    (folder / "keys").mkdir()
    (folder / "keys" / "rescue.pem").write_bytes(rescue_pem)
    app = open_app(folder)
    with app.app_context():
        db.create_all()
        load(app)
        db.engine.dispose()
    return folder


@pytest.fixture
def county(loaded, tmp_path):
    """An app on a copy of the loaded county, within its context."""
    app = open_app(shutil.copytree(loaded, tmp_path / "data"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def open_app(folder):
    return create_app({"TESTING": True, "DATA_DIR": str(folder), "SECRET_KEY": "of the tests"})


def load(app):
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 0, result.output


def visit_to(industry):
    return db.session.scalar(db.select(Visit).filter_by(industry=industry))


def test_the_county_on_both_databases(any_db, app):
    load(app)
    with app.app_context():
        _all_is_there()
        _three_eligible_officers_everywhere()
        _eight_visits()
        _every_journal_is_sound(app)
        _a_second_load_changes_nothing(app)


def test_the_plan_of_the_year_is_published_and_something_waits(county):
    year = local(now()).date().year
    plan = queries.newest_plan(year)
    assert plan.version == 2
    assert plan.reason
    assert "养老机构" in plan.notice
    assert len(plan.document["rows"]) == 19
    assert all(row["target"] for row in plan.document["rows"])
    rows = queries.reviewed_rows(year)
    offered = proposals([queries.as_rule(row) for row in rows], queries.county(rows, 1))
    assert {one.host.industry for one in offered} == {"BGJD", "YPLS"}
    assert len(queries.awaiting_approval(year)) == 2


def _all_is_there():
    count = {
        model: db.session.scalar(db.select(func.count()).select_from(model))
        for model in (Industry, Enterprise)
    }
    assert count == {Industry: 20, Enterprise: 200}
    versions = db.session.scalars(db.select(ChecklistVersion)).all()
    assert sum(len(version.items) for version in versions) == 607
    assert all(version.sample for version in versions)


def _three_eligible_officers_everywhere():
    today = local(now()).date()
    for version in db.session.scalars(db.select(ChecklistVersion)):
        for code in {item["department"] for item in version.items}:
            days = [today, today + timedelta(days=30)]
            assert len(eligible_officers(code, version.industry, days)) >= 3, (version.industry, code)


def _eight_visits():
    today = local(now()).date()
    seen = {
        visit.industry: ((visit.date - today).days, visit.status)
        for visit in db.session.scalars(db.select(Visit))
    }
    assert seen == {
        "JYZ": (0, "assigned"),
        "XXST": (2, "assigned"),
        "JCWX": (-1, "open"),
        "CYFW": (-5, "signed"),
        "FDCJJ": (-2, "aborted"),
        "YPLS": (-12, "signed"),
        "BGJD": (0, "assigned"),
        "GWYL": (1, "assigned"),
    }
    assert [len(visit_to(code).departments) for code in ("JYZ", "XXST")] == [7, 5]
    assert [visit_to(code).number[:2] for code in ("JYZ", "BGJD")] == ["LC", "YL"]
    assert local(visit_to("GWYL").release_at).hour == 18


def _every_journal_is_sound(app):
    assert set(db.session.scalars(db.select(Entry.standing).distinct())) == {"accepted"}
    result = app.test_cli_runner().invoke(args=["journal", "verify"])
    assert result.exit_code == 0, result.output


def _a_second_load_changes_nothing(app):
    before = _fingerprint()
    assert "nothing was changed" in app.test_cli_runner().invoke(args=["demo", "load"]).output
    assert _fingerprint() == before


def _fingerprint():
    db.session.rollback()
    visits = db.session.execute(db.select(Visit.id, Visit.chain, Visit.journal_digest).order_by(Visit.id))
    people = db.session.execute(db.select(Person.id, Person.password_hash).order_by(Person.id))
    return [tuple(row) for row in visits], [tuple(row) for row in people]


def test_each_visit_shows_what_it_is_for(county):
    states = {code: journal.read(visit_to(code)).folded() for code in ("JCWX", "CYFW", "YPLS", "FDCJJ")}
    assert not any(state["problems"] for state in states.values())
    disputed = [item for item in states["JCWX"]["items"].values() if item["state"] == "conflict"]
    assert [head["verdict"] for one in disputed for head in one["heads"]].count("fail") == 1
    signed = states["CYFW"]
    assert (signed["blockers"], signed["late"]) == ([], [])
    assert all(
        (signed["sealed"], signed["lists"]["measures"], signed["lists"]["corrected"], signed["signatures"])
    )
    assert "awaited" not in {piece["grade"] for piece in signed["evidence"].values()}
    codes = Counter(code for one in signed["departments"].values() for code in one["results"].values())
    assert codes["R5"] == 2
    assert len(states["YPLS"]["late"]) == 2
    assert not states["FDCJJ"]["blockers"]


def test_past_visits_were_received_in_the_past(county):
    visit = visit_to("CYFW")
    received = db.session.scalars(db.select(Entry.received_at).filter_by(visit_id=visit.id)).all()
    assert {local(at).date() for at in received} == {visit.date}


def test_accounts_are_listed_and_open(county):
    rows = json.loads(county.test_cli_runner().invoke(args=["demo", "accounts", "--json"]).output)
    assert set(rows[0]) >= {"username", "password", "name", "role", "department"}
    assert {row["role"] for row in rows} == {"inspector", "head", "liaison", "office", "supervisor", "admin"}
    codes = set(db.session.scalars(db.select(Department.code)))
    assert {row["department"] for row in rows} <= codes | {None}
    leads = {row["username"] for row in rows if row["can_lead"]}
    assert {"shwj01", "jtj01", "scjg01"} <= leads
    assert isinstance(sign_in("shwj01", PASSWORD, "127.0.0.1"), Person)
    table = county.test_cli_runner().invoke(args=["demo", "accounts"]).output
    assert {PASSWORD, "shwj01*", "shwj-head", "office01"} <= set(table.split())


def test_a_person_with_a_password_of_their_own_is_not_listed(county):
    with transaction():
        set_password(db.session.scalar(db.select(Person).filter_by(username="shwj01")), "a better one")
    rows = json.loads(county.test_cli_runner().invoke(args=["demo", "accounts", "--json"]).output)
    assert "shwj01" not in {row["username"] for row in rows}


def test_without_a_demo_county_nobody_is_listed(app):
    assert app.test_cli_runner().invoke(args=["demo", "accounts", "--json"]).output == "[]\n"


def test_an_invented_officer_cannot_be_taken_for_a_real_one(county):
    officers = db.session.execute(db.select(Person.name, Inspector.issued_by).join(Inspector)).all()
    assert all(("演示" in name, "虚构" in issued_by) == (True, True) for name, issued_by in officers)


def test_some_officers_are_away_or_recused_and_there_are_experts(county):
    kinds = set(db.session.scalars(db.select(Absence.kind)))
    assert kinds == {"leave", "seconded", "study"}
    assert db.session.scalar(db.select(func.count()).select_from(Recusal)) >= 5
    experts = db.session.scalars(db.select(Expert)).all()
    officers = set(db.session.scalars(db.select(Person.name).join(Inspector)))
    assert len([one for one in experts if one.name not in officers]) == 3
    assert all("演示" in one.name for one in experts)


@pytest.mark.parametrize(("departments", "items", "lead"), [(3, 10, "shwj01"), (22, 300, "xfjy01")])
def test_a_visit_of_any_size(county, departments, items, lead):
    options = ["--departments", str(departments), "--items", str(items), "--lead", lead]
    result = county.test_cli_runner().invoke(args=["demo", "visit", *options])
    assert result.exit_code == 0, result.output
    visit = db.session.get(Visit, result.output.strip())
    bundle = journal.read(visit).bundle
    assert (len(bundle["departments"]), len(bundle["checklist"]["items"])) == (departments, items)
    assert len(bundle["team"]) == 2 * departments
    assert set(Counter(one["department"] for one in bundle["team"]).values()) == {2}
    assert all(one["certificate"] for one in bundle["team"])
    assert visit.lead.username == lead
    assert bundle["departments"][0]["lead"]
    assert len({item["id"] for item in bundle["checklist"]["items"]}) == items


@pytest.mark.parametrize(
    ("departments", "items", "lead"),
    [("1", "10", "scjg01"), ("3", "2", "scjg01"), ("3", "9", "admin"), ("3", "9", "nobody")],
)
def test_a_visit_that_cannot_be(county, departments, items, lead):
    options = ["--departments", departments, "--items", items, "--lead", lead]
    result = county.test_cli_runner().invoke(args=["demo", "visit", *options])
    assert result.exit_code == 2
    assert "--" in result.output
