"""The code at the door: shut before arrival, then plain, later without names."""

import datetime as dt
import re

import pytest

from server.infra.db import db
from server.planning.dispatch import rules
from server.planning.dispatch.model import Sending
from tests.office.conftest import words
from tests.planning.dispatch.conftest import NOW


@pytest.fixture
def visit(dispatched):
    _task, (visit,) = dispatched()
    return visit


def address(app, visit):
    with app.app_context():
        return f"/d/{db.session.get_one(Sending, visit.id).door}"


def arrived(visit):
    visit.phone("lin").arrive()
    return visit.sent()


def test_before_arrival_it_says_nothing_of_the_visit(app, client, visit, any_db):
    visit.phone("lin").write("note", {"department": "SCJG", "text": "在路上"})
    visit.sent()
    page = client.get(address(app, visit))
    assert (page.status_code, "尚未开放" in words(page)) == (200, True)
    for secret in ("青阳县演示加油站", "LC-2026", "演示人", "市场监督管理局", "检通", "2026-12-08"):
        assert secret not in page.text


def test_at_arrival_it_says_who_comes_and_why(app, client, visit, any_db):
    page = words(client.get(address(app, arrived(visit))))
    for said in ("属实", "青阳县演示加油站", "LC-2026-0001", "青市监检通〔2026〕第1号", "林演示", "340001",
                 "青阳县消防救援大队", "吴演示", "加油站联合抽查", "12345", "申请其回避"):  # fmt: skip
        assert said in page


def test_nothing_personal_beyond_names_and_certificates(app, client, visit):
    page = words(client.get(address(app, arrived(visit))))
    assert not re.search(r"(?<!\d)1\d{10}(?!\d)|\d{17}[\dX]", page)
    for one in ("0566-0000000", "91341723MA2TEST01X", "演示人"):
        assert one not in page


def test_who_left_the_team_is_no_longer_named(app, client, visit):
    arrived(visit).reassigned(leaves=["wu"], joins=["tang"])
    page = words(client.get(address(app, visit)))
    assert ("唐演示" in page, "吴演示" in page) == (True, False)


@pytest.mark.parametrize(("days", "named"), [(37, True), (38, False)])
def test_thirty_days_after_an_unclosed_visit_s_day_the_names_go(app, client, visit, days, named):
    """The visit is a week from now."""
    arrived(visit)
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(days=days)
    page = words(client.get(address(app, visit)))
    assert ("林演示" in page, "340001" in page, "属实" in page) == (named, named, True)


def test_they_go_thirty_days_after_it_was_closed(app, client, visit):
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(days=20)
    visit.answered().completed().signed()
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(days=50)
    assert "林演示" in words(client.get(address(app, visit)))
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(days=51)
    assert "林演示" not in words(client.get(address(app, visit)))


@pytest.mark.parametrize(
    ("ended", "today", "shown"),
    [
        ("2026-05-01", "2026-05-31", True),
        ("2026-05-01", "2026-06-01", False),
        ("2026-05-01", "2026-04-30", True),
    ],
)
def test_the_rule_of_thirty_days(ended, today, shown):
    assert rules.names_shown(dt.date.fromisoformat(ended), dt.date.fromisoformat(today)) is shown


def test_called_off_after_arrival_it_says_so(app, client, visit):
    arrived(visit).cancelled()
    page = words(client.get(address(app, visit)))
    assert ("本次检查已取消" in page, "属实" in page) == (True, False)


def test_called_off_before_it_stays_shut(app, client, visit):
    visit.cancelled()
    assert "尚未开放" in words(client.get(address(app, visit)))


@pytest.mark.parametrize("code", ["0" * 32, "x", "A" * 32, "%00"])
def test_no_other_code_leads_anywhere_and_whom_to_call_is_said(client, visit, code):
    page = client.get(f"/d/{code}")
    assert page.status_code == 404
    assert all(one in words(page) for one in ("没有登记过与这个码对应的检查", "12345", "执法证件"))
    told = client.get(f"/d/{code}", headers={"Accept": "application/json"})
    assert (told.status_code, told.get_json()["code"]) == (404, "code-unknown")
