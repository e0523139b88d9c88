"""What the office reads of the imports: the list, and the names of what one has to do with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import joinedload

from server.accounts.model import Person
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.rescue.model import RescueImport
from server.visits.model import Visit

PAGE = 50


@dataclass(frozen=True)
class Place:
    """An import in the list."""

    at: dt.datetime
    id: str


@dataclass(frozen=True)
class Page:
    """Imports, newest first, and where older ones begin."""

    rows: Sequence[RescueImport]
    names: dict[str, str]
    next: Place | None


def page_of_imports(place: Place | None) -> Page:
    """One page, with the names of the people in it."""
    query = select(RescueImport).order_by(RescueImport.imported_at.desc(), RescueImport.id.desc())
    if place is not None:
        here = tuple_(RescueImport.imported_at, RescueImport.id)
        query = query.where(here < (place.at, place.id))
    found = db.session.scalars(query.limit(PAGE + 1)).all()
    rows = found[:PAGE]
    last = Place(rows[-1].imported_at, rows[-1].id) if len(found) > PAGE else None
    return Page(rows, names_of(rows), last)


def import_by(import_id: str) -> RescueImport:
    """One import."""
    row = db.session.get(RescueImport, import_id) if is_uuid(import_id) else None
    if row is None:
        raise Problem("not-found")
    return row


def names_of(rows: Iterable[RescueImport]) -> dict[str, str]:
    """The people whose work it was, and who brought it in."""
    ids = {one for row in rows for one in (row.person_id, row.imported_by)}
    people = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {one.id: one.name for one in people}


def visits_of(row: RescueImport) -> dict[str, Visit]:
    """The visits it holds something of, as far as they exist here."""
    query = select(Visit).where(Visit.id.in_(row.outcome["visits"])).options(joinedload(Visit.enterprise))
    return {visit.id: visit for visit in db.session.scalars(query)}
