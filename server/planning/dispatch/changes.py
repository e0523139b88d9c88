"""What becomes of a dispatched visit afterwards: moved, its team changed, called off.

Whoever changes a visit by whatever page, the visits say so within the transaction; here it is noted and
those concerned are told. Their phones follow when they next sync.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from server.accounts.model import Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel import instants
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.messages import actions as messages
from server.planning.dispatch import approvals, following, notices, queries, readiness, rules
from server.planning.dispatch.model import PriorNotice, Sending, VisitChange
from server.planning.dispatch.rules import ChangeKind
from server.planning.tasks.rules import Terms
from server.registry.actions import hold_officers_of, officers_of
from server.visits import access, assigning, listing
from server.visits.assigning import Change
from server.visits.model import Entry, Visit, VisitMember
from server.visits.queries import has_entries


def move(
    actor: Person, visit_id: str, day: date, half: str, reason: str, confirmed: Collection[str] = ()
) -> Visit:
    """Another half day for a visit that has not begun; all of its officers must be free then.

    `confirmed` are the liberties that whoever moves it knows of.
    """
    sending = notices.directed(actor, visit_id)
    visit = sending.visit
    refuse_begun(visit)
    before = (visit.date, rules.half_of(visit.slot))
    rules.check_move(day, half, before, local(now()).date(), sending.task.source)
    if not set(liberties(sending, day)) <= set(confirmed):
        raise Problem("move-unconfirmed", field="confirmed")
    hold_officers_of({one.department for one in visit.members})
    hindered = hindered_on(visit, day, half)
    if hindered:
        raise Problem("move-hindered", field="day", people="、".join(hindered))
    slot, release = rules.HALVES[half], visit.release_at
    if access.is_withheld(visit):  # what its team knows already is not withheld from it again
        release = rules.release(day, slot, sending.task.release_hours)
    return assigning.reschedule(
        actor.id, visit_id, date=day, slot=slot, reason=reason, release_at=release
    )


def refuse_begun(visit: Visit) -> None:
    """Nothing is asked about a move that can no longer be."""
    if visit.cancelled_at:
        raise Problem("visit-cancelled")
    if has_entries(visit):
        raise Problem("visit-begun")


def liberties(sending: Sending, day: date) -> list[rules.Liberty]:
    """What a visit would do on that day that it may not without a word."""
    terms = sending.task.terms
    return rules.liberties(day, sending.task.source, Terms.parse(terms) if terms else None)


def merge(actor: Person, visit_id: str, other_id: str, reason: str) -> Visit:
    """One visit instead of two to the same enterprise (R-205): the other's team comes along, if it can."""
    sending, other = notices.directed(actor, visit_id), notices.directed(actor, other_id)
    if sending.unannounced != other.unannounced:
        raise Problem("merge-announced", field="other")
    visit, both_teams = sending.visit, _both_teams(sending, other)
    half = rules.half_of(visit.slot)
    hold_officers_of({one.department for one in other.visit.members})
    hindered = hindered_on(other.visit, visit.date, half, apart_from=visit.id) if both_teams else []
    if hindered:
        raise Problem("merge-hindered", field="other", people="、".join(hindered))
    assigning.merge(actor.id, visit_id, other_id, reason, both_teams=both_teams)
    other.merged_into = visit_id
    db.session.execute(
        update(Sending).where(Sending.merged_into == other_id).values(merged_into=visit_id)
    )
    return assigning.annotate(visit_id, **_told_of_both(visit_id))


def _told_of_both(visit_id: str) -> dict[str, Any]:
    """What phones are told of two visits that became one, beside its list and team."""
    told = {
        "approvals": approvals.of_visits([visit_id])[visit_id],
        "corrected_before": notices.corrected_before(visit_id),
    }
    return {name: some for name, some in told.items() if some}


def _both_teams(sending: Sending, other: Sending) -> bool:
    """Whether the other's team comes along. Nobody who was not drawn joins a drawn team (R-410): it checks
    alone what the other visit was to, if its departments can; and it is never the one that gives way."""
    drawn, other_drawn = (following.substitutes_at(one.visit_id) for one in (sending, other))
    if bool(drawn) == bool(other_drawn):
        return True
    if other_drawn:
        raise Problem("merge-into-drawn", field="other")
    there = {one.department for one in sending.visit.members if one.left_at is None}
    if not {one.department for one in other.visit.departments} <= there:
        raise Problem("merge-undrawn", field="other")
    return False


