"""The deeds of calls: call, answer, call off, and what becomes of a silence.

Each is to be called inside `with transaction():`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from server.accounts.model import Department, Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.kernel.instants import local, rfc3339
from server.kernel.problems import Problem
from server.messages.actions import answering_for, holders, tell
from server.planning.calls import rules, teams
from server.planning.calls.model import Call, CallAnswer
from server.planning.frequency.queries import visits_since
from server.planning.frequency.rules import Standing, standing
from server.planning.tasks import queries as tasks
from server.planning.tasks.actions import inspecting, open_task
from server.planning.tasks.model import Task
from server.planning.tasks.rules import Share, TaskSource, TaskState, Terms, speaks_for
from server.registry import listing
from server.registry.credit import policies
from server.registry.credit.model import Trigger
from server.registry.model import Enterprise
from server.registry.rules import CLOSED

NAME_LENGTH = 200


@dataclass(frozen=True)
class Wish:
    """What somebody calls for."""

    enterprise_id: str
    industry: str
    cause: rules.Cause
    matter: str
    detail: str
    departments: Sequence[str]
    due_at: dt.datetime
    day: dt.date
    half: str
    trigger_id: str | None = None
    over_cap_reason: str = ""
    unannounced: bool = False


def call(actor: Person, wish: Wish) -> Task:
    """Call departments to an enterprise: the own department leads (R-909)."""
    if not rules.may_call(actor.roles, actor.department, inspecting()):
        raise Problem("call-others")
    lead = str(actor.department)
    enterprise = listing.one(wish.enterprise_id)
    if enterprise.status in CLOSED:
        raise Problem("call-closed")
    called = [code for code in dict.fromkeys(wish.departments) if code != lead]
    if not called:
        raise Problem("call-nobody", field="departments")
    rules.check_times(wish.due_at, wish.day, wish.half, now())
    rules.check_cap(standings(enterprise, [lead, *called], wish.day).values(), wish.over_cap_reason)
    detail = rules.without_numbers(wish.detail)
    task = open_task(
        actor,
        source=TaskSource.CALL,
        name=f"临时联合检查：{enterprise.name}"[:NAME_LENGTH],
        industry=wish.industry,
        lead=lead,
        departments=called,
        year=wish.day.year,
        reason="" if wish.unannounced else detail[:500],
        unannounced=wish.unannounced,
    )
    if wish.unannounced:
        task.name = f"临时联合检查 {task.number}"  # all who are told of it read its name
    task.state = TaskState.CALLED
    shares = tuple(Share(code, rules.LEAST_HEADS) for code in (lead, *called))
    task.on_table = Terms(wish.day, wish.day, (wish.half,), shares, total=1).document
    db.session.add(
        Call(
            task_id=task.id,
            enterprise_id=enterprise.id,
            cause=wish.cause,
            trigger_id=_open_trigger(enterprise, wish.trigger_id),
            detail=detail,
            matter=rules.without_numbers(wish.matter),
            over_cap_reason=rules.without_numbers(wish.over_cap_reason),
            called_at=now(),
            called_by=actor.id,
            due_at=wish.due_at,
        )
    )
    db.session.flush()
    db.session.add_all(CallAnswer(task_id=task.id, department=code) for code in called)
    record(actor.id, "call-made", task.id, departments=called, due=rfc3339(wish.due_at), cause=wish.cause)
    people = {one for code in called for one in answering_for(code)}
    _tell(people, "call-made", task, lead=_short_name(lead), due=_when(wish.due_at))
    return task


def standings(
    enterprise: Enterprise, departments: Sequence[str], day: dt.date
) -> dict[str | None, Standing]:
    """How it stands to its cap on a day: by department, and under None over all (R-206, R-405)."""
    policy = policies.in_force(local(now()).date())
    years = max(rate.years for rate in policy.rates.values())
    visits = visits_since(dt.date(day.year - years, 1, 1), [enterprise.id]).get(enterprise.id, [])
    return {
        code: standing(policy, enterprise.risk_class, visits, day, code) for code in (None, *departments)
    }


def answer(actor: Person, task_id: str, comes: bool, heads: int | None, reason: str) -> CallAnswer:
    """A called department says that it comes and with how many, or why it cannot; until the team is sent."""
    task, made = locked(actor, task_id)
    own = db.session.get(CallAnswer, (task_id, actor.department))
    if own is None or not speaks_for(actor.roles, actor.department, own.department):
        raise Problem("call-not-called")
    _refuse_over(task)
    enterprise = listing.one(made.enterprise_id)
    rules.check_answer(comes, heads, reason, len(teams.free_of(own.department, task, enterprise)))
    own.comes, own.heads, own.reason, own.without_reason = comes, heads if comes else None, reason, ""
    own.answered_at, own.answered_by = now(), actor.id
    record(
        actor.id, "call-answered", task.id, department=own.department, comes=comes, heads=own.heads,
        late=made.due_at < now(),
    )  # fmt: skip
    said = {"department": _short_name(own.department)}
    people = {*answering_for(task.lead), *([made.called_by] if made.called_by else [])}
    if comes:
        _tell(people, "call-answered", task, **said)
    else:
        _tell(people, "call-declined", task, reason=reason, **said)
    return own


def go_without(actor: Person, task_id: str, department: str, reason: str) -> CallAnswer:
    """The lead goes on without a department that said it comes; its next answer takes it in again."""
    task, _made = locked(actor, task_id)
    _refuse_others(actor, task)
    _refuse_over(task)
    found = db.session.get(CallAnswer, (task_id, department))
    if found is None or not found.comes or found.without_reason:
        raise Problem("choice-needed", field="department")
    found.without_reason = reason
    record(actor.id, "call-without", task.id, department=department, reason=reason)
    _tell({*answering_for(department)}, "call-without", task, lead=_short_name(task.lead), reason=reason)
    return found


def call_off(actor: Person, task_id: str, reason: str) -> Task:
    """The lead needs nobody any more."""
    task, _made = locked(actor, task_id)
    _refuse_others(actor, task)
    _refuse_over(task)
    task.state, task.closed_at, task.close_reason = TaskState.CLOSED, now(), reason
    record(actor.id, "call-off", task.id, reason=reason)
    people = {one for answer in answers_of(task.id) for one in answering_for(answer.department)}
    _tell(people, "call-off", task, reason=reason)
    return task


def escalate() -> int:
    """Tell the heads of who did not answer in time; counted, once for each (R-909)."""
    query = (
        select(CallAnswer, Call, Task)
        .join(Call, Call.task_id == CallAnswer.task_id)
        .join(Task, Task.id == Call.task_id)
        .where(
            Call.due_at < now(),
            CallAnswer.answered_at.is_(None),
            CallAnswer.escalated_at.is_(None),
            Task.state == TaskState.CALLED,
        )
        .with_for_update(of=CallAnswer)
    )
    found = db.session.execute(query).all()
    for silent, made, task in found:
        silent.escalated_at = now()
        record(None, "call-unanswered", task.id, department=silent.department)
        heads = {*holders("head", silent.department), *answering_for(silent.department)}
        people = heads | {*holders("head", task.lead), *answering_for(task.lead), *holders("office")}
        said = {"department": _short_name(silent.department), "due": _when(made.due_at)}
        _tell(people, "call-unanswered", task, **said)
    return len(found)


def locked(person: Person, task_id: str) -> tuple[Task, Call]:
    """A call this person may read, nobody else's to change until the transaction ends."""
    task = tasks.locked(person, task_id)
    made = db.session.get(Call, task.id)
    if made is None:
        raise Problem("not-found")
    return task, made


