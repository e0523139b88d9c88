"""What the tests of credit risk share: an enterprise of an emerging industry, and people at their desks."""

import datetime as dt
from dataclasses import replace

import pytest

from server.infra.db import db, transaction
from server.registry.credit import policies
from server.registry.credit.model import RiskPolicy
from server.registry.credit.policy import DEFAULT
from server.registry.model import Enterprise
from server.registry.rules import RiskClass
from tests.office.conftest import desk  # noqa: F401 - a fixture, used by name

TODAY = dt.date(2026, 6, 1)


@pytest.fixture
def clock(app):
    """The county's day, to be moved: `clock(days=3)`."""
    app.config["CLOCK"] = lambda: dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)

    def move(**by):
        before = app.config["CLOCK"]
        app.config["CLOCK"] = lambda: before() + dt.timedelta(**by)

    return move


@pytest.fixture
def trusted(app, people, clock):
    """The cast's enterprise in class A, of an emerging industry of the list that counts; its id."""
    with app.app_context(), transaction():
        policies.enter_list(None, "E10-2021", "十大新兴产业", "省政府", {"E10-09": "新材料"})
        db.session.flush()
        policy = replace(DEFAULT, emerging_list="E10-2021")
        yesterday = app.config["CLOCK"]() - dt.timedelta(days=1)
        row = {"effective_from": TODAY, "reason": "首次设定", "set_at": yesterday}
        db.session.add(RiskPolicy(id="p1", document=policy.document, **row))
        enterprise = db.session.get_one(Enterprise, people.enterprise)
        enterprise.risk_class, enterprise.risk_as_of = RiskClass.A, dt.date(2026, 5, 31)
        enterprise.emerging_code = "E10-09"
    return people.enterprise
