"""Reading tasks: one, a page of them, all of a filter. No query in a loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal, select, union_all

from server.accounts.model import Department, Person
from server.catalogue.model import Industry
from server.infra.audit import AuditEntry
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.planning.files.model import Attachment
from server.planning.plans.model import Campaign, PlanRow
from server.planning.tasks import ports, words
from server.planning.tasks.model import Task, TaskDepartment
from server.planning.tasks.rules import OVERSEERS, Answer, TaskSource, TaskState

PAGE = 50
HISTORY = 200


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; each is part of the address."""

    state: str | None = None
    source: str | None = None
    department: str | None = None
    year: int | None = None
    waits: str | None = None
    """What waits for the reader's department: `answer`, `counter`, `settle` or `propose`."""


@dataclass(frozen=True)
class Row:
    """One task in the list, its industry's name, and its departments, the lead first."""

    task: Task
    industry: str
    departments: Sequence[TaskDepartment]


@dataclass(frozen=True)
class Page:
    """Tasks, newest first, and the ids to go on from on either side."""

    rows: Sequence[Row]
    previous: str | None
    next: str | None


def task_of(person: Person, task_id: str) -> Task:
    """A task this person may read; to others it does not exist."""
    query = _readable(select(Task).where(Task.id == task_id), person)
    task = db.session.scalar(query) if is_uuid(task_id) else None
    if task is None:
        raise Problem("not-found")
    return task


def locked(person: Person, task_id: str) -> Task:
    """The same for a deed: nobody else changes it until the transaction ends."""
    task = task_of(person, task_id)
    db.session.refresh(task, with_for_update=True)
    return task


def parts_of(task_id: str) -> Sequence[TaskDepartment]:
    """All who were asked to take part, the lead first."""
    query = select(TaskDepartment).where(TaskDepartment.task_id == task_id)
    return db.session.scalars(query.order_by(TaskDepartment.position, TaskDepartment.department)).all()


def departments_of(task_id: str) -> list[str]:
    """The codes of those who take part, the lead first; who was let go is no longer among them."""
    return [one.department for one in parts_of(task_id) if one.answer != Answer.DROPPED]


def planned_methods(task_ids: Collection[str]) -> dict[str, list[str]]:
    """By task, the ways to inspect its row of the plan names; nothing of tasks without one."""
    query = select(Task.id, PlanRow.method).join(PlanRow, PlanRow.id == Task.plan_row_id)
    found = db.session.execute(query.where(Task.id.in_(list(task_ids)), PlanRow.method != ""))
    return {task: method.split("、") for task, method in found}


def page_of_tasks(person: Person, filters: Filters, *, after: str | None, before: str | None) -> Page:
    """One page of the list."""
    query = _narrowed(_readable(_rows(), person), filters)
    if filters.waits:
        query = query.where(*waiting(filters.waits, person.department))
    if before:
        query = query.where(Task.id > before).order_by(Task.id)
    else:
        query = (query.where(Task.id < after) if after else query).order_by(Task.id.desc())
    found = db.session.execute(query.limit(PAGE + 1)).all()
    shown = found[:PAGE][::-1] if before else found[:PAGE]
    more = len(found) > PAGE
    rows = _with_departments(shown)
    return Page(
        rows,
        previous=rows[0].task.id if rows and (more if before else after) else None,
        next=rows[-1].task.id if rows and (before or more) else None,
    )


def all_tasks(person: Person, filters: Filters) -> Iterator[Row]:
    """Every task of a filter, for an export: read in pages."""
    after: str | None = None
    while True:
        page = page_of_tasks(person, filters, after=after, before=None)
        yield from page.rows
        after = page.next
        if after is None:
            return


def waiting(kind: str, department: str | None) -> tuple[ColumnElement[bool], ...]:
    """The tasks on which a department has something to do, as a condition."""
    talks, proposed = Task.state == TaskState.TALKS, Task.due_at.is_not(None)
    somebody_open = has_part(TaskDepartment.answer == Answer.OPEN)
    if kind == "answer":
        own = (TaskDepartment.department == department, TaskDepartment.answer == Answer.OPEN)
        return talks, proposed, Task.lead != department, has_part(*own)
    if kind == "counter":  # may be taken up before the last has answered
        countered = has_part(TaskDepartment.answer == Answer.COUNTERED)
        return talks, proposed, Task.lead == department, somebody_open, countered
    if kind == "settle":
        return talks, proposed, Task.lead == department, ~somebody_open
    return talks, ~proposed, Task.lead == department


