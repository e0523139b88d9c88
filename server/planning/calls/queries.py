"""Reading calls: the list, counted apart from planned checks; one call; what waits. No query in a loop."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import selectinload

from server.accounts.model import Department, Person
from server.infra.clock import now
from server.infra.db import db
from server.kernel.instants import SHANGHAI
from server.kernel.problems import Problem
from server.planning.calls import rules
from server.planning.calls.model import Call, CallAnswer
from server.planning.calls.rules import Answered, CallState
from server.planning.dispatch.model import Sending
from server.planning.draw.access import may_know
from server.planning.tasks.model import Task, TaskDepartment
from server.planning.tasks.rules import OVERSEERS, TaskState
from server.registry.credit.model import Trigger
from server.registry.model import Enterprise
from server.visits.model import Visit, VisitMember

PAGE = 50


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; each is part of the address."""

    state: str | None = None
    cause: str | None = None
    department: str | None = None
    year: int | None = None
    over_cap: bool = False


@dataclass(frozen=True)
class Place:
    """A place in the list, and on which side of it to go on reading."""

    at: dt.datetime
    id: str
    backwards: bool = False


@dataclass(frozen=True)
class Row:
    """One call with its task, its enterprise, and how those called stand."""

    call: Call
    task: Task
    enterprise: Enterprise
    answers: Sequence[CallAnswer]
    released: bool

    def known_to(self, person: Person) -> bool:
        """Whether somebody may be told which enterprise it is: of one that goes unannounced nobody but the
        lead's and the joint office until its visit is released (R-414)."""
        return not self.task.unannounced or self.released or may_know(person, self.task)

    @property
    def coming(self) -> list[CallAnswer]:
        """Those who said that they come, and are not left behind."""
        return [one for one in self.answers if one.comes and not one.without_reason]

    @property
    def state(self) -> CallState:
        """How far it is now."""
        answers = [Answered(one.department, one.comes, one.heads) for one in self.answers]
        sent, off = _sent(self.task), self.task.state == TaskState.CLOSED
        return rules.state(answers, self.call.due_at, now(), sent=sent, off=off and not sent)


@dataclass(frozen=True)
class Page:
    """Calls, newest first, and whether there are more on either side."""

    rows: Sequence[Row]
    previous: Place | None
    next: Place | None


@dataclass(frozen=True)
class Tally:
    """How one department answered the calls it got."""

    department: str
    called: int
    came: int
    declined: int
    late: int  # not in time, whatever came later


def call_of(task: Task) -> Call:
    """What a task came of; `not-found` where it was no call."""
    made = db.session.get(Call, task.id)
    if made is None:
        raise Problem("not-found")
    return made


def visits_of(task_id: str) -> Sequence[Visit]:
    """What was dispatched on a call."""
    query = select(Visit).join(Sending, Sending.visit_id == Visit.id).where(Sending.task_id == task_id)
    team = selectinload(Visit.members).joinedload(VisitMember.person)
    return db.session.scalars(query.order_by(Visit.id).options(team)).all()


def row_of(task: Task, made: Call) -> Row:
    """One call."""
    return _rows([(made, task, db.session.get_one(Enterprise, made.enterprise_id))])[0]


def page_of_calls(person: Person, filters: Filters, place: Place | None, most: int = PAGE) -> Page:
    """One page of the list."""
    backwards = place is not None and place.backwards
    query = select(Call, Task, Enterprise).join(Task, Task.id == Call.task_id)
    query = query.join(Enterprise, Enterprise.id == Call.enterprise_id).where(*_conditions(person, filters))
    if place is not None:
        here = tuple_(Call.called_at, Call.task_id)
        query = query.where(here > (place.at, place.id) if backwards else here < (place.at, place.id))
    order = [one.asc() if backwards else one.desc() for one in (Call.called_at, Call.task_id)]
    found = [tuple(row) for row in db.session.execute(query.order_by(*order).limit(most + 1))]
    shown, more = found[:most], len(found) > most
    rows = _rows(shown[::-1] if backwards else shown)
    return Page(
        rows,
        previous=_place(rows[0], True) if rows and (more if backwards else place) else None,
        next=_place(rows[-1], False) if rows and (place if backwards else more) else None,
    )


def every_call(person: Person, filters: Filters) -> Iterator[Row]:
    """All that the list holds, for an export: read in pages."""
    place: Place | None = None
    while True:
        page = page_of_calls(person, filters, place)
        yield from page.rows
        place = page.next
        if place is None:
            return


def tallies(person: Person, filters: Filters) -> list[Tally]:
    """By department, how calls of a filter were answered."""
    late = or_(
        CallAnswer.escalated_at.is_not(None),
        CallAnswer.answered_at > Call.due_at,
        and_(CallAnswer.answered_at.is_(None), Call.due_at < now(), Task.state == TaskState.CALLED),
    )
    query = (
        select(
            CallAnswer.department,
            func.count(),
            _sum(CallAnswer.comes.is_(True)),
            _sum(CallAnswer.comes.is_(False)),
            _sum(late),
        )
        .join(Call, Call.task_id == CallAnswer.task_id)
        .join(Task, Task.id == Call.task_id)
        .join(Department, Department.code == CallAnswer.department)
        .where(*_conditions(person, filters))
        .group_by(CallAnswer.department, Department.order)
        .order_by(Department.order)
    )
    return [Tally(*row) for row in db.session.execute(query)]


