"""Checks everything a visit's record rests on, from the stored bytes up: nothing that is derived is believed.

Each thing that is wrong is named, so that it can be found; a sound visit gives no findings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.accounts.model import Device
from server.infra.db import db
from server.kernel.canonical import canonical, sha256_hex
from server.kernel.instants import rfc3339
from server.visits import journal, ports
from server.visits.admission import Standing
from server.visits.entry import entry_hash, journal_digest, problem_of_seal
from server.visits.model import CHAIN_START, Bundle, Entry, LostEntry, Visit

Json = dict[str, Any]

COLUMNS = {
    "visit": "visit_id",
    "device": "device_id",
    "seq": "seq",
    "id": "entry_id",
    "prev": "prev",
    "kind": "kind",
    "author": "author",
}


PROBLEMS = {
    "not-json": "the stored document is not the JSON of an entry",
    "not-canonical": "the stored document is not canonical",
    "wrong-hash": "the content does not hash to its name",
    "wrong-column": "a column differs from the stored document",
    "no-device": "its device is not enrolled",
    "wrong-person": "its device belongs to another person",
    "wrong-signature": "the signature does not fit",
    "no-predecessor": "the entry before it is missing",
    "wrong-position": "the positions have a gap",
    "wrong-link": "the link does not follow from the one before",
    "wrong-head": "the head is not that of the entries",
    "wrong-digest": "the digest is not that of the accepted entries",
    "missing": "it is missing",
    "bad-blob": "the content is gone or does not hash to its name",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: which `subject` (entry, chain, journal, sign-off, bundle, blob), its name, a
    code."""

    visit_id: str
    number: str
    subject: str
    name: str
    problem: str

    def __str__(self) -> str:
        return f"{self.number} ({self.visit_id}): {self.subject} {self.name}: {PROBLEMS[self.problem]}"


def verify_visit(visit: Visit) -> list[Finding]:
    """All that is wrong with a visit's journal, chain, bundles, digest and blobs."""
    found = [*_entries(visit), *_bundles(visit), *_blobs(visit)]
    return [Finding(visit.id, visit.number, *one) for one in found]


Wrong = tuple[str, str, str]


def _entries(visit: Visit) -> Iterator[Wrong]:
    """The entries one after the other, in the order of the server's chain; each is let go before the next."""
    query = (
        select(Entry, Device)
        .outerjoin(Device, Device.id == Entry.device_id)
        .where(Entry.visit_id == visit.id)
        .order_by(Entry.position.is_(None), Entry.position, Entry.hash)
        .execution_options(yield_per=200)
    )
    position, link, accepted = 0, bytes.fromhex(CHAIN_START), []
    known = _links(visit)
    for entry, device in db.session.execute(query):
        yield from (("entry", entry.hash, problem) for problem in _problems_of(entry, device, known))
        if entry.standing != Standing.ACCEPTED:
            continue
        position, link = position + 1, journal.extend(link, entry.hash)
        accepted.append(entry.hash)
        if entry.position != position:
            yield "entry", entry.hash, "wrong-position"
        if entry.chain != link.hex():
            yield "entry", entry.hash, "wrong-link"
    if (visit.position, visit.chain) != (position, link.hex()):
        yield "chain", visit.chain, "wrong-head"
    if visit.journal_digest != journal_digest(accepted):
        yield "journal", visit.journal_digest, "wrong-digest"
    if visit.sealed and visit.sealed not in accepted:
        yield "sign-off", visit.sealed, "missing"


def _links(visit: Visit) -> set[tuple[str, int, str]]:
    """The places an entry's `prev` may point at: entries that are here, and those known to be lost."""
    here = db.session.execute(
        select(Entry.device_id, Entry.seq, Entry.hash).where(Entry.visit_id == visit.id)
    )
    lost = db.session.execute(
        select(LostEntry.device_id, LostEntry.seq, LostEntry.hash).where(LostEntry.visit_id == visit.id)
    )
    return {tuple(row) for row in [*here, *lost]}


def _problems_of(row: Entry, device: Device | None, known: set[tuple[str, int, str]]) -> Iterator[str]:
    try:
        document = json.loads(row.document)
        is_canonical = canonical(document) == row.document.encode()
    except (ValueError, TypeError, RecursionError):
        yield "not-json"
        return
    if not isinstance(document, dict):
        yield "not-json"
        return
    if not is_canonical:
        yield "not-canonical"
    if document.get("hash") != row.hash or entry_hash(document) != row.hash:
        yield "wrong-hash"
    if any(document.get(name) != getattr(row, column) for name, column in COLUMNS.items()):
        yield "wrong-column"
    yield from _problems_of_seal(row, document, device)
    if row.prev is not None and (row.device_id, row.seq - 1, row.prev) not in known:
        yield "no-predecessor"


def _problems_of_seal(row: Entry, document: Json, device: Device | None) -> Iterator[str]:
    """Only what waits for its enrolment may have no key."""
    if device is None:
        if row.reason != "device-unknown":
            yield "no-device"
    elif device.person_id != row.author:
        yield "wrong-person"
    elif row.reason != "bad-signature" and _forged(document, device):
        yield "wrong-signature"


def _forged(document: Json, device: Device) -> bool:
    try:
        return problem_of_seal(document, json.loads(device.public_key)) is not None
    except (KeyError, TypeError, ValueError):
        return True


def _bundles(visit: Visit) -> Iterator[Wrong]:
    versions = db.session.scalars(select(Bundle).where(Bundle.visit_id == visit.id)).all()
    for version in versions:
        if sha256_hex(version.document.encode()) != version.digest:
            yield "bundle", version.digest, "wrong-hash"
    if visit.bundle_digest not in {version.digest for version in versions}:
        yield "bundle", visit.bundle_digest, "missing"


def _blobs(visit: Visit) -> Iterator[Wrong]:
    for sha256 in ports.bad_blobs(visit.id):
        yield "blob", sha256, "bad-blob"


def projections(visit: Visit) -> Json:
    """All that is derived of a visit, as plain values, to be compared before and after a rebuild."""
    return {
        "status": visit.status,
        "sealed": visit.sealed,
        "closed_at": visit.closed_at and rfc3339(visit.closed_at),
        "journal_digest": visit.journal_digest,
        "progress": [visit.answered, visit.items],
        "departments": {
            row.department: [row.order, row.items, row.answered, row.failed, row.conflicts, row.state]
            for row in visit.departments
        },
    }
