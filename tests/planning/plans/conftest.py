"""What the tests of the annual plan share: planners, two industries with subjects, plans on their way."""

import datetime as dt

import pytest

from server.accounts.model import DepartmentPost, Person
from server.accounts.rules import Post
from server.catalogue.actions import publish_checklist
from server.catalogue.model import Industry, IndustryDepartment
from server.infra.db import db, transaction
from server.planning.plans import actions, queries
from server.planning.plans.actions import Entry
from server.planning.plans.rules import PlanMode
from tests.catalogue.drafts.makers import Apart
from tests.office.conftest import desk, submit, words
from tests.people import ITEMS, _password_hash, an_item
from tests.registry.subjects import entered

__all__ = ["desk", "submit", "words"]

MARCH = dt.datetime(2026, 3, 20, 2, 0, tzinfo=dt.UTC)
JUNE = dt.datetime(2026, 6, 20, 2, 0, tzinfo=dt.UTC)

PLANNERS = (
    # plans for the market regulation bureau, which leads the petrol stations
    ("fang", "方演示", "SCJG", {"liaison", "planner"}),
    # her colleague
    ("deng", "邓演示", "SCJG", {"planner"}),
    # plans for the health commission, which leads the lodgings
    ("hu", "胡演示", "WJW", {"liaison"}),
    # reviews, merges and publishes
    ("guan", "关演示", None, {"office"}),
)

MATTERS = {"SCJG": ["登记事项检查", "计量器具检查"], "XFJY": ["消防安全检查"]}
RATIOS = {"A": 300, "B": 1000, "C": 3000, "D": 10000, "U": 1000}


def entry(**change):
    """What a department says in a row."""
    said = {
        "name": "加油站联合抽查",
        "matters": MATTERS,
        "ratios": RATIOS,
        "first_month": 5,
        "last_month": 9,
        "mode": PlanMode.OPEN,
        "towns": [],
        "tags": [],
        "method": "现场检查",
        "unannounced": False,
        "window_reason": "",
        "single_reason": "",
    }
    return Entry(**(said | change))


def person(username):
    return db.session.execute(db.select(Person).filter_by(username=username)).scalar_one()


@pytest.fixture
def march(app):
    """It is 20 March 2026."""
    app.config["CLOCK"] = lambda: MARCH


@pytest.fixture
def county(app, people, march):
    """Planners at their desks, all posts filled, a register of forty petrol stations and ten lodgings."""
    app.test_client_class = Apart
    with app.app_context():
        with transaction():
            for username, name, department, roles in PLANNERS:
                said = {"username": username, "name": name, "department": department}
                one = Person(**said, password_hash=_password_hash())
                one.roles = roles
                db.session.add(one)
            lodgings = Industry(code="ZS", name="旅馆", lead_department="WJW", document={})
            db.session.add(lodgings)
            db.session.flush()
            for industry, departments in {"YY": ["SCJG", "XFJY"], "ZS": ["WJW", "XFJY"]}.items():
                for at, code in enumerate(departments):
                    db.session.add(IndustryDepartment(industry=industry, department=code, lead=at == 0))
            items = [an_item("WJ1", "WJW", "公共场所卫生检查"), an_item("XF1", "XFJY", "消防安全检查")]
            publish_checklist(None, lodgings, "测试版", items, sample=True)
            for code in ("SCJG", "XFJY", "WJW"):
                for post in Post:
                    db.session.add(DepartmentPost(department=code, post=post, person_id=people["he"]))
        assert {one["department"] for one in ITEMS} == set(MATTERS)
        entered(*({"risk_class": "ABCD"[at % 4]} for at in range(39)))
        entered(*({"industry": "ZS", "risk_class": "B"} for _each in range(10)))
        yield people


@pytest.fixture
def drafted(county):
    """The market regulation bureau's plan with one row and a scheme: its id and the row's."""
    return draft("fang", "YY", entry())


def draft(username, industry, *entries, **more):
    """A department's plan, written."""
    with transaction():
        writer = person(username)
        filing = actions.begin(writer, 2026)
        rows = [actions.add_row(writer, filing.id, industry, one, **more) for one in entries]
        actions.write_scheme(writer, filing.id, "分三个阶段组织实施。", filing.revision)
        return filing.id, *(row.id for row in rows)


def filed(username, industry, *entries, **more):
    """The same, filed."""
    filing_id, *rows = draft(username, industry, *entries, **more)
    with transaction():
        actions.file(person(username), filing_id)
    return filing_id, *rows


def accepted(username, industry, *entries, **more):
    """The same, accepted by the office."""
    filing_id, *rows = filed(username, industry, *entries, **more)
    with transaction():
        actions.accept(person("guan"), filing_id)
    return filing_id, *rows


def row_of(row_id):
    db.session.rollback()
    return queries.row(row_id)
