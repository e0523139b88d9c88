"""The law of draws made elsewhere: what the province's file says, and where it differs from the registers.

Pure: rows of cells come in, what the registers hold comes as arguments.
"""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from server.kernel import workdays
from server.kernel.problems import Problem
from server.registry.imports.rules import Cell, day_of, text_of
from server.registry.rules import CLOSED, OFFICERS_PER_DEPARTMENT, Officer, SubjectStatus, hindrances

MOST_ROWS = 3000

HEADS = {
    "number": ("任务编号", "任务号", "计划编号"),
    "task": ("任务名称", "计划名称"),
    "uscc": ("统一社会信用代码", "社会信用代码", "信用代码"),
    "name": ("检查对象名称", "检查对象", "企业名称", "主体名称"),
    "day": ("检查日期", "检查时间"),
    "half": ("时段", "上下午"),
    "officers": ("检查人员", "执法人员", "人员姓名", "姓名"),
    "certificates": ("执法证号", "执法证件号", "证件号", "证件编号", "人员证号"),
    "lead": ("组长",),
}
"""By what we need to know: the words a column may be headed with, the surest first."""

NEEDED = ("uscc", "day", "certificates")

_ORDER = (*(name for name in HEADS if name != "officers"), "officers")
_OF_SUBJECT = ("uscc", "name", "day", "half")

_SEVERAL = re.compile(r"[、，,;；/\n ]+")
_TIME = re.compile(r"\s*(上午|下午|[AaPp][Mm]|\d{1,2}:\d\d.*)$")
_HALVES = {"am": re.compile("上午|早上|^上$|am", re.I), "pm": re.compile("下午|^下$|pm", re.I)}
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:：]\d\d")
NOON = 12
_YES = {"是", "√", "✓", "y", "yes", "1", "组长", "true"}


class Fault(StrEnum):
    """What the registers do not bear out: `STOPS` keep a subject out, the others are to be looked at."""

    CODE = "code"  # no such credit code
    SEVERAL = "several"  # several premises of one code, and none of the name
    CLOSED = "closed"
    DAY = "day"  # no day
    HALF = "half"  # neither morning nor afternoon
    NO_OFFICER = "no-officer"  # none of the officers is known
    NAME = "name"  # of the enterprise
    INDUSTRY = "industry"  # not of the task's
    PAST = "past"
    HOLIDAY = "holiday"
    CERTIFICATE = "certificate"  # nobody has it
    OFFICER_NAME = "officer-name"
    GONE = "gone"  # certificate withdrawn
    INVALID = "invalid"  # certificate does not hold that day
    AWAY = "away"
    RECUSED = "recused"
    TWICE = "twice"  # somebody at two places at once, in this file
    BOOKED = "booked"  # or on a visit already
    SHORT = "short"  # fewer than two of a department
    NO_LEAD = "no-lead"  # nobody of the lead department
    SENT = "sent"  # a visit there and then is dispatched already, of an earlier file perhaps


STOPS = frozenset(
    {
        Fault.CODE,
        Fault.SEVERAL,
        Fault.CLOSED,
        Fault.DAY,
        Fault.HALF,
        Fault.NO_OFFICER,
        Fault.NO_LEAD,
        Fault.SENT,
    }
)
"""What keeps a subject out of the import."""


@dataclass(frozen=True)
class Named:
    """Somebody the file names."""

    certificate: str
    name: str
    lead: bool = False


@dataclass
class Line:
    """One subject of the file, with all who go there; `row` is the first of its rows."""

    row: int
    uscc: str
    name: str
    day: date | None
    half: str
    officers: list[Named] = field(default_factory=list)
    unread: str = ""  # what it says of the half day, where that is neither of the two

    @property
    def slot(self) -> tuple[date | None, str]:
        """When."""
        return self.day, self.unread or self.half


@dataclass(frozen=True)
class Subject:
    """What the register says of an enterprise."""

    id: str
    name: str
    status: SubjectStatus
    risk_class: str
    industries: frozenset[str]


@dataclass(frozen=True)
class Known:
    """What the register says of the holder of a certificate."""

    officer: Officer
    name: str
    may_lead: bool


@dataclass(frozen=True)
class Registers:
    """All the registers say of what a file names."""

    subjects: Mapping[str, Sequence[Subject]]  # by credit code
    officers: Mapping[str, Known]  # by certificate number
    booked: Mapping[str, Collection[str]]  # by person: slots in which they are on a visit
    today: date
    visited: Collection[tuple[str, date, str]] = ()  # enterprises with a visit on a day, in a half of it


