"""The office's list of visits: who may see which, narrowed by what the address says, page by page.

Only reading, and no query in a loop: a page of fifty visits costs four.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select, tuple_
from sqlalchemy.orm import contains_eager, selectinload

from server.accounts.model import Department, Person
from server.infra.clock import now
from server.infra.db import db
from server.registry import search
from server.registry.model import Enterprise
from server.registry.terms import asked
from server.visits.access import DEPARTMENT_ROLES, OFFICE_ROLES
from server.visits.model import Visit, VisitDepartment, VisitMember

PAGE = 50
FEW = 2000


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; each is part of the address, so that a list can be shared."""

    status: str | None = None
    department: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    search: str = ""
    training: bool = False
    """Exercises (演练) stand in a list of their own."""


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
    present = select(VisitMember.visit_id).where(VisitMember.left_at.is_(None))
    on_team = Visit.id.in_(present.where(VisitMember.person_id == person.id))
    released = or_(Visit.release_at.is_(None), Visit.release_at <= now())
    if not DEPARTMENT_ROLES & set(person.roles):
        return and_(released, on_team)
    led = Visit.id.in_(present.where(VisitMember.lead, VisitMember.department == person.department))
    return or_(and_(released, or_(on_team, _has_department(person.department))), and_(led, not_(on_team)))


def _has_department(code: str | None) -> ColumnElement[bool]:
    """One pass over the department's rows: asking visit by visit takes ten times as long where few match."""
    return Visit.id.in_(select(VisitDepartment.visit_id).where(VisitDepartment.department == code))


def _narrowed(query: Select[Any], filters: Filters) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [Visit.training.is_(filters.training)]
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
    return query.where(and_(*conditions))


def _with_conflicts() -> Select[Any]:
    return select(VisitDepartment.visit_id).where(VisitDepartment.conflicts > 0)


def _matching(text: str) -> ColumnElement[bool]:
    """Visits of the enterprises that the register's search finds, and by a part of their number."""
    return or_(_of_found(text), Visit.number.contains(text, autoescape=True))


def _of_found(text: str) -> ColumnElement[bool]:
    """Few enterprises are named one by one. Where very many match, a page of visits is full soon, and
    looking at each one's name costs less than naming all."""
    found = search.find(asked(text))
    if len(found) <= FEW:
        return Enterprise.seq.in_(found.below(None, FEW))
    words = " " + Enterprise.terms + " "
    parts = [
        or_(*(and_(*(words.contains(f" {word} ") for word in some)) for some in alternatives if some))
        for alternatives in asked(text)
    ]
    return and_(*parts)


def departments() -> Sequence[Department]:
    """Departments that take part in visits, in the county's order."""
    return db.session.scalars(
        select(Department).where(Department.can_inspect).order_by(Department.order)
    ).all()
