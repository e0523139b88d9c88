"""What the office reads of visits: pages of the list, one visit, and what tells whether it changed.

Only reading, and no query in a loop: a page of fifty visits costs four.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, defer, selectinload

from server.accounts.model import Department, Person
from server.infra.audit import AuditEntry
from server.infra.db import db
from server.kernel import instants
from server.kernel.canonical import digest
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.registry.model import Enterprise, Inspector
from server.visits import journal, ports
from server.visits.access import DEPARTMENT_ROLES, OFFICE_ROLES, may_read
from server.visits.entry import journal_digest
from server.visits.findings import Case
from server.visits.fold import closure, sealed
from server.visits.model import Aside, Bundle, Entry, LostEntry, Visit, VisitDepartment, VisitMember
from server.visits.record import Seal

PAGE = 50
ENTRIES_PAGE = 50


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; each is part of the address, so that a list can be shared."""

    status: str | None = None
    department: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    search: str = ""


@dataclass(frozen=True)
class Place:
    """A place in the list: the date and id of a row, and on which side of it to go on reading."""

    date: dt.date
    id: str
    backwards: bool = False


@dataclass(frozen=True)
class Page:
    """Visits in order of date, newest first, and whether there are more on either side."""

    visits: Sequence[Visit]
    previous: Place | None
    next: Place | None


def page_of_visits(person: Person, filters: Filters, place: Place | None) -> Page:
    """One page of the visits this person may read."""
    backwards = place is not None and place.backwards
    query = _narrowed(select(Visit).join(Visit.enterprise).where(readable_by(person)), filters)
    if place is not None:
        here = tuple_(Visit.date, Visit.id)
        query = query.where(here > (place.date, place.id) if backwards else here < (place.date, place.id))
    order = (Visit.date.asc(), Visit.id.asc()) if backwards else (Visit.date.desc(), Visit.id.desc())
    query = (
        query.order_by(*order)
        .limit(PAGE + 1)
        .options(contains_eager(Visit.enterprise), selectinload(Visit.departments))
    )
    rows: Sequence[Visit] = db.session.scalars(query).all()
    shown = rows[:PAGE][::-1] if backwards else rows[:PAGE]
    more_that_way = len(rows) > PAGE
    return Page(
        shown,
        previous=_before(shown) if shown and (more_that_way if backwards else place is not None) else None,
        next=_after(shown) if shown and (place is not None if backwards else more_that_way) else None,
    )


def _before(shown: Sequence[Visit]) -> Place:
    return Place(shown[0].date, shown[0].id, backwards=True)


def _after(shown: Sequence[Visit]) -> Place:
    return Place(shown[-1].date, shown[-1].id)


def readable_by(person: Person) -> ColumnElement[bool]:
    """`access.may_read` as a condition; a test holds the two equal."""
    if OFFICE_ROLES & set(person.roles):
        return Visit.id.is_not(None)
    member = select(VisitMember.visit_id).where(
        VisitMember.person_id == person.id, VisitMember.left_at.is_(None)
    )
    if not DEPARTMENT_ROLES & set(person.roles):
        return Visit.id.in_(member)
    return or_(Visit.id.in_(member), _has_department(person.department))


def _has_department(code: str | None) -> ColumnElement[bool]:
    """One pass over the department's rows: asking visit by visit takes ten times as long where few match."""
    return Visit.id.in_(select(VisitDepartment.visit_id).where(VisitDepartment.department == code))


def _narrowed(query: Select[Any], filters: Filters) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if filters.status == "conflict":
        conditions.append(or_(Visit.status == "conflict", Visit.id.in_(_with_conflicts())))
    elif filters.status:
        conditions.append(Visit.status == filters.status)
    if filters.department:
        conditions.append(_has_department(filters.department))
    if filters.since:
        conditions.append(Visit.date >= filters.since)
    if filters.until:
        conditions.append(Visit.date <= filters.until)
    if filters.search:
        conditions.append(_matching(filters.search))
    return query.where(and_(*conditions)) if conditions else query


def _with_conflicts() -> Select[Any]:
    return select(VisitDepartment.visit_id).where(VisitDepartment.conflicts > 0)


def _matching(text: str) -> ColumnElement[bool]:
    """Enterprises by a part of their name or the start of their code, visits by a part of their number."""
    named = select(Enterprise.id).where(
        or_(
            Enterprise.name.contains(text, autoescape=True),
            Enterprise.uscc.startswith(text.upper(), autoescape=True),
        )
    )
    return or_(Visit.enterprise_id.in_(named), Visit.number.contains(text, autoescape=True))


