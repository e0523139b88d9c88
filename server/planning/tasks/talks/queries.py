"""Reading what was said in a negotiation. No query in a loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from server.accounts.model import Department, Person
from server.infra.clock import now
from server.infra.db import db
from server.planning.tasks import queries as tasks
from server.planning.tasks.model import Task, TaskDepartment, Turn
from server.planning.tasks.rules import Answer, TaskState, Terms, TurnKind
from server.planning.tasks.talks.rules import BEFORE_DEADLINE, needs_reason

SHOWN = 300


@dataclass(frozen=True)
class Said:
    """One turn, and who spoke."""

    turn: Turn
    actor: str | None

    @property
    def terms(self) -> Terms | None:
        """The terms that came with it."""
        return Terms.parse(self.turn.terms) if self.turn.terms else None


def thread(task_id: str) -> list[Said]:
    """What was said, newest first."""
    query = (
        select(Turn, Person.name)
        .outerjoin(Person, Person.id == Turn.actor)
        .where(Turn.task_id == task_id)
        .order_by(Turn.id.desc())
        .limit(SHOWN)
    )
    return [Said(turn, name) for turn, name in db.session.execute(query)]


def counters(said: Sequence[Said], round: int) -> list[Said]:
    """The counter-proposals of a round that stand: each department's last word, if it is one."""
    last: dict[str | None, Said] = {}
    for one in said:
        if one.turn.round == round and one.turn.kind in (TurnKind.AGREE, TurnKind.COUNTER, TurnKind.DECLINE):
            last.setdefault(one.turn.department, one)
    return [one for one in last.values() if one.turn.kind == TurnKind.COUNTER]


def reason_on_table(task_id: str) -> str:
    """The reason that the terms on the table, or agreed since, were put there with."""
    query = select(Turn.reason).where(Turn.task_id == task_id, Turn.kind == TurnKind.PROPOSE)
    return db.session.scalars(query.order_by(Turn.id.desc()).limit(1)).first() or ""


def reason_for_days(task: Task, terms: Terms | None) -> str:
    """Why terms lie on unusual days, if they do."""
    campaign = tasks.campaign(task.campaign_id)
    if terms is None or not needs_reason(terms, task.source, campaign.days if campaign else None):
        return ""
    return reason_on_table(task.id)


def could_be_asked(task: Task, asked: Sequence[str]) -> list[Department]:
    """Departments that inspect and are not asked."""
    query = select(Department).where(Department.can_inspect, Department.code.not_in([*asked, task.lead]))
    return list(db.session.scalars(query.order_by(Department.order)))


@dataclass(frozen=True)
class Waits:
    """How many tasks wait for a department, and how many of them longer than they should."""

    answers: int = 0
    overdue: int = 0
    countered: int = 0
    to_settle: int = 0
    to_propose: int = 0


def waits_of(department: str) -> Waits:
    """What waits for those who answer for a department, in four queries."""
    asked = select(Task.due_at).where(*tasks.waiting("answer", department))
    due = db.session.scalars(asked).all()
    led = select(func.count()).select_from(Task)
    return Waits(
        answers=len(due),
        overdue=sum(one is not None and one < now() for one in due),
        countered=db.session.scalar(led.where(*tasks.waiting("counter", department))) or 0,
        to_settle=db.session.scalar(led.where(*tasks.waiting("settle", department))) or 0,
        to_propose=db.session.scalar(led.where(*tasks.waiting("propose", department))) or 0,
    )


def waiting_for_answers() -> Sequence[Task]:
    """Tasks whose deadline is near or over, on which somebody is silent and was not reminded since."""
    near = (Task.state == TaskState.TALKS, Task.due_at <= now() + BEFORE_DEADLINE)
    not_yet = or_(Task.reminded_at.is_(None), Task.reminded_at < Task.due_at)
    query = select(Task).where(*near, not_yet, tasks.has_part(TaskDepartment.answer == Answer.OPEN))
    return db.session.scalars(query.order_by(Task.due_at).limit(500)).all()
