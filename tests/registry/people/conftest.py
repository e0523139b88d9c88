"""What the tests of the people's registers share: desks, a day, and officers to keep."""

import datetime as dt

import pytest

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.registry.people import actions, away
from tests.office.conftest import desk, submit, words

__all__ = ["desk", "submit", "words"]

NOON = dt.datetime(2026, 5, 12, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 5, 12)


@pytest.fixture
def noon(app):
    """It is noon of 12 May 2026 in the county."""
    app.config["CLOCK"] = lambda: NOON
    return NOON


def entry(**change):
    """What a register may say of an officer."""
    said = {
        "certificate_type": "行政执法证",
        "certificate_number": "12170001",
        "issued_by": "安徽省司法厅",
        "valid_from": dt.date(2024, 1, 1),
        "valid_until": dt.date(2028, 12, 31),
        "specialties": ["YY"],
        "grids": [],
        "can_lead": False,
    }
    return actions.Entry(**(said | change))


def form_of(**change):
    """The same, as a page sends it."""
    said = {
        "certificate_type": "行政执法证",
        "certificate_number": "12170001",
        "issued_by": "安徽省司法厅",
        "valid_from": "2024-01-01",
        "valid_until": "2028-12-31",
        "specialties": ["YY"],
        "reason": "换发新证",
    }
    return said | change


def person(ids, username):
    """Somebody of the cast."""
    return db.session.get_one(Person, ids[username])


def send_away(ids, username, since, until=None, kind="leave", by="he"):
    """An absence, entered by the office."""
    with transaction():
        return away.be_absent(person(ids, by), ids[username], kind, since, until, "休假").id
