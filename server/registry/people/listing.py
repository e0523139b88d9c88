"""The office's list of officers, one officer with all that is known, and who might become one.

Only reading, and no query in a loop.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_, select, tuple_

from server.accounts.model import Department, Person
from server.catalogue.model import Industry
from server.infra.clock import now
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.registry import search
from server.registry.model import Enterprise, Grid, Inspector, RegistryChange, Town
from server.registry.people.model import Absence, Recusal
from server.registry.people.rules import EXPIRES_SOON, CertificateState, certificate_state

PAGE = 50
CANDIDATES = 500
NAMES = 5
HISTORY = 200


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; each is part of the address."""

    department: str | None = None
    industry: str | None = None
    grid: str | None = None
    certificate: str | None = None
    """One of `CertificateState`; none is all but the withdrawn."""
    duty: str | None = None
    """`on` or `away`, today."""
    leads: bool = False
    lacks: str | None = None
    """`specialty` or `grid`: what is missing."""
    search: str = ""


@dataclass(frozen=True)
class Place:
    """A place in the list: the order of a department and a user name, and which side of it to read."""

    order: int
    username: str
    backwards: bool = False


@dataclass(frozen=True)
class Row:
    """One officer: the entry, whose it is, of which department, and what keeps them away today."""

    officer: Inspector
    person: Person
    department: Department
    away: Absence | None

    @property
    def certificate(self) -> CertificateState:
        """Where the certificate stands today."""
        one = self.officer
        return certificate_state(
            one.valid_from, one.valid_until, today(), withdrawn=one.ended_at is not None
        )


@dataclass(frozen=True)
class Page:
    """Officers by department and user name, and whether there are more on either side."""

    rows: Sequence[Row]
    previous: Place | None
    next: Place | None


@dataclass(frozen=True)
class RecusalRow:
    """A recusal, and the subjects of that legal person."""

    recusal: Recusal
    subjects: Sequence[str]


@dataclass(frozen=True)
class Change:
    """One line of the history."""

    change: RegistryChange
    actor: str | None


def today() -> dt.date:
    """The day it is in the county."""
    return local(now()).date()


def page_of_officers(filters: Filters, place: Place | None) -> Page:
    """One page of the register."""
    backwards = place is not None and place.backwards
    here = tuple_(Department.order, Person.username)
    query = _narrowed(_rows(), filters)
    if place is not None:
        at = (place.order, place.username)
        query = query.where(here > at if not backwards else here < at)
    order = (Department.order, Person.username)
    query = query.order_by(*(one.desc() if backwards else one for one in order)).limit(PAGE + 1)
    found = _with_absences(db.session.execute(query).all())
    shown = found[:PAGE][::-1] if backwards else found[:PAGE]
    more = len(found) > PAGE
    return Page(
        shown,
        previous=_place(shown[0], True) if shown and (more if backwards else place) else None,
        next=_place(shown[-1], False) if shown and (place if backwards else more) else None,
    )


def all_officers(filters: Filters) -> Iterator[Row]:
    """Every officer of a filter, for an export: read in pages, so that none holds them all."""
    place: Place | None = None
    while True:
        page = page_of_officers(filters, place)
        yield from page.rows
        place = page.next
        if place is None:
            return


def officer_by(person_id: str) -> Row:
    """One officer; `not-found` where there is none."""
    row = officer_or_none(person_id) if is_uuid(person_id) else None
    if row is None:
        raise Problem("not-found")
    return row


def officer_or_none(person_id: str) -> Row | None:
    """The entry of somebody who may have none."""
    found = db.session.execute(_rows().where(Person.id == person_id)).first()
    return _with_absences([found])[0] if found else None


def absences_of(person_id: str) -> Sequence[Absence]:
    """All that was ever entered, what lasts longest first; those without an end before all others."""
    query = select(Absence).where(Absence.person_id == person_id)
    return db.session.scalars(
        query.order_by(Absence.until.is_(None).desc(), Absence.until.desc(), Absence.id.desc()).limit(HISTORY)
    ).all()


def recusals_of(person_id: str) -> list[RecusalRow]:
    """All recusals, those in force first, with the names of the subjects concerned."""
    query = select(Recusal).where(Recusal.person_id == person_id)
    rows = db.session.scalars(
        query.order_by(Recusal.ended_at.is_not(None), Recusal.declared_at.desc()).limit(HISTORY)
    ).all()
    names: dict[str, list[str]] = {}
    for uscc, name in db.session.execute(
        select(Enterprise.uscc, Enterprise.name)
        .where(Enterprise.uscc.in_({one.uscc for one in rows}))
        .order_by(Enterprise.seq)
    ):
        names.setdefault(uscc, []).append(name)
    return [RecusalRow(one, names.get(one.uscc, [])) for one in rows]


def subjects_like(typed: str) -> Sequence[Enterprise]:
    """The newest few subjects whose name or address holds this, or whose code begins so."""
    question = search.asked(typed)
    if not question:
        return ()
    places = search.find(question).below(None, NAMES)
    return db.session.scalars(
        select(Enterprise).where(Enterprise.seq.in_(places)).order_by(Enterprise.seq.desc())
    ).all()


