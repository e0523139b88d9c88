"""The office's first page: my tasks, overdue ones at the top; messages; where my department goes next."""

import datetime as dt

import pytest

from server.infra.db import db, transaction
from server.kernel import instants
from server.messages.actions import tell
from server.visits.model import Visit
from server.web import waiting
from server.web.waiting import Waiting
from tests.builders import a_visit
from tests.office.conftest import words


@pytest.fixture
def today(app):
    """A day of the tests' own clock."""
    app.config["CLOCK"] = lambda: dt.datetime(2026, 5, 12, 1, tzinfo=dt.UTC)
    return dt.date(2026, 5, 12)


def test_nothing_to_do_is_said(app, people, desk):
    page = words(desk("he").get("/office"))
    assert "没有待办事项" in page
    assert "还没有消息" in page
    assert "没有已派出的检查" in page


def test_what_is_overdue_stands_first_and_is_asked_for_this_person(app, people, desk):
    asked = []

    def source(person):
        asked.append(person.username)
        yield Waiting("待审批", 3, "/office/approvals", due="5月13日")
        yield Waiting("待报到", 1, "/office/calls", due="5月11日", overdue=True)

    waiting.register(app, source)
    page = words(desk("he").get("/office"))
    assert asked == ["he"]
    assert page.index("待报到 5月11日 前 已逾期") < page.index("待审批 5月13日 前")


def test_messages_and_the_visits_of_my_department(app, people, desk, today):
    visit = a_visit(app, people)
    with app.app_context():
        day = db.session.get(Visit, visit.id).date
        app.config["CLOCK"] = lambda: dt.datetime.combine(day, dt.time(9), instants.SHANGHAI)
        with transaction():
            tell([people["luo"]], "call-answered", department="甲局", name="加油站")
    page = words(desk("luo").get("/office"))
    assert "甲局已报到" in page
    assert "青阳县演示加油站" in page
    next_day = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(9), instants.SHANGHAI)
    app.config["CLOCK"] = lambda: next_day
    assert "青阳县演示加油站" not in words(desk("luo").get("/office"))


def test_a_withheld_visit_does_not_show_here(app, people, desk, today):
    visit = a_visit(app, people)
    with app.app_context():
        with transaction():
            row = db.session.get(Visit, visit.id)
            day, row.release_at = row.date, dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
        app.config["CLOCK"] = lambda: dt.datetime.combine(day, dt.time(9), instants.SHANGHAI)
    assert "青阳县演示加油站" not in words(desk("luo").get("/office"))
    assert "青阳县演示加油站" in words(desk("he").get("/office"))
