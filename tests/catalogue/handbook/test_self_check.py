"""The enterprise's own check: judged as an officer's phone judges, and kept nowhere on the server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from server.catalogue.handbook.rules import Section, chapters, entries_of
from server.catalogue.handbook.self_check import Verdict, outcome
from server.catalogue.model import ChecklistVersion
from server.infra.db import db
from tests.catalogue.handbook.conftest import EVERYTHING, publish
from tests.office.conftest import words

ENTRIES = entries_of(chapters(EVERYTHING, [Section("SCJG", "市场监管局"), Section("XFJY", "消防")]))
IDS = [entry.item["id"] for entry in ENTRIES]
READINGS = ["", "0", "0.30", "0.31", "-0.30", "-0.31", "0.300", "０．３", "0.305", "abc", " 0.1 ", "9" * 40]
CHOICES = ["pass", "fail", "na", "pending", "open", "O1", "O3", "", "x"]
SAID = st.fixed_dictionaries(
    {},
    optional={one: st.sampled_from(CHOICES) for one in IDS}
    | {f"reading:{one}": st.sampled_from(READINGS) for one in IDS},
)


# --- rules


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"SC1": "pass"}, "pass"),
        ({"SC1": "fail"}, "fail"),
        ({"SC1": "na"}, "na"),
        ({}, "open"),
        ({"SC1": "pending"}, "open"),  # nobody may say that outright
        ({"SC1": "合格"}, "open"),
        ({"reading:SC1": "1"}, "open"),  # nothing is measured there
        # limits from -0.30 to 0.30, both inclusive, in whole steps
        ({"reading:SC2": "0.30"}, "pass"),
        ({"reading:SC2": "-0.3"}, "pass"),
        ({"reading:SC2": "0.31"}, "fail"),
        ({"reading:SC2": "-0.31"}, "fail"),
        ({"reading:SC2": "０．３０"}, "pass"),
        ({"reading:SC2": "0.301"}, "open"),
        ({"reading:SC2": "零点三"}, "open"),
        ({"reading:SC2": "  "}, "open"),
        ({"SC2": "pass", "reading:SC2": "0.31"}, "fail"),  # the limits decide
        ({"SC2": "pass"}, "open"),
        ({"SC2": "na", "reading:SC2": "0.31"}, "na"),
        ({"SC3": "O1"}, "pending"),
        ({"SC3": "O2"}, "pass"),
        ({"SC3": "O3"}, "fail"),
        ({"SC3": "O4"}, "open"),
        ({"SC3": "na"}, "na"),
        # limited by the subject's licence: who reads it judges it
        ({"XF2": "fail", "reading:XF2": "12"}, "fail"),
        ({"XF2": "pass"}, "pass"),
        ({"reading:XF2": "12"}, "open"),
        ({"XF2": "pass", "reading:XF2": "many"}, "open"),
        ({"XF3": "pass"}, "pass"),
    ],
)
def test_what_is_said_of_an_item(said, verdict):
    item = next(iter(said), "SC1").removeprefix("reading:")
    finding = next(one for one in outcome(ENTRIES, said).findings if one.entry.item["id"] == item)
    assert finding.verdict == verdict


@given(SAID)
def test_counts_add_up_and_nothing_is_listed_twice(said):
    checked = outcome(ENTRIES, said)
    assert sum(checked.counts.values()) == len(ENTRIES) == len(checked.findings)
    assert len(checked.to_correct) == checked.counts[Verdict.FAILS]
    assert all(one.verdict is Verdict.OPEN for one in checked.unreadable)


@given(SAID)
def test_what_is_shown_again_says_the_same(said):
    """A form filled from an outcome and sent once more comes to the same."""
    first = outcome(ENTRIES, said)
    again = {one.entry.item["id"]: one.choice for one in first.findings}
    again |= {f"reading:{one.entry.item['id']}": one.reading for one in first.findings}
    assert outcome(ENTRIES, again) == first


def test_the_gravest_is_corrected_first():
    checked = outcome(ENTRIES, {"SC1": "fail", "XF1": "fail", "SC3": "O3"})
    assert [one.entry.item["id"] for one in checked.to_correct] == ["XF1", "SC1", "SC3"]


# --- the pages


def version_hash(app, book):
    with app.app_context():
        return db.session.get_one(ChecklistVersion, book).hash


@pytest.fixture
def check(app, client, book):
    """Send the form as a browser without script does."""
    known = version_hash(app, book)
    return lambda **said: client.post("/handbook/YY/check", data={"hash": known} | said)


def test_it_needs_no_account_and_no_script(client, book, any_db):
    page = client.get("/handbook/YY/check")
    assert "Set-Cookie" not in page.headers
    assert 'method="post" action="/handbook/YY/check"' in page.text
    assert "checked" not in page.text
    for name in ("SC1", "reading:SC2", "SC3", "XF1"):
        assert f'name="{name}"' in page.text
    assert page.text.count("<script") == 1  # the module that keeps the answers on the phone
    assert "不是任何机关的结论" in words(page)
    assert "灭火器压力指针在绿区" in words(page)


def test_the_result_counts_and_says_what_to_correct_and_how(app, book, check, any_db):
    page = check(SC1="pass", **{"reading:SC2": "0.31"}, SC3="na", XF1="fail", XF2="pass")
    text = words(page)
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    for part in (
        "符合 2 不符合 2 不适用 1 未答 1 合计 6",
        "需要整改（2）",
        "0.31 %（限值 ±0.30）",
        "更换或者送检灭火器",
        "按要求整改到位：SC2 是否符合规定",
        "《消防法》第十六条",
        "青阳县消防救援大队",
        "还有 1 项没有回答",
        "不是任何机关的检查结论",
        version_hash(app, book),
        "第二版",
        "演示样例",
    ):
        assert part in text, part
    assert text.index("更换或者送检灭火器") < text.index("按要求整改到位")


def test_all_in_order_is_said_so_only_when_nothing_is_left_out(check):
    most = {"SC1": "pass", "reading:SC2": "0", "SC3": "O2", "XF1": "pass", "XF2": "pass"}
    assert "没有需要整改的项目" not in words(check(**most))
    assert "没有需要整改的项目" in words(check(**most, XF3="na"))


def test_a_reading_nobody_can_read_is_asked_for_again_and_nothing_is_lost(check):
    page = check(SC1="fail", **{"reading:SC2": "很多<b>"})
    assert page.status_code == 422
    assert 'value="很多&lt;b&gt;"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert 'href="#item-2"' in page.text
    assert "最多 2 位小数" in words(page)
    assert 'name="SC1" value="fail" checked' in page.text


def test_the_answers_may_be_changed_afterwards(check):
    page = check(SC1="na", **{"reading:SC2": "0.10"}, act="edit")
    assert 'name="SC1" value="na" checked' in page.text
    assert 'value="0.10"' in page.text
    assert "data-filled" in page.text
    sent_again = check(SC1="na", **{"reading:SC2": "0.10"}).text
    assert '<input type="hidden" name="SC1" value="na">' in sent_again
    assert '<input type="hidden" name="reading:SC2" value="0.10">' in sent_again


def test_a_list_published_meanwhile_is_said_and_the_answers_stay(app, check):
    with app.app_context():
        publish("第三版", [*EVERYTHING[:2], EVERYTHING[3]])
    page = check(SC1="pass", SC3="O3")
    assert page.status_code == 409
    assert '<div data-says="changed">' in page.text
    assert 'name="SC1" value="pass" checked' in page.text
    assert "SC3" not in page.text


def test_nothing_is_written_on_the_server(app, check):
    written = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *said: written.append(said[2]))
    check(SC1="fail", XF1="pass", act="edit")
    check(SC1="fail", XF1="pass")
    assert written
    assert {statement.split()[0] for statement in written} <= {"SELECT", "BEGIN", "PRAGMA"}


def test_whatever_is_sent_is_answered(client, book):
    for data in ({}, {"hash": "x" * 9000, "SC1": "\0"}, {"reading:SC2": "-" * 9000}):
        assert client.post("/handbook/YY/check", data=data).status_code == 409
