"""Reading approvals: those of a task, and those that wait. No query in a loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_

from server.accounts.model import Person
from server.accounts.naming import labels
from server.infra.clock import now
from server.infra.db import db
from server.kernel.instants import rfc3339
from server.kernel.problems import Problem
from server.planning.tasks.approvals.rules import Asked
from server.planning.tasks.model import Approval, Task
from server.planning.tasks.rules import OVERSEERS, ApprovalState, TaskState

PAGE = 50


@dataclass(frozen=True)
class Row:
    """One approval in the list, with its task."""

    approval: Approval
    task: Task

    @property
    def asked(self) -> Asked:
        """As the rules see it."""
        return asked_of(self.approval)


@dataclass(frozen=True)
class Page:
    """Approvals of the newest tasks first, and whether more follow on either side."""

    rows: Sequence[Row]
    previous: Row | None
    next: Row | None


def approvals_of(task_id: str) -> Sequence[Approval]:
    """All approvals a task needs; what was withdrawn is none of them."""
    needed = (Approval.task_id == task_id, Approval.state != ApprovalState.WITHDRAWN)
    query = select(Approval).where(*needed)
    return db.session.scalars(query.order_by(Approval.asked_at, Approval.department)).all()


def missing_approvals(task_id: str) -> list[Approval]:
    """Those that stand in the way of setting out: refused, or neither given nor urgent (R-501)."""
    instant = now()
    return [one for one in approvals_of(task_id) if asked_of(one).holds_up(instant)]


def refusals(task_id: str) -> dict[str, str]:
    """The departments whose head has refused that they take part, with what they are called."""
    query = select(Approval.department).where(
        Approval.task_id == task_id, Approval.state == ApprovalState.REFUSED
    )
    refused = set(db.session.scalars(query))
    return {code: name for code, name in labels().items() if code in refused} if refused else {}


def refuse_refused(task_id: str) -> None:
    """Nothing goes on with the officers of a department whose head has refused (R-501)."""
    refused = refusals(task_id)
    if refused:
        raise Problem("approval-refused-here", departments="、".join(refused.values()))


def tasks_refused(led: ColumnElement[bool]) -> tuple[int, str | None]:
    """How many refusals stand among the tasks somebody leads, and one of those tasks."""
    query = (
        select(func.count(), func.min(Task.id))
        .join(Approval, Approval.task_id == Task.id)
        .where(Approval.state == ApprovalState.REFUSED, Task.state != TaskState.CLOSED, led)
    )
    count, task = db.session.execute(query).one()
    return count, task


def bundle_member(task_id: str) -> list[dict[str, Any]]:
    """What phones are told: `visit.approvals` of the bundles of a task's visits."""
    return [
        {
            "department": one.department,
            "state": str(one.state),
            "urgent": one.urgent,
            "due_at": rfc3339(one.due_at) if one.due_at else None,
        }
        for one in sorted(approvals_of(task_id), key=lambda one: one.department)
    ]


def asked_of(approval: Approval) -> Asked:
    """An approval as the rules see it."""
    return Asked(approval.department, approval.state, approval.urgent, approval.due_at)


def approval_for(person: Person, task_id: str, department: str) -> tuple[Approval, Task]:
    """One approval this person may read: the own department's, its task's lead's, or any for overseers."""
    approval = db.session.get(Approval, (task_id, department))
    task = db.session.get(Task, task_id) if approval else None
    if approval is None or task is None or not may_read(person, approval, task):
        raise Problem("not-found")
    return approval, task


def waiting_for_head(person: Person) -> tuple[int, int]:
    """How many wait for this head, and how many of them are overdue."""
    if "head" not in person.roles:
        return 0, 0
    query = select(Approval.due_at).where(
        Approval.department == person.department, Approval.state == ApprovalState.ASKED
    )
    due = db.session.scalars(query).all()
    return len(due), sum(one is not None and one < now() for one in due)


def page_of(
    person: Person,
    state: str,
    place: tuple[str, str] | None,
    backwards: bool = False,
    *,
    others: bool = False,
) -> Page:
    """One page of the approvals in a state; a place is a task and a department.

    Overseers see all; others those of the own department, or else what `others` decide of the tasks it leads.
    """
    here = tuple_(Approval.task_id, Approval.department)
    query = select(Approval, Task).join(Task, Task.id == Approval.task_id).where(Approval.state == state)
    if not OVERSEERS & person.roles:
        own = Approval.department == person.department
        query = query.where(Task.lead == person.department, ~own) if others else query.where(own)
    if place:
        query = query.where(here > place if backwards else here < place)
    order = (Approval.task_id, Approval.department)
    query = query.order_by(*(one if backwards else one.desc() for one in order)).limit(PAGE + 1)
    found = [Row(approval, task) for approval, task in db.session.execute(query)]
    shown, more = found[:PAGE], len(found) > PAGE
    shown = shown[::-1] if backwards else shown
    return Page(
        shown,
        previous=shown[0] if shown and (more if backwards else place) else None,
        next=shown[-1] if shown and (place if backwards else more) else None,
    )


def may_read(person: Person, approval: Approval, task: Task) -> bool:
    """Whether somebody may open an approval."""
    own = person.department is not None and person.department in (approval.department, task.lead)
    return own or bool(OVERSEERS & person.roles)
