"""The law of calls (牵头吹哨、部门报到): who calls, who answers, by when, and how far a call is.

Pure. The person who complained is never kept here, nor shown (R-1406): numbers by which they might be found
are masked (`without_numbers`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from server.kernel import workdays
from server.kernel.instants import SHANGHAI
from server.kernel.problems import Problem
from server.planning.frequency.rules import Standing
from server.registry.people.rules import masked

CALLERS = ("liaison", "planner", "head")
"""Who calls for a department; its liaison and planner also answer, and send the team."""

MOST_HEADS = 20
LEAST_HEADS = 2
"""Of every department that comes (R-406)."""

_NUMBER = re.compile(
    r"(?<!\d)(?:[1１]\d{2}[ -]?\d{4}[ -]?\d{4}"  # mobile
    r"|[0０]\d{2,3}[ -]?\d{7,8}"  # with its area code
    r"|\d{6}[12]\d{3}[01]\d[0-3]\d{4}[\dXx])(?!\d)"  # of an identity card
)


class Cause(StrEnum):
    """Why a check is made that no plan foresaw (R-415)."""

    COMPLAINT = "complaint"
    TRANSFER = "transfer"
    ALERT = "alert"


class CallState(StrEnum):
    """How far a call is."""

    OPEN = "open"  # somebody has not answered, and is still in time
    LATE = "late"  # somebody has not answered in time
    READY = "ready"  # all have answered
    SENT = "sent"
    OFF = "off"  # called off


class TeamBy(StrEnum):
    """How the team is found."""

    DRAW = "draw"
    APPOINTED = "appointed"


@dataclass(frozen=True)
class Answered:
    """How one called department stands."""

    department: str
    comes: bool | None
    heads: int | None = None


def may_call(roles: Collection[str], department: str | None, inspecting: Collection[str]) -> bool:
    """Whether somebody calls for the own department: one that inspects."""
    return department in inspecting and not {*CALLERS}.isdisjoint(roles)


def default_due(now: datetime) -> datetime:
    """R-909: one working day, to the full hour."""
    there = now.astimezone(SHANGHAI)
    day = workdays.after(there.date(), 1)
    return datetime.combine(day, there.time(), SHANGHAI).replace(minute=0, second=0, microsecond=0)


def half_after(due: datetime) -> tuple[date, str]:
    """The first half of a working day that begins after answers are due, on the county's clock."""
    return (due.date(), "pm") if due.hour < 12 else (workdays.after(due.date(), 1), "am")


def check_times(due: datetime, day: date, half: str, now: datetime) -> None:
    """The answer comes before the visit is over, and neither lies in the past. Any day will do: what is
    urgent does not wait for a working day."""
    if due <= now:
        raise Problem("call-due-past", field="due_at")
    if half_ends(day, half) <= now:
        raise Problem("call-day-past", field="day")
    if due > half_ends(day, half):
        raise Problem("call-due-late", field="due_at")


def without_numbers(text: str) -> str:
    """A text with the numbers of phones and identity cards in it masked (R-1401, R-1406)."""
    return _NUMBER.sub(lambda found: masked(found[0]), text)


def check_cap(standings: Collection[Standing], reason: str) -> None:
    """R-206: a check on a lead may exceed the cap, with a reason, and is counted."""
    if any(one.reached for one in standings) and not reason:
        raise Problem("call-over-cap", field="over_cap_reason")


def check_answer(comes: bool, heads: int | None, reason: str, free: int = MOST_HEADS) -> None:
    """Whoever comes brings two at least, and no more than are `free` then; whoever does not says why."""
    if comes and not LEAST_HEADS <= (heads or 0) <= MOST_HEADS:
        raise Problem("call-heads", field="heads", least=LEAST_HEADS, most=MOST_HEADS)
    if comes and (heads or 0) > free:
        raise Problem("call-heads-free", field="heads", free=free)
    if not comes and not reason:
        raise Problem("call-no-reason", field="reason")


def state(answers: Collection[Answered], due: datetime, now: datetime, *, sent: bool, off: bool) -> CallState:
    """How far a call is now."""
    if off:
        return CallState.OFF
    if sent:
        return CallState.SENT
    if all(one.comes is not None for one in answers):
        return CallState.READY
    return CallState.LATE if due < now else CallState.OPEN


def half_ends(day: date, half: str) -> datetime:
    """When half a day is over, on the county's clock."""
    return datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=12 if half == "am" else 24)
