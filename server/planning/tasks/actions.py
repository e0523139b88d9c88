"""The deeds of tasks. Each is to be called inside `with transaction():`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from server.accounts.model import Department, Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.counters import reserve
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.problems import Problem
from server.messages.actions import answering_for, holders, tell
from server.planning.files.model import Attachment
from server.planning.plans.model import Campaign, PlanRow
from server.planning.plans.queries import is_published
from server.planning.tasks import ports, queries, rules
from server.planning.tasks.approvals.actions import withdraw
from server.planning.tasks.approvals.queries import refusals
from server.planning.tasks.model import Task, TaskDepartment
from server.planning.tasks.rules import ApprovalState, TaskSource, TaskState

SERIES = "RW"


def open_task(
    actor: Person | None,
    *,
    source: str,
    name: str,
    industry: str,
    lead: str,
    departments: Sequence[str],
    year: int,
    plan_row: PlanRow | None = None,
    campaign: Campaign | None = None,
    ratios: Mapping[str, int] | None = None,
    scope: Mapping[str, Any] | None = None,
    basis: str = "",
    reason: str = "",
    attachment: Attachment | None = None,
    unannounced: bool = False,
    release_hours: int = 2,
) -> Task:
    """Open a task: its lead and the `departments` beside it, who are to agree on the terms.

    One of a single department waits for the joint office (R-105), unless its row in the plan was approved.
    """
    beside = [one for one in dict.fromkeys(departments) if one != lead]
    approved = plan_row is not None and plan_row.approved_at is not None
    rules.check_departments(source, lead, beside, inspecting(), approved)
    rules.check_single(source, reason, attachment)
    task = Task(
        id=new_id(),
        number=f"{SERIES}-{year}-{reserve(f'{SERIES}-{year}'):04d}",
        year=year,
        source=TaskSource(source),
        state=TaskState.TALKS,
        name=name,
        industry=industry,
        lead=lead,
        plan_row_id=plan_row.id if plan_row else None,
        campaign_id=campaign.id if campaign else None,
        ratios=dict(ratios or {}),
        scope=dict(scope or {}),
        basis=basis,
        reason=reason,
        attachment_id=attachment.id if attachment else None,
        unannounced=unannounced,
        release_hours=release_hours,
        approved_at=plan_row.approved_at if plan_row else None,
        approved_by=plan_row.approved_by if plan_row else None,
        created_at=now(),
        created_by=actor.id if actor else None,
    )
    db.session.add(task)
    db.session.flush()
    for position, code in enumerate((lead, *beside)):
        db.session.add(TaskDepartment(task_id=task.id, department=code, position=position))
    db.session.flush()
    said = {"number": task.number, "source": task.source, "departments": [lead, *beside]}
    record(task.created_by, "task-opened", task.id, **said)
    return task


def open_of_row(actor: Person, row: PlanRow) -> Task:
    """Open the task of a row of the published plan, once."""
    if not rules.may_lead(actor.roles, actor.department, row.department):
        raise Problem("task-of-others")
    db.session.refresh(row, with_for_update=True)  # so that of two who open it at once one does
    if not is_published(row):
        raise Problem("plan-row-unpublished")
    own = (Task.plan_row_id == row.id, Task.state != TaskState.CLOSED)
    known = db.session.scalar(select(Task.number).where(*own))
    if known:
        raise Problem("task-known", number=known)
    return open_task(
        actor,
        source=row.source,
        name=row.name,
        industry=row.industry,
        lead=row.department,
        departments=row.departments,
        year=row.year,
        plan_row=row,
        campaign=db.session.get(Campaign, row.campaign_id) if row.campaign_id else None,
        ratios=row.ratios,
        scope=row.scope,
        reason=row.single_reason,
        attachment=db.session.get(Attachment, row.attachment_id) if row.attachment_id else None,
        unannounced=row.unannounced,
    )


def open_by_hand(actor: Person, *, lead: str, **said: Any) -> Task:
    """Open a task of a campaign, or of a single department; the latter asks the joint office (R-105)."""
    if not rules.may_lead(actor.roles, actor.department, lead):
        raise Problem("task-of-others", field="lead")
    rules.check_ratios(said["ratios"])
    campaign = said.get("campaign")
    if campaign:
        rules.check_campaign(campaign.closed_at is not None, campaign.industries, said["industry"])
    task = open_task(actor, lead=lead, **said)
    if task.source == TaskSource.SINGLE:
        tell(holders("office"), "single-asked", **_about(task))
    return task


def approve_single(actor: Person, task: Task) -> None:
    """The joint office approves that a department goes alone (R-105)."""
    if "office" not in actor.roles:
        raise Problem("not-allowed")
    if task.source != TaskSource.SINGLE or task.approved_at or task.state != TaskState.TALKS:
        raise Problem("task-not-single")
    task.approved_at, task.approved_by = now(), actor.id
    task.revision += 1
    record(actor.id, "single-approved", task.id)
    tell(answering_for(task.lead), "single-approved", **_about(task))


def close(actor: Person, task: Task, reason: str) -> None:
    """Give a task up."""
    if not rules.may_lead(actor.roles, actor.department, task.lead):
        raise Problem("task-of-others")
    if not is_closable(actor, task):
        raise Problem("task-not-open")
    if ports.draw_is_open(task.id):
        raise Problem("task-draw-open")
    task.state, task.closed_at, task.close_reason = TaskState.CLOSED, now(), reason
    task.revision += 1
    record(actor.id, "task-closed", task.id, reason=reason)
    heads = withdraw(task, ApprovalState.ASKED)
    people = {one for code in queries.departments_of(task.id) for one in answering_for(code)}
    tell({*people, *heads} - {actor.id}, "task-closed", reason=reason, **_about(task))


def is_closable(actor: Person, task: Task) -> bool:
    """Whether who directs a task may give it up now; what was drawn, where a head refuses and nobody went."""
    if rules.may_be_closed(task.source, task.state):
        return True
    may = rules.may_end_refused(actor.roles, task.source, task.state)
    return may and bool(refusals(task.id)) and not ports.is_dispatched(task.id)


def _about(task: Task) -> dict[str, str]:
    link, key = f"/office/tasks/{task.id}", f"task:{task.id}"
    return {"link": link, "key": key, "number": task.number, "name": task.name}


def inspecting() -> set[str]:
    """The departments that inspect; the coordinating office is none (R-106)."""
    return set(db.session.scalars(select(Department.code).where(Department.can_inspect)))