def departments() -> Sequence[Department]:
    """Departments that take part in visits, in the county's order."""
    return db.session.scalars(
        select(Department).where(Department.can_inspect).order_by(Department.order)
    ).all()


def visit_for_office(person: Person, visit_id: str) -> Visit:
    """A visit the person may read; to anyone else it does not exist."""
    query = (
        select(Visit)
        .where(Visit.id == visit_id)
        .options(
            selectinload(Visit.departments), selectinload(Visit.members).selectinload(VisitMember.person)
        )
    )
    visit = db.session.scalar(query) if is_uuid(visit_id) else None
    if visit is None or not may_read(person, visit):
        raise Problem("not-found")
    return visit


def fingerprint(visit: Visit) -> str:
    """A digest of all that a visit's page shows, without folding: an unchanged visit costs a few counts."""
    held = db.session.execute(
        select(Entry.standing, func.count(), func.max(Entry.admitted_at))
        .where(Entry.visit_id == visit.id)
        .group_by(Entry.standing)
    ).all()
    counts = [_count(table, visit.id) for table in (Aside, LostEntry, Bundle)]
    return digest(
        {
            "head": [visit.position, visit.chain, visit.journal_digest],
            "state": [visit.status, visit.bundle_digest, visit.sealed],
            "held": sorted([row[0], row[1], str(row[2])] for row in held),
            "counts": counts,
            "blobs": ports.evidence_of(visit.id),
        }
    )


def _count(table: Any, visit_id: str) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(table.visit_id == visit_id)) or 0


def case_of(visit: Visit) -> Case:
    """The visit as it stands now."""
    read = journal.read(visit)
    return _case(read, read.folded(), read.entries)


def sealed_case(visit: Visit) -> tuple[Case, Seal] | None:
    """The visit as its sign-off in force sealed it, with its seal; none while nothing is sealed.

    Only entries inside the sealed set are handed on, so nothing that came later can be printed by mistake.
    """
    if visit.sealed is None:
        return None
    read = journal.read(visit)
    signed = next(entry for entry in read.entries if entry["hash"] == visit.sealed)
    covers = signed["body"]["covers"]
    inside = closure(read.entries, covers["heads"], covers.get("missing") or ()) | {visit.sealed}
    entries = [entry for entry in read.entries if entry["hash"] in inside]
    over = read.context["bundles"][covers["bundle"]]
    state = sealed(over, read.entries, visit.sealed, read.context)
    if state is None:
        raise LookupError(f"visit {visit.id} is sealed by an entry that cannot be folded")
    case = _case(journal.Journal(over, entries, read.context), state, entries)
    return case, _seal(visit, case, signed, inside)


def _seal(visit: Visit, case: Case, signed: dict[str, Any], inside: set[str]) -> Seal:
    """The seal stands where the last of the sealed entries came in, maybe after the sign-off itself."""
    rows = db.session.execute(
        select(Entry.hash, Entry.position, Entry.chain)
        .where(Entry.visit_id == visit.id, Entry.position.is_not(None))
        .order_by(Entry.position.desc())
    )
    position, chain = next((row.position, row.chain) for row in rows if row.hash in inside)
    return Seal(
        signed_by=case.name(signed["author"]),
        signed_at=signed["at"],
        sign_off=signed["hash"],
        position=position,
        chain=chain,
        journal_digest=journal_digest(inside),
        entries=len(inside),
    )


def _case(read: journal.Journal, state: dict[str, Any], entries: Sequence[dict[str, Any]]) -> Case:
    return Case(read.bundle, state, {entry["hash"]: entry for entry in entries}, _names(read))


def _names(read: journal.Journal) -> dict[str, str]:
    """Names of all people a visit speaks of: as their bundle had them, else as they are called now."""
    named = {
        member["person"]: member["name"]
        for version in read.context["bundles"].values()
        for member in version["team"]
    }
    authors = {entry["author"] for entry in read.entries} - named.keys()
    rows = (
        db.session.execute(select(Person.id, Person.name).where(Person.id.in_(authors))).all()
        if authors
        else []
    )
    spoken_of = [
        (entry["body"].get("person"), entry["body"].get("name"))
        for entry in read.entries
        if entry["kind"] == "officer.substituted"
    ]
    substitutes = {
        person: name for person, name in spoken_of if isinstance(person, str) and isinstance(name, str)
    }
    return {**substitutes, **{row.id: row.name for row in rows}, **named}


