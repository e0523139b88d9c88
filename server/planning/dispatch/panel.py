"""What dispatch shows on a task's page and on a visit's."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup
from sqlalchemy import func, select

from server.accounts.model import Person
from server.infra.db import db
from server.planning.dispatch import changes, following, notices, queries, readiness, rules, words
from server.planning.dispatch.actions import DISPATCHABLE
from server.planning.dispatch.model import PriorNotice, Sending
from server.planning.draw.model import DrawnSubject
from server.planning.tasks.model import Task
from server.visits.model import Visit
from server.visits.queries import has_entries


def on_task(task: Task, person: Person) -> Markup | None:
    """How far a task is dispatched, and the way there."""
    if task.state not in DISPATCHABLE:
        return None
    return Markup(  # noqa: S704 - our own template, which escapes
        render_template(
            "dispatch/on_task.html",
            task=task,
            counts=queries.counts(task.id),
            left=waiting_in(task.id),
            may=rules.may_dispatch(person.roles, person.department, task.lead),
        )
    )


def waiting_in(task_id: str) -> int:
    """How many drawn subjects of a task have no visit yet."""
    query = (
        select(func.count())
        .select_from(DrawnSubject)
        .outerjoin(Sending, Sending.subject_id == DrawnSubject.id)
        .where(DrawnSubject.task_id == task_id, DrawnSubject.state == readiness.IN)
        .where(Sending.visit_id.is_(None))
    )
    return db.session.scalar(query) or 0


def _hindered(visit: Visit) -> list[str]:
    """Who of the team of a visit to come cannot come."""
    if not notices.is_open(visit):
        return []
    return changes.hindered_on(visit, visit.date, rules.half_of(visit.slot))


def on_visit(visit: Visit, person: Person) -> Markup | None:
    """What went out with a visit, what the enterprise said before it, and what was changed."""
    sending = queries.sending_of(visit.id)
    if sending is None:
        return None
    return Markup(  # noqa: S704
        render_template(
            "dispatch/on_visit.html",
            sending=sending,
            visit=visit,
            notice=db.session.get(PriorNotice, visit.id),
            corrections=queries.corrections(visit.id),
            contents=queries.contents(visit),
            changes=queries.changes(visit.id),
            begun_before=changes.begun_before(visit.id),
            known=queries.known_to(sending.task_id, visit),
            hindered=_hindered(visit),
            others=changes.mergeable(person, visit) if notices.is_open(visit) else [],
            movable=visit.status == "assigned" and not has_entries(visit),
            substitutes=following.all_substitutes_at(visit.id),
            may=rules.may_dispatch(person.roles, person.department, sending.task.lead),
            words=words,
        )
    )