def mergeable(person: Person, visit: Visit) -> list[Visit]:
    """Other dispatched visits to come to the same enterprise, which this person may know of and direct."""
    query = (
        select(Sending)
        .join(Visit, Visit.id == Sending.visit_id)
        .where(Visit.enterprise_id == visit.enterprise_id, Visit.id != visit.id)
        .where(Visit.status == "assigned", Visit.date >= local(now()).date())
        .where(listing.readable_by(person))
        .order_by(Visit.date, Visit.id)
        .limit(20)
    )
    return [
        one.visit
        for one in db.session.scalars(query.options(joinedload(Sending.visit), joinedload(Sending.task)))
        if rules.may_dispatch(person.roles, person.department, one.task.lead)
    ]


def hindered_on(visit: Visit, day: date, half: str, apart_from: str | None = None) -> list[str]:
    """The names of those of a team who cannot come then; what they do on the visit `apart_from` is no bar."""
    team = {one.person_id: one for one in visit.members if one.left_at is None}
    known = {one.person: one for one in officers_of({one.department for one in team.values()})}
    booked = _booked({visit.id, apart_from or visit.id}, team, day, half)
    uscc = visit.enterprise.uscc
    return [
        one.person.name
        for person, one in team.items()
        if person in booked
        or (one.certificate and readiness.hindered(known.get(person), one.department, day, uscc))
    ]


def _booked(own: set[str], team: dict[str, VisitMember], day: date, half: str) -> set[str]:
    """Who of a team is on a visit then, or drawn for one that is not dispatched yet."""
    query = (
        select(VisitMember.person_id, Visit.slot)
        .join(Visit)
        .where(VisitMember.person_id.in_(team), VisitMember.left_at.is_(None))
        .where(Visit.date == day, Visit.cancelled_at.is_(None), Visit.id.not_in(own))
        .where(Visit.training.is_(False))
    )
    sent = {person for person, slot in db.session.execute(query) if rules.half_of(slot) == half}
    return sent | readiness.drawn_for(day, half).intersection(team)


def note(visit_id: str, change: Change) -> None:
    """Keep what was changed of a dispatched visit, and tell those concerned."""
    sending = queries.sending_of(visit_id)
    if sending is None:
        return
    db.session.add(
        VisitChange(
            id=new_id(), visit_id=visit_id, kind=ChangeKind(change.kind), reason=change.reason[:500],
            before=change.before[:200], after=change.after[:200], at=now(), actor=change.actor,
        )
    )  # fmt: skip
    record(change.actor, f"task-visit-{change.kind}", sending.task_id, visit=visit_id)
    notice = db.session.get(PriorNotice, visit_id)
    if notice is not None and change.kind in rules.TO_BE_TOLD:
        notice.received_at = None  # what it knew of is no longer so
    visit = sending.visit
    team = {one.person_id for one in visit.members if one.left_at is None} | set(change.left)
    withheld = access.is_withheld(visit)
    # of a move the message says from when to when
    when = "" if change.kind == ChangeKind.MOVED else f" {visit.date} {visit.slot}"
    what = sending.task.name if withheld else visit.enterprise.name + when
    desks = {one for row in visit.departments for one in messages.answering_for(row.department)}
    said = {
        "key": f"visit:{visit_id}",
        "what": what,
        "before": change.before or "–",
        "after": change.after or "–",
        "reason": change.reason,
    }
    code = f"visit-{change.kind}"
    messages.tell(team - {change.actor}, code, link="/field/", **said)
    messages.tell(desks - team - {change.actor}, code, link=f"/office/visits/{visit_id}", **said)


@dataclass(frozen=True)
class BegunBefore:
    """A visit that was changed at the office after a phone, offline, had begun it."""

    change: VisitChange
    begun_at: datetime


def begun_before(visit_id: str) -> list[BegunBefore]:
    """The changes whose visit had begun by a phone's clock, though nothing of it had arrived yet.

    The clock is a claim: it is shown, and decides nothing.
    """
    moved = db.session.scalars(
        select(VisitChange)
        .where(VisitChange.visit_id == visit_id, VisitChange.kind == ChangeKind.MOVED)
        .order_by(VisitChange.at)
    ).all()
    if not moved:
        return []
    begun = _begun_at(visit_id)
    return [BegunBefore(one, begun) for one in moved if begun and begun < one.at]


def _begun_at(visit_id: str) -> datetime | None:
    documents: Sequence[Any] = db.session.scalars(
        select(Entry.document).where(
            Entry.visit_id == visit_id, Entry.kind.in_(("visit.opened", "visit.arrived"))
        )
    ).all()
    times = [instants.read(json.loads(one)["at"]) for one in documents]
    return min((one for one in times if one), default=None)
