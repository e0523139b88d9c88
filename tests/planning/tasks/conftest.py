"""What the tests of tasks share: more of the cast, a day, a task, and the forms as pages send them."""

import datetime as dt

import pytest

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.planning.tasks import queries
from server.planning.tasks.actions import open_task
from server.planning.tasks.rules import Share, Terms
from server.planning.tasks.talks import actions
from tests.office.conftest import desk, submit, words
from tests.people import INDUSTRY, Role, _enter

__all__ = ["desk", "submit", "words"]

NOON = dt.datetime(2026, 5, 12, 4, 0, tzinfo=dt.UTC)
DUE = NOON + dt.timedelta(days=3)

MORE = (
    # answers for the market regulation bureau, which leads the tasks of the tests
    Role("zhao", "赵演示", "SCJG", ("liaison",)),
    # heads it
    Role("sun", "孙演示", "SCJG", ("head",)),
    # heads the fire brigade
    Role("gao", "高演示", "XFJY", ("head",)),
    # answers for the health commission
    Role("bai", "白演示", "WJW", ("planner",)),
    # the health commission's second officer
    Role("he2", "贺演示", "WJW", ("inspector",), "340007"),
)


@pytest.fixture
def county(app, people):
    """Ids by user name; it is noon of 12 May 2026."""
    app.config["CLOCK"] = lambda: NOON
    with app.app_context(), transaction():
        return people.ids | {role.username: _enter(role) for role in MORE}


def person(ids, username):
    """Somebody of the cast."""
    return db.session.get_one(Person, ids[username])


def open_joint(actor=None, **others):
    """A joint task of the market regulation bureau and the fire brigade."""
    said = {
        "source": "plan",
        "name": "加油站联合抽查",
        "industry": INDUSTRY,
        "lead": "SCJG",
        "departments": ["XFJY"],
        "year": 2026,
    }
    with transaction():
        return open_task(actor, **said | others)


@pytest.fixture
def task(app, county):
    """The id of one such task."""
    with app.app_context():
        return open_joint().id


def terms(departments=("SCJG", "XFJY"), heads=2, since=dt.date(2026, 6, 1), until=dt.date(2026, 6, 30)):
    """Terms for June."""
    return Terms(since, until, ("am", "pm"), tuple(Share(code, heads) for code in departments), total=10)


def propose(ids, task_id, offered=None, *, by="zhao", reason="", **more):
    """The lead puts terms on the table."""
    said = {"round": queries.task_of(person(ids, by), task_id).round, "seen": 10**9, "due": DUE} | more
    with transaction():
        return actions.propose(person(ids, by), task_id, offered or terms(), reason=reason, **said)


def agreed(ids, task_id, *, urgent=False):
    """Terms proposed, agreed to by the fire brigade, and settled."""
    round = propose(ids, task_id).round
    with transaction():
        actions.agree(person(ids, "luo"), task_id, round=round)
    with transaction():
        return actions.settle(person(ids, "zhao"), task_id, round=round, urgent=urgent)


def form_of(**change):
    """Terms as the page sends them."""
    said = {
        "round": "0",
        "seen": "0",
        "since": "2026-06-01",
        "until": "2026-06-30",
        "halves": ["am", "pm"],
        "shares-0-department": "SCJG",
        "shares-0-heads": "2",
        "shares-0-vehicles": "1",
        "shares-1-department": "XFJY",
        "shares-1-heads": "2",
        "shares-1-vehicles": "0",
        "total": "10",
        "experts": "0",
        "due": "2026-05-15",
        "reason": "",
    }
    return said | change


