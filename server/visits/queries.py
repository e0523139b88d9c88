"""What the office reads of one visit: its state, its journal page by page, and what tells whether it changed.

Only reading; the list of visits is in `listing.py`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Exists, exists, func, select
from sqlalchemy.orm import defer, selectinload

from server.accounts.model import Person
from server.infra.audit import AuditEntry
from server.infra.db import db
from server.kernel import instants
from server.kernel.canonical import digest
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.registry.actions import officers_of
from server.registry.model import Enterprise
from server.registry.rules import hindrances
from server.visits import journal, ports
from server.visits.access import may_read
from server.visits.entry import journal_digest
from server.visits.explaining import Receipt, skew
from server.visits.findings import Case
from server.visits.fold import closure, sealed
from server.visits.model import Aside, Bundle, Entry, LostEntry, Visit, VisitMember
from server.visits.record import Seal
from server.visits.rules import NOON

ENTRIES_PAGE = 50


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
        return skew(self.claimed, self.row.nonce_issued_at, self.row.received_at)


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


def receipts(visit_id: str) -> list[Receipt]:
    """Between which instants each entry was surely made."""
    rows = db.session.execute(
        select(Entry.hash, Entry.nonce_issued_at, Entry.received_at).where(Entry.visit_id == visit_id)
    )
    return [Receipt(*row) for row in rows]


def has_entries(visit: Visit) -> bool:
    """Whether anything was recorded, held back or not."""
    return visit.position > 0 or bool(_count(Entry, visit.id))


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


def candidates(visit: Visit) -> dict[Person, list[str]]:
    """Officers of the visit's departments, each with what keeps them from it then.

    Whom nothing keeps away may be put on its team, or given another part in it. Where a draw said who goes,
    nobody else is chosen by hand (R-410).
    """
    subject = db.session.get_one(Enterprise, visit.enterprise_id)
    drawn = {one.id for one in members(visit)} if ports.substitutes_at(visit.id) else None
    known = officers_of([one.department for one in visit.departments])
    officers = {
        one.person: one for one in known if not one.withdrawn and (drawn is None or one.person in drawn)
    }
    people = db.session.execute(
        select(Person, _booked(visit))
        .where(Person.id.in_(officers))
        .order_by(Person.department, Person.name)
    )
    return {
        one: [
            *hindrances(officers[one.id], days=[visit.date], subject_uscc=subject.uscc),
            *(["booked"] if booked else []),
        ]
        for one, booked in people
    }


def _booked(visit: Visit) -> Exists:
    """Whether a person is on another visit in the half day of this one."""
    morning = Visit.slot < NOON
    return (
        exists()
        .where(VisitMember.person_id == Person.id, VisitMember.left_at.is_(None))
        .where(Visit.id == VisitMember.visit_id, Visit.id != visit.id, Visit.date == visit.date)
        .where(morning if visit.slot < NOON else ~morning)
        .where(Visit.cancelled_at.is_(None), Visit.training.is_(False))
    )
