"""A county in which the market bureau calls: its liaison, its head, and a moment of a working day."""

import datetime as dt

import pytest

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.kernel.instants import SHANGHAI
from server.planning.calls import actions
from server.planning.calls.actions import Wish
from server.planning.calls.rules import Cause
from server.registry.people.model import Absence
from tests.office.conftest import desk, submit
from tests.people import INDUSTRY, _password_hash

__all__ = ["desk"]

NOW = dt.datetime(2026, 5, 12, 9, 30, tzinfo=SHANGHAI)  # a Tuesday
MORE = (("bai", "白演示", "SCJG", {"liaison"}), ("gu", "顾演示", "SCJG", {"head"}),
        ("hu", "胡演示", "XFJY", {"head"}), ("jia", "贾演示", "WJW", {"liaison"}))  # fmt: skip


@pytest.fixture
def at(app):
    """Set the clock: `at(hours=2)` is so long after the beginning."""

    def moment(**later):
        app.config["CLOCK"] = lambda: NOW + dt.timedelta(**later)

    moment()
    return moment


@pytest.fixture
def county(app, people, at):
    """Everybody there is, by user name."""
    with app.app_context(), transaction():
        for username, name, department, roles in MORE:
            secret = {"password_hash": _password_hash()}
            person = Person(username=username, name=name, department=department, **secret)
            person.roles = roles
            db.session.add(person)
            db.session.flush()
            people.ids[username] = person.id
    return people


@pytest.fixture
def who(app, county):
    """Somebody of the county, within an app context."""
    return lambda username: db.session.get_one(Person, county[username])


def a_wish(county, **others):
    """What the market bureau calls for, unless it is said otherwise."""
    return Wish(
        **{
            "enterprise_id": county.enterprise,
            "industry": INDUSTRY,
            "cause": Cause.COMPLAINT,
            "matter": "消防安全检查",
            "detail": "群众反映该站存在安全隐患",
            "departments": ["XFJY"],
            "due_at": NOW + dt.timedelta(hours=4),
            "day": NOW.date(),
            "half": "pm",
            **others,
        }
    )


@pytest.fixture
def called(app, county, who):
    """`called(departments=["XFJY", "WJW"])` makes a call; its task's id."""

    def make(**others):
        with app.app_context(), transaction():
            return actions.call(who("bai"), a_wish(county, **others)).id

    return make


@pytest.fixture
def comes(app, who):
    """`comes(task, "luo")` answers for a department."""

    def answer(task, username="luo", heads=2):
        with app.app_context(), transaction():
            actions.answer(who(username), task, True, heads, "")

    return answer


def send(client, task, **form):
    """The form that sends a team."""
    return submit(client, f"/office/calls/{task}/team", **{"way": "draw", "heads": "2", **form})


def leave(county, username):
    """Somebody of a called department falls out after it answered."""
    away = {"kind": "leave", "reason": "病假", "noted_at": NOW, "since": NOW.date(), "until": NOW.date()}
    db.session.add(Absence(id=username, person_id=county[username], **away))
