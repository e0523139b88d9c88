"""Working days: holidays, make-up workdays, years not yet announced."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel import workdays


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 5, 1), False),  # Labour Day
        (date(2026, 5, 9), True),  # a Saturday worked for it
        (date(2026, 10, 1), False),
        (date(2026, 10, 9), True),
        (date(2026, 11, 28), False),  # a Saturday
        (date(2060, 1, 1), True),  # a Thursday of a year nobody has announced
    ],
)
def test_a_day_is_worked_or_not(day, works):
    assert workdays.is_working(day) is works


def test_an_unannounced_year_is_known_as_such():
    assert workdays.is_announced(date(2026, 1, 1))
    assert not workdays.is_announced(date(2060, 1, 1))


@given(st.dates(date(2005, 1, 1), date(2026, 11, 1)), st.integers(0, 40))
def test_a_period_holds_as_many_working_days_as_it_says(day, working):
    end = workdays.after(day, working)
    assert len(list(workdays.working_days(day, end))) - workdays.is_working(day) == working
    assert working == 0 or workdays.is_working(end)
