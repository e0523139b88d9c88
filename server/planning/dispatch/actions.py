"""Dispatch (一键分发): a visit for every drawn subject that nothing keeps back, in one transaction."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from server.accounts.model import Department, Person
from server.catalogue.model import ChecklistVersion
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.jobs import job
from server.kernel.ids import is_uuid
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.messages import actions as messages
from server.planning.dispatch import readiness, rules, words
from server.planning.dispatch.model import Sending
from server.planning.dispatch.readiness import Line, Readiness
from server.planning.plans.model import PlanRow
from server.planning.tasks.approvals.queries import bundle_member, refuse_refused
from server.planning.tasks.model import Task
from server.planning.tasks.rules import TaskSource, TaskState
from server.registry.actions import hold_officers_of
from server.visits.assigning import Assignment, Errand, assign_visits, take_numbers
from server.visits.model import Visit

DISPATCHABLE = (TaskState.DRAWN, TaskState.SENT)

AT_ONCE = 100
"""Visits of one transaction: on SQLite a phone that sends meanwhile waits while it lasts."""

HALTS = ("dispatch-done", "dispatch-held", "approval-refused-here")
"""What ends a dispatch in the background before all is sent."""


def dispatch(actor: Person, task_id: str, over_cap_reason: str = "") -> list[Visit]:
    """Make the visits, number their notices, tell everyone concerned; beyond AT_ONCE in the background.

    Returns the visits made at once. What is held back stays to be dispatched later, once a substitute was
    drawn; who would be visited too often goes only with a reason (R-206). To be called inside
    `with transaction():`.
    """
    task = locked(task_id)
    if not rules.may_dispatch(actor.roles, actor.department, task.lead):
        raise Problem("not-allowed")
    if task.state not in DISPATCHABLE or task.checklist_id is None:
        raise Problem("dispatch-undrawn")
    if readiness.is_under_way(task):
        raise Problem("dispatch-under-way")
    task.sending_since = task.sending_since or now()  # one that stopped told nobody yet
    return _some(actor, task, over_cap_reason)


@job
def go_on(actor_id: str, task_id: str, over_cap_reason: str) -> None:
    """Dispatch some more of a task."""
    with transaction():
        task = locked(task_id)
        if task.sending_since is None or task.state not in DISPATCHABLE:
            task.sending_since = None
            return
        try:
            _some(db.session.get_one(Person, actor_id), task, over_cap_reason)
        except Problem as problem:
            if problem.code not in HALTS:
                raise
            _finish(task, len(readiness.of(task).lines))


def _some(actor: Person, task: Task, over_cap_reason: str) -> list[Visit]:
    hold_officers_of(readiness.departments_of(task))
    found = readiness.of(task)
    if not found.lines:
        raise Problem("dispatch-done")
    refuse_refused(task.id)
    going = [one for one in found.lines if one.goes(over_cap=bool(over_cap_reason))]
    if not going:
        raise Problem("dispatch-held", field="over_cap_reason" if found.capped else None)
    visits = _send(actor, task, going[:AT_ONCE], found, over_cap_reason)
    left = len(found.lines) - len(visits)
    record(actor.id, "task-dispatched", task.id, visits=len(visits), left=left, reason=over_cap_reason)
    if len(going) > AT_ONCE:
        go_on.later(actor.id, task.id, over_cap_reason)
    else:
        _finish(task, left)
    return visits


def _finish(task: Task, left: int) -> None:
    if not left:
        task.state = TaskState.SENT
    query = (
        select(Visit)
        .join(Sending, Sending.visit_id == Visit.id)
        .where(Sending.task_id == task.id, Sending.sent_at >= task.sending_since)
        .options(selectinload(Visit.members))
    )
    _tell(task, db.session.scalars(query).all(), left)
    task.sending_since = None


def locked(task_id: str) -> Task:
    """The task, its row locked, so that two clicks dispatch it once."""
    query = select(Task).where(Task.id == task_id).with_for_update()
    task = db.session.scalar(query.execution_options(populate_existing=True)) if is_uuid(task_id) else None
    if task is None:
        raise Problem("not-found")
    return task


def _send(
    actor: Person, task: Task, going: Sequence[Line], found: Readiness, over_cap_reason: str
) -> list[Visit]:
    lead, year = db.session.get_one(Department, task.lead), local(now()).year
    numbers = take_numbers(f"TZ-{task.lead}", year, len(going))
    notices = [rules.notice_number(lead.code, lead.short_name, year, one) for one in numbers]
    errands = [_errand(task, line, found, notice) for line, notice in zip(going, notices, strict=True)]
    visits = assign_visits(
        actor.id,
        errands,
        checklist=db.session.get_one(ChecklistVersion, task.checklist_id),
        task_source=words.source_in_chinese(task),
        approvals=bundle_member(task.id),
        taking_part=_taking_part(task),
    )
    db.session.add_all(
        Sending(
            visit_id=visit.id,
            task_id=task.id,
            subject_id=line.subject.id,
            door=errand.door,
            unannounced=task.unannounced,
            notice_number=errand.notice,
            over_cap_reason=over_cap_reason if line.hitches or task.source == TaskSource.CALL else "",
            sent_at=now(),
            sent_by=actor.id,
        )
        for visit, line, errand in zip(visits, going, errands, strict=True)
    )
    return visits


def _errand(task: Task, line: Line, found: Readiness, notice: str) -> Errand:
    day, slot = line.subject.day, rules.HALVES[line.subject.half]
    release = rules.release(day, slot, task.release_hours) if task.unannounced else None
    team, door = _team(line, found), secrets.token_hex(16)
    return Errand(line.enterprise, day, slot, team, notice, release, door)


def _taking_part(task: Task) -> dict[str, list[str]]:
    """The departments of the agreed terms, each with the matters the plan names for it; none: all of them."""
    planned = db.session.get_one(PlanRow, task.plan_row_id).matters if task.plan_row_id else {}
    return {code: planned.get(code, []) for code in readiness.departments_of(task)}


def _team(line: Line, found: Readiness) -> list[Assignment]:
    """Officers, and those experts who have an account; the others stand in the notice alone."""
    deputy = rules.deputy_of(line.team)
    team = [
        Assignment(found.people[one.person], lead=one.lead, deputy=one.person == deputy) for one in line.team
    ]
    experts = [found.people[one.person_id] for one in line.experts if one.person_id]
    return team + [Assignment(one) for one in experts if one.department]


def _tell(task: Task, visits: Sequence[Visit], left: int) -> None:
    """Each officer once, whatever the number of visits; then those who answer for a department."""
    own: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        for member in visit.members:
            own[member.person_id].append(visit)
    key = told_of(task.id)
    code = "visits-sent-unannounced" if task.unannounced else "visits-sent"
    alike: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for person, theirs in own.items():
        alike[len(theirs), min(one.date for one in theirs).isoformat()].append(person)
    for (count, first), people in sorted(alike.items()):
        messages.tell(
            people, code, link="/field/", key=key, task=task.name, count=count, first=first,
            hours=task.release_hours,
        )  # fmt: skip
    concerned = {one for code in readiness.departments_of(task) for one in messages.answering_for(code)}
    messages.tell(
        concerned - own.keys(), "task-sent", link=f"/office/tasks/{task.id}/dispatch", key=key,
        task=task.name, count=len(visits), left=left,
    )  # fmt: skip


def told_of(task_id: str) -> str:
    """What the messages on a task's dispatch are about, so that who has seen them can be asked."""
    return f"task:{task_id}:sent"