@dataclass(frozen=True)
class Line:
    """An entry as the server received it: its document and what was noted on receipt."""

    row: Entry
    document: dict[str, Any]

    @property
    def claimed(self) -> dt.datetime | None:
        """When it was written, by the phone's clock; none where it names no instant."""
        return instants.read(self.document["at"])

    @property
    def skew(self) -> dt.timedelta:
        """By how much the phone's clock is surely wrong: negative is slow, positive is fast."""
        claimed, earliest = self.claimed, self.row.nonce_issued_at
        if claimed and claimed > self.row.received_at:
            return claimed - self.row.received_at
        if claimed and earliest and claimed < earliest:
            return claimed - earliest
        return dt.timedelta(0)


def lines(visit_id: str, before: int | None = None) -> tuple[list[Line], int | None]:
    """Accepted entries, newest first, and the position to go on from."""
    query = select(Entry).where(Entry.visit_id == visit_id, Entry.position.is_not(None))
    if before is not None:
        query = query.where(Entry.position < before)
    rows = db.session.scalars(query.order_by(Entry.position.desc()).limit(ENTRIES_PAGE + 1)).all()
    shown = [Line(row, json.loads(row.document)) for row in rows[:ENTRIES_PAGE]]
    return shown, shown[-1].row.position if len(rows) > ENTRIES_PAGE else None


def held_back(visit_id: str) -> list[Line]:
    """Genuine entries that have no effect: in quarantine, or waiting for their author."""
    rows = db.session.scalars(
        select(Entry)
        .where(Entry.visit_id == visit_id, Entry.position.is_(None))
        .order_by(Entry.received_at, Entry.hash)
    )
    return [Line(row, json.loads(row.document)) for row in rows]


def received(visit_id: str, hashes: Iterable[str]) -> list[Line]:
    """These entries, in the order they came."""
    rows = db.session.scalars(
        select(Entry)
        .where(Entry.visit_id == visit_id, Entry.hash.in_(list(hashes)))
        .order_by(Entry.received_at, Entry.position)
    )
    return [Line(row, json.loads(row.document)) for row in rows]


@dataclass(frozen=True)
class Extent:
    """How much a verification went through: each entry has its hash, its signature and its link."""

    entries: int
    accepted: int
    bundles: int
    blobs: int


def extent(visit: Visit) -> Extent:
    """What there is of a visit to verify."""
    return Extent(
        _count(Entry, visit.id), visit.position, _count(Bundle, visit.id), len(ports.evidence_of(visit.id))
    )


def asides(visit_id: str) -> Sequence[Aside]:
    """What was pushed and is not genuine; its bytes, which may be many, are left where they are."""
    return db.session.scalars(
        select(Aside)
        .where(Aside.visit_id == visit_id)
        .order_by(Aside.received_at, Aside.digest)
        .options(defer(Aside.bytes, raiseload=True))
    ).all()


@dataclass(frozen=True)
class Deed:
    """Something done to a visit outside its journal, with the names of all concerned."""

    at: dt.datetime
    code: str
    actor: str | None
    reason: str | None
    joined: list[str]
    left: list[str]


def deeds(visit_id: str) -> list[Deed]:
    """What the office did to the visit, newest first."""
    rows = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == visit_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    ).all()
    people = {
        person
        for row in rows
        for person in [row.actor, *row.detail.get("joined", []), *row.detail.get("left", [])]
    }
    found = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(people))).all()
    names = {row.id: row.name for row in found}
    return [_deed(row, names) for row in rows]


def _deed(row: AuditEntry, names: dict[str, str]) -> Deed:
    return Deed(
        row.at,
        row.deed,
        actor=names.get(row.actor or ""),
        reason=row.detail.get("reason"),
        joined=[names.get(person, person) for person in row.detail.get("joined", [])],
        left=[names.get(person, person) for person in row.detail.get("left", [])],
    )


def members(visit: Visit) -> list[Person]:
    """Who is on the team now."""
    return [member.person for member in visit.members if member.left_at is None]


def leads(visit: Visit) -> list[Person]:
    """Who leads the team now."""
    return [member.person for member in visit.members if member.lead and member.left_at is None]


def candidates(visit: Visit) -> Sequence[Person]:
    """Officers of the visit's departments: who may be put on its team, or given another part in it."""
    codes = [one.department for one in visit.departments]
    return db.session.scalars(
        select(Person)
        .join(Inspector, Inspector.person_id == Person.id)
        .where(Person.department.in_(codes), Person.active)
        .order_by(Person.department, Person.name)
    ).all()
