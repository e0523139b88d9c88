"""The law of calls (牵头吹哨、部门报到): who calls, who answers, by when, and how far a call is.

Pure. The person who complained is never kept here, nor shown (R-1406).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from server.kernel import workdays
from server.kernel.instants import SHANGHAI
from server.kernel.problems import Problem
from server.planning.frequency.rules import Standing

CALLERS = ("liaison", "planner", "head")
"""Who calls for a department; its liaison and planner also answer, and send the team."""

MOST_HEADS = 20
LEAST_HEADS = 2
"""Of every department that comes (R-406)."""


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


def check_times(due: datetime, day: date, now: datetime) -> None:
    """The answer comes before the visit, and neither lies in the past."""
    if due <= now:
        raise Problem("call-due-past", field="due_at")
    if day < now.astimezone(SHANGHAI).date():
        raise Problem("call-day-past", field="day")
    if due.astimezone(SHANGHAI).date() > day:
        raise Problem("call-due-late", field="due_at")


def check_cap(standings: Collection[Standing], reason: str) -> None:
    """R-206: a check on a lead may exceed the cap, with a reason, and is counted."""
    if any(one.reached for one in standings) and not reason:
        raise Problem("call-over-cap", field="over_cap_reason")


def check_answer(comes: bool, heads: int | None, reason: str) -> None:
    """Whoever comes brings two at least; whoever does not says why."""
    if comes and not LEAST_HEADS <= (heads or 0) <= MOST_HEADS:
        raise Problem("call-heads", field="heads", least=LEAST_HEADS, most=MOST_HEADS)
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


def half_begins(day: date, half: str) -> datetime:
    """When half a day begins, on the county's clock."""
    return datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=9 if half == "am" else 14)
