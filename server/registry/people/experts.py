"""The register of experts: who is appointed, the deeds on an entry, and the list page by page.

Experts advise and sign as experts (R-303); nothing here makes an officer of anybody. The deeds are to be
called inside `with transaction():`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select, tuple_

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.registry.changes import note
from server.registry.people import rules
from server.registry.people.actions import differences, shown
from server.registry.people.listing import PAGE, holding, today
from server.registry.people.model import Expert
from server.registry.people.rules import EXPIRES_SOON, AppointmentState, appointment_state

KIND = "expert"


@dataclass(frozen=True)
class ExpertEntry:
    """What the register says of an expert."""

    name: str
    unit: str
    title: str
    phone: str
    fields: list[str]
    industries: list[str]
    inviters: list[str]
    appointed_from: dt.date
    appointed_until: dt.date


NAMES = tuple(ExpertEntry.__dataclass_fields__)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; each is part of the address."""

    state: str | None = None
    """`AppointmentState`; `appointed` holds those that end soon as well."""
    industry: str | None = None
    field: str = ""
    search: str = ""


@dataclass(frozen=True)
class Place:
    """A place in the list: the last day and id of an entry, and which side of it to read."""

    until: dt.date
    id: str
    backwards: bool = False


@dataclass(frozen=True)
class Page:
    """Experts, those appointed longest first, and whether there are more on either side."""

    experts: Sequence[Expert]
    previous: Place | None
    next: Place | None


def appoint(actor: Person, entry: ExpertEntry, reason: str) -> Expert:
    """Enter an expert."""
    rules.refuse_foreign_expert(actor.roles, actor.department, entry.inviters)
    _check(entry)
    expert = Expert(id=new_id(), revision=1, **{name: getattr(entry, name) for name in NAMES})
    db.session.add(expert)
    db.session.flush()
    after = shown(entry) | {"phone": rules.masked(entry.phone)}
    note(actor.id, KIND, expert.id, "added", source="form", reason=reason, after=after)
    return expert


def change(actor: Person, expert_id: str, entry: ExpertEntry, reason: str, revision: int) -> Expert:
    """Put right what the register says, on what it said when the form was opened."""
    expert = _to_change(actor, expert_id)
    if expert.revision != revision:
        raise Problem("people-changed-meanwhile")
    rules.refuse_foreign_expert(actor.roles, actor.department, entry.inviters)
    _check(entry)
    before, after = differences(shown(said(expert)), shown(entry))
    if not after:
        return expert
    for name in NAMES:
        setattr(expert, name, getattr(entry, name))
    expert.revision += 1
    for state in (before, after):  # the history is read by all who may read the register
        if "phone" in state:
            state["phone"] = rules.masked(state["phone"])
    note(actor.id, KIND, expert.id, "changed", source="form", reason=reason, before=before, after=after)
    return expert


def end(actor: Person, expert_id: str, reason: str) -> Expert:
    """End an appointment before its time."""
    expert = _to_change(actor, expert_id)
    expert.ended_at, expert.ended_by, expert.end_reason = now(), actor.id, reason
    expert.revision += 1
    note(actor.id, KIND, expert.id, "ended", source="form", reason=reason)
    return expert


def said(expert: Expert) -> ExpertEntry:
    """What the register says of an expert now."""
    return ExpertEntry(**{name: getattr(expert, name) for name in NAMES})


def expert_by(expert_id: str) -> Expert:
    """One expert; `not-found` where there is none."""
    expert = db.session.get(Expert, expert_id) if is_uuid(expert_id) else None
    if expert is None:
        raise Problem("not-found")
    return expert


def state_of(expert: Expert) -> AppointmentState:
    """Where the appointment stands today."""
    return appointment_state(
        expert.appointed_from, expert.appointed_until, today(), ended=expert.ended_at is not None
    )


def page_of_experts(filters: Filters, place: Place | None) -> Page:
    """One page of the register."""
    backwards = place is not None and place.backwards
    here = tuple_(Expert.appointed_until, Expert.id)
    query = select(Expert).where(*_narrowed(filters))
    if place is not None:
        query = query.where(here > (place.until, place.id) if backwards else here < (place.until, place.id))
    order = [one.asc() if backwards else one.desc() for one in (Expert.appointed_until, Expert.id)]
    found = db.session.scalars(query.order_by(*order).limit(PAGE + 1)).all()
    rows = found[:PAGE][::-1] if backwards else found[:PAGE]
    more = len(found) > PAGE
    return Page(
        rows,
        previous=_place(rows[0], True) if rows and (more if backwards else place) else None,
        next=_place(rows[-1], False) if rows and (place if backwards else more) else None,
    )


def all_experts(filters: Filters) -> Iterator[Expert]:
    """Every expert of a filter, for an export, read in pages."""
    place: Place | None = None
    while True:
        page = page_of_experts(filters, place)
        yield from page.experts
        place = page.next
        if place is None:
            return


def in_state(state: str, day: dt.date) -> list[ColumnElement[bool]]:
    """`appointment_state` as a condition."""
    if state == AppointmentState.ENDED:
        return [or_(Expert.ended_at.is_not(None), Expert.appointed_until < day)]
    held = [Expert.ended_at.is_(None), Expert.appointed_until >= day]
    if state == AppointmentState.NOT_YET:
        return [*held, Expert.appointed_from > day]
    soon = [Expert.appointed_until <= day + EXPIRES_SOON] if state == AppointmentState.EXPIRING else []
    return [*held, Expert.appointed_from <= day, *soon]


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    conditions = in_state(filters.state, today()) if filters.state else []
    if filters.industry:
        conditions.append(holding(Expert.industries, filters.industry))
    if filters.field:
        conditions.append(holding(Expert.fields, filters.field))
    if filters.search:
        text = filters.search
        conditions.append(
            or_(Expert.name.contains(text, autoescape=True), Expert.unit.contains(text, autoescape=True))
        )
    return conditions


def _to_change(actor: Person, expert_id: str) -> Expert:
    query = select(Expert).where(Expert.id == expert_id).with_for_update()
    expert: Any = db.session.scalar(query) if is_uuid(expert_id) else None
    if expert is None:
        raise Problem("not-found")
    rules.refuse_foreign_expert(actor.roles, actor.department, expert.inviters)
    if expert.ended_at is not None:
        raise Problem("expert-ended")
    return expert


def _check(entry: ExpertEntry) -> None:
    rules.check_phone(entry.phone)
    rules.check_span(entry.appointed_from, entry.appointed_until, "appointed_until")


def _place(expert: Expert, backwards: bool) -> Place:
    return Place(expert.appointed_until, expert.id, backwards)