@dataclass(frozen=True)
class Judged:
    """One line as the registers bear it out."""

    line: Line
    subject: Subject | None
    members: tuple[Known, ...]
    lead: str | None
    faults: tuple[tuple[Fault, str], ...]  # with whom or what it is about

    @property
    def goes(self) -> bool:
        """Whether it can be taken in."""
        return not any(fault in STOPS for fault, _about in self.faults)

    @property
    def gravity(self) -> int:
        """What is to be looked at first: 0 cannot be taken in, 1 differs, 2 is as in the registers."""
        return 0 if not self.goes else 1 if self.faults else 2


def columns(heads: Sequence[str]) -> dict[str, int]:
    """Which column says what; a Problem names what is missing.

    Officers come last: their words stand in the heads of their certificates, and in that of who leads, too.
    """
    plain = [re.sub(r"[（(].*?[)）]|[\s*:：]", "", head) for head in heads]
    found: dict[str, int] = {}
    for matches in (operator.eq, operator.contains):
        for name in sorted(HEADS.keys() - found.keys(), key=_ORDER.index):
            alike = [at for word in HEADS[name] for at, head in enumerate(plain) if matches(head, word)]
            free = [at for at in alike if at not in found.values()]
            if free:
                found[name] = free[0]
    missing = [HEADS[name][0] for name in NEEDED if name not in found]
    if missing:
        raise Problem("elsewhere-columns", field="file", columns="、".join(missing))
    return found


def lines(rows: Iterable[tuple[int, Sequence[Cell]]], places: Mapping[str, int]) -> list[Line]:
    """One line for each subject and time; a subject's officers stand in one row or in several.

    Officers without a subject are those of the one above, as where its cells are merged.
    """
    found: dict[tuple[str, str, date | None, str, str], Line] = {}
    above: dict[str, Cell] = {}
    for number, cells in rows:
        said = {name: cells[at] if at < len(cells) else None for name, at in places.items()}
        officers = _officers(said)
        if text_of(said.get("uscc")) or text_of(said.get("name")):
            above = {name: said.get(name) for name in _OF_SUBJECT}
        elif officers:
            said = above | {name: cell for name, cell in said.items() if text_of(cell)}
        else:
            continue
        uscc, name = text_of(said.get("uscc")).replace(" ", "").upper(), text_of(said.get("name"))
        day, half, unread = _when(said.get("day"), said.get("half"))
        new = Line(number, uscc, name, day, half, unread=unread)
        line = found.setdefault((uscc, name, day, half, unread), new)
        going: dict[str, Named] = {}
        for one in (*line.officers, *officers):
            going.setdefault(one.certificate, one)
        line.officers = list(going.values())
        if len(found) > MOST_ROWS:
            raise Problem("import-too-many-rows", field="file", most=MOST_ROWS)
    return list(found.values())


def text_in(rows: Iterable[tuple[int, Sequence[Cell]]], at: int | None) -> str:
    """The first text of a column."""
    if at is None:
        return ""
    return next((text for _row, cells in rows if at < len(cells) and (text := text_of(cells[at]))), "")


def likely_industry(found: Sequence[Line], registers: Registers) -> str:
    """The industry that most subjects of a file are registered in; none where none is known."""
    counted = Counter(
        code for line in found for one in registers.subjects.get(line.uscc, ()) for code in one.industries
    )
    return min(counted, key=lambda code: (-counted[code], code), default="")


def judge(found: Sequence[Line], registers: Registers, industry: str, lead: str) -> list[Judged]:
    """Every line beside the registers; an industry or a lead not chosen yet is no fault of theirs."""
    places = Counter((one.certificate, line.slot) for line in found for one in line.officers)
    twice = {place for place, count in places.items() if count > 1}
    judged = [_judged(line, registers, industry, lead, twice) for line in found]
    taking_part = {member.officer.department for one in judged if one.goes for member in one.members}
    return [_with_lacking(one, taking_part) if one.goes else one for one in judged]


def _with_lacking(one: Judged, taking_part: Collection[str]) -> Judged:
    """Who takes part in the task goes to every subject: a department that sends nobody is short, too."""
    lacking = sorted(set(taking_part) - {member.officer.department for member in one.members})
    return replace(one, faults=(*one.faults, *((Fault.SHORT, code) for code in lacking)))


def _judged(
    line: Line, registers: Registers, industry: str, lead: str, twice: Collection[tuple[str, object]]
) -> Judged:
    subject, faults = _subject(line, registers, industry)
    faults += _day(line, registers)
    members: list[Known] = []
    for one in line.officers:
        known = registers.officers.get(one.certificate)
        if known is None:
            faults.append((Fault.CERTIFICATE, f"{one.name} {one.certificate}".strip()))
            continue
        members.append(known)
        faults += [(fault, known.name) for fault in _officer(line, one, known, registers)]
        if (one.certificate, line.slot) in twice:
            faults.append((Fault.TWICE, known.name))
    faults += _team(members, lead)
    return Judged(line, subject, tuple(members), _lead(line, members, lead), tuple(faults))