def answers_of(task_id: str) -> Sequence[CallAnswer]:
    """How those called stand."""
    query = select(CallAnswer).join(Department, Department.code == CallAnswer.department)
    return db.session.scalars(query.where(CallAnswer.task_id == task_id).order_by(Department.order)).all()


def may_send(person: Person, task: Task) -> bool:
    """Who sends the team, or calls it off: liaison and planner of the lead, and whoever acts for all."""
    return "office" in person.roles or speaks_for(person.roles, person.department, task.lead)


def _refuse_others(actor: Person, task: Task) -> None:
    if not may_send(actor, task):
        raise Problem("call-others")


def _refuse_over(task: Task) -> None:
    if task.state != TaskState.CALLED:
        raise Problem("call-over")


def _open_trigger(enterprise: Enterprise, trigger_id: str | None) -> str | None:
    """The trigger a call answers to, if it is one of the enterprise's and still open."""
    if not trigger_id:
        return None
    found = db.session.get(Trigger, trigger_id)
    if found is None or found.enterprise_id != enterprise.id or found.closed_at is not None:
        raise Problem("call-trigger", field="trigger")
    return found.id


def _tell(people: set[str], code: str, task: Task, **said: str) -> None:
    tell(people, code, link=f"/office/calls/{task.id}", key=f"call:{task.id}", name=task.name, **said)


def _short_name(code: str) -> str:
    return db.session.get_one(Department, code).short_name


def _when(instant: dt.datetime) -> str:
    return f"{local(instant):%Y-%m-%d %H:%M}"
