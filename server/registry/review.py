"""The monthly review: what of the register looks stale, line by line, and who went through it (R-305).

Only reading, but for the marks. Lines that a word of the search index answers cost what a list costs; the
others go along an index and count to a bound.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, select, true, tuple_
from sqlalchemy.orm import aliased

from server.accounts.model import Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.registry import listing, search
from server.registry.listing import Filters, Page, Place
from server.registry.model import Enterprise, ReviewMark, Twin
from server.registry.rules import CLOSED

BOUND = 1000
RECENT = dt.timedelta(days=31)
CLASS_HOLDS = dt.timedelta(days=45)
UNTOUCHED = dt.timedelta(days=365)

AS_LISTS: Mapping[str, Filters] = {
    "place": Filters(lacking="place"),
    "grid": Filters(lacking="grid"),
    "code": Filters(lacking="sound-code"),
}
"""Lines that are a list of the register, narrowed."""

_ORDER: Mapping[str, Sequence[Any]] = {
    "closed": (Enterprise.changed_at, Enterprise.seq),
    "class": (Enterprise.risk_as_of, Enterprise.seq),
    "untouched": (Enterprise.changed_at, Enterprise.seq),
    "twice": (Twin.first, Twin.seq),
}
"""Each along an index."""

LINES = ("closed", "place", "grid", "code", "class", "untouched", "twice")


@dataclass(frozen=True)
class Line:
    """One thing to look at: how many there are (at most BOUND + 1), and whether it was done this month."""

    code: str
    count: int
    mark: ReviewMark | None
    by: str | None


def lines(today: dt.date) -> list[Line]:
    """All lines with their counts and this month's marks."""
    query = select(ReviewMark, Person.name).outerjoin(Person, Person.id == ReviewMark.actor)
    rows = db.session.execute(query.where(ReviewMark.month == month(today)))
    marks = {mark.line: (mark, name) for mark, name in rows}
    return [Line(code, count(code, today), *marks.get(code, (None, None))) for code in LINES]


def count(code: str, today: dt.date) -> int:
    """How many subjects a line has, counted to the bound."""
    if code in AS_LISTS:
        return len(search.find(listing.question(AS_LISTS[code])))
    bounded = _query(code, today).limit(BOUND + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(bounded)) or 0


def page(code: str, today: dt.date, after: str) -> tuple[Sequence[Enterprise], str | None]:
    """One page of a line's subjects, the longest untouched first, and where the next begins."""
    if code in AS_LISTS:
        place = Place(int(after)) if after.isascii() and after.isdecimal() and len(after) <= 15 else None
        found: Page = listing.page_of_enterprises(AS_LISTS[code], place)
        return found.enterprises, str(found.next.seq) if found.next else None
    order = _ORDER[code]
    query = _query(code, today).where(_following(order, after)).order_by(*order)
    seqs = db.session.scalars(query.limit(listing.PAGE + 1)).all()
    by_seq = {one.seq: one for one in listing.rows(seqs[: listing.PAGE])}
    rows = [by_seq[seq] for seq in seqs[: listing.PAGE]]
    return rows, rows[-1].id if len(seqs) > len(rows) else None


def mark(person: Person, code: str, today: dt.date) -> None:
    """Say that a line was gone through this month; to be called inside `with transaction():`."""
    if code not in LINES:
        raise Problem("not-found")
    found = count(code, today)
    db.session.merge(ReviewMark(month=month(today), line=code, found=found, at=now(), actor=person.id))
    record(person.id, "register.reviewed", code, month=month(today), found=found)


def month(day: dt.date) -> str:
    """The month a mark belongs to."""
    return f"{day:%Y-%m}"


def today() -> dt.date:
    """The day it is here."""
    return local(now()).date()


def note_twins() -> None:
    """Look through the whole register for names that stand more than once at one address; to be called
    inside `with transaction():`. The line then shows those that still do."""
    same = (Enterprise.name, Enterprise.address)
    groups = select(*same, func.min(Enterprise.seq).label("first")).group_by(*same)
    twice = groups.having(func.count() > 1).subquery()
    found = select(Enterprise.seq, twice.c.first).join(
        twice, and_(Enterprise.name == twice.c.name, Enterprise.address == twice.c.address)
    )
    db.session.execute(delete(Twin))
    db.session.execute(insert(Twin).from_select(["seq", "first"], found))


def _query(code: str, today: dt.date) -> Select[int]:
    """The places in the register of a line's subjects."""
    query = select(Enterprise.seq)
    if code == "closed":
        return query.where(Enterprise.status.in_(sorted(CLOSED)), Enterprise.changed_at >= now() - RECENT)
    if code == "class":
        return query.where(Enterprise.risk_as_of < today - CLASS_HOLDS)
    if code == "untouched":
        return query.where(Enterprise.changed_at < now() - UNTOUCHED)
    other = aliased(Enterprise)
    same = (other.name == Enterprise.name, other.address == Enterprise.address, other.seq != Enterprise.seq)
    return select(Twin.seq).where(exists().where(Enterprise.seq == Twin.seq, *same))


def _following(order: Sequence[Any], after: str) -> ColumnElement[bool]:
    """What comes after the last one of the page before, known by its registry id."""
    there = select(*order).select_from(Enterprise).outerjoin(Twin, Twin.seq == Enterprise.seq)
    last = db.session.execute(there.where(Enterprise.id == after)).first() if is_uuid(after) else None
    return tuple_(*order) > tuple_(*last) if last and None not in last else true()
