"""The law of dispatch: when a team sets out, what keeps it at home, how papers are numbered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from server.kernel import workdays
from server.kernel.instants import SHANGHAI
from server.kernel.problems import Problem
from server.planning.tasks.rules import ApprovalState, TaskSource, Terms
from server.planning.tasks.talks.rules import in_window
from server.registry.rules import OFFICERS_PER_DEPARTMENT
from server.visits.rules import NOON

HALVES = {"am": "09:00", "pm": "14:30"}
"""When a visit of a half day begins."""

NAMES_DAYS = 30
"""How long after a visit the page at the door still names its officers."""

NOTICE_DAYS = 3
"""So many working days before a visit its notice ought to be given."""

STALLED = timedelta(minutes=2)
"""A dispatch in the background that made no visit for so long has stopped, and may be begun again."""

EDITORS = frozenset({"planner", "liaison"})
"""Who does so for the lead department; the joint office does for all."""

MOST_CORRECTIONS = 50

SIGNS = {
    "SCJG": "青市监", "YJGL": "青应急", "XFJY": "青消", "ZJJ": "青住建", "WJW": "青卫健", "JTJ": "青教体",
    "WLJ": "青文旅", "GAJ": "青公", "SHJ": "青环", "JTYS": "青交运", "RSJ": "青人社", "SHUI": "青税",
    "SHWJ": "青商务", "CGJ": "青城管", "QXJ": "青气象", "ZRZY": "青自然资规", "NYNC": "青农",
    "MZJ": "青民", "YBJ": "青医保", "YZGL": "青邮管", "YCZM": "青烟专", "XCB": "青宣",
}  # fmt: skip
"""机关代字: what stands for an agency in the numbers of its papers."""


def is_under_way(last: datetime, at: datetime) -> bool:
    """Whether a dispatch that made its last visit then still goes on."""
    return at - last < STALLED


class NoticeWay(StrEnum):
    """How an enterprise was told beforehand."""

    LINK = "link"
    PHONE = "phone"
    PAPER = "paper"
    POST = "post"


class ChangeKind(StrEnum):
    """What was changed of a dispatched visit."""

    MOVED = "moved"
    REPLACED = "replaced"
    MERGED = "merged"
    CANCELLED = "cancelled"


TO_BE_TOLD = (ChangeKind.MOVED, ChangeKind.MERGED)
"""After what an enterprise that was told of a visit has to be told anew."""


class Liberty(StrEnum):
    """What a moved visit may do only when somebody says so."""

    WINDOW = "window"  # outside May to November
    TERMS = "terms"  # outside the days that were agreed


class HitchKind(StrEnum):
    """Why a drawn subject cannot be sent to as it stands."""

    GONE = "gone"  # no account or no certificate any more
    CERTIFICATE = "certificate"  # does not hold on the day
    AWAY = "away"
    RECUSAL = "recusal"
    BOOKED = "booked"  # on another visit in that half day
    SHORT = "short"  # fewer than two of a department
    LEAD = "lead"  # nobody to lead
    CLOSED = "closed"  # the subject exists no more
    ASKED = "asked"  # a substitution waits to be decided
    CAP = "cap"  # it would be visited too often


@dataclass(frozen=True)
class Hitch:
    """One thing in the way: which officer or department, and for a cap how often it was visited already."""

    kind: HitchKind
    person: str | None = None
    department: str | None = None
    used: int = 0
    allowed: int = 0


@dataclass(frozen=True)
class Goer:
    """A drawn officer as the day of dispatch finds them; `hindered` are the registry's words (or `gone`)."""

    person: str
    department: str
    lead: bool
    hindered: tuple[str, ...] = ()
    booked: bool = False


