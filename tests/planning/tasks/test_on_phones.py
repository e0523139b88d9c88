"""What phones are told of approvals: with the visit, and again when a head decides."""

import pytest

from server.infra.db import db, transaction
from server.planning.dispatch import actions as dispatch
from server.planning.draw import chosen
from server.planning.tasks.approvals import actions
from server.planning.tasks.model import Task
from server.visits import bundle
from server.visits.model import Visit
from tests.builders import a_visit
from tests.planning.scenes import a_drawn_task
from tests.planning.tasks.conftest import person
from tests.planning.tasks.test_approvals import decide

OFFICERS = [("吴演示", "340004"), ("周演示", "340003")]


@pytest.fixture
def drawn(app, people, county):
    """A task of two subjects, its approvals asked for."""
    del app.config["CLOCK"]
    task = a_drawn_task(app, people, 2)
    with app.app_context(), transaction():
        for code in ("SCJG", "XFJY"):
            actions.ask(None, db.session.get_one(Task, task), code)
    return task


def told(visit_id):
    """What the bundle in force says of approvals, by department."""
    said = bundle.load(db.session.get_one(Visit, visit_id).bundle_digest)["visit"].get("approvals")
    return said and {one["department"]: one["state"] for one in said}


def test_a_visit_goes_out_with_its_approvals_and_follows_every_decision(app, county, drawn):
    with app.app_context():
        decide(county, drawn, "sun", "SCJG")
        with transaction():
            visits = [one.id for one in dispatch.dispatch(person(county, "he"), drawn)]
        assert [told(one) for one in visits] == [{"SCJG": "approved", "XFJY": "asked"}] * 2
        digest = db.session.get_one(Visit, visits[0]).bundle_digest
        decide(county, drawn)
        assert [told(one) for one in visits] == [{"SCJG": "approved", "XFJY": "approved"}] * 2
        assert bundle.load(digest)["visit"]["approvals"][1]["state"] == "asked"  # the old version stays


def test_a_visit_that_is_over_stays_as_it_is(app, county, drawn):
    with app.app_context():
        with transaction():
            first, second = (one.id for one in dispatch.dispatch(person(county, "he"), drawn))
        with transaction():
            db.session.get_one(Visit, first).sealed = "0" * 64
        decide(county, drawn)
        assert [told(first)["XFJY"], told(second)["XFJY"]] == ["asked", "approved"]


def test_a_visit_without_a_task_says_nothing_of_approvals(app, people):
    visit = a_visit(app, people)
    with app.app_context():
        assert told(visit.id) is None


def test_a_head_sees_what_was_drawn(any_db, app, people, county):
    del app.config["CLOCK"]
    task = a_drawn_task(app, people, 2)
    with app.app_context():
        found = chosen.chosen(db.session.get_one(Task, task), "XFJY", person(county, "gao"))
        assert (found.total, sorted(found.officers)) == (2, sorted(OFFICERS))
        assert [one.name for one in found.objects] == ["青阳县演示加油站", "青阳县演示加油站1号"]
        assert [one.visits for one in found.objects] == [0, 0]
        assert chosen.chosen(Task(id="none"), "XFJY", person(county, "gao")) is None


def test_where_an_unannounced_one_goes_is_told_to_those_who_may_know(app, people, county):
    del app.config["CLOCK"]
    drawn = a_drawn_task(app, people, unannounced=True)
    with app.app_context():
        task = db.session.get_one(Task, drawn)
        seen = {
            username: bool(chosen.chosen(task, "XFJY", person(county, username)).objects)
            for username in ("gao", "sun", "he")
        }
        assert seen == {"gao": False, "sun": True, "he": True}
