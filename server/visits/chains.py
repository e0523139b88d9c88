"""Chains as the office meets them: what a device wrote on which visits, and what of it is held back.

Only reading, and no query in a loop.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import defer

from server.accounts.model import Device, Person
from server.accounts.ports import Chain
from server.infra.db import db
from server.registry.model import Enterprise
from server.visits.access import DEPARTMENT_ROLES, DIRECTING_ROLES
from server.visits.listing import readable_by
from server.visits.model import Aside, Entry, Visit, VisitMember

PAGE = 50

NEVER = frozenset({"bad-signature", "device-unknown"})
"""Why an entry cannot be admitted by anybody: nothing proves that its author wrote it."""

Key = tuple[str, str]
"""A chain: visit and device."""


def chains_of(reader: Person, device_id: str) -> Sequence[Chain]:
    """What a device wrote on the visits the reader may see, newest visit first (the port of accounts)."""
    accepted = func.count(Entry.position)
    rows = db.session.execute(
        select(Visit, Enterprise.name, accepted, func.count(), func.max(Entry.received_at))
        .select_from(Entry)
        .join(Visit, Visit.id == Entry.visit_id)
        .join(Enterprise, Enterprise.id == Visit.enterprise_id)
        .where(Entry.device_id == device_id, readable_by(reader))
        .group_by(Visit.id, Enterprise.name)
        .order_by(Visit.date.desc(), Visit.id.desc())
    )
    return [
        Chain(visit.id, visit.number, name, visit.date, counting, everything - counting, last)
        for visit, name, counting, everything, last in rows
    ]


@dataclass(frozen=True)
class Place:
    """A place in a list ordered by date, visit and a last key (a device or a digest), newest first."""

    date: dt.date
    visit_id: str
    last: str
    backwards: bool = False


@dataclass(frozen=True)
class HeldChain:
    """What of one device is held back on one visit: by reason, since when, and whose it is."""

    visit: Visit
    subject: str
    device_id: str
    device: Device | None
    author: str
    since: dt.datetime
    reasons: Counter[tuple[str, str]]
    """How many entries by standing and reason."""

    @property
    def entries(self) -> int:
        """How many are held back."""
        return self.reasons.total()

    @property
    def admissible(self) -> int:
        """How many of them may be admitted."""
        return sum(count for (_, reason), count in self.reasons.items() if reason not in NEVER)


@dataclass(frozen=True)
class Rows:
    """Rows of a page, and whether there are more on either side."""

    rows: Sequence[Any]
    previous: Place | None
    next: Place | None


def directed_by(person: Person) -> ColumnElement[bool]:
    """`access.may_direct` as a condition; a test holds the two equal."""
    if DIRECTING_ROLES & person.roles:
        return Visit.id.is_not(None)
    if not DEPARTMENT_ROLES & person.roles:
        return Visit.id.is_(None)
    leading = select(VisitMember.visit_id).where(
        VisitMember.lead, VisitMember.left_at.is_(None), VisitMember.department == person.department
    )
    return Visit.id.in_(leading)


def page_of_held(reader: Person, reason: str | None, search: str, place: Place | None) -> Rows:
    """One page of the chains held back on visits this person directs."""
    held = and_(Entry.visit_id == Visit.id, Entry.position.is_(None))
    query = (
        select(Visit, Enterprise.name, Entry.device_id, func.min(Entry.author), func.min(Entry.received_at))
        .join(Entry, held)
        .join(Enterprise, Enterprise.id == Visit.enterprise_id)
        .where(readable_by(reader), directed_by(reader), *_matching(search))
        .group_by(Visit.id, Enterprise.name, Entry.device_id)
    )
    if reason:
        query = query.where(Entry.reason == reason)
    found = _page(query, (Visit.date, Visit.id, Entry.device_id), place)
    return Rows(_held_chains(found[0]), *found[1:])


def held_on(visit: Visit) -> Sequence[HeldChain]:
    """The chains of one visit of which something is held back."""
    rows = db.session.execute(
        select(Entry.device_id, func.min(Entry.author), func.min(Entry.received_at))
        .where(Entry.visit_id == visit.id, Entry.position.is_(None))
        .group_by(Entry.device_id)
        .order_by(func.min(Entry.received_at), Entry.device_id)
    ).all()
    return _held_chains([(visit, visit.enterprise.name, *row) for row in rows])


def page_of_asides(reader: Person, search: str, place: Place | None) -> Rows:
    """One page of what is no genuine entry, of visits this person directs; without its bytes."""
    query = (
        select(Visit, Enterprise.name, Aside, Person.name)
        .join(Aside, Aside.visit_id == Visit.id)
        .join(Enterprise, Enterprise.id == Visit.enterprise_id)
        .outerjoin(Person, Person.id == Aside.carried_by)
        .where(readable_by(reader), directed_by(reader), *_matching(search))
        .options(defer(Aside.bytes, raiseload=True))
    )
    return Rows(*_page(query, (Visit.date, Visit.id, Aside.digest), place, last=lambda row: row[2].digest))


def aside(visit: Visit, digest: str) -> Aside | None:
    """One piece of what is not genuine, with its bytes."""
    return db.session.get(Aside, (visit.id, digest))


def names_of(people: Sequence[str]) -> dict[str, str]:
    """Names of people by id."""
    found = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(people)))).all()
    return {row.id: row.name for row in found}


def _held_chains(rows: Sequence[Any]) -> Sequence[HeldChain]:
    reasons = _reasons({(row[0].id, row[2]) for row in rows})
    devices = db.session.scalars(select(Device).where(Device.id.in_({row[2] for row in rows})))
    known = {device.id: device for device in devices} if rows else {}
    return [
        HeldChain(visit, name, device, known.get(device), author, since, reasons[visit.id, device])
        for visit, name, device, author, since in rows
    ]


def _reasons(keys: set[Key]) -> dict[Key, Counter[tuple[str, str]]]:
    found: dict[Key, Counter[tuple[str, str]]] = {key: Counter() for key in keys}
    rows = db.session.execute(
        select(Entry.visit_id, Entry.device_id, Entry.standing, Entry.reason, func.count())
        .where(
            Entry.visit_id.in_({visit for visit, _ in keys}),
            Entry.device_id.in_({device for _, device in keys}),
            Entry.position.is_(None),
        )
        .group_by(Entry.visit_id, Entry.device_id, Entry.standing, Entry.reason)
    )
    for visit, device, standing, reason, count in rows:
        if (visit, device) in found:
            found[visit, device][standing, reason or ""] += count
    return found


def _matching(text: str) -> list[ColumnElement[bool]]:
    if not text:
        return []
    named = (Enterprise.name, Visit.number)
    return [or_(*(column.contains(text, autoescape=True) for column in named))]


def _page(
    query: Any, key: Sequence[Any], place: Place | None, last: Any = lambda row: row[2]
) -> tuple[Sequence[Any], Place | None, Place | None]:
    """The rows of a page in order of `key`, newest first, with the places before and after it."""
    backwards = place is not None and place.backwards
    if place is not None:
        there = (place.date, place.visit_id, place.last)
        query = query.where(tuple_(*key) > there if backwards else tuple_(*key) < there)
    order = [column.asc() if backwards else column.desc() for column in key]
    rows = db.session.execute(query.order_by(*order).limit(PAGE + 1)).all()
    shown = rows[:PAGE][::-1] if backwards else rows[:PAGE]
    more = len(rows) > PAGE

    def at(row: Any, back: bool) -> Place:
        return Place(row[0].date, row[0].id, last(row), back)

    return (
        shown,
        at(shown[0], True) if shown and (more if backwards else place is not None) else None,
        at(shown[-1], False) if shown and (place is not None if backwards else more) else None,
    )
