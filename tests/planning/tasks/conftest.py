"""What the tests of tasks share."""

import pytest

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.planning.tasks.actions import open_task
from tests.office.conftest import desk
from tests.people import INDUSTRY

__all__ = ["desk"]


def person(people, username):
    return db.session.get_one(Person, people[username])


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
def task(app, people):
    """The id of one such task."""
    with app.app_context():
        return open_joint().id
