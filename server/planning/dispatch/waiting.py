"""What of dispatch waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, func, select, true

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db
from server.kernel import workdays
from server.kernel.instants import local
from server.planning.dispatch import rules
from server.planning.dispatch.model import PriorNotice, Sending
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
    yield from _line(_untold(own, today), _("Visits whose enterprise has not been told"), overdue=True)
    yield from _line(_outdated(own, today), _("Moved or merged visits to be told of anew"), overdue=True)
    yield from _line(_away(own, today), _("Visits with an officer who is away"), overdue=True)


def _own(person: Person) -> ColumnElement[bool] | None:
    """The tasks that are this person's to dispatch."""
    if "office" in person.roles:
        return true()
    if person.department and not rules.EDITORS.isdisjoint(person.roles):
        return Task.lead == person.department
    return None


def _line(query: Select[int, str], label: str, *, overdue: bool = False) -> Iterator[Waiting]:
    count, task = db.session.execute(query).one()
    if count:
        yield Waiting(label, count, url_for("dispatch.show", task_id=task), overdue=overdue)


def _drawn(own: ColumnElement[bool]) -> Select[int, str]:
    return select(func.count(), func.min(Task.id)).where(Task.state == TaskState.DRAWN, own)


def _coming(own: ColumnElement[bool], until: date | None, today: date) -> Select[int, str]:
    query = (
        select(func.count(Visit.id.distinct()), func.min(Sending.task_id))
        .select_from(Sending)
        .join(Task, Task.id == Sending.task_id)
        .join(Visit, Visit.id == Sending.visit_id)
        .where(own, Visit.date >= today, Visit.status == "assigned", Visit.cancelled_at.is_(None))
    )
    return query.where(Visit.date <= until) if until else query


def _untold(own: ColumnElement[bool], today: date) -> Select[int, str]:
    told = exists().where(PriorNotice.visit_id == Visit.id)
    until = workdays.after(today, rules.NOTICE_DAYS)
    return _coming(own, until, today).where(Sending.unannounced.is_(False), ~told)


def _outdated(own: ColumnElement[bool], today: date) -> Select[int, str]:
    outdated = exists().where(PriorNotice.visit_id == Visit.id, PriorNotice.outdated)
    return _coming(own, None, today).where(Sending.unannounced.is_(False), outdated)


def _away(own: ColumnElement[bool], today: date) -> Select[int, str]:
    gone = exists().where(
        VisitMember.visit_id == Visit.id,
        VisitMember.left_at.is_(None),
        Absence.person_id == VisitMember.person_id,
        Absence.withdrawn_at.is_(None),
        Absence.since <= Visit.date,
        (Absence.until.is_(None)) | (Absence.until >= Visit.date),
    )
    return _coming(own, None, today).where(gone)
