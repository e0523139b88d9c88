"""触发式监管: what makes a subject eligible again (R-1004); noting it, closing it, and the list of all.

The person who complained is never kept here, nor shown (R-1406). Deeds are to be called inside
`with transaction():`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_

from server.accounts.model import Department, Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.problems import Problem
from server.registry import changes
from server.registry.credit.model import Trigger
from server.registry.credit.rules import TriggerKind
from server.registry.model import Enterprise

PAGE = 50
AT_ONCE = 500
SHOWN = 50
STATES = ("open", "closed")
NOTED_BY_PEOPLE = (TriggerKind.COMPLAINT, TriggerKind.TRANSFER, TriggerKind.ALERT)
OFFICE = "office"
"""The role that acts for every department."""

NOTING_ROLES = frozenset({"liaison", "planner"})
"""Those that act for their own."""


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; each is part of the address."""

    state: str | None = None
    kind: str | None = None
    department: str | None = None
    search: str = ""


@dataclass(frozen=True)
class Place:
    """A place in the list, and on which side of it to go on reading."""

    at: dt.datetime
    id: str
    backwards: bool = False


@dataclass(frozen=True)
class Row:
    """A trigger and its subject."""

    trigger: Trigger
    enterprise: Enterprise


@dataclass(frozen=True)
class Page:
    """Triggers, newest first, and whether there are more on either side."""

    rows: Sequence[Row]
    previous: Place | None
    next: Place | None


def add(
    person: Person, enterprise_id: str, kind: TriggerKind, department: str | None, matter: str, detail: str
) -> Trigger:
    """Note a trigger, for the own department or by the office for any."""
    _check_own(person, department)
    if kind not in NOTED_BY_PEOPLE:
        raise Problem("choice-needed", field="kind")
    if db.session.get(Enterprise, enterprise_id) is None:
        raise Problem("not-found")
    return note(person.id, enterprise_id, kind, department, matter, detail)


def close(person: Person, trigger_id: str, reason: str) -> Trigger:
    """Close a trigger: its matter is dealt with. The subject is spared again if all else allows it."""
    query = select(Trigger).where(Trigger.id == trigger_id).with_for_update()
    row = db.session.scalar(query)
    if row is None:
        raise Problem("not-found")
    _check_own(person, row.department)
    if row.closed_at is not None:
        raise Problem("trigger-closed")
    row.closed_at, row.closed_by, row.close_reason = now(), person.id, reason
    _note_change(person.id, row, reason, "closed")
    return row


def note(
    actor: str | None, enterprise_id: str, kind: TriggerKind, department: str | None, matter: str, detail: str
) -> Trigger:
    """Write a trigger down; also where the register notes one by itself."""
    row = Trigger(
        id=new_id(),
        enterprise_id=enterprise_id,
        kind=kind,
        department=department,
        matter=matter,
        detail=detail,
        at=now(),
        actor=actor,
    )
    db.session.add(row)
    _note_change(actor, row, detail, "open")
    return row


def may_act(person: Person, department: str | None) -> bool:
    """Whether a person notes and closes triggers of a department; those of none are the office's."""
    own = department is not None and department == person.department
    return OFFICE in person.roles or (own and bool(NOTING_ROLES & person.roles))


def departments_of(person: Person) -> Sequence[Department]:
    """The departments whose triggers a person notes and closes."""
    if OFFICE in person.roles:
        return inspecting()
    if not NOTING_ROLES & person.roles:
        return []
    return [one for one in inspecting() if one.code == person.department]


def inspecting() -> Sequence[Department]:
    """Departments that may inspect, in the county's order."""
    query = select(Department).where(Department.can_inspect).order_by(Department.order)
    return db.session.scalars(query).all()


def department_names() -> dict[str | None, str]:
    """The short names of all."""
    query = select(Department.code, Department.short_name)
    return dict(db.session.execute(query).all())


def of_subject(enterprise_id: str) -> Sequence[Trigger]:
    """A subject's triggers: open ones first, then newest first."""
    query = select(Trigger).where(Trigger.enterprise_id == enterprise_id)
    order = (Trigger.closed_at.is_not(None), Trigger.at.desc(), Trigger.id.desc())
    return db.session.scalars(query.order_by(*order).limit(SHOWN)).all()


def page_of_triggers(filters: Filters, place: Place | None) -> Page:
    """One page of the list."""
    backwards = place is not None and place.backwards
    found = _rows(filters, place, PAGE + 1)
    shown = found[:PAGE][::-1] if backwards else found[:PAGE]
    more_that_way = len(found) > PAGE
    return Page(
        shown,
        previous=_place(shown[0], True) if shown and (more_that_way if backwards else place) else None,
        next=_place(shown[-1], False) if shown and (place if backwards else more_that_way) else None,
    )


def every_row(filters: Filters) -> Iterator[Row]:
    """All that the list holds, newest first, read piece by piece as a file is sent."""
    place: Place | None = None
    while rows := _rows(filters, place, AT_ONCE):
        yield from rows
        place = _place(rows[-1], False)


def _rows(filters: Filters, place: Place | None, limit: int) -> list[Row]:
    """Triggers from a place on, in the direction it says."""
    backwards = place is not None and place.backwards
    query = _narrowed(filters)
    if place is not None:
        here = tuple_(Trigger.at, Trigger.id)
        query = query.where(here > (place.at, place.id) if backwards else here < (place.at, place.id))
    order = [column.asc() if backwards else column.desc() for column in (Trigger.at, Trigger.id)]
    return [Row(*row) for row in db.session.execute(query.order_by(*order).limit(limit))]


def _check_own(person: Person, department: str | None) -> None:
    if not may_act(person, department):
        raise Problem("trigger-department", field="department")


def _note_change(actor: str | None, row: Trigger, reason: str, state: str) -> None:
    said: dict[str, Any] = {"trigger": row.kind, "matter": row.matter, "trigger_state": state}
    subject = ("enterprise", row.enterprise_id)
    changes.note(actor, *subject, "changed", source="trigger", reason=reason[:500], after=said)
    record(actor, f"trigger-{state}", row.id, kind=row.kind, enterprise=row.enterprise_id)


def _narrowed(filters: Filters) -> Select[Trigger, Enterprise]:
    conditions: list[ColumnElement[bool]] = []
    if filters.state:
        is_open = Trigger.closed_at.is_(None)
        conditions.append(is_open if filters.state == "open" else ~is_open)
    if filters.kind:
        conditions.append(Trigger.kind == filters.kind)
    if filters.department:
        conditions.append(Trigger.department == filters.department)
    if filters.search:
        conditions.append(Enterprise.name.contains(filters.search, autoescape=True))
    query = select(Trigger, Enterprise).join(Enterprise, Enterprise.id == Trigger.enterprise_id)
    return query.where(*conditions)


def _place(row: Row, backwards: bool) -> Place:
    return Place(row.trigger.at, row.trigger.id, backwards)
