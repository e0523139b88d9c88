"""Ask the heads of departments for their approval, and take their decision.

Each deed is to be called inside `with transaction():`.
"""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import and_, select

from server.accounts.model import Department, Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.kernel.problems import Problem
from server.messages.actions import answering_for, holders, tell
from server.planning.tasks.approvals import rules
from server.planning.tasks.model import Approval, Task, Turn
from server.planning.tasks.rules import ApprovalState, TaskState, TurnKind, may_lead, speaks_for
from server.planning.tasks.signals import approval_decided


def ask(
    actor: Person | None,
    task: Task,
    department: str,
    *,
    urgent: bool = False,
    begins_at: datetime | None = None,
) -> Approval:
    """Ask the head of a department, the first time or again."""
    found = db.session.get(Approval, (task.id, department))
    found = found or Approval(task_id=task.id, department=department)
    found.state, found.urgent, found.asked_at = ApprovalState.ASKED, urgent, now()
    found.asked_by = _undertaker(actor, task.id, department)
    hours = current_app.config["APPROVAL_HOURS"]
    found.due_at = rules.due(now(), begins_at, hours) if urgent else None
    found.decided_at = found.decided_by = None
    found.opinion = ""
    db.session.add(found)
    db.session.flush()
    record(actor.id if actor else None, "approval-asked", task.id, department=department, urgent=urgent)
    tell(holders("head", department), "approval-asked", link=address(found), **_about(task))
    return found


def _undertaker(actor: Person | None, task_id: str, department: str) -> str | None:
    """承办人: of the department itself; who asked, who agreed for it in the talks, or else its liaison."""
    if actor and actor.department == department:
        return actor.id
    said = (Turn.task_id == task_id, Turn.department == department, Turn.kind == TurnKind.AGREE)
    own = (Person.id == Turn.actor, Person.department == department)
    query = select(Turn.actor).join(Person, and_(*own)).where(*said).order_by(Turn.id.desc())
    agreed = db.session.scalars(query.limit(1)).first()
    return agreed or next(iter(holders("liaison", department)), None)


def withdraw(task: Task, *states: ApprovalState) -> set[str]:
    """Take back what was asked for a task, or decided; the heads concerned, who are to be told.

    The audit keeps how they had decided.
    """
    asked = select(Approval).where(Approval.task_id == task.id, Approval.state.in_(states)).with_for_update()
    found = db.session.scalars(asked.execution_options(populate_existing=True)).all()
    for one in found:
        one.state, one.due_at, one.opinion = ApprovalState.WITHDRAWN, None, ""
        one.decided_at = one.decided_by = None
    return {head for one in found for head in holders("head", one.department)}


def ask_again(actor: Person, task: Task, department: str) -> Approval:
    """Ask once more after a refusal: the department itself, or the lead."""
    if not may_ask(actor, task, department):
        raise Problem("task-of-others")
    found = locked(task.id, department)
    if found.state != ApprovalState.REFUSED:
        raise Problem("approval-not-refused")
    ask(actor, task, department, urgent=found.urgent)
    approval_decided.send(task.id)
    return found


def may_ask(actor: Person, task: Task, department: str) -> bool:
    """Who asks the head of a department: who answers for it, and who leads the task; of none given up."""
    if task.state == TaskState.CLOSED:
        return False
    roles, own = actor.roles, actor.department
    return speaks_for(roles, own, department) or may_lead(roles, own, task.lead)


def decide(actor: Person, task: Task, department: str, *, approves: bool, opinion: str) -> Approval:
    """The head of a department decides."""
    if not rules.may_decide(actor.roles, actor.department, department):
        raise Problem("approval-of-others")
    found = locked(task.id, department)
    rules.check_decision(found.state, approves, opinion)
    found.state = ApprovalState.APPROVED if approves else ApprovalState.REFUSED
    found.opinion, found.decided_at, found.decided_by = opinion, now(), actor.id
    db.session.flush()
    record(actor.id, f"approval-{found.state}", task.id, department=department, opinion=opinion)
    concerned = {*answering_for(department), *answering_for(task.lead)} - {actor.id}
    name = db.session.get_one(Department, department).short_name
    code = "approval-given" if approves else "approval-refused"
    tell(concerned, code, link=address(found), department=name, **_about(task))
    approval_decided.send(task.id)
    return found


def locked(task_id: str, department: str) -> Approval:
    """One approval, nobody else's to change until the transaction ends."""
    found = db.session.get(Approval, (task_id, department), with_for_update=True, populate_existing=True)
    if found is None:
        raise Problem("not-found")
    return found


def address(approval: Approval) -> str:
    """Where its page is."""
    return f"/office/approvals/{approval.task_id}/{approval.department}"


def _about(task: Task) -> dict[str, str]:
    return {"number": task.number, "name": task.name}
