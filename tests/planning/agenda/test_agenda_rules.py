"""Which days a calendar shows, and what is said of each."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.planning.agenda import rules
from server.planning.agenda.rules import View

DAYS = st.dates(dt.date(2004, 1, 1), dt.date(2090, 12, 31))


@given(DAYS)
def test_a_month_is_shown_in_whole_weeks_and_in_full(day):
    shown = rules.span(View.MONTH, day)
    dates = [one.date for one in shown.days]
    assert len(dates) % 7 == 0
    assert (dates[0].weekday(), dates[-1].weekday()) == (0, 6)
    within = [one.date for one in shown.days if one.within]
    assert day in within
    assert (within[0].day, within[-1] + dt.timedelta(days=1)) == (1, shown.after)
    assert not any(one.within for one in (*shown.days[:0], *shown.days[len(dates) :]))
    assert len(dates) - len(within) < 14


@given(DAYS, st.sampled_from(View))
def test_before_and_after_lead_back_here(day, view):
    here = rules.span(view, day)
    assert rules.span(view, here.after).before == here.first
    assert rules.span(view, here.before).after == here.first


@pytest.mark.parametrize(
    ("day", "working", "unusual"),
    [
        (dt.date(2026, 5, 12), True, False),
        (dt.date(2026, 5, 16), False, False),
        (dt.date(2026, 5, 1), False, True),  # a Friday, and a holiday
        (dt.date(2026, 5, 9), True, True),  # a Saturday on which offices work for it
    ],
)
def test_holidays_and_make_up_days_are_told(day, working, unusual):
    (shown,) = [one for one in rules.span(View.WEEK, day).days if one.date == day]
    assert (shown.working, shown.unusual, shown.announced) == (working, unusual, True)


def test_years_not_announced_are_named():
    assert rules.span(View.MONTH, dt.date(2026, 5, 12)).unannounced == []
    assert rules.span(View.WEEK, dt.date(2086, 12, 31)).unannounced == [2086, 2087]


def test_working_days_to_come_leave_holidays_out():
    days = rules.next_working(dt.date(2026, 4, 30), 3)
    assert days == [dt.date(2026, 4, 30), dt.date(2026, 5, 6), dt.date(2026, 5, 7)]
