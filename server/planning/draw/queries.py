"""Reading draws: those of a task, the public's list, what was drawn and who goes there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, selectinload

from server.accounts.model import Person
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.planning.draw import ports
from server.planning.draw.course import EXPERTS, OPEN, Decision, DrawState, Standing
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject, Substitution
from server.planning.draw.ports import Present
from server.planning.tasks.model import Task
from server.registry.model import Enterprise
from server.registry.people.model import Expert

PAGE = 50
TICKETS = 60

PUBLIC = (DrawState.COMMITTED, DrawState.SETTLING, DrawState.SETTLED, DrawState.VOID)
"""From the commitment on a draw is the public's; one that was given up before it as well."""


def draws_of(task_id: str) -> Sequence[Draw]:
    """The draws of a task, the newest first, with their parties."""
    query = select(Draw).where(Draw.task_id == task_id).order_by(Draw.attempt.desc())
    return db.session.scalars(query.options(selectinload(Draw.parties))).all()


def settled_draw(task_id: str) -> Draw | None:
    """The draw that counts."""
    query = select(Draw).where(Draw.task_id == task_id, Draw.state == DrawState.SETTLED)
    return db.session.scalar(query)


def is_open(task_id: str) -> bool:
    """Whether a draw of a task was begun and is not over."""
    query = select(Draw.id).where(Draw.task_id == task_id, Draw.state.in_(OPEN)).limit(1)
    return db.session.scalar(query) is not None


def noted_under(task_id: str) -> list[Select[Any]]:
    """The ids the deeds of a task's draws stand under in the audit, as queries."""
    subject = DrawnSubject.task_id == task_id
    officers = select(DrawnOfficer.id).join(DrawnSubject, DrawnSubject.id == DrawnOfficer.subject_id)
    return [
        select(Draw.id).where(Draw.task_id == task_id),
        select(Substitution.id).where(Substitution.task_id == task_id),
        select(DrawnSubject.id).where(subject, DrawnSubject.state == Standing.REPLACED),
        officers.where(subject, DrawnOfficer.state == Standing.REPLACED),
    ]


@dataclass(frozen=True)
class PublicRow:
    """A draw in the public's list."""

    draw: Draw
    task: Task


def public_years() -> Sequence[int]:
    """The years there are public draws of, newest first."""
    query = select(Task.year).join(Draw, Draw.task_id == Task.id).where(Draw.state.in_(PUBLIC)).distinct()
    return db.session.scalars(query.order_by(Task.year.desc())).all()


def public_draws(year: int | None, after: str | None) -> list[PublicRow]:
    """One page and one more, newest first."""
    query = select(Draw, Task).join(Task, Task.id == Draw.task_id).where(Draw.state.in_(PUBLIC))
    if year:
        query = query.where(Task.year == year)
    if after:
        query = query.where(Draw.id < after)
    rows = db.session.execute(query.order_by(Draw.id.desc()).limit(PAGE + 1))
    return [PublicRow(draw, task) for draw, task in rows]


def counts(year: int | None) -> dict[str, int]:
    """How many draws there are in each state."""
    query = select(Draw.state, func.count()).join(Task, Task.id == Draw.task_id).group_by(Draw.state)
    query = query.where(Draw.state.in_(PUBLIC))
    return dict(db.session.execute(query.where(Task.year == year) if year else query).all())


def public_draw(draw_id: str) -> tuple[Draw, Task]:
    """A draw anybody may see."""
    draw = db.session.get(Draw, draw_id) if is_uuid(draw_id) else None
    if draw is None or draw.state not in PUBLIC:
        raise Problem("not-found")
    return draw, db.session.get_one(Task, draw.task_id)


@dataclass(frozen=True)
class Member:
    """An officer or expert of a team, or one who was."""

    row: DrawnOfficer
    who: str


@dataclass(frozen=True)
class Line:
    """A drawn subject and who goes there, in order of department and place.

    The rows are what the draw said and stay so; `visit` is what became of it once it was dispatched.
    """

    subject: DrawnSubject
    enterprise: Enterprise | None
    visit: Present | None = None
    members: list[Member] = field(default_factory=list)

    @property
    def day(self) -> date:
        """When the visit is."""
        return self.visit.day if self.visit else self.subject.day

    @property
    def half(self) -> str:
        """In which half of that day."""
        return self.visit.half if self.visit else self.subject.half

    @property
    def is_moved(self) -> bool:
        """Whether that is not the slot that was drawn."""
        return (self.day, self.half) != (self.subject.day, self.subject.half)

    @property
    def is_called_off(self) -> bool:
        """Whether nobody goes there though it was drawn."""
        return self.visit is not None and self.visit.called_off

    def leads(self, member: Member) -> bool:
        """Whether somebody leads: who was drawn to, until the lead is handed over."""
        if member.row.state != Standing.IN or member.row.department == EXPERTS:
            return False
        return member.row.person_id == self.visit.lead if self.visit else member.row.lead


