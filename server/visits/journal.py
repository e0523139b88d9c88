"""The journal as the server keeps it: grown under the visit's lock, and folded into the projections.

Who may push, and what becomes of each entry, is decided elsewhere (access, admission); here it is written
down.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, or_, select

from server.infra.db import db
from server.kernel.canonical import canonical, sha256_hex
from server.kernel.problems import Problem
from server.visits import bundle, ports
from server.visits.admission import Held, Standing
from server.visits.entry import journal_digest
from server.visits.fold import fold
from server.visits.model import Bundle, Entry, LostEntry, Visit, VisitDepartment
from server.visits.roster import owners

Json = dict[str, Any]


@dataclass
class Journal:
    """All that the fold asks of one visit, as held now."""

    bundle: Json
    entries: list[Json]
    context: Json

    def folded(self) -> Json:
        """The state of the visit."""
        return fold(self.bundle, self.entries, self.context)


def lock_visit(visit_id: str) -> Visit:
    """The visit, its row locked to the end of the transaction (on SQLite the whole database already is)."""
    query = (
        select(Visit)
        .where(Visit.id == visit_id)
        .with_for_update(of=Visit)
        .execution_options(populate_existing=True)
    )
    visit = db.session.scalar(query)
    if visit is None:
        raise Problem("not-found")
    return visit


def read(visit: Visit) -> Journal:
    """The journal with all its entries: the accepted in order of position, then the others; evidence
    included."""
    rows = db.session.execute(
        select(Entry.document, Entry.hash, Entry.standing)
        .where(Entry.visit_id == visit.id)
        .order_by(Entry.position.is_(None), Entry.position, Entry.device_id, Entry.seq, Entry.hash)
    ).all()
    return Journal(
        bundle=bundle.load(visit.bundle_digest),
        entries=[json.loads(row.document) for row in rows],
        context=context(
            visit,
            quarantined=[row.hash for row in rows if row.standing != Standing.ACCEPTED],
            blobs=ports.evidence_of(visit.id),
        ),
    )


def context(visit: Visit, quarantined: Iterable[str], blobs: dict[str, str] | None = None) -> Json:
    """What the fold is told beside the entries (the contract of `fold`)."""
    versions = db.session.scalars(select(Bundle.digest).where(Bundle.visit_id == visit.id))
    return {
        "quarantined": sorted(quarantined),
        "lost": lost(visit.id),
        "admitted": admitted(visit.id),
        "blobs": blobs or {},
        "bundles": {digest: bundle.load(digest) for digest in versions},
        "digest": visit.bundle_digest,
    }


def lost(visit_id: str) -> list[Json]:
    """The places known to be lost; a hash that nobody knows is null."""
    rows = db.session.scalars(
        select(LostEntry)
        .where(LostEntry.visit_id == visit_id)
        .order_by(LostEntry.device_id, LostEntry.seq, LostEntry.hash)
    )
    return [{"device": row.device_id, "seq": row.seq, "hash": row.hash or None} for row in rows]


def admitted(visit_id: str) -> list[Json]:
    """The entries that were held back and came to count later, each with the sign-offs there were before.

    `{"hash", "after": [hash…]}`: in what those sealed, the entry goes on having no effect (DESIGN §3: the
    sealed state never changes). A sign-off that came in afterwards takes it as it stands.
    """
    rows = db.session.execute(
        select(Entry.hash, Entry.kind, Entry.admitted_at)
        .where(
            Entry.visit_id == visit_id,
            Entry.position.is_not(None),
            or_(Entry.kind == "visit.signed", Entry.admitted_at.is_not(None)),
        )
        .order_by(Entry.position)
    )
    before, found = list[str](), list[Json]()
    for row in rows:
        if row.admitted_at is not None and before:
            found.append({"hash": row.hash, "after": sorted(before)})
        if row.kind == "visit.signed":
            before.append(row.hash)
    return sorted(found, key=lambda one: one["hash"])


def held(visit_id: str) -> Held:
    """What admission has to know of the journal."""
    known = Held()
    rows = db.session.execute(
        select(Entry.hash, Entry.device_id, Entry.seq, Entry.entry_id, Entry.standing, Entry.reason).where(
            Entry.visit_id == visit_id
        )
    )
    for row in rows:
        entry = {"hash": row.hash, "device": row.device_id, "seq": row.seq, "id": row.entry_id}
        known.add(entry, (Standing(row.standing), row.reason))
    for one in lost(visit_id):
        known.lose(one["device"], one["seq"], one["hash"] or "")
    return known


def extend(link: bytes, entry_hash: str) -> bytes:
    """`chain_n = SHA-256(chain_{n-1} ‖ hash_n)` over raw bytes (DESIGN §3, on the server)."""
    return hashlib.sha256(link + bytes.fromhex(entry_hash)).digest()


def append(visit: Visit, rows: Sequence[Json]) -> None:
    """Add whole rows to the journal; the accepted take the next positions. The visit's row must be locked."""
    for row in rows:
        if row["standing"] == Standing.ACCEPTED:
            row["position"], row["chain"] = _next(visit, row["hash"])
    if rows:
        db.session.execute(insert(Entry), rows)


