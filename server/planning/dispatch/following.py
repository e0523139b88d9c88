"""Visits follow their draw: who was replaced there leaves the team, and who was drawn instead joins it.

Draws say so within the transaction of the substitution; what they ask of us is answered here too.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from server.accounts.model import Person
from server.infra.db import db
from server.planning.dispatch import rules
from server.planning.dispatch.model import Sending
from server.planning.dispatch.readiness import EXPERT, IN
from server.planning.dispatch.rules import Goer
from server.planning.draw.model import DrawnOfficer, DrawnSubject
from server.planning.draw.ports import Present
from server.planning.tasks.model import Task
from server.planning.tasks.rules import TaskState
from server.visits import assigning
from server.visits.assigning import Assignment
from server.visits.model import Visit


def replace_officer(officer_id: str, *, successor: str, actor: str, reason: str, **_more: Any) -> None:
    """The visit of a replaced officer gets the successor, and the lead where that passed on."""
    gone, came = (db.session.get_one(DrawnOfficer, one) for one in (officer_id, successor))
    sending = _sending_of(gone.subject_id)
    if sending is None or sending.visit.cancelled_at:
        return
    db.session.flush()
    team = _goers(gone, sending.visit)
    deputy = rules.deputy_of(team)
    present = {one.person_id: one for one in sending.visit.members if one.left_at is None}
    joins = []
    for one in team:
        member = present.get(one.person)
        is_deputy = one.person == deputy
        if member is None or (member.lead, member.deputy) != (one.lead, is_deputy):
            person = db.session.get_one(Person, one.person)
            joins.append(Assignment(person, lead=one.lead, deputy=is_deputy))
    leaves = [db.session.get_one(Person, gone.person_id)] if gone.person_id in present else []
    if came.person_id or leaves:
        assigning.reassign(actor, sending.visit_id, joins=joins, leaves=leaves, reason=reason)


def _goers(gone: DrawnOfficer, visit: Visit) -> list[Goer]:
    """The team as it is drawn now. It is led by whom the draw says only where the visit's own lead left: the
    lead may have been handed over since."""
    query = (
        select(DrawnOfficer)
        .where(DrawnOfficer.subject_id == gone.subject_id, DrawnOfficer.state == IN)
        .where(DrawnOfficer.department != EXPERT, DrawnOfficer.person_id.is_not(None))
        .order_by(DrawnOfficer.department, DrawnOfficer.place)
    )
    team = db.session.scalars(query).all()
    stays = visit.lead_id in {one.person_id for one in team}
    return [
        Goer(str(one.person_id), one.department, one.person_id == visit.lead_id if stays else one.lead)
        for one in team
    ]


def replace_subject(subject_id: str, *, successor: str, actor: str, reason: str, **_more: Any) -> None:
    """The visit to a replaced subject is called off; the one drawn instead waits to be dispatched."""
    sending = _sending_of(subject_id)
    if sending is None:
        return
    if not sending.visit.cancelled_at:
        assigning.cancel_visit(actor, sending.visit_id, reason)
    if db.session.get_one(DrawnSubject, successor).state == IN:
        db.session.get_one(Task, sending.task_id).state = TaskState.DRAWN


def visits_over(subjects: Collection[str]) -> set[str]:
    """Those drawn subjects whose visit took place and is closed: only then it surprises nobody any more."""
    query = (
        select(Sending.subject_id)
        .join(Visit, Visit.id == Sending.visit_id)
        .where(Sending.subject_id.in_(subjects))
        .where(Visit.closed_at.is_not(None), Visit.cancelled_at.is_(None))
    )
    return {one for one in db.session.scalars(query) if one}


def present_visits(subjects: Collection[str]) -> dict[str, Present]:
    """How the visits of those drawn subjects that are dispatched stand now."""
    columns = (Sending.subject_id, Visit.date, Visit.slot, Visit.lead_id, Visit.cancelled_at)
    query = select(*columns).join(Visit, Visit.id == Sending.visit_id)
    rows = db.session.execute(query.where(Sending.subject_id.in_(subjects)))
    return {
        subject: Present(day, rules.half_of(slot), lead, cancelled is not None)
        for subject, day, slot, lead, cancelled in rows
        if subject
    }


def substitutes_at(visit_id: str) -> str | None:
    """Where who comes instead is drawn, if a draw of ours said who goes, so that nobody else may (R-410)."""
    query = (
        select(DrawnSubject)
        .join(Sending, Sending.subject_id == DrawnSubject.id)
        .where(Sending.visit_id == visit_id, DrawnSubject.draw_id.is_not(None))
    )
    found = db.session.scalar(query)
    return f"/office/tasks/{found.task_id}/draw/result/{found.id}" if found else None


def _sending_of(subject_id: str) -> Sending | None:
    return db.session.scalar(select(Sending).where(Sending.subject_id == subject_id))