def history(kind: str, subject: str) -> list[Change]:
    """What was changed, why and by whom, newest first."""
    query = (
        select(RegistryChange, Person.name)
        .outerjoin(Person, Person.id == RegistryChange.actor)
        .where(RegistryChange.kind == kind, RegistryChange.subject == subject)
        .order_by(RegistryChange.id.desc())
        .limit(HISTORY)
    )
    return [Change(change, name) for change, name in db.session.execute(query)]


def last_change(kind: str, subject: str) -> Change | None:
    """The newest line of the history."""
    return next(iter(history(kind, subject)), None)


def candidates(department: str) -> Sequence[Person]:
    """People of a department with an account who are not on the register."""
    query = (
        select(Person)
        .outerjoin(Inspector, Inspector.person_id == Person.id)
        .where(Person.department == department, Person.active, Inspector.person_id.is_(None))
    )
    return db.session.scalars(query.order_by(Person.username).limit(CANDIDATES)).all()


def departments() -> Sequence[Department]:
    """Departments that inspect, in the county's order."""
    return db.session.scalars(
        select(Department).where(Department.can_inspect).order_by(Department.order)
    ).all()


def industries() -> Sequence[Industry]:
    """All industries, by code."""
    return db.session.scalars(select(Industry).order_by(Industry.code)).all()


def grids() -> Sequence[tuple[Grid, str]]:
    """All grids, each with the name of its town."""
    query = select(Grid, Town.name).join(Town, Town.code == Grid.town_code).order_by(Grid.code)
    return [(grid, town) for grid, town in db.session.execute(query)]


def holding(column: Any, code: str) -> ColumnElement[bool]:
    """Whether a JSON list of texts holds one, as both databases keep such a list: as its JSON."""
    return cast(column, String).contains(json.dumps(code), autoescape=True)


def lacking(column: Any) -> ColumnElement[bool]:
    """Whether a JSON list is empty."""
    return cast(column, String) == "[]"


def away_on(day: dt.date) -> ColumnElement[bool]:
    """`Away.covers` as a condition on absences; a test holds the two equal."""
    return and_(
        Absence.withdrawn_at.is_(None),
        Absence.since <= day,
        or_(Absence.until.is_(None), Absence.until >= day),
    )


def in_certificate_state(state: str, day: dt.date) -> list[ColumnElement[bool]]:
    """`certificate_state` as a condition on officers; `valid` holds those that end soon as well."""
    if state == CertificateState.WITHDRAWN:
        return [Inspector.ended_at.is_not(None)]
    held = Inspector.ended_at.is_(None)
    if state == CertificateState.EXPIRED:
        return [held, Inspector.valid_until < day]
    if state == CertificateState.NOT_YET:
        return [held, Inspector.valid_from > day]
    valid = [held, Inspector.valid_from <= day, Inspector.valid_until >= day]
    soon = Inspector.valid_until <= day + EXPIRES_SOON
    return [*valid, soon] if state == CertificateState.EXPIRING else valid


def _rows() -> Any:
    return (
        select(Inspector, Person, Department)
        .join(Person, Person.id == Inspector.person_id)
        .join(Department, Department.code == Person.department)
    )


def _with_absences(rows: Sequence[Any]) -> list[Row]:
    ids = [person.id for _, person, _ in rows]
    query = select(Absence).where(Absence.person_id.in_(ids), away_on(today())).order_by(Absence.since)
    away = {one.person_id: one for one in db.session.scalars(query)}
    return [Row(officer, person, department, away.get(person.id)) for officer, person, department in rows]


def _narrowed(query: Any, filters: Filters) -> Any:
    conditions: list[ColumnElement[bool]] = []
    if filters.department:
        conditions.append(Person.department == filters.department)
    if filters.industry:
        conditions.append(holding(Inspector.specialties, filters.industry))
    if filters.grid:
        conditions.append(holding(Inspector.grids, filters.grid))
    if filters.certificate:
        conditions += in_certificate_state(filters.certificate, today())
    else:
        conditions.append(Inspector.ended_at.is_(None))
    if filters.duty:
        gone = exists().where(Absence.person_id == Inspector.person_id, away_on(today()))
        conditions.append(gone if filters.duty == "away" else ~gone)
    if filters.leads:
        conditions.append(Inspector.can_lead.is_(True))
    if filters.lacks:
        missing = Inspector.specialties if filters.lacks == "specialty" else Inspector.grids
        conditions.append(lacking(missing))
    if filters.search:
        conditions.append(_matching(filters.search))
    return query.where(*conditions)


def _matching(text: str) -> ColumnElement[bool]:
    """People by a part of their name or the start of their user name, certificates by a part of theirs."""
    return or_(
        Person.name.contains(text, autoescape=True),
        Person.username.startswith(text.lower(), autoescape=True),
        Inspector.certificate_number.contains(text.upper(), autoescape=True),
    )


def _place(row: Row, backwards: bool) -> Place:
    return Place(row.department.order, row.person.username, backwards)