def lines_of(task_id: str, after: int = 0, limit: int | None = PAGE) -> list[Line]:
    """Those who are in, or short, by place; a page and one more."""
    query = (
        _subjects()
        .where(DrawnSubject.task_id == task_id, DrawnSubject.state != Standing.REPLACED)
        .where(DrawnSubject.place > after)
        .order_by(DrawnSubject.place)
    )
    return _with_members(query.limit(limit + 1) if limit else query)


def replaced_of(task_id: str) -> list[Line]:
    """Those whose place another took, by place and time."""
    query = _subjects().where(
        DrawnSubject.task_id == task_id, DrawnSubject.state == Standing.REPLACED
    )
    return _with_members(query.order_by(DrawnSubject.place, DrawnSubject.id))


def line_of(task_id: str, subject_id: str) -> Line:
    """One of a task."""
    query = _subjects().where(DrawnSubject.task_id == task_id, DrawnSubject.id == subject_id)
    found = _with_members(query)
    if not found:
        raise Problem("not-found")
    return found[0]


def chain_of(line: Line) -> list[Line]:
    """All who held a place, the first first."""
    query = _subjects().where(
        DrawnSubject.task_id == line.subject.task_id, DrawnSubject.place == line.subject.place
    )
    return _with_members(query.order_by(DrawnSubject.at, DrawnSubject.id))


def tickets(draw: Draw) -> Sequence[DrawnSubject]:
    """The first subjects of a settled draw, as the meeting room's screen shows them."""
    query = select(DrawnSubject).where(
        DrawnSubject.draw_id == draw.id, DrawnSubject.replaces.is_(None)
    )
    return db.session.scalars(query.order_by(DrawnSubject.place).limit(TICKETS)).all()


def substitutions_of(subject: DrawnSubject) -> Sequence[Substitution]:
    """What was asked of one place, newest first."""
    query = select(Substitution).where(
        Substitution.task_id == subject.task_id, Substitution.subject_id == subject.id
    )
    return db.session.scalars(query.order_by(Substitution.id.desc())).all()


def asked_of(task_id: str) -> set[str]:
    """The drawn subjects of a task of which a substitution waits to be decided."""
    query = select(Substitution.subject_id).where(
        Substitution.task_id == task_id, Substitution.state == Decision.ASKED
    )
    return set(db.session.scalars(query))


@dataclass(frozen=True)
class SubstitutionRow:
    """One that was asked for: whom it concerns, by name."""

    found: Substitution
    task: Task
    enterprise: str
    who: str | None
    asked_by: str


def substitution_rows(some: Sequence[Substitution]) -> list[SubstitutionRow]:
    """Substitutions with the names they are about."""
    asker, officer = aliased(Person), aliased(Person)
    query = (
        select(Substitution, Task, Enterprise.name, func.coalesce(officer.name, Expert.name), asker.name)
        .join(Task, Task.id == Substitution.task_id)
        .join(DrawnSubject, DrawnSubject.id == Substitution.subject_id)
        .join(Enterprise, Enterprise.id == DrawnSubject.enterprise_id)
        .outerjoin(DrawnOfficer, DrawnOfficer.id == Substitution.officer_id)
        .outerjoin(officer, officer.id == DrawnOfficer.person_id)
        .outerjoin(Expert, Expert.id == DrawnOfficer.expert_id)
        .outerjoin(asker, asker.id == Substitution.asked_by)
        .where(Substitution.id.in_([one.id for one in some]))
        .order_by(Substitution.id)
    )
    return [SubstitutionRow(*row) for row in db.session.execute(query)]


def names_of(ids: Iterable[str | None]) -> dict[str | None, str]:
    """The names of people."""
    query = select(Person.id, Person.name).where(Person.id.in_({one for one in ids if one}))
    return dict(db.session.execute(query).all())


def _subjects() -> Any:
    return select(DrawnSubject, Enterprise).outerjoin(
        Enterprise, Enterprise.id == DrawnSubject.enterprise_id
    )


def _with_members(query: Any) -> list[Line]:
    rows = db.session.execute(query).all()
    visits = ports.present_visits([subject.id for subject, _enterprise in rows])
    lines = [Line(subject, enterprise, visits.get(subject.id)) for subject, enterprise in rows]
    by_id = {line.subject.id: line for line in lines}
    for row, person, expert in db.session.execute(_members(list(by_id))):
        by_id[row.subject_id].members.append(Member(row, person or expert or ""))
    return lines


def _members(subjects: list[str]) -> Any:
    return (
        select(DrawnOfficer, Person.name, Expert.name)
        .outerjoin(Person, Person.id == DrawnOfficer.person_id)
        .outerjoin(Expert, Expert.id == DrawnOfficer.expert_id)
        .where(DrawnOfficer.subject_id.in_(subjects))
        .order_by(DrawnOfficer.subject_id, DrawnOfficer.department, DrawnOfficer.place, DrawnOfficer.at)
    )
