"""What the office reads of imports: the list, one of them, and its rows, page by page. Only reading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_

from server.accounts.model import Person
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import CATALOGUE, Problem
from server.registry.imports.model import ImportBatch, ImportRow, ImportSource
from server.registry.imports.rules import Verdict
from server.registry.model import Enterprise

PAGE = 50
AT_ONCE = 500


@dataclass(frozen=True)
class Place:
    """An import in the list."""

    at: dt.datetime
    id: str


@dataclass(frozen=True)
class Page:
    """Imports, newest first, and where older ones begin."""

    batches: Sequence[ImportBatch]
    names: dict[str, str]
    next: Place | None


def page_of_batches(place: Place | None, source_id: str | None = None) -> Page:
    """One page of the list, of all or of one source."""
    query = select(ImportBatch).order_by(ImportBatch.created_at.desc(), ImportBatch.id.desc()).limit(PAGE + 1)
    if source_id:
        query = query.where(ImportBatch.source_id == source_id)
    if place:
        query = query.where(tuple_(ImportBatch.created_at, ImportBatch.id) < (place.at, place.id))
    found = db.session.scalars(query).all()
    shown = found[:PAGE]
    more = Place(shown[-1].created_at, shown[-1].id) if len(found) > PAGE else None
    return Page(shown, names_of(shown), more)


def names_of(batches: Iterable[ImportBatch]) -> dict[str, str]:
    """Who had to do with imports, and where they came from by themselves: names by id."""
    batches = list(batches)
    people = {
        one for batch in batches for one in (batch.created_by, batch.applied_by, batch.undone_by) if one
    }
    sources = {batch.source_id for batch in batches if batch.source_id}
    found = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(people))).all()
    query = select(ImportSource.id, ImportSource.name).where(ImportSource.id.in_(sources))
    return {one.id: one.name for one in (*found, *db.session.execute(query))}


def batch_by(batch_id: str, lock: bool = False) -> ImportBatch:
    """One import. `lock` has others who would change it wait."""
    batch = None
    if is_uuid(batch_id):
        batch = db.session.get(ImportBatch, batch_id, with_for_update=lock or None, populate_existing=lock)
    if batch is None:
        raise Problem("not-found")
    return batch


@dataclass(frozen=True)
class Rows:
    """Rows of one verdict, in the order of the file, and the row after which more follow."""

    rows: Sequence[ImportRow]
    names: dict[str, str]
    next: int | None


def page_of_rows(batch: ImportBatch, verdict: Verdict, after: int, kept: bool = False) -> Rows:
    """One page of them; with `kept`, those an undone import could not take back."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.row > after)
    if kept:
        query = query.where(ImportRow.verdict != Verdict.REJECTED, ImportRow.reason.is_not(None))
    else:
        query = query.where(ImportRow.verdict == verdict)
    found = db.session.scalars(query.order_by(ImportRow.row).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    ids = [row.enterprise_id for row in shown if row.enterprise_id]
    names = db.session.execute(select(Enterprise.id, Enterprise.name).where(Enterprise.id.in_(ids)))
    return Rows(shown, {one.id: one.name for one in names}, shown[-1].row if len(found) > PAGE else None)


def all_rows(batch_id: str, verdict: Verdict) -> Iterator[ImportRow]:
    """All rows of a verdict, some at a time."""
    last = 0
    query = select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.verdict == verdict)
    query = query.order_by(ImportRow.row).limit(AT_ONCE)
    while rows := db.session.scalars(query.where(ImportRow.row > last)).all():
        last = rows[-1].row
        yield from rows
        db.session.expunge_all()


def sentence(reason: dict[str, Any], locale: str) -> str:
    """A kept problem, in the reader's language."""
    return CATALOGUE[reason["code"]].text(locale).format_map(reason["params"])


def sources() -> Sequence[ImportSource]:
    """Where files come from by themselves: there are a few."""
    return db.session.scalars(select(ImportSource).order_by(ImportSource.created_at, ImportSource.id)).all()


def source_by(source_id: str) -> ImportSource:
    """One of them."""
    source = db.session.get(ImportSource, source_id) if is_uuid(source_id) else None
    if source is None:
        raise Problem("not-found")
    return source
