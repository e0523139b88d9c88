"""Reading what was dispatched: page by page, and one visit with its notice, its changes and its door."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from server.accounts.model import Device, Person
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.messages.actions import seen_by
from server.messages.model import Message
from server.planning.dispatch import rules
from server.planning.dispatch.actions import told_of
from server.planning.dispatch.model import PriorNotice, SelfCorrection, Sending, VisitChange
from server.planning.draw.course import Decision
from server.planning.draw.model import Substitution
from server.visits import access, bundle, listing
from server.visits.model import Entry, Visit, VisitMember

PAGE = 50


@dataclass(frozen=True)
class Row:
    """One dispatched visit. `known` says whether its reader may know where it goes, `asked` whether a
    substitution waits to be decided."""

    sending: Sending
    notice: PriorNotice | None
    known: bool
    read: tuple[int, int]
    fetched: tuple[int, int]
    asked: bool

    @property
    def visit(self) -> Visit:
        """The visit."""
        return self.sending.visit


@dataclass(frozen=True)
class Page:
    """Dispatched visits in the order they were made, and the ids to go on from on either side."""

    rows: Sequence[Row]
    previous: str | None
    next: str | None


def page_of_visits(person: Person, task_id: str, *, after: str | None, before: str | None) -> Page:
    """One page of a task's visits, in seven queries."""
    backwards = before is not None
    query = (
        select(Sending, PriorNotice)
        .outerjoin(PriorNotice, PriorNotice.visit_id == Sending.visit_id)
        .where(Sending.task_id == task_id)
        .options(
            joinedload(Sending.visit).joinedload(Visit.enterprise),
            joinedload(Sending.visit).selectinload(Visit.members).joinedload(VisitMember.person),
        )
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(Sending.visit_id < before)
    elif after is not None:
        query = query.where(Sending.visit_id > after)
    order = Sending.visit_id.desc() if backwards else Sending.visit_id.asc()
    found = [(sending, notice) for sending, notice in db.session.execute(query.order_by(order))]
    more, shown = len(found) > PAGE, found[:PAGE][::-1] if backwards else found[:PAGE]
    rows = _rows(person, task_id, shown)
    first, last = (rows[0].visit.id, rows[-1].visit.id) if rows else (None, None)
    return Page(
        rows,
        previous=first if (more if backwards else after is not None) else None,
        next=last if (before is not None if backwards else more) else None,
    )


def all_visits(person: Person, task_id: str) -> Iterator[Row]:
    """Every dispatched visit of a task, for an export: read in pages."""
    after: str | None = None
    while True:
        page = page_of_visits(person, task_id, after=after, before=None)
        yield from page.rows
        after = page.next
        if after is None:
            return


def _rows(
    person: Person, task_id: str, found: Sequence[tuple[Sending, PriorNotice | None]]
) -> list[Row]:
    team = {member.person_id for sending, _ in found for member in sending.visit.members}
    seen, contact = _seen(task_id, [sending.visit for sending, _ in found]), _contacts(team)
    known = _readable(person, [sending.visit_id for sending, _ in found])
    asked = _asked(task_id)
    rows = []
    for sending, notice in found:
        present = [one.person_id for one in sending.visit.members if one.left_at is None]
        since = max(sending.sent_at, sending.visit.release_at or sending.sent_at)
        fetched = {one: at for one, at in contact.items() if at >= since}
        rows.append(
            Row(
                sending,
                notice,
                sending.visit_id in known,
                rules.seen_of(present, seen[sending.visit_id]),
                rules.seen_of(present, fetched),
                sending.subject_id in asked,
            )
        )
    return rows


def known_to(task_id: str, visit: Visit) -> list[tuple[str, datetime | None]]:
    """The team of a visit by name, and when each was first seen to know of it."""
    seen = _seen(task_id, [visit])[visit.id]
    return [(one.person.name, seen.get(one.person_id)) for one in visit.members if one.left_at is None]


def _seen(task_id: str, visits: Sequence[Visit]) -> Mapping[str, Mapping[str, datetime]]:
    """By visit: who of its team has read that the task was dispatched, or, joining later, of the visit
    itself, or has recorded anything on it; and when."""
    keys = {one.id: (told_of(task_id), f"visit:{one.id}") for one in visits}
    team = {member.person_id for one in visits for member in one.members}
    found = seen_by({key for pair in keys.values() for key in pair}, team)
    seen: dict[str, dict[str, datetime]] = {one.id: {} for one in visits}
    for visit, own in keys.items():
        for key in own:
            seen[visit] |= {person: at for (about, person), at in found.items() if about == key}
    for visit, person, at in db.session.execute(_recorded(keys, team)):
        seen[visit][person] = min(at, seen[visit].get(person, at))
    return seen


def _recorded(visits: Collection[str], team: Collection[str]) -> Select[str, str, datetime]:
    """When the server first had something of each person's on a visit: who records knows of it."""
    return (
        select(Entry.visit_id, Entry.author, func.min(Entry.received_at))
        .where(Entry.visit_id.in_(visits), Entry.author.in_(team), Entry.position.is_not(None))
        .group_by(Entry.visit_id, Entry.author)
    )


def _contacts(people: Collection[str]) -> Mapping[str, datetime]:
    """When the server last heard of a phone of each: a round of it brings what is new."""
    query = (
        select(Device.person_id, func.max(Device.last_seen_at))
        .where(Device.person_id.in_(people), Device.last_seen_at.is_not(None))
        .group_by(Device.person_id)
    )
    return {person: at for person, at in db.session.execute(query) if at}


def _asked(task_id: str) -> set[str]:
    """Drawn subjects of a task of which a substitution waits to be decided."""
    query = select(Substitution.subject_id).where(
        Substitution.task_id == task_id, Substitution.state == Decision.ASKED
    )
    return set(db.session.scalars(query))


def _readable(person: Person, ids: Collection[str]) -> set[str]:
    query = select(Visit.id).where(Visit.id.in_(ids), listing.readable_by(person))
    return set(db.session.scalars(query))


@dataclass(frozen=True)
class Counts:
    """How many visits of a task stand and how many were called off; how many officers go, and how many of
    them have read of it or recorded something."""

    visits: int
    cancelled: int
    officers: int
    readers: int


def counts(task_id: str) -> Counts:
    """The figures above the list of a task's visits."""
    own = (Sending.task_id == task_id, Sending.visit_id == Visit.id)
    visits = select(func.count(), func.count(Visit.cancelled_at)).where(*own)
    made, cancelled = db.session.execute(visits).one()
    officers = (
        select(func.count(VisitMember.person_id.distinct()))
        .join(Visit)
        .where(*own, VisitMember.left_at.is_(None), Visit.cancelled_at.is_(None))
    )
    saw = exists().where(
        Message.person_id == VisitMember.person_id,
        Message.key == told_of(task_id),
        Message.seen_at.is_not(None),
    )
    recorded = exists().where(
        Entry.visit_id == Visit.id, Entry.author == VisitMember.person_id, Entry.position.is_not(None)
    )
    read = officers.where(or_(saw, recorded))
    return Counts(
        made - cancelled, cancelled, db.session.scalar(officers) or 0, db.session.scalar(read) or 0
    )


def sending_of(visit_id: str) -> Sending | None:
    """How a visit was dispatched; none where it was not."""
    return db.session.get(Sending, visit_id)


def sending_to_read(person: Person, visit_id: str) -> Sending:
    """A dispatched visit this person may read."""
    sending = _whole(Sending.visit_id == visit_id) if is_uuid(visit_id) else None
    if sending is None or not access.may_read(person, sending.visit):
        raise Problem("not-found")
    return sending


def sending_at_door(code: str) -> Sending:
    """The visit a code at the door leads to."""
    sending = _whole(Sending.door == code)
    if sending is None:
        raise Problem("code-unknown")
    return sending


def notice_by(code: str) -> PriorNotice:
    """The prior notice a code leads to."""
    notice = db.session.scalar(select(PriorNotice).where(PriorNotice.code == code))
    if notice is None:
        raise Problem("code-unknown")
    return notice


def whole(visit_id: str) -> Sending:
    """A dispatched visit with all that its papers and pages name."""
    sending = _whole(Sending.visit_id == visit_id)
    if sending is None:
        raise Problem("not-found")
    return sending


def wholes(visit_ids: Collection[str]) -> list[Sending]:
    """The same for several, in order."""
    query = select(Sending).where(Sending.visit_id.in_(visit_ids)).order_by(Sending.visit_id)
    return list(db.session.scalars(query.options(*_LOADED)))


_LOADED = (
    joinedload(Sending.task),
    joinedload(Sending.visit).joinedload(Visit.enterprise),
    joinedload(Sending.visit).selectinload(Visit.members).joinedload(VisitMember.person),
    joinedload(Sending.visit).selectinload(Visit.departments),
)


def _whole(condition: object) -> Sending | None:
    found: Sending | None = db.session.scalar(select(Sending).where(condition).options(*_LOADED))  # type: ignore[arg-type]
    return found


def arrived_at(visit_id: str) -> datetime | None:
    """When the server learned that a visit has arrived: the first `visit.arrived` that counts."""
    return db.session.scalar(
        select(func.min(Entry.received_at)).where(
            Entry.visit_id == visit_id, Entry.kind == "visit.arrived", Entry.position.is_not(None)
        )
    )


def corrections(visit_id: str) -> Sequence[SelfCorrection]:
    """What an enterprise says it put right before a visit or one that was merged into it, in order."""
    merged = select(Sending.visit_id).where(Sending.merged_into == visit_id)
    own = or_(SelfCorrection.visit_id == visit_id, SelfCorrection.visit_id.in_(merged))
    query = select(SelfCorrection).where(own)
    return db.session.scalars(query.order_by(SelfCorrection.at, SelfCorrection.id)).all()


def contents(visit: Visit) -> dict[str, str]:
    """What the items of a visit's list ask, by id."""
    return {one["id"]: one["content"] for one in bundle.load(visit.bundle_digest)["checklist"]["items"]}


def changes(visit_id: str) -> list[tuple[VisitChange, str | None]]:
    """What was changed of a visit, with the names of who did so, the newest first."""
    query = (
        select(VisitChange, Person.name)
        .outerjoin(Person, Person.id == VisitChange.actor)
        .where(VisitChange.visit_id == visit_id)
        .order_by(VisitChange.at.desc(), VisitChange.id.desc())
    )
    return [(change, name) for change, name in db.session.execute(query)]


def last_move(visit_id: str) -> VisitChange | None:
    """When a visit was last moved, from when to when."""
    query = select(VisitChange).where(
        VisitChange.visit_id == visit_id, VisitChange.kind == rules.ChangeKind.MOVED
    )
    return db.session.scalar(query.order_by(VisitChange.at.desc(), VisitChange.id.desc()).limit(1))
