"""The party's copy: which were handed out, as the journal says, and the public page their QR code leads to.

Whoever holds a copy holds its code, 128 random bits; without it nothing here is found. Only reading.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from server.infra.db import db
from server.kernel.problems import Problem
from server.visits.access import is_withheld
from server.visits.model import Entry, Visit

DOCUMENT = "现场检查记录（当事人副本）"
"""How a phone names the copy among the papers served (`pwa/views/record-words.js`)."""

CODE = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Copy:
    """A copy that was recorded as handed out: when, by the phone's clock, and the SHA-256 of the file."""

    at: str
    sha256: str


def visit_of(code: str) -> Visit:
    """The visit a code belongs to; one that is still withheld is not found."""
    query = (
        select(Visit)
        .where(Visit.code == code)
        .options(joinedload(Visit.enterprise), selectinload(Visit.departments))
    )
    visit = db.session.scalar(query) if CODE.fullmatch(code) else None
    if visit is None or is_withheld(visit):
        raise Problem("not-found")
    return visit


def handed_out(visit: Visit) -> list[Copy]:
    """The copies the accepted entries speak of, in the order they came."""
    rows = db.session.scalars(
        select(Entry.document)
        .where(Entry.visit_id == visit.id, Entry.kind == "served", Entry.position.is_not(None))
        .order_by(Entry.position)
    )
    return [copy for copy in map(_copy, map(json.loads, rows)) if copy]


def _copy(entry: dict[str, object]) -> Copy | None:
    body = entry["body"]
    if not isinstance(body, dict) or body.get("document") != DOCUMENT:
        return None
    sha256 = body.get("sha256")
    return Copy(str(entry["at"]), sha256) if isinstance(sha256, str) else None
