"""The monthly review of officers and experts: what looks stale, department by department, and who looked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select

from server.accounts.model import Department, Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db, insert_once
from server.kernel.problems import Problem
from server.registry.model import Inspector, ReviewMark
from server.registry.people import rules
from server.registry.people.experts import in_state
from server.registry.people.listing import in_certificate_state, lacking, today
from server.registry.people.model import Expert
from server.registry.people.rules import AppointmentState, CertificateState

EXPERTS = "experts"
LINES = ("expired", "expiring", "specialty", "grid")


@dataclass(frozen=True)
class Mark:
    """That somebody went through it this month."""

    at: datetime
    by: str | None


@dataclass(frozen=True)
class Findings:
    """What looks stale with one department's officers; `found` by LINES."""

    department: Department
    officers: int
    found: dict[str, int]
    mark: Mark | None

    @property
    def total(self) -> int:
        """How many findings there are."""
        return sum(self.found.values())


def month() -> str:
    """The month it is: 2026-11."""
    return f"{today():%Y-%m}"


def line_of(department: str) -> str:
    """What a department's officers are called among the lines of a review."""
    return f"officers:{department}"


def officers_by_department(codes: Iterable[str] | None = None) -> list[Findings]:
    """The findings of each department that has officers, of some or of all: two queries."""
    day = today()
    stale = {
        "expired": in_certificate_state(CertificateState.EXPIRED, day),
        "expiring": in_certificate_state(CertificateState.EXPIRING, day),
        "specialty": [lacking(Inspector.specialties)],
        "grid": [lacking(Inspector.grids)],
    }
    counts = [func.sum(case((and_(*conditions), 1), else_=0)) for conditions in stale.values()]
    query = (
        select(Department, func.count(), *counts)
        .join(Person, Person.department == Department.code)
        .join(Inspector, Inspector.person_id == Person.id)
        .where(Inspector.ended_at.is_(None))
        .group_by(*Department.__table__.columns)
        .order_by(Department.order)
    )
    if codes is not None:
        query = query.where(Department.code.in_(codes))
    rows = db.session.execute(query).all()
    marks = marks_of([line_of(row[0].code) for row in rows])
    return [
        Findings(row[0], row[1], dict(zip(LINES, row[2:], strict=True)), marks.get(line_of(row[0].code)))
        for row in rows
    ]


def experts_ending() -> int:
    """How many appointments end soon."""
    conditions = in_state(AppointmentState.EXPIRING, today())
    return db.session.scalars(select(func.count()).select_from(Expert).where(*conditions)).one()


def marks_of(lines: Sequence[str]) -> dict[str, Mark]:
    """Which of these lines were gone through this month, and by whom."""
    query = (
        select(ReviewMark.line, ReviewMark.at, Person.name)
        .outerjoin(Person, Person.id == ReviewMark.actor)
        .where(ReviewMark.month == month(), ReviewMark.line.in_(lines))
    )
    return {line: Mark(at, name) for line, at, name in db.session.execute(query)}


def mark_officers(actor: Person, department: str) -> None:
    """Note that a department's officers were gone through this month; said again it changes nothing.

    To be called inside a transaction, as the next.
    """
    rules.refuse_foreign(actor.roles, actor.department, department)
    findings = officers_by_department([department])
    if not findings:
        raise Problem("not-found")
    _mark(actor, line_of(department), findings[0].total)


def mark_experts(actor: Person) -> None:
    """Note that the experts were gone through this month."""
    _mark(actor, EXPERTS, experts_ending())


def _mark(actor: Person, line: str, found: int) -> None:
    if insert_once(ReviewMark, month=month(), line=line, found=found, at=now(), actor=actor.id):
        record(actor.id, "registry-reviewed", line, month=month(), found=found)
