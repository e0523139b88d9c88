"""What is said in a negotiation. Each deed is to be called inside `with transaction():`.

The task's row is locked first, so that of two who speak at once the second speaks to what the first left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from server.accounts.model import Department, Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.messages.actions import answering_for, tell
from server.planning.tasks import ports, queries
from server.planning.tasks import rules as tasks
from server.planning.tasks.actions import inspecting
from server.planning.tasks.approvals.actions import withdraw
from server.planning.tasks.model import Task, TaskDepartment, Turn
from server.planning.tasks.rules import Answer, ApprovalState, TaskState, Terms, TurnKind
from server.planning.tasks.settling import settle as settle_task
from server.planning.tasks.talks import queries as talks
from server.planning.tasks.talks import rules
from server.planning.tasks.talks.rules import Talk
from server.registry.actions import officers_of

ANSWERS = (TurnKind.AGREE, TurnKind.COUNTER, TurnKind.DECLINE)


def talk_of(task: Task, parts: Sequence[TaskDepartment] | None = None) -> Talk:
    """Where the negotiation of a task stands."""
    asked = queries.parts_of(task.id) if parts is None else parts
    return Talk(
        source=task.source,
        state=task.state,
        lead=task.lead,
        round=task.round,
        answers={one.department: Answer(one.answer) for one in asked},
        terms=Terms.parse(task.on_table) if task.on_table else None,
    )


def faults(task: Task, terms: Terms, reason: str) -> list[Problem]:
    """All that is wrong with terms, as the registers stand."""
    officers = officers_of({share.department for share in terms.shares})
    available = {
        share.department: rules.most_at_once(
            [one for one in officers if one.department == share.department],
            industry=task.industry,
            since=terms.since,
            until=terms.until,
            wanted=share.heads,
        )
        for share in terms.shares
    }
    campaign = queries.campaign(task.campaign_id)
    return rules.faults(
        terms,
        source=task.source,
        today=local(now()).date(),
        reason=reason,
        available=available,
        campaign=campaign.days if campaign else None,
    )


def propose(
    actor: Person, task_id: str, terms: Terms, *, round: int, seen: int, due: datetime, reason: str = ""
) -> Task:
    """The lead puts terms on the table. `seen` is the last turn it knew: no later one is passed over."""
    task = _to_lead(actor, task_id)
    _check_seen(task, seen)
    _put(actor, task, terms, round=round, due=due, reason=reason)
    return task


def take_up(actor: Person, task_id: str, turn_id: int, *, round: int, seen: int) -> Task:
    """The lead makes a counter-proposal its own: a new round, with as much time to answer as the last.

    Where its first day is too near for that, answers are due before it. A reason given for unusual days goes
    on with it: the department's own says why it wants other terms.
    """
    task = _to_lead(actor, task_id)
    _check_seen(task, seen)
    turn = db.session.get(Turn, turn_id)
    if turn is None or turn.task_id != task.id or turn.kind != TurnKind.COUNTER or turn.terms is None:
        raise Problem("not-found")
    if turn.round != task.round:
        raise Problem("talks-moved")
    this_round = (Turn.task_id == task.id, Turn.round == task.round, Turn.kind == TurnKind.PROPOSE)
    given = db.session.scalars(select(Turn.at).where(*this_round)).first()
    time = task.due_at - given if task.due_at and given else timedelta()
    terms = Terms.parse(turn.terms)
    due, latest = now() + max(time, rules.BEFORE_DEADLINE), rules.latest_due(terms.since)
    if now() < latest:
        due = min(due, latest)
    earlier = talks.reason_for_days(task, talk_of(task).terms)
    _put(actor, task, terms, round=round, due=due, reason=earlier or turn.reason)
    return task


def agree(actor: Person, task_id: str, *, round: int) -> Task:
    """The actor's department agrees."""
    return _answer(actor, task_id, round, Answer.AGREED, TurnKind.AGREE, "talks-agreed")


def decline(actor: Person, task_id: str, *, round: int, reason: str) -> Task:
    """The actor's department does not take part."""
    return _answer(actor, task_id, round, Answer.DECLINED, TurnKind.DECLINE, "talks-declined", reason)


def counter(actor: Person, task_id: str, terms: Terms, *, round: int, reason: str) -> Task:
    """The actor's department says what it could agree to."""
    task = queries.locked(actor, task_id)
    asked = set(talk_of(task).active)
    if {share.department for share in terms.shares} != asked:
        raise Problem("talks-moved")
    _refuse_faults(task, terms, reason)
    said = (Answer.COUNTERED, TurnKind.COUNTER, "talks-countered", reason, terms)
    return _answer(actor, task_id, round, *said)


def drop(actor: Person, task_id: str, department: str, *, round: int, reason: str) -> Task:
    """The lead goes on without a department that declined."""
    task = _to_lead(actor, task_id)
    _keep(task, talk_of(task).drop(round, department))
    _say(actor, task, TurnKind.DROP, department, reason=reason)
    _tell_departments([department], "talks-dropped", task)
    return task


def note(actor: Person, task_id: str, text: str) -> None:
    """Say something that binds nobody."""
    task = queries.locked(actor, task_id)
    if not {"office", "head", "planner", "liaison"} & actor.roles:
        raise Problem("not-allowed")
    _say(actor, task, TurnKind.NOTE, actor.department, reason=text)
    others = [code for code in talk_of(task).active if code != actor.department]
    _tell_departments(others, "talks-noted", task, besides=actor.id)