def admit(visit: Visit, entries: Iterable[Entry]) -> None:
    """Give entries that were held back the next positions. The visit's row must be locked."""
    for entry in entries:
        entry.position, entry.chain = _next(visit, entry.hash)


def _next(visit: Visit, entry_hash: str) -> tuple[int, str]:
    visit.position += 1
    visit.chain = extend(bytes.fromhex(visit.chain), entry_hash).hex()
    return visit.position, visit.chain


def project(visit: Visit) -> Json:
    """Derive all that is derived from the journal, and give back the state it was derived from."""
    rows = db.session.execute(
        select(Entry.document, Entry.hash, Entry.standing).where(Entry.visit_id == visit.id)
    ).all()
    visit.journal_digest = journal_digest(row.hash for row in rows if row.standing == Standing.ACCEPTED)
    known = context(visit, [row.hash for row in rows if row.standing != Standing.ACCEPTED])
    document = bundle.load(visit.bundle_digest)
    state = fold(document, [json.loads(row.document) for row in rows], known)
    _derive(visit, document, state)
    return state


def begin(visit: Visit, document: Json) -> None:
    """The same for a visit that is yet to be written, with the first version of its bundle."""
    visit.journal_digest = journal_digest([])
    visit.bundle_digest = digest = sha256_hex(canonical(document))
    known = {"quarantined": [], "lost": [], "admitted": [], "blobs": {}, "bundles": {digest: document}}
    _derive(visit, document, fold(document, [], known | {"digest": digest}))


def _derive(visit: Visit, document: Json, state: Json) -> None:
    visit.status = "cancelled" if visit.cancelled_at else state["status"]
    visit.sealed = state["sealed"]
    visit.closed_at = visit.cancelled_at or (_received_at(visit.sealed) if visit.sealed else None)
    _project_departments(visit, document, state)
    visit.items, visit.answered = _progress(document, state)


def _progress(document: Json, state: Json) -> tuple[int, int]:
    """How many items the departments present have to answer, and how many are answered."""
    present = {code for code, one in state["departments"].items() if one["state"] != "absent"}
    asked = [
        state["items"][item["id"]]["state"]
        for item in document["checklist"]["items"]
        if present.intersection(owners(item))
    ]
    return len(asked) - asked.count("exempt"), asked.count("answered")


def _received_at(entry_hash: str) -> Any:
    return db.session.scalar(select(Entry.received_at).where(Entry.hash == entry_hash))


def _project_departments(visit: Visit, document: Json, state: Json) -> None:
    rows = {row.department: row for row in visit.departments}
    for section in document["departments"]:
        code = section["code"]
        row = rows.get(code) or VisitDepartment(visit_id=visit.id, department=code)
        counts = state["departments"][code]["counts"]
        row.order = section["order"]
        row.items = counts["items"] - counts["exempt"]  # those somebody has to answer
        row.answered = counts["answered"]
        row.failed = counts["fail"]
        row.conflicts = counts["conflict"]
        row.state = state["departments"][code]["state"]
        if code not in rows:
            visit.departments.append(row)
