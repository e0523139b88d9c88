"""The law of the agenda: which days a calendar shows, and what is said of each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from server.kernel import workdays

FREE_DAYS = 14
"""Working days ahead for which free officers are counted."""


class View(StrEnum):
    """How much a calendar shows at a time."""

    MONTH = "month"
    WEEK = "week"


@dataclass(frozen=True)
class Day:
    """A day of the calendar: whether it is of the month shown, whether offices work, and if that is known."""

    date: date
    within: bool
    working: bool
    announced: bool

    @property
    def unusual(self) -> bool:
        """A holiday on a weekday, or a weekend on which offices work (调休)."""
        return self.working is not (self.date.weekday() < 5)


@dataclass(frozen=True)
class Span:
    """What a calendar shows: whole weeks from Monday on, and where its neighbours begin."""

    view: View
    days: tuple[Day, ...]
    first: date
    before: date
    after: date

    @property
    def since(self) -> date:
        """The first day shown."""
        return self.days[0].date

    @property
    def until(self) -> date:
        """The last day shown."""
        return self.days[-1].date

    @property
    def unannounced(self) -> list[int]:
        """The years shown whose holidays are not announced yet."""
        return sorted({one.date.year for one in self.days if not one.announced})


def span(view: View, day: date) -> Span:
    """The week or the month a day lies in."""
    monday = day - timedelta(days=day.weekday())
    if view is View.WEEK:
        days = [monday + timedelta(days=n) for n in range(7)]
        week = timedelta(days=7)
        return Span(view, tuple(_day(one, True) for one in days), monday, monday - week, monday + week)
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    begin = first - timedelta(days=first.weekday())
    weeks = -(-(after - begin).days // 7)
    days = [begin + timedelta(days=n) for n in range(7 * weeks)]
    shown = tuple(_day(one, first <= one < after) for one in days)
    return Span(view, shown, first, (first - timedelta(days=1)).replace(day=1), after)


def next_working(day: date, count: int = FREE_DAYS) -> list[date]:
    """So many working days, a day itself among them if it is one."""
    found: list[date] = []
    while len(found) < count:
        if workdays.is_working(day):
            found.append(day)
        day += timedelta(days=1)
    return found


def _day(day: date, within: bool) -> Day:
    return Day(day, within, workdays.is_working(day), workdays.is_announced(day))
