"""The law of the registry: which subjects may be checked and which officers may check them.

Pure: dates and officers come as arguments. Rule numbers (R-…) are those of the domain rules.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from stdnum.cn import uscc

OFFICERS_PER_DEPARTMENT = 2
CREDIT_CODE_LENGTH = 18
CREDIT_CODE_SIGNS = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")  # no I, O, S, V, Z


class EntityType(StrEnum):
    """How a subject is registered; limits on visits hold for individual businesses too (R-600)."""

    ENTERPRISE = "enterprise"
    INDIVIDUAL = "individual"
    NON_PROFIT = "non-profit"
    INSTITUTION = "institution"


class SubjectStatus(StrEnum):
    """R-301: an active subject is drawn, an abnormal or suspended one with that said, the others never."""

    ACTIVE = "active"
    ABNORMAL = "abnormal"  # on the list of abnormal operation (经营异常名录)
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    MOVED = "moved-away"


CLOSED = frozenset({SubjectStatus.CANCELLED, SubjectStatus.REVOKED, SubjectStatus.MOVED})


class RiskClass(StrEnum):
    """Credit risk. U is "unclassified" and is never shown as A (R-403)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    U = "U"


class AbsenceKind(StrEnum):
    """Why an officer is away (R-306)."""

    LEAVE = "leave"
    SECONDED = "seconded"
    STUDY = "study"


@dataclass(frozen=True)
class Away:
    """Days on which an officer is away, both included; without an end until further notice."""

    since: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether this day is one of them."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Officer:
    """What the rules need to know of an officer; `conflicts` are credit codes (R-409)."""

    person: str
    department: str
    valid_from: date
    valid_until: date
    specialties: frozenset[str]
    withdrawn: bool = False
    absences: tuple[Away, ...] = ()
    conflicts: frozenset[str] = frozenset()


def certificate_valid_on(valid_from: date, valid_until: date, day: date) -> bool:
    """A certificate counts on its first and on its last day."""
    return valid_from <= day <= valid_until


def hindrances(
    officer: Officer, *, days: Iterable[date], industry: str | None = None, subject_uscc: str | None = None
) -> list[str]:
    """Everything that keeps an officer from a visit, named.

    On all `days`, the day of the draw and that of the visit, the certificate must hold (R-304) and the
    officer be there (R-306); the specialty must fit, where an industry is named (R-407); an officer with an
    interest in the subject never goes (R-409). Only a certificate makes an officer: being an expert does not
    (R-303).
    """
    days = list(days)
    valid = all(certificate_valid_on(officer.valid_from, officer.valid_until, day) for day in days)
    found = {
        "certificate": officer.withdrawn or not valid,
        "specialty": industry is not None and industry not in officer.specialties,
        "away": any(away.covers(day) for away in officer.absences for day in days),
        "recusal": subject_uscc is not None and subject_uscc in officer.conflicts,
    }
    return [name for name, hindered in found.items() if hindered]


def eligible(
    officers: Iterable[Officer],
    *,
    days: Iterable[date],
    industry: str | None = None,
    subject_uscc: str | None = None,
) -> list[Officer]:
    """The officers who may be sent, in the order given."""
    days = list(days)
    return [
        one
        for one in officers
        if not hindrances(one, days=days, industry=industry, subject_uscc=subject_uscc)
    ]


def short_departments(departments: Iterable[str], team: Iterable[str]) -> list[str]:
    """Departments with fewer than two officers of their own (R-406); `team` names each officer's department.

    Two officers of two departments do not make up for one another.
    """
    present = list(team)
    return sorted(code for code in set(departments) if present.count(code) < OFFICERS_PER_DEPARTMENT)


def credit_code_trouble(code: str) -> tuple[str, dict[str, Any]] | None:
    """What is wrong with a unified social credit code (GB 32100): the problem and its particulars, or none.

    Positions count from 1. Of codes in use some fail the check digit, those of individual businesses above
    all, and samples have four signs masked (`is_masked`): what to make of it is the caller's.
    """
    if len(code) != CREDIT_CODE_LENGTH:
        return "credit-code-length", {"length": len(code)}
    for position, sign in enumerate(code, 1):
        if sign not in CREDIT_CODE_SIGNS:
            return "credit-code-sign", {"position": position, "sign": sign}
    expected = uscc.calc_check_digit(code[:-1])
    if code[-1] != expected:
        return "credit-code-check", {"position": CREDIT_CODE_LENGTH, "sign": code[-1], "expected": expected}
    return None


def is_masked(code: str) -> bool:
    """Whether a code has the four masked signs of a sample, so that its check digit says nothing."""
    return "XXXX" in code


def credit_code_in_doubt(code: str) -> bool:
    """Whether a unified social credit code (GB 32100) fails its check."""
    return credit_code_trouble(code) is not None


COUNTY_EDITOR = "office"
DEPARTMENT_EDITORS = frozenset({"planner", "liaison"})


def may_edit_subject(roles: Collection[str], department: str | None, listed: Collection[str]) -> bool:
    """Who may enter and change a subject: the office, and the planners and liaisons of a department that
    stands in the list of one of the subject's industries (`listed`)."""
    if COUNTY_EDITOR in roles:
        return True
    return department in listed and not DEPARTMENT_EDITORS.isdisjoint(roles)


def next_states(state: SubjectStatus) -> list[SubjectStatus]:
    """What a subject's state may become: a closed one can only be opened again, by a reason (R-301)."""
    if state in CLOSED:
        return [SubjectStatus.ACTIVE]
    return [one for one in SubjectStatus if one is not state]


@dataclass(frozen=True)
class Bounds:
    """A stretch of country, in units of 1e-7 degree."""

    south: int
    west: int
    north: int
    east: int

    def holds(self, lat_e7: int, lon_e7: int) -> bool:
        """Whether a place lies in it."""
        return self.south <= lat_e7 <= self.north and self.west <= lon_e7 <= self.east


CHINA = Bounds(30_000_000, 730_000_000, 540_000_000, 1_360_000_000)
AROUND = 5_000_000  # half a degree, some 50 km


def surroundings(places: Collection[tuple[int, int]]) -> Bounds:
    """The county and what lies around it, from where its towns lie; where no town is known, the country."""
    if not places:
        return CHINA
    lats, lons = [lat for lat, _ in places], [lon for _, lon in places]
    return Bounds(min(lats) - AROUND, min(lons) - AROUND, max(lats) + AROUND, max(lons) + AROUND)


def place_trouble(lat_e7: int | None, lon_e7: int | None, bounds: Bounds) -> str | None:
    """What is wrong with coordinates: one of them alone, or a place far from the county."""
    if lat_e7 is None or lon_e7 is None:
        return None if lat_e7 is lon_e7 else "place-half"
    return None if bounds.holds(lat_e7, lon_e7) else "place-far"