def remind(actor: Person | None, task: Task) -> list[str]:
    """Remind those who have not answered; who they are."""
    late = talk_of(task).open if task.state == TaskState.TALKS and task.due_at else []
    if late:
        task.reminded_at = now()
        _say(actor, task, TurnKind.REMIND, None)
        _tell_departments(late, "talks-reminder", task)
    return late


def remind_as_lead(actor: Person, task_id: str) -> None:
    """The lead presses for answers."""
    if not remind(actor, _to_lead(actor, task_id)):
        raise Problem("talks-nobody-open")


def settle(actor: Person, task_id: str, *, round: int, urgent: bool = False) -> Task:
    """The lead closes the talks: what everybody agreed to are the terms of the task."""
    task = _to_lead(actor, task_id)
    terms = talk_of(task).settle(round, approved=task.approved_at is not None)
    _refuse_faults(task, terms, talks.reason_on_table(task.id))
    settle_task(actor, task, terms, urgent=urgent)
    _say(actor, task, TurnKind.SETTLE, task.lead, terms)
    _tell_departments([share.department for share in terms.shares], "talks-settled", task, besides=actor.id)
    return task


def reopen(actor: Person, task_id: str, reason: str) -> Task:
    """The lead opens settled terms again, before the draw: proposed, answered and approved all anew."""
    task = _to_lead(actor, task_id)
    talk = talk_of(task).reopen()
    if ports.draw_is_open(task.id):
        raise Problem("task-draw-open")
    task.state, task.terms, task.checklist_id, task.agreed_at = talk.state, None, None, None
    task.due_at = task.reminded_at = None
    _keep(task, talk)
    _say(actor, task, TurnKind.REOPEN, task.lead, reason=reason)
    record(actor.id, "task-reopened", task.id, reason=reason)
    heads = withdraw(task, ApprovalState.ASKED, ApprovalState.APPROVED, ApprovalState.REFUSED)
    _tell_departments(talk.active, "talks-reopened", task, besides=actor.id, heads=heads, reason=reason)
    return task


def _put(actor: Person, task: Task, terms: Terms, *, round: int, due: datetime, reason: str) -> None:
    approved = task.approved_at is not None
    asked = [share.department for share in terms.shares]
    tasks.check_departments(task.source, task.lead, asked, inspecting(), approved)
    if due <= now():
        raise Problem("talks-due-past", field="due")
    others = [code for code in asked if code != task.lead]
    if others and local(due).date() >= terms.since:
        raise Problem("talks-due-late", field="due")
    _refuse_faults(task, terms, reason)
    _keep(task, talk_of(task).propose(round, terms, approved=approved))
    task.due_at, task.reminded_at = due, None
    _say(actor, task, TurnKind.PROPOSE, task.lead, terms, reason)
    _tell_departments(others, "talks-proposed", task, due=f"{local(due):%Y-%m-%d %H:%M}")


def _answer(
    actor: Person,
    task_id: str,
    round: int,
    answer: Answer,
    kind: TurnKind,
    message: str,
    reason: str = "",
    terms: Terms | None = None,
) -> Task:
    task = queries.locked(actor, task_id)
    department = actor.department
    if department is None or not tasks.speaks_for(actor.roles, department, department):
        raise Problem("not-allowed")
    _keep(task, talk_of(task).answer(round, department, answer))
    _say(actor, task, kind, department, terms, reason)
    name = db.session.get_one(Department, department).short_name
    _tell_departments([task.lead], message, task, department=name)
    return task


def _keep(task: Task, talk: Talk) -> None:
    """Write what a talk has become."""
    known = {one.department: one for one in queries.parts_of(task.id)}
    for position, (code, answer) in enumerate(talk.answers.items()):
        part = known.get(code) or TaskDepartment(task_id=task.id, department=code)
        part.position, part.answer = position, answer
        db.session.add(part)
    task.round = talk.round
    task.on_table = talk.terms.document if talk.terms else None
    task.revision += 1
    db.session.flush()


def _say(
    actor: Person | None,
    task: Task,
    kind: TurnKind,
    department: str | None,
    terms: Terms | None = None,
    reason: str = "",
) -> None:
    db.session.add(
        Turn(
            task_id=task.id,
            round=task.round,
            kind=kind,
            department=department,
            terms=terms.document if terms else None,
            reason=reason,
            at=now(),
            actor=actor.id if actor else None,
        )
    )
    db.session.flush()
    record(actor.id if actor else None, f"talks-{kind}", task.id, round=task.round)


def _to_lead(actor: Person, task_id: str) -> Task:
    task = queries.locked(actor, task_id)
    if not tasks.may_lead(actor.roles, actor.department, task.lead):
        raise Problem("task-of-others")
    return task


def _check_seen(task: Task, seen: int) -> None:
    """An answer that came in meanwhile is read before it is passed over."""
    newer = select(func.count()).where(
        Turn.task_id == task.id, Turn.round == task.round, Turn.kind.in_(ANSWERS), Turn.id > seen
    )
    if db.session.scalar(newer):
        raise Problem("talks-moved")


def _refuse_faults(task: Task, terms: Terms, reason: str) -> None:
    for fault in faults(task, terms, reason):
        raise fault


def _tell_departments(
    departments: Iterable[str],
    code: str,
    task: Task,
    besides: str | None = None,
    heads: Collection[str] = (),
    **more: Any,
) -> None:
    answering = {person for department in departments for person in answering_for(department)}
    people = {*answering, *heads} - {besides or ""}
    link = f"/office/tasks/{task.id}"
    tell(people, code, link=link, key=f"task:{task.id}", number=task.number, name=task.name, **more)
