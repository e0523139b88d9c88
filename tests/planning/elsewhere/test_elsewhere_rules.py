"""What the province's file says, however it is written, and where the registers say otherwise."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.problems import Problem
from server.planning.elsewhere import rules
from server.planning.elsewhere.rules import Fault, Known, Line, Named, Registers, Subject
from server.registry.rules import Away, Officer, SubjectStatus

DAY = dt.date(2026, 5, 14)
VALID = {"valid_from": dt.date(2020, 1, 1), "valid_until": dt.date(2030, 1, 1), "specialties": frozenset()}


@pytest.mark.parametrize(
    ("heads", "found"),
    [
        (["统一社会信用代码", "检查日期", "执法证号"], {"uscc": 0, "day": 1, "certificates": 2}),
        (
            ["序号", "检查对象名称", "对象统一社会信用代码", "检查时间（日）", "执法证件号码", "是否组长"],
            {"name": 1, "uscc": 2, "day": 3, "certificates": 4, "lead": 5},
        ),
        (
            ["信用代码", "检查日期", "检查人员执法证号", "检查人员姓名"],
            {"uscc": 0, "day": 1, "certificates": 2, "officers": 3},
        ),
        (
            ["组长姓名", "执法人员证号", "信用代码", "检查日期", "姓名"],
            {"lead": 0, "certificates": 1, "uscc": 2, "day": 3, "officers": 4},
        ),
    ],
)
def test_columns_are_known_by_their_heads(heads, found):
    assert {name: at for name, at in rules.columns(heads).items() if name in found} == found


def test_what_is_missing_is_named():
    with pytest.raises(Problem) as refused:
        rules.columns(["企业名称", "检查日期"])
    assert refused.value.params["columns"] == "统一社会信用代码、执法证号"


PLACES = {"uscc": 0, "name": 1, "day": 2, "half": 3, "officers": 4, "certificates": 5, "lead": 6}


def lines(*rows):
    return rules.lines(enumerate(rows, 2), PLACES)


def test_officers_stand_in_one_row_or_in_several():
    one = lines(["X1", "甲", "2026-05-14", "上午", "林、马", "340001、340002", "马"])
    several = lines(
        ["X1", "甲", "2026-05-14", "上午", "林", "340001", ""],
        ["X1", "甲", "2026-05-14", "上午", "马", "340002", "是"],
        ["", "", "", "", "", "", ""],
    )
    assert one == several
    assert one[0].officers == [Named("340001", "林"), Named("340002", "马", lead=True)]


def test_who_is_named_twice_goes_once():
    rows = (
        ["X1", "甲", "2026-05-14", "上午", "林、林、马", "340001、340001、340002", ""],
        ["X1", "甲", "2026-05-14", "上午", "马", "340002", ""],
    )
    assert [named.certificate for named in lines(*rows)[0].officers] == ["340001", "340002"]


def test_officers_below_merged_cells_go_to_the_subject_above():
    one, other = lines(
        ["X1", "甲", "2026-05-14", "下午", "林", "340001", ""],
        [None, None, None, None, "马", "340002", "是"],
        ["", "", "2026-05-15", "", "周", "340003", ""],
    )
    assert [named.name for named in one.officers] == ["林", "马"]
    assert (one.slot, other.slot) == ((DAY, "pm"), (DAY.replace(day=15), "pm"))
    assert (other.uscc, other.name, other.row) == ("X1", "甲", 4)


def test_officers_with_no_subject_above_are_told_of():
    (line,) = lines(["", "", "2026-05-14", "上午", "林", "1", ""])
    assert line.row == 2
    assert faults(line)[0][0] is Fault.CODE


@pytest.mark.parametrize(
    ("day", "half", "when"),
    [
        ("2026年5月14日", "", (DAY, "am")),
        ("2026/5/14", "下午", (DAY, "pm")),
        ("2026-05-14 14:30", "", (DAY, "pm")),
        ("2026-05-14 09:30", "", (DAY, "am")),
        ("2026.5.14 下午", None, (DAY, "pm")),
        (DAY, "PM", (DAY, "pm")),
        (dt.datetime(2026, 5, 14, 15, 0), None, (DAY, "pm")),  # noqa: DTZ001 - as a spreadsheet has it
        (46156, None, (DAY, "am")),
        ("改日", "", (None, "am")),
        (None, None, (None, "am")),
    ],
)
def test_days_are_read_as_people_write_them(day, half, when):
    (line,) = lines(["X1", "甲", day, half, "", "340001", ""])
    assert line.slot == when


@pytest.mark.parametrize(
    ("half", "read", "unread"),
    [
        ("晚上", "am", "晚上"),
        ("全天", "am", "全天"),
        ("上午、下午", "am", "上午、下午"),
        (0.75, "am", "0.75"),
        ("上", "am", ""),
        ("下", "pm", ""),
        ("9：00-14：30", "am", ""),
        ("14:30-17:00", "pm", ""),
    ],
)
def test_what_is_no_half_of_a_day_is_never_taken_for_a_morning(half, read, unread):
    (line,) = lines(["X1", "甲", "2026-05-14", half, "", "340001", ""])
    assert (line.day, line.half, line.unread) == (DAY, read, unread)


NUMBER = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
CELL = st.none() | st.text(max_size=12) | NUMBER | st.dates() | st.booleans()


@given(st.lists(st.lists(CELL, max_size=8), max_size=6))
def test_no_cell_makes_the_reading_fail(rows):
    for line in lines(*rows):
        assert line.half in ("am", "pm")


def officer(person, department="SCJG", **others):
    return Known(Officer(person=person, department=department, **VALID | others), f"名{person}", False)


def registers(**others):
    subject = Subject("e", "甲", SubjectStatus.ACTIVE, "B", frozenset({"YY"}))
    known = {"1": officer("1"), "2": officer("2"), "3": officer("3", "XFJY"), "4": officer("4", "XFJY")}
    said = {"subjects": {"X1": [subject]}, "officers": known, "booked": {}, "today": dt.date(2026, 5, 12)}
    return Registers(**said | others)


def a_line(**others):
    people = [Named(one, f"名{one}") for one in "1234"]
    usual = {"row": 2, "uscc": "X1", "name": "甲", "day": DAY, "half": "am", "officers": people}
    return Line(**usual | others)


def faults(line, known=None, industry="YY", lead="SCJG"):
    (judged,) = rules.judge([line], known or registers(), industry, lead)
    return [fault for fault, _about in judged.faults], judged.goes


def with_officer(**others):
    return registers(officers=registers().officers | {"1": officer("1", **others)})


ALIAS = Named("1", "别名")
SHUT = Subject("e", "甲", SubjectStatus.CANCELLED, "B", frozenset({"YY"}))
OTHER = Subject("f", "乙", SubjectStatus.ACTIVE, "B", frozenset({"YY"}))
OPEN = registers().subjects["X1"][0]


@pytest.mark.parametrize(
    ("line", "known", "found", "goes"),
    [
        (a_line(), registers(), [], True),
        (a_line(uscc="X2"), registers(), [Fault.CODE], False),
        (a_line(), registers(subjects={"X1": [SHUT]}), [Fault.CLOSED], False),
        (a_line(name="丙"), registers(subjects={"X1": [OPEN, OTHER]}), [Fault.SEVERAL], False),
        (a_line(), registers(subjects={"X1": [OPEN, OTHER]}), [], True),
        (a_line(name="甲站"), registers(), [Fault.NAME], True),
        (a_line(day=None), registers(), [Fault.DAY], False),
        (a_line(unread="晚上"), registers(), [Fault.HALF], False),
        (a_line(day=dt.date(2026, 5, 11)), registers(), [Fault.PAST], True),
        (a_line(day=dt.date(2026, 5, 16)), registers(), [Fault.HOLIDAY], True),
        (a_line(day=dt.date(2026, 5, 9)), registers(today=DAY.replace(day=1)), [], True),  # a make-up workday
        (a_line(officers=[*a_line().officers, Named("9", "谁")]), registers(), [Fault.CERTIFICATE], True),
        (a_line(officers=[Named("9", "谁")]), registers(), [Fault.CERTIFICATE, Fault.NO_OFFICER], False),
        (a_line(officers=[ALIAS, *a_line().officers[1:]]), registers(), [Fault.OFFICER_NAME], True),
        (a_line(officers=a_line().officers[1:]), registers(), [Fault.SHORT], True),
        (a_line(officers=a_line().officers[2:]), registers(), [Fault.NO_LEAD], False),
        (a_line(), with_officer(withdrawn=True), [Fault.GONE], True),
        (a_line(), with_officer(valid_until=dt.date(2026, 5, 13)), [Fault.INVALID], True),
        (a_line(), with_officer(absences=(Away(DAY, DAY),)), [Fault.AWAY], True),
        (a_line(), with_officer(conflicts=frozenset({"X1"})), [Fault.RECUSED], True),
        (a_line(), registers(booked={"1": {"2026-05-14/am"}}), [Fault.BOOKED], True),
        (a_line(), registers(booked={"1": {"2026-05-14/pm"}}), [], True),
        (a_line(), registers(visited={("e", DAY, "am")}), [Fault.SENT], False),
        (a_line(), registers(visited={("e", DAY, "pm")}), [], True),
    ],
)
def test_every_mismatch_is_found_and_some_keep_a_subject_out(line, known, found, goes):
    assert faults(line, known) == (found, goes)


def test_another_industry_is_told():
    assert faults(a_line(), industry="XX") == ([Fault.INDUSTRY], True)
    assert faults(a_line(), industry="", lead="") == ([], True)


def test_the_industry_of_most_subjects_is_the_likely_one():
    other = Subject("f", "乙", SubjectStatus.ACTIVE, "B", frozenset({"XX", "YY"}))
    known = registers(subjects={"X1": [OPEN], "X2": [other]})
    assert rules.likely_industry([a_line(), a_line(uscc="X2")], known) == "YY"
    assert rules.likely_industry([a_line(uscc="X3")], known) == ""


def test_nobody_is_at_two_places_at_once_unnoticed():
    other = a_line(uscc="X2", officers=[Named("1", "名1"), Named("2", "名2")])
    known = registers(subjects=registers().subjects | {"X2": [OTHER]})
    judged = rules.judge([a_line(), other], known, "YY", "SCJG")
    twice = [[about for fault, about in one.faults if fault is Fault.TWICE] for one in judged]
    assert twice == [["名1", "名2"]] * 2
    later = a_line(uscc="X2", half="pm", officers=other.officers)
    judged = rules.judge([a_line(), later], known, "YY", "SCJG")
    assert not any(fault is Fault.TWICE for one in judged for fault, _about in one.faults)


def test_a_department_of_the_task_that_sends_nobody_to_a_subject_is_short_there():
    other = a_line(uscc="X2", officers=a_line().officers[:2])
    known = registers(subjects=registers().subjects | {"X2": [OTHER]})
    judged = rules.judge([a_line(half="pm"), other], known, "YY", "SCJG")
    assert [(Fault.SHORT, "XFJY") in one.faults for one in judged] == [False, True]
    assert all(one.goes for one in judged)
    kept_out = a_line(half="pm", uscc="X3")
    judged = rules.judge([kept_out, other], known, "YY", "SCJG")
    assert [(Fault.SHORT, "XFJY") in one.faults for one in judged] == [False, False]


@pytest.mark.parametrize(
    ("named", "may", "lead"),
    [("2", "", "2"), ("", "2", "2"), ("", "", "1"), ("3", "", "1"), ("1", "2", "1")],
)
def test_who_leads(named, may, lead):
    people = [Named(one, f"名{one}", lead=one == named) for one in "1234"]
    known = {
        one: replace(officer(one, "SCJG" if one in "12" else "XFJY"), may_lead=one == may) for one in "1234"
    }
    (judged,) = rules.judge([a_line(officers=people)], registers(officers=known), "YY", "SCJG")
    assert judged.lead == lead
