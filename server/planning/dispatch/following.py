"""Visits follow their draw: who was replaced there leaves the team, and who was drawn instead joins it.

Draws say so within the transaction of the substitution; what they ask of us is answered here too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, or_, select

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
from server.visits.model import Visit, VisitMember


def replace_officer(officer_id: str, *, actor: str, reason: str, **_more: Any) -> None:
    """The visit of a replaced officer gets the successor, and another lead where it was led by who left."""
    gone = db.session.get_one(DrawnOfficer, officer_id)
    sending = _sending_of(gone.subject_id)
    if sending is None:
        return
    db.session.flush()
    visit = db.session.get_one(Visit, sending.merged_into or sending.visit_id)
    if visit.cancelled_at:
        return
    present = {one.person_id: one for one in visit.members if one.left_at is None}
    leaving = present.get(str(gone.person_id))
    if leaving and _is_drawn(visit.id, leaving.person_id):
        leaving = None  # drawn for both of two visits that were merged, and replaced for one
    joins = [one for one in _parts(gone.subject_id, visit, leaving) if _is_new(one, present)]
    if joins or leaving:
        leaves = [leaving.person] if leaving else []
        assigning.reassign(actor, visit.id, joins=joins, leaves=leaves, reason=reason)


def _is_drawn(visit_id: str, person_id: str) -> bool:
    """Whether somebody is drawn, and not replaced, for a visit or one that was merged into it."""
    query = (
        select(DrawnOfficer.id)
        .join(Sending, Sending.subject_id == DrawnOfficer.subject_id)
        .where(or_(Sending.visit_id == visit_id, Sending.merged_into == visit_id))
        .where(DrawnOfficer.person_id == person_id, DrawnOfficer.state == IN)
    )
    return db.session.scalar(query.limit(1)) is not None


def _parts(subject_id: str, visit: Visit, leaving: VisitMember | None) -> list[Assignment]:
    """The team as it is drawn now. It is led by whom the draw says only where the visit's own lead left: the
    lead may have been handed over since, after a merger to somebody who was drawn for the other visit."""
    query = (
        select(DrawnOfficer, Person)
        .join(Person, Person.id == DrawnOfficer.person_id)
        .where(DrawnOfficer.subject_id == subject_id, DrawnOfficer.state == IN)
        .where(DrawnOfficer.department != EXPERT)
        .order_by(DrawnOfficer.department, DrawnOfficer.place)
    )
    rows = [(one, person) for one, person in db.session.execute(query)]
    stays = not (leaving and leaving.lead)
    team = [
        Goer(person.id, one.department, person.id == visit.lead_id if stays else one.lead)
        for one, person in rows
    ]
    if not any(one.lead for one in team):
        present = {one.person_id for one in visit.members if one.left_at is None}
        return [Assignment(person) for _one, person in rows if person.id not in present]
    deputy = rules.deputy_of(team)
    return [
        Assignment(person, lead=goer.lead, deputy=person.id == deputy)
        for goer, (_one, person) in zip(team, rows, strict=True)
    ]


def _is_new(one: Assignment, present: Mapping[str, VisitMember]) -> bool:
    """Whether somebody is not on the team yet, or has another part in it."""
    member = present.get(one.person.id)
    return member is None or (member.lead, member.deputy) != (one.lead, one.deputy)


def replace_subject(subject_id: str, *, successor: str, actor: str, reason: str, **_more: Any) -> None:
    """The visit to a replaced subject is called off; the one drawn instead waits to be dispatched."""
    sending = _sending_of(subject_id)
    if sending is None:
        return
    if not sending.visit.cancelled_at:
        assigning.cancel_visit(actor, sending.visit_id, reason)
    if db.session.get_one(DrawnSubject, successor).state == IN:
        db.session.get_one(Task, sending.task_id).state = TaskState.DRAWN


def is_dispatched(task_id: str) -> bool:
    """Whether any visit of a task was dispatched."""
    query = select(Sending.visit_id).where(Sending.task_id == task_id).limit(1)
    return db.session.scalar(query) is not None


def visits_over(subjects: Collection[str]) -> set[str]:
    """Those drawn subjects whose visit took place and is closed: only then it surprises nobody any more."""
    query = (
        select(Sending.subject_id)
        .join(Visit, Visit.id == func.coalesce(Sending.merged_into, Sending.visit_id))
        .where(Sending.subject_id.in_(subjects))
        .where(Visit.closed_at.is_not(None), Visit.cancelled_at.is_(None))
    )
    return {one for one in db.session.scalars(query) if one}


def present_visits(subjects: Collection[str]) -> dict[str, Present]:
    """How the visits of those drawn subjects that are dispatched stand now."""
    columns = (Sending.subject_id, Visit.date, Visit.slot, Visit.lead_id, Visit.cancelled_at)
    query = select(*columns).join(Visit, Visit.id == func.coalesce(Sending.merged_into, Sending.visit_id))
    rows = db.session.execute(query.where(Sending.subject_id.in_(subjects)))
    return {
        subject: Present(day, rules.half_of(slot), lead, cancelled is not None)
        for subject, day, slot, lead, cancelled in rows
        if subject
    }


def substitutes_at(visit_id: str) -> str | None:
    """Where who comes instead is drawn, if a draw of ours said who goes, so that nobody else may (R-410)."""
    found = db.session.execute(_drawn().where(Sending.visit_id == visit_id)).first()
    return _address(found) if found else None


def all_substitutes_at(visit_id: str) -> list[tuple[str, str]]:
    """The same for a visit and those that were merged into it: their numbers and the pages."""
    own = or_(Sending.visit_id == visit_id, Sending.merged_into == visit_id)
    rows = db.session.execute(_drawn().where(own).order_by(Visit.number))
    return [(row.number, _address(row)) for row in rows]


def _drawn() -> Any:
    return (
        select(Visit.number, DrawnSubject.task_id, DrawnSubject.id)
        .join(Sending, Sending.subject_id == DrawnSubject.id)
        .join(Visit, Visit.id == Sending.visit_id)
        .where(DrawnSubject.draw_id.is_not(None))
    )


def _address(row: Any) -> str:
    return f"/office/tasks/{row.task_id}/draw/result/{row.id}"


def _sending_of(subject_id: str) -> Sending | None:
    return db.session.scalar(select(Sending).where(Sending.subject_id == subject_id))