def counts(person: Person, filters: Filters) -> tuple[int, int, int, int]:
    """Of the calls of a filter: all, sent, called off, over the cap."""
    off = _in_state(CallState.OFF)
    query = select(
        func.count(), _sum(_in_state(CallState.SENT)), _sum(off), _sum(Call.over_cap_reason != "")
    )
    query = query.select_from(Call).join(Task, Task.id == Call.task_id)
    row = db.session.execute(query.where(*_conditions(person, filters))).one()
    return (row[0], row[1] or 0, row[2] or 0, row[3] or 0)


def years(person: Person) -> Sequence[int]:
    """The years there are calls of, newest first."""
    query = select(Task.year).distinct().join(Call, Call.task_id == Task.id)
    query = query.where(*_conditions(person, Filters()))
    return db.session.scalars(query.order_by(Task.year.desc())).all()


def open_triggers(enterprise_id: str) -> Sequence[Trigger]:
    """What is noted of an enterprise and not yet dealt with."""
    query = select(Trigger).where(Trigger.enterprise_id == enterprise_id, Trigger.closed_at.is_(None))
    return db.session.scalars(query.order_by(Trigger.at.desc()).limit(PAGE)).all()


def open_calls(person: Person, enterprise_id: str, apart_from: str = "") -> list[Task]:
    """Calls on an enterprise that are not sent yet, as far as this person may know of them."""
    query = select(Task).join(Call, Call.task_id == Task.id)
    query = query.where(Call.enterprise_id == enterprise_id, Task.state == TaskState.CALLED)
    found = db.session.scalars(query.where(Task.id != apart_from).order_by(Task.id).limit(PAGE))
    return [task for task in found if may_know(person, task)]


def to_answer(department: str) -> list[dt.datetime]:
    """Until when the calls are to be answered that this department has not answered."""
    query = (
        select(Call.due_at)
        .join(CallAnswer, CallAnswer.task_id == Call.task_id)
        .join(Task, Task.id == Call.task_id)
        .where(
            CallAnswer.department == department,
            CallAnswer.answered_at.is_(None),
            Task.state == TaskState.CALLED,
        )
    )
    return list(db.session.scalars(query.order_by(Call.due_at)))


def to_send(department: str) -> int:
    """How many of a department's own calls wait for nobody any more."""
    unanswered = exists().where(CallAnswer.task_id == Call.task_id, CallAnswer.answered_at.is_(None))
    query = select(func.count()).select_from(Call).join(Task, Task.id == Call.task_id)
    waits = or_(~unanswered, Call.due_at < now())
    return db.session.scalar(
        query.where(Task.lead == department, Task.state == TaskState.CALLED, waits)
    ) or 0  # fmt: skip


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sent(task: Task) -> bool:
    return task.agreed_at is not None


def _conditions(person: Person, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if not OVERSEERS & person.roles:
        found.append(_takes_part(person.department))
    if filters.department:
        found.append(_takes_part(filters.department))
    if filters.cause:
        found.append(Call.cause == filters.cause)
    if filters.over_cap:
        found.append(Call.over_cap_reason != "")
    if filters.year:
        begin, end = (dt.datetime(filters.year + n, 1, 1, tzinfo=SHANGHAI) for n in (0, 1))
        found.append(and_(Call.called_at >= begin, Call.called_at < end))
    if filters.state:
        found.append(_in_state(CallState(filters.state)))
    return found


def _in_state(state: CallState) -> ColumnElement[bool]:
    """`rules.state` as a condition; a test holds the two equal."""
    silent = exists().where(CallAnswer.task_id == Call.task_id, CallAnswer.answered_at.is_(None))
    called = Task.state == TaskState.CALLED
    match state:
        case CallState.OFF:
            return and_(Task.state == TaskState.CLOSED, Task.agreed_at.is_(None))
        case CallState.SENT:
            return Task.agreed_at.is_not(None)
        case CallState.READY:
            return and_(called, ~silent)
        case CallState.LATE:
            return and_(called, silent, Call.due_at < now())
    return and_(called, silent, Call.due_at >= now())


def _takes_part(department: str | None) -> ColumnElement[bool]:
    return exists().where(TaskDepartment.task_id == Call.task_id, TaskDepartment.department == department)


def _rows(found: Sequence[Any]) -> list[Row]:
    answers: defaultdict[str, list[CallAnswer]] = defaultdict(list)
    query = select(CallAnswer).join(Department, Department.code == CallAnswer.department)
    ids = [task.id for _call, task, _enterprise in found]
    query = query.where(CallAnswer.task_id.in_(ids))
    for one in db.session.scalars(query.order_by(Department.order)):
        answers[one.task_id].append(one)
    sent = select(Sending.task_id).join(Visit, Visit.id == Sending.visit_id).where(Sending.task_id.in_(ids))
    released = {*db.session.scalars(sent.where(or_(Visit.release_at.is_(None), Visit.release_at <= now())))}
    return [
        Row(made, task, enterprise, answers[task.id], task.id in released) for made, task, enterprise in found
    ]


def _place(row: Row, backwards: bool) -> Place:
    return Place(row.call.called_at, row.task.id, backwards)
