"""The list of visits: filters that are addresses, pages by key, no query in a loop."""

import datetime as dt
import re

import pytest
from sqlalchemy import event

from server.infra.db import db, transaction
from server.registry.model import Enterprise
from server.visits.listing import PAGE
from tests.builders import a_visit
from tests.office.conftest import words

DAY = dt.date(2026, 11, 24)


def numbers(response):
    return re.findall(r"LC-\d{4}-\d{4}", words(response))


@pytest.fixture
def he(desk, people, any_db):
    return desk("he")


def test_an_empty_list_says_what_will_appear(he):
    assert "检查派发给检查组后会显示在这里" in words(he.get("/office/visits"))


def test_no_match_offers_to_clear_the_filters(he):
    page = words(he.get("/office/visits?q=nobody"))
    assert "没有符合条件的检查" in page
    assert "清除条件" in page


def test_states_filter(app, people, he):
    a_visit(app, people)
    a_visit(app, people).cancelled()
    a_visit(app, people).answered()
    a_visit(app, people).answered().completed().signed()
    found = {
        status: numbers(he.get(f"/office/visits?status={status}"))
        for status in ("assigned", "cancelled", "open", "signed")
    }
    assert found == {
        "assigned": ["LC-2026-0001"],
        "cancelled": ["LC-2026-0002"],
        "open": ["LC-2026-0003"],
        "signed": ["LC-2026-0004"],
    }


def test_a_conflict_of_answers_is_found_under_conflicts(app, people, he):
    a_visit(app, people)
    visit = a_visit(app, people).answered()
    zhou, wu = visit.phone("zhou"), visit.phone("wu")
    first = next(entry for entry in zhou.chain if entry["body"].get("item") == "XF1")
    zhou.answer("XF1", "fail", replaces=[first])
    wu.answer("XF1", "na", replaces=[first], reason="没有")
    visit.sent()
    page = he.get("/office/visits?status=conflict")
    assert numbers(page) == ["LC-2026-0002"]
    assert "冲突 1" in words(page)


def test_dates_departments_and_words_filter(app, people, he):
    for days in range(4):
        a_visit(app, people, date=DAY + dt.timedelta(days=days))
    with app.app_context(), transaction():
        db.session.get_one(Enterprise, people.enterprise).name = "100%_青阳 <b>加油站</b>"
    assert len(numbers(he.get("/office/visits?since=2026-11-25&until=2026-11-26"))) == 2
    assert len(numbers(he.get("/office/visits?since=bad&until=2026-13-41"))) == 4
    assert len(numbers(he.get("/office/visits?department=XFJY"))) == 4
    assert numbers(he.get("/office/visits?department=WJW")) == []
    assert numbers(he.get("/office/visits?q=LC-2026-0003")) == ["LC-2026-0003"]
    assert len(numbers(he.get("/office/visits", query_string={"q": "100%_青"}))) == 4
    assert numbers(he.get("/office/visits", query_string={"q": "1%青"})) == []
    assert len(numbers(he.get("/office/visits", query_string={"q": "91341723ma2"}))) == 4


@pytest.mark.parametrize("search", ["q=%00", "q=a%00b", "department=%00", "after=%00", "status=%00", "q=%ff"])
def test_what_no_database_takes_is_no_search(he, search):
    assert he.get(f"/office/visits?{search}").status_code == 200


def test_a_name_stays_text(app, people, he):
    a_visit(app, people)
    with app.app_context(), transaction():
        db.session.get_one(Enterprise, people.enterprise).name = "<script>alert(1)</script>"
    page = he.get("/office/visits?q=<script>")
    assert "<script>alert" not in page.text
    assert "<script>alert(1)</script>" in words(page)


def test_pages_go_forth_and_back_by_key(app, people, he):
    for place in range(PAGE + 3):
        a_visit(app, people, date=DAY + dt.timedelta(days=place // 3))
    first = he.get("/office/visits")
    assert len(numbers(first)) == PAGE
    onward = link(first, "after")
    second = he.get(onward)
    assert len(numbers(second)) == 3
    assert not set(numbers(first)) & set(numbers(second))
    assert not links(second, "after")
    back = he.get(link(second, "before"))
    assert numbers(back) == numbers(first)
    assert not links(back, "before")
    assert numbers(he.get("/office/visits?after=mangled")) == numbers(first)


def test_an_address_puts_nothing_of_its_own_into_links(he):
    page = he.get("/office/visits?_external=1&_scheme=javascript&_anchor=x&q=nobody").text
    assert 'href="javascript' not in page
    assert 'href="/office/visits?status=open&amp;q=nobody"' in page


def links(page, name):
    return re.findall(rf'href="(/office/visits\?[^"]*{name}=[^"]+)"', page.text)


def link(page, name):
    (found,) = links(page, name)
    return found.replace("&amp;", "&")


def test_a_longer_list_costs_no_more_queries(app, people, he):
    for _ in range(2):
        a_visit(app, people)
    short = queries_of(app, lambda: he.get("/office/visits"))
    for _ in range(8):
        a_visit(app, people)
    assert queries_of(app, lambda: he.get("/office/visits")) == short
    assert short <= 8


def queries_of(app, deed):
    asked = []
    with app.app_context():
        engine = db.engine
    listener = lambda *arguments: asked.append(arguments[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    deed()
    event.remove(engine, "before_cursor_execute", listener)
    return len(asked)
