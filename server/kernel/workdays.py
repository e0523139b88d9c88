"""Working days by the State Council's notices, make-up workdays (调休) included.

Beyond the years announced so far Monday to Friday count, and `is_announced` says so.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar


def is_announced(day: date) -> bool:
    """Whether the holidays of the day's year are known."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def is_working(day: date) -> bool:
    """Whether offices work that day."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def working_days(since: date, until: date) -> Iterator[date]:
    """The working days between two days, both included."""
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        if is_working(day):
            yield day


def before(day: date) -> date:
    """The last working day before a day."""
    day -= timedelta(days=1)
    while not is_working(day):
        day -= timedelta(days=1)
    return day


def after(day: date, working: int) -> date:
    """The last day of a period of working days; the day of the event does not count (rules, section 15)."""
    while working:
        day += timedelta(days=1)
        working -= is_working(day)
    return day
