"""What a phone reads from the server: its list of visits, the hashes held, and the entries it may lack."""

from __future__ import annotations

import base64
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import joinedload

from server.accounts.model import Department, Person
from server.infra.clock import now
from server.infra.db import db
from server.kernel import instants
from server.kernel.canonical import digest
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.visits import journal
from server.visits.access import is_withheld
from server.visits.admission import Standing
from server.visits.entry import journal_digest
from server.visits.model import Entry, Visit, VisitMember

Json = dict[str, Any]

RECENT = dt.timedelta(days=90)
PAGE = 100
LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"


def my_visits(person: Person, cursor: str | None) -> Json:
    """The visits of a person that are open or were closed lately, or a page of the older ones."""
    if cursor is None:
        recent = now() - RECENT
        rows = _rows(
            _of(person)
            .where((Visit.closed_at.is_(None)) | (Visit.closed_at >= recent))
            .order_by(Visit.date, Visit.id)
        )
        return {"visits": _summaries(rows), "older": _older(person, recent, LAST)}
    closed_at, visit_id = read_cursor(cursor)
    rows = _rows(_closed_before(person, closed_at, visit_id).limit(PAGE))
    last = rows[-1][0] if rows else None
    return {
        "visits": _summaries(rows),
        "older": last and _older(person, last.closed_at, last.id),
    }


def hashes(visit: Visit) -> Json:
    """Everything needed to compare sets, and the fold's context beside it."""
    rows = db.session.execute(
        select(Entry.hash, Entry.standing, Entry.reason)
        .where(Entry.visit_id == visit.id)
        .order_by(Entry.hash)
    ).all()
    aside = [row for row in rows if row.standing != Standing.ACCEPTED]
    return {
        "journal_digest": visit.journal_digest,
        "head": visit.position,
        "accepted": [row.hash for row in rows if row.standing == Standing.ACCEPTED],
        "quarantined": [row.hash for row in aside],
        "standings": {row.hash: {"standing": row.standing, "reason": row.reason} for row in aside},
        "lost": journal.lost(visit.id),
        "admitted": journal.admitted(visit.id),
    }


def state_of(visit: Visit) -> str:
    """What an ETag of its pages is made of: the accepted entries, and those held back if there are any."""
    held_back = db.session.scalars(
        select(Entry.hash).where(Entry.visit_id == visit.id, Entry.standing != Standing.ACCEPTED)
    ).all()
    return digest([visit.journal_digest, *sorted(held_back)]) if held_back else visit.journal_digest


def page(visit: Visit, after: int, limit: int) -> str:
    """Entries after a position as JSON text: stored documents are handed on as they are, never parsed."""
    rows = db.session.execute(
        select(Entry.document, Entry.position)
        .where(Entry.visit_id == visit.id, Entry.position > after)
        .order_by(Entry.position)
        .limit(limit)
    ).all()
    more = bool(rows) and rows[-1].position < visit.position
    aside = [] if more else _held_back(visit)
    entries = ",".join(f'{row.document[:-1]},"position":{row.position}}}' for row in rows)
    return (
        f'{{"entries":[{entries}],"quarantined":[{",".join(aside)}],'
        f'"head":{visit.position},"more":{"true" if more else "false"}}}'
    )


def read_cursor(cursor: str) -> tuple[dt.datetime, str]:
    """The place a cursor names: when a visit was closed, and which."""
    try:
        at, visit_id = base64.urlsafe_b64decode(cursor.encode("ascii")).decode("ascii").split()
        closed_at = instants.parse(at).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise Problem("malformed", field="cursor", reason="not a cursor of this list") from None
    if not is_uuid(visit_id):
        raise Problem("malformed", field="cursor", reason="not a cursor of this list")
    return closed_at, visit_id


def write_cursor(closed_at: dt.datetime, visit_id: str) -> str:
    """The other way round."""
    return base64.urlsafe_b64encode(f"{closed_at.isoformat()} {visit_id}".encode()).decode()