def of_row(row_id: str) -> Task | None:
    """The task of a row of the plan, if it was opened and not given up."""
    query = select(Task).where(Task.plan_row_id == row_id, Task.state != TaskState.CLOSED)
    return db.session.scalars(query.order_by(Task.id.desc()).limit(1)).first()


def rows_in_work(rows: Collection[str]) -> set[str]:
    """Those of these rows of the plan that a task was opened for and not given up."""
    query = select(Task.plan_row_id).where(Task.plan_row_id.in_(list(rows)), Task.state != TaskState.CLOSED)
    return {one for one in db.session.scalars(query) if one}


def rows_sent(rows: Collection[str]) -> set[str]:
    """Those of these rows of the plan whose task is dispatched."""
    query = select(Task.plan_row_id).where(Task.plan_row_id.in_(list(rows)), Task.state == TaskState.SENT)
    return {one for one in db.session.scalars(query) if one}


def unapproved_singles() -> int:
    """How many tasks of a single department wait for the joint office (R-105)."""
    mine = (Task.source == TaskSource.SINGLE, Task.state == TaskState.TALKS, Task.approved_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(Task).where(*mine)) or 0


def years(person: Person) -> Sequence[int]:
    """The years there are tasks of, newest first."""
    query = _readable(select(Task.year).distinct(), person)
    return db.session.scalars(query.order_by(Task.year.desc())).all()


def department_names() -> dict[str, Department]:
    """All departments by code, in the county's order."""
    return {one.code: one for one in db.session.scalars(select(Department).order_by(Department.order))}


def names_of(ids: Iterable[str | None]) -> dict[str | None, str]:
    """The names of people."""
    query = select(Person.id, Person.name).where(Person.id.in_({one for one in ids if one}))
    return dict(db.session.execute(query).all())


def history(subject: str) -> Sequence[tuple[AuditEntry, str | None]]:
    """What was done to a task and to its draws, by whom, newest first.

    Only deeds there are words for: what was said in its talks stands in the thread.
    """
    subjects = union_all(select(literal(subject)), *ports.drawn_with(subject))
    query = (
        select(AuditEntry, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor)
        .where(AuditEntry.subject.in_(subjects), AuditEntry.deed.in_([*words.DEEDS]))
        .order_by(AuditEntry.id.desc())
        .limit(HISTORY)
    )
    return [(entry, name) for entry, name in db.session.execute(query)]


def industries() -> Sequence[Industry]:
    """All industries, by code."""
    return db.session.scalars(select(Industry).order_by(Industry.code)).all()


def campaigns(year: int) -> Sequence[Campaign]:
    """The special campaigns of a year that are not over."""
    query = select(Campaign).where(Campaign.year == year, Campaign.closed_at.is_(None))
    return db.session.scalars(query.order_by(Campaign.id.desc())).all()


def campaign(campaign_id: str | None) -> Campaign | None:
    """A special campaign."""
    return db.session.get(Campaign, campaign_id) if is_uuid(campaign_id) else None


def concerns(paper: Attachment, department: str) -> bool:
    """Whether a paper belongs to a task that a department takes part in."""
    query = select(Task.id).where(Task.attachment_id == paper.id, _takes_part(department)).limit(1)
    return db.session.scalar(query) is not None


def _rows() -> Any:
    return select(Task, Industry.name).join(Industry, Industry.code == Task.industry)


def _readable(query: Any, person: Person) -> Any:
    if OVERSEERS & person.roles:
        return query
    return query.where(_takes_part(person.department))


def _takes_part(department: str | None) -> ColumnElement[bool]:
    return has_part(TaskDepartment.department == department)


def has_part(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a department of the task is so, as a condition."""
    return exists().where(TaskDepartment.task_id == Task.id, *conditions)


def _narrowed(query: Any, filters: Filters) -> Any:
    if filters.state:
        query = query.where(Task.state == filters.state)
    if filters.source:
        query = query.where(Task.source == filters.source)
    if filters.department:
        query = query.where(_takes_part(filters.department))
    if filters.year:
        query = query.where(Task.year == filters.year)
    return query


def _with_departments(found: Sequence[Any]) -> list[Row]:
    asked: defaultdict[str, list[TaskDepartment]] = defaultdict(list)
    query = select(TaskDepartment).where(TaskDepartment.task_id.in_([task.id for task, _ in found]))
    for one in db.session.scalars(query.order_by(TaskDepartment.position)):
        asked[one.task_id].append(one)
    return [Row(task, industry, asked[task.id]) for task, industry in found]
