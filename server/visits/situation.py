"""What there is of a visit already, for those who are about to change its team or call it off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from server.accounts.model import Device, Person
from server.infra.db import db
from server.visits.findings import Case
from server.visits.model import Entry, Visit


@dataclass(frozen=True)
class Written:
    """What one person has recorded so far."""

    name: str
    entries: int
    last: dt.datetime


@dataclass(frozen=True)
class OnSite:
    """A department that has arrived and not left, with its officers who took part."""

    department: str
    names: list[str]


@dataclass(frozen=True)
class Unsent:
    """What a team member's phone said last is on it only, over all its visits."""

    name: str
    device: Device


@dataclass(frozen=True)
class Situation:
    """Entries by author, who is on site, and which phones have something unsent."""

    written: Sequence[Written]
    on_site: Sequence[OnSite]
    unsent: Sequence[Unsent]


def situation(visit: Visit, case: Case) -> Situation | None:
    """What there is already; nothing for a visit on which nothing was recorded."""
    written = _written(visit, case)
    return Situation(written, _on_site(case), _unsent(visit)) if written else None


def _written(visit: Visit, case: Case) -> list[Written]:
    rows = db.session.execute(
        select(Entry.author, func.count(), func.max(Entry.received_at))
        .where(Entry.visit_id == visit.id)
        .group_by(Entry.author)
        .order_by(func.count().desc(), Entry.author)
    )
    return [Written(case.name(author), count, last) for author, count, last in rows]


def _on_site(case: Case) -> list[OnSite]:
    """By what the departments recorded: arrived, and not left."""
    found = []
    for section in case.departments:
        state = case.state["departments"][section["code"]]
        if state["steps"]["arrived"] and not state["steps"]["left"]:
            arrived = {case.entries[name]["author"] for name in state["steps"]["arrived"]}
            names = sorted(case.name(person) for person in {*state["officers"], *arrived})
            found.append(OnSite(section["short_name"], names))
    return found


def _unsent(visit: Visit) -> list[Unsent]:
    people = [member.person_id for member in visit.members if member.left_at is None]
    rows = db.session.execute(
        select(Person.name, Device)
        .join(Device, Device.person_id == Person.id)
        .where(
            Person.id.in_(people),
            Device.revoked_at.is_(None),
            or_(Device.unsent_entries > 0, Device.unsent_files > 0),
        )
        .order_by(Person.name, Device.id)
    )
    return [Unsent(name, device) for name, device in rows]
