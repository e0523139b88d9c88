"""The office's list of devices: who may see which, narrowed by what the address says, page by page.

Only reading, and no query in a loop.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select, tuple_

from server.accounts.model import Department, Device, Person
from server.infra.audit import AuditEntry
from server.infra.clock import now
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem

PAGE = 50
SILENT = dt.timedelta(days=7)
STATES = ("active", "unsent", "silent", "revoked")

ALL_ROLES = ("admin", "office")
"""Who sees the devices of everybody."""

OWN_ROLES = ("head", "planner", "liaison")
"""Who sees those of the own department's people."""


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; each is part of the address."""

    state: str | None = None
    department: str | None = None
    search: str = ""


@dataclass(frozen=True)
class Place:
    """A place in the list: last contact and id of a row, and on which side of it to go on reading."""

    at: dt.datetime
    id: str
    backwards: bool = False


@dataclass(frozen=True)
class Row:
    """One device and whose it is."""

    device: Device
    person: Person

    @property
    def has_unsent(self) -> bool:
        """Whether it said last that something is on it only."""
        return bool(self.device.unsent_entries or self.device.unsent_files)

    @property
    def state(self) -> str:
        """One of STATES: the first that holds of revoked, unsent, silent; else active."""
        if self.device.revoked_at:
            return "revoked"
        if self.has_unsent:
            return "unsent"
        seen = self.device.last_seen_at
        return "silent" if seen is None or seen < now() - SILENT else "active"


@dataclass(frozen=True)
class Page:
    """Devices in order of their last contact, newest first, and whether there are more on either side."""

    rows: Sequence[Row]
    previous: Place | None
    next: Place | None


@dataclass(frozen=True)
class Deed:
    """Something done to a device, and by whom."""

    at: dt.datetime
    code: str
    actor: str | None
    reason: str | None


def page_of_devices(reader: Person, filters: Filters, place: Place | None) -> Page:
    """One page of the devices this person may see."""
    backwards = place is not None and place.backwards
    query = _narrowed(_rows(reader), filters)
    if place is not None:
        here = tuple_(Device.last_seen_at, Device.id)
        query = query.where(here > (place.at, place.id) if backwards else here < (place.at, place.id))
    order = [column.asc() if backwards else column.desc() for column in (Device.last_seen_at, Device.id)]
    found = [Row(*row) for row in db.session.execute(query.order_by(*order).limit(PAGE + 1))]
    shown = found[:PAGE][::-1] if backwards else found[:PAGE]
    more_that_way = len(found) > PAGE
    return Page(
        shown,
        previous=_place(shown[0], True) if shown and (more_that_way if backwards else place) else None,
        next=_place(shown[-1], False) if shown and (place if backwards else more_that_way) else None,
    )


def device_for(reader: Person, device_id: str) -> Row:
    """A device the person may see; to anyone else it does not exist."""
    query = _rows(reader).where(Device.id == device_id)
    row = db.session.execute(query).first() if is_uuid(device_id) else None
    if row is None:
        raise Problem("not-found")
    return Row(*row)


def departments(reader: Person) -> Sequence[Department]:
    """The departments whose devices the person may see, in the county's order."""
    query = select(Department).order_by(Department.order)
    if not set(ALL_ROLES) & reader.roles:
        query = query.where(Department.code == reader.department)
    return db.session.scalars(query).all()


def deeds(device: Device) -> list[Deed]:
    """What was done to a device, newest first."""
    rows = db.session.execute(
        select(AuditEntry, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor)
        .where(AuditEntry.subject == device.id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    return [Deed(row.at, row.deed, name, row.detail.get("reason")) for row, name in rows]


def _rows(reader: Person) -> Any:
    return select(Device, Person).join(Person, Person.id == Device.person_id).where(_seen_by(reader))


def _seen_by(reader: Person) -> ColumnElement[bool]:
    if set(ALL_ROLES) & reader.roles:
        return Device.id.is_not(None)
    return Person.department == reader.department


def _narrowed(query: Any, filters: Filters) -> Any:
    if filters.state:
        query = query.where(*_in_state(filters.state))
    if filters.department:
        query = query.where(Person.department == filters.department)
    return query.where(_matching(filters.search)) if filters.search else query


def _in_state(state: str) -> list[ColumnElement[bool]]:
    if state == "revoked":
        return [Device.revoked_at.is_not(None)]
    in_use = Device.revoked_at.is_(None)
    if state == "unsent":
        return [in_use, or_(Device.unsent_entries > 0, Device.unsent_files > 0)]
    return [in_use, Device.last_seen_at < now() - SILENT] if state == "silent" else [in_use]


def _matching(text: str) -> ColumnElement[bool]:
    """People by a part of their name, devices by a part of their label or the end of their id."""
    return or_(
        Person.name.contains(text, autoescape=True),
        Person.username.contains(text, autoescape=True),
        Device.label.contains(text, autoescape=True),
        Device.id.endswith(text.lower(), autoescape=True),
    )


def _place(row: Row, backwards: bool) -> Place | None:
    at = row.device.last_seen_at
    return Place(at, row.device.id, backwards) if at else None