def _of(person: Person) -> Select[Visit, dt.datetime | None]:
    return (
        select(Visit, VisitMember.left_at)
        .join(VisitMember, VisitMember.visit_id == Visit.id)
        .where(VisitMember.person_id == person.id)
        .options(joinedload(Visit.enterprise))
    )


def _closed_before(
    person: Person, closed_at: dt.datetime, visit_id: str
) -> Select[Visit, dt.datetime | None]:
    older = tuple_(Visit.closed_at, Visit.id) < (closed_at, visit_id)
    return _of(person).where(older).order_by(Visit.closed_at.desc(), Visit.id.desc())


def _rows(query: Select[Visit, dt.datetime | None]) -> list[Any]:
    return list(db.session.execute(query).all())


def _older(person: Person, closed_at: dt.datetime, visit_id: str) -> str | None:
    """The path of the next page, where there is one."""
    if not _rows(_closed_before(person, closed_at, visit_id).limit(1)):
        return None
    return f"/api/visits?cursor={write_cursor(closed_at, visit_id)}"


def _summaries(rows: Sequence[Any]) -> list[Json]:
    """The lines of a list; what is held back of all its visits is read at once."""
    aside = defaultdict[str, list[str]](list)
    for visit_id, entry_hash in db.session.execute(
        select(Entry.visit_id, Entry.hash).where(
            Entry.visit_id.in_([visit.id for visit, _ in rows]), Entry.standing != Standing.ACCEPTED
        )
    ):
        aside[visit_id].append(entry_hash)
    teams = _teams([visit.id for visit, left_at in rows if is_withheld(visit)])
    summaries = []
    for visit, left_at in rows:
        summary = _summary(visit, left_at, aside[visit.id])
        summaries.append(_withheld(visit, summary, teams[visit.id]) if visit.id in teams else summary)
    return summaries


def _withheld(visit: Visit, summary: Json, team: list[Json]) -> Json:
    """Before its release: the day and who goes, and a digest that is another one then."""
    release_at = visit.release_at and instants.rfc3339(visit.release_at)
    hidden = {"number": "", "enterprise": "", "slot": "", "bundle_digest": digest([visit.id, release_at])}
    return summary | hidden | {"release_at": release_at, "team": team}


def _teams(withheld: list[str]) -> dict[str, list[Json]]:
    """Who goes on these visits, by name and department, the lead first."""
    teams: dict[str, list[Json]] = {visit_id: [] for visit_id in withheld}
    if not teams:
        return teams
    members = (
        select(VisitMember.visit_id, VisitMember.lead, Person.name, Department.short_name)
        .join(VisitMember.person)
        .join(Department, Department.code == VisitMember.department)
        .where(VisitMember.visit_id.in_(withheld), VisitMember.left_at.is_(None))
        .order_by(VisitMember.lead.desc(), Department.order, Person.username)
    )
    for visit_id, lead, name, department in db.session.execute(members):
        teams[visit_id].append({"name": name, "department": department, "lead": lead})
    return teams


def _summary(visit: Visit, left_at: dt.datetime | None, aside: list[str]) -> Json:
    return {
        "id": visit.id,
        "number": visit.number,
        "enterprise": visit.enterprise.name,
        "date": visit.date.isoformat(),
        "slot": visit.slot,
        "status": "left" if left_at else visit.status,
        "training": visit.training,
        "bundle_digest": visit.bundle_digest,
        "journal_digest": visit.journal_digest,
        "held_digest": journal_digest(aside),
    }


def _held_back(visit: Visit) -> list[str]:
    return list(
        db.session.scalars(
            select(Entry.document)
            .where(Entry.visit_id == visit.id, Entry.standing != Standing.ACCEPTED)
            .order_by(Entry.device_id, Entry.seq, Entry.hash)
        )
    )