def _subject(
    line: Line, registers: Registers, industry: str
) -> tuple[Subject | None, list[tuple[Fault, str]]]:
    known = registers.subjects.get(line.uscc, ())
    named = [one for one in known if one.name == line.name]
    if not known:
        return None, [(Fault.CODE, line.uscc)]
    if len(known) > 1 and len(named) != 1:
        return None, [(Fault.SEVERAL, line.uscc)]
    subject = named[0] if named else known[0]
    faults = []
    if subject.status in CLOSED:
        faults.append((Fault.CLOSED, subject.name))
    if line.name and subject.name != line.name:
        faults.append((Fault.NAME, subject.name))
    if industry and industry not in subject.industries:
        faults.append((Fault.INDUSTRY, subject.name))
    if line.day and (subject.id, line.day, line.half) in registers.visited:
        faults.append((Fault.SENT, str(line.day)))
    return subject, faults


def _day(line: Line, registers: Registers) -> list[tuple[Fault, str]]:
    faults = [(Fault.HALF, line.unread)] if line.unread else []
    if line.day is None:
        return [*faults, (Fault.DAY, "")]
    if line.day < registers.today:
        faults.append((Fault.PAST, str(line.day)))
    if not workdays.is_working(line.day):
        faults.append((Fault.HOLIDAY, str(line.day)))
    return faults


def _officer(line: Line, one: Named, known: Known, registers: Registers) -> list[Fault]:
    faults = []
    if one.name and one.name != known.name:
        faults.append(Fault.OFFICER_NAME)
    if known.officer.withdrawn:
        return [*faults, Fault.GONE]
    if line.day is None:
        return faults
    kinds = hindrances(known.officer, days=[line.day], subject_uscc=line.uscc)
    faults += [_HINDERED[kind] for kind in kinds if kind in _HINDERED]
    if f"{line.day}/{line.half}" in registers.booked.get(known.officer.person, ()):
        faults.append(Fault.BOOKED)
    return faults


_HINDERED = {"certificate": Fault.INVALID, "away": Fault.AWAY, "recusal": Fault.RECUSED}


def _team(members: Sequence[Known], lead: str) -> list[tuple[Fault, str]]:
    if not members:
        return [(Fault.NO_OFFICER, "")]
    present = Counter(one.officer.department for one in members)
    faults = [(Fault.SHORT, code) for code, count in present.items() if count < OFFICERS_PER_DEPARTMENT]
    return faults if not lead or lead in present else [*faults, (Fault.NO_LEAD, lead)]


def _lead(line: Line, members: Sequence[Known], lead: str) -> str | None:
    """Whom the file names, if of the lead department; else the first of it who may, else the first of it."""
    named = {one.name for one in line.officers if one.lead}
    own = [one for one in members if one.officer.department == lead]
    order = sorted(own, key=lambda one: (one.name not in named, not one.may_lead))
    return order[0].officer.person if order else None


def _when(day: Cell, half: Cell) -> tuple[date | None, str, str]:
    """The day, the half of it (of a bare day the morning), and what was said of that if it cannot be read."""
    said = text_of(half)
    read = _half(said or text_of(day))
    plain = _TIME.sub("", text_of(day)) if isinstance(day, str) else day
    unread = said if said and not read else ""
    try:
        return day_of(plain), read or "am", unread
    except ValueError:
        return None, read or "am", unread


def _half(said: str) -> str:
    """The half day that words name, or the first time in them; nothing where they name none or both."""
    halves = [half for half, named in _HALVES.items() if named.search(said)]
    if halves:
        return halves[0] if len(halves) == 1 else ""
    at = _CLOCK.search(said)
    return ("pm" if int(at[1]) >= NOON else "am") if at else ""


def _officers(said: Mapping[str, Cell]) -> list[Named]:
    numbers = [one.upper() for one in _SEVERAL.split(text_of(said.get("certificates"))) if one]
    names = [one for one in _SEVERAL.split(text_of(said.get("officers"))) if one]
    padded = names if len(names) == len(numbers) else [""] * len(numbers)
    mark = text_of(said.get("lead"))
    alone = len(numbers) == 1 and mark.lower() in _YES
    return [
        Named(number, name, alone or (bool(name) and name == mark))
        for number, name in zip(numbers, padded, strict=True)
    ]
