"""What of dispatch waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select, true

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db
from server.kernel.instants import local
from server.planning.dispatch import rules
from server.planning.dispatch.model import PriorNotice, Sending, VisitChange
from server.planning.tasks.model import Task
from server.planning.tasks.rules import TaskState
from server.registry.people.model import Absence
from server.visits.model import Visit, VisitMember
from server.web.waiting import Waiting


def source(person: Person) -> Iterator[Waiting]:
    """Four questions, asked of those who may act on the answers."""
    own = _own(person)
    if own is None:
        return
    today = local(now()).date()
    yield from _line(_drawn(own), _("Tasks drawn and not dispatched"))
    yield from _line(_untold(own, today), _("Visits whose enterprise has not been told"))
    yield from _line(_outdated(own, today), _("Moved or merged visits to be told of anew"))
    yield from _line(_away(own, today), _("Visits with an officer who is away"))


def _own(person: Person) -> ColumnElement[bool] | None:
    """The tasks that are this person's to dispatch."""
    if "office" in person.roles:
        return true()
    if person.department and not rules.EDITORS.isdisjoint(person.roles):
        return Task.lead == person.department
    return None


def _line(query: Select[int, str, int], label: str) -> Iterator[Waiting]:
    count, task, late = db.session.execute(query).one()
    if count:
        yield Waiting(label, count, url_for("dispatch.show", task_id=task), overdue=late > 0)


def _drawn(own: ColumnElement[bool]) -> Select[int, str, int]:
    return select(func.count(), func.min(Task.id), literal(0)).where(Task.state == TaskState.DRAWN, own)


def _coming(
    own: ColumnElement[bool], today: date, late: ColumnElement[bool] | None = None
) -> Select[int, str, int]:
    """Visits to come, and how many of them a deadline was missed for."""
    return (
        select(
            func.count(Visit.id),
            func.min(Sending.task_id),
            literal(0) if late is None else func.count(case((late, Visit.id))),
        )
        .select_from(Sending)
        .join(Task, Task.id == Sending.task_id)
        .join(Visit, Visit.id == Sending.visit_id)
        .where(own, Visit.date >= today, Visit.status == "assigned", Visit.cancelled_at.is_(None))
    )


def _untold(own: ColumnElement[bool], today: date) -> Select[int, str, int]:
    told = exists().where(PriorNotice.visit_id == Visit.id)
    due = rules.notice_due(today)
    late = and_(Visit.date < due, Sending.sent_at < rules.waiting_since(today))
    query = _coming(own, today, late).where(Visit.date <= due)
    return query.where(Sending.unannounced.is_(False), ~told)


def _outdated(own: ColumnElement[bool], today: date) -> Select[int, str, int]:
    outdated = exists().where(PriorNotice.visit_id == Visit.id, PriorNotice.outdated)
    waited = exists().where(
        PriorNotice.visit_id == Visit.id,
        VisitChange.visit_id == Visit.id,
        VisitChange.kind.in_(rules.TO_BE_TOLD),
        VisitChange.at > PriorNotice.given_at,
        VisitChange.at < rules.waiting_since(today),
    )
    late = and_(Visit.date < rules.notice_due(today), waited)
    return _coming(own, today, late).where(Sending.unannounced.is_(False), outdated)


def _away(own: ColumnElement[bool], today: date) -> Select[int, str, int]:
    gone = exists().where(
        VisitMember.visit_id == Visit.id,
        VisitMember.left_at.is_(None),
        Absence.person_id == VisitMember.person_id,
        Absence.withdrawn_at.is_(None),
        Absence.since <= Visit.date,
        (Absence.until.is_(None)) | (Absence.until >= Visit.date),
    )
    return _coming(own, today).where(gone)
