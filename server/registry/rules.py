"""The law of the registry: which subjects may be checked and which officers may check them.

Pure: dates and officers come as arguments. Rule numbers (R-…) are those of the domain rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.cn import uscc

OFFICERS_PER_DEPARTMENT = 2


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


class RiskClass(StrEnum):
    """Credit risk. U is "unclassified" and is never shown as A (R-403)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    U = "U"


class OfficerState(StrEnum):
    """R-306: whoever is away is not sent."""

    ON_DUTY = "on-duty"
    ON_LEAVE = "on-leave"
    SECONDED = "seconded"
    IN_TRAINING = "in-training"


@dataclass(frozen=True)
class Officer:
    """What the rules need to know of an officer."""

    person: str
    department: str
    valid_from: date
    valid_until: date
    specialties: frozenset[str]
    state: OfficerState
    conflict_uscc: str | None


def certificate_valid_on(valid_from: date, valid_until: date, day: date) -> bool:
    """A certificate counts on its first and on its last day."""
    return valid_from <= day <= valid_until


def hindrances(
    officer: Officer, *, industry: str, days: Iterable[date], subject_uscc: str | None
) -> list[str]:
    """Everything that keeps an officer from a visit, named: the certificate must hold on all `days`, the
    day of the draw and that of the visit (R-304), the specialty must fit (R-407), and an officer with an
    interest in the subject never goes (R-409)."""
    valid = all(certificate_valid_on(officer.valid_from, officer.valid_until, day) for day in days)
    found = {
        "certificate": not valid,
        "specialty": industry not in officer.specialties,
        "away": officer.state is not OfficerState.ON_DUTY,
        "recusal": subject_uscc is not None and officer.conflict_uscc == subject_uscc,
    }
    return [name for name, hindered in found.items() if hindered]


def eligible(
    officers: Iterable[Officer], *, industry: str, days: Iterable[date], subject_uscc: str | None = None
) -> list[Officer]:
    """The officers who may be sent, in the order given."""
    days = list(days)
    return [
        one
        for one in officers
        if not hindrances(one, industry=industry, days=days, subject_uscc=subject_uscc)
    ]


def short_departments(departments: Iterable[str], team: Iterable[str]) -> list[str]:
    """Departments with fewer than two officers of their own (R-406); `team` names each officer's department.

    Two officers of two departments do not make up for one another.
    """
    present = list(team)
    return sorted(code for code in set(departments) if present.count(code) < OFFICERS_PER_DEPARTMENT)


def credit_code_in_doubt(code: str) -> bool:
    """Whether a unified social credit code (GB 32100) fails its check.

    A warning, never a refusal: codes in use are known to fail it, those of individual businesses above all.
    """
    return not uscc.is_valid(code)