def team_hitches(departments: Iterable[str], team: Sequence[Goer]) -> list[Hitch]:
    """All that keeps a team at home. One who is hindered still fills a place: a substitute takes it."""
    found = [
        Hitch(HitchKind(kind), one.person, one.department)
        for one in team
        for kind in (*one.hindered, *(("booked",) if one.booked else ()))
    ]
    present = Counter(one.department for one in team)
    found += [
        Hitch(HitchKind.SHORT, department=code)
        for code in departments
        if present[code] < OFFICERS_PER_DEPARTMENT
    ]
    if sum(one.lead for one in team) != 1:
        found.append(Hitch(HitchKind.LEAD))
    return found


def strictest(approvals: Iterable[Mapping[str, Any]]) -> list[Any]:
    """One for each department: of two tasks done on one visit, what holds it up more."""
    found: dict[str, Any] = {}
    for one in sorted(approvals, key=_leniency):
        found.setdefault(one["department"], one)
    return [found[code] for code in sorted(found)]


def _leniency(one: Mapping[str, Any]) -> tuple[int, bool, str]:
    order = (ApprovalState.REFUSED, ApprovalState.ASKED, ApprovalState.APPROVED)
    return order.index(one["state"]), one["urgent"], one["due_at"] or ""


def deputy_of(team: Sequence[Goer]) -> str | None:
    """Who takes over where the lead falls out: the next of the lead's own department."""
    lead = next((one for one in team if one.lead), None)
    if lead is None:
        return None
    return next((one.person for one in team if not one.lead and one.department == lead.department), None)


def may_dispatch(roles: Collection[str], department: str | None, lead: str) -> bool:
    """The joint office for all tasks, planner and liaison of the lead department for its own."""
    return "office" in roles or (department == lead and not EDITORS.isdisjoint(roles))


def half_of(slot: str) -> str:
    """The half of the day a time lies in."""
    return "am" if slot < NOON else "pm"


def begins(day: date, slot: str) -> datetime:
    """When a visit begins, on the county's clock."""
    return datetime.combine(day, time.fromisoformat(slot), SHANGHAI)


def release(day: date, slot: str, hours: int) -> datetime:
    """When the team of an unannounced visit is told where it goes (R-414)."""
    return begins(day, slot) - timedelta(hours=hours)


def notice_due(today: date) -> date:
    """The first day a visit may have whose enterprise is told today in good time (R-502)."""
    return workdays.after(today, NOTICE_DAYS)


def waiting_since(today: date) -> datetime:
    """The beginning of the last working day: what happened before has waited for more than one."""
    return datetime.combine(workdays.before(today), time(), SHANGHAI)


def notice_number(code: str, short_name: str, year: int, number: int) -> str:
    """The number of a 行政检查通知书."""
    return f"{SIGNS.get(code) or '青' + short_name}检通〔{year}〕第{number}号"


def names_shown(ended: date, today: date) -> bool:
    """Whether officers are still named to the public, so many days after a visit ended."""
    return today <= ended + timedelta(days=NAMES_DAYS)


def check_move(day: date, half: str, before: tuple[date, str], today: date, source: str) -> None:
    """A visit moves to another half day of a working day, make-up workdays among them, and not into the past;
    one on a call, being urgent, to any day."""
    if half not in HALVES:
        raise Problem("choice-needed", field="half")
    if day < today:
        raise Problem("move-past", field="day")
    if (day, half) == before:
        raise Problem("move-nowhere", field="day")
    if source != TaskSource.CALL and not workdays.is_working(day):
        raise Problem("move-no-working-day", field="day")


def liberties(day: date, source: str, terms: Terms | None) -> list[Liberty]:
    """What has to be confirmed, with the reason, before a visit goes on that day."""
    found = []
    if source != TaskSource.CALL and not in_window(day, day):
        found.append(Liberty.WINDOW)
    if terms and not terms.since <= day <= terms.until:
        found.append(Liberty.TERMS)
    return found


def materials_of(text: str) -> list[str]:
    """The list of what is asked for: one a line, each once (R-503: nothing is asked for twice)."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def seen_of(members: Iterable[str], seen: Mapping[str, object]) -> tuple[int, int]:
    """How many of a team know, of how many."""
    team = list(members)
    return sum(one in seen for one in team), len(team)
