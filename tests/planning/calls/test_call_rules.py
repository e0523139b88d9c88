"""The law of calls, as tables."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.instants import SHANGHAI
from server.kernel.problems import Problem
from server.kernel.workdays import is_working
from server.planning.calls import rules
from server.planning.calls.rules import Answered, CallState
from server.planning.frequency.rules import Standing

NOW = dt.datetime(2026, 5, 12, 9, 30, tzinfo=SHANGHAI)


def moment(day, hour=12):
    return dt.datetime(2026, 5, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-05-08T09:30+08:00", "2026-05-09T09:00+08:00"),  # a Saturday worked for the holidays of May
        ("2026-05-12T09:30+08:00", "2026-05-13T09:00+08:00"),
        ("2026-05-15T09:30+08:00", "2026-05-18T09:00+08:00"),  # Friday: Monday
        ("2026-04-30T17:59+08:00", "2026-05-06T17:00+08:00"),  # before the holidays of May
    ],
)
def test_one_working_day_is_given(now, due):
    assert rules.default_due(dt.datetime.fromisoformat(now)) == dt.datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("due", "day", "half"),
    [("2026-05-13T09:00", "2026-05-13", "pm"), ("2026-05-15T17:00", "2026-05-18", "am")],
)
def test_the_visit_comes_after_the_answers(due, day, half):
    found = rules.half_after(dt.datetime.fromisoformat(due))
    assert found == (dt.date.fromisoformat(day), half)


@given(st.integers(0, 5 * 365 * 24 * 60))
def test_an_answer_is_always_due_on_a_working_day_to_come(minutes):
    now = NOW + dt.timedelta(minutes=minutes)
    due = rules.default_due(now)
    assert is_working(due.date())
    assert due.date() > now.date()


@pytest.mark.parametrize(
    ("due", "day", "half", "problem"),
    [
        (moment(12), dt.date(2026, 5, 12), "am", None),
        (moment(12, 16), dt.date(2026, 5, 12), "pm", None),  # at once: the half day has begun
        (moment(13), dt.date(2026, 5, 14), "am", None),
        (moment(15), dt.date(2026, 5, 16), "am", None),  # a Saturday
        (moment(12, 9), dt.date(2026, 5, 12), "pm", "call-due-past"),
        (moment(13), dt.date(2026, 5, 11), "pm", "call-day-past"),
        (moment(13), dt.date(2026, 5, 12), "pm", "call-due-late"),
        (moment(12, 16), dt.date(2026, 5, 12), "am", "call-due-late"),
    ],
)
def test_answers_come_before_the_visit_and_neither_is_past(due, day, half, problem):
    if problem is None:
        rules.check_times(due, day, half, NOW)
        return
    with pytest.raises(Problem) as refused:
        rules.check_times(due, day, half, NOW)
    assert refused.value.code == problem


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("举报人电话13812345678，晚上勿打", "举报人电话138****5678，晚上勿打"),
        ("138 1234 5678 或 138-1234-5678", "138****5678 或 138****5678"),
        ("座机0566-5021234", "座机056****1234"),
        ("身份证34172319900307123X反映", "身份证341****7123反映"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("该站 91341723MA2TEST01X 于 2026-05-12 09:30 储油 12000 升", None),
        ("工单 20260512000123456", None),
    ],
)
def test_numbers_that_tell_who_complained_are_masked(typed, kept):
    assert rules.without_numbers(typed) == (typed if kept is None else kept)


@pytest.mark.parametrize(
    ("used", "allowed", "reason", "passes"),
    [(0, 1, "", True), (1, 1, "", False), (1, 1, "投诉属实", True), (9, None, "", True)],
)
def test_a_cap_is_exceeded_with_a_reason_only(used, allowed, reason, passes):
    standings = [Standing(0, 2, dt.date(2026, 1, 1)), Standing(used, allowed, dt.date(2026, 1, 1))]
    if passes:
        rules.check_cap(standings, reason)
        return
    with pytest.raises(Problem, match="call-over-cap"):
        rules.check_cap(standings, reason)


@pytest.mark.parametrize(
    ("comes", "heads", "reason", "problem"),
    [
        (True, 3, "", None),
        (True, 4, "", "call-heads-free"),
        (False, 4, "全员在外执行任务", None),
        (True, 1, "", "call-heads"),
        (True, None, "", "call-heads"),
        (True, 21, "", "call-heads"),
        (False, None, "全员在外执行任务", None),
        (False, 2, "", "call-no-reason"),
    ],
)
def test_who_comes_brings_two_and_who_does_not_says_why(comes, heads, reason, problem):
    if problem is None:
        rules.check_answer(comes, heads, reason, free=3)
        return
    with pytest.raises(Problem, match=problem):
        rules.check_answer(comes, heads, reason, free=3)


@pytest.mark.parametrize(
    ("answers", "late", "sent", "off", "state"),
    [
        ([None, True], False, False, False, CallState.OPEN),
        ([None, True], True, False, False, CallState.LATE),
        ([False, True], True, False, False, CallState.READY),
        ([None], True, True, False, CallState.SENT),
        ([None], True, False, True, CallState.OFF),
    ],
)
def test_how_far_a_call_is(answers, late, sent, off, state):
    said = [Answered(str(at), comes) for at, comes in enumerate(answers)]
    due = NOW - dt.timedelta(hours=1) if late else NOW + dt.timedelta(hours=1)
    assert rules.state(said, due, NOW, sent=sent, off=off) is state


@pytest.mark.parametrize(
    ("roles", "department", "may"),
    [({"liaison"}, "SCJG", True), ({"head"}, "SCJG", True), ({"office"}, "SCJG", False),
     ({"liaison"}, "LXB", False), ({"liaison"}, None, False), ({"inspector"}, "SCJG", False)],
)  # fmt: skip
def test_who_calls(roles, department, may):
    assert rules.may_call(roles, department, {"SCJG", "XFJY"}) is may
