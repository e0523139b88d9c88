"""The monthly review: what of the register looks stale, line by line, and who went through it (R-305).

Only reading, but for the marks. Lines that a word of the search index answers cost what a list costs; the
others go along an index and count to a bound.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from server.accounts.model import Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.registry import listing, search
from server.registry.listing import Filters, Page, Place
from server.registry.model import Enterprise, ReviewMark
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

_ORDER = {
    "closed": Enterprise.changed_at,
    "class": Enterprise.risk_as_of,
    "untouched": Enterprise.changed_at,
}

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
    if code == "twice":
        return _twins_page(after)
    order = (_ORDER[code], Enterprise.seq)
    query = _query(code, today, Enterprise).order_by(*order)
    if seen := _seen(after):
        query = query.where(tuple_(*order) > (getattr(seen, _ORDER[code].key), seen.seq))
    rows = db.session.scalars(query.limit(listing.PAGE + 1)).all()
    return rows[: listing.PAGE], rows[listing.PAGE - 1].id if len(rows) > listing.PAGE else None


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


def _query(code: str, today: dt.date, *what: Any) -> Select[Any]:
    query = select(*(what or (Enterprise.seq,)))
    if code == "closed":
        return query.where(Enterprise.status.in_(sorted(CLOSED)), Enterprise.changed_at >= now() - RECENT)
    if code == "class":
        return query.where(Enterprise.risk_as_of < today - CLASS_HOLDS)
    if code == "untouched":
        return query.where(Enterprise.changed_at < now() - UNTOUCHED)
    return _twins()


def _seen(after: str) -> Enterprise | None:
    """The last one of the page before, by its registry id."""
    return db.session.get(Enterprise, after) if is_uuid(after) else None


def _twins() -> Select[Any]:
    """Names that stand more than once at one address."""
    names = (Enterprise.name, Enterprise.address)
    query: Select[Any] = Select(*names)
    return query.group_by(*names).having(func.count() > 1)


def _twins_page(after: str) -> tuple[Sequence[Enterprise], str | None]:
    """Some groups of twins, whole; `after` is the registry id of one of the last group seen."""
    query = _twins().order_by(Enterprise.name, Enterprise.address)
    if seen := _seen(after):
        query = query.where(tuple_(Enterprise.name, Enterprise.address) > (seen.name, seen.address))
    groups = [tuple(row) for row in db.session.execute(query.limit(listing.PAGE // 2 + 1))]
    shown = groups[: listing.PAGE // 2]
    rows = select(Enterprise).where(tuple_(Enterprise.name, Enterprise.address).in_(shown))
    found = db.session.scalars(
        rows.order_by(Enterprise.name, Enterprise.address, Enterprise.seq).limit(4 * listing.PAGE)
    ).all()
    return found, found[-1].id if len(groups) > len(shown) else None
