"""The history of one entry of the registers, newest first, each change told in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.accounts.model import Person
from server.infra.db import db
from server.registry import listing, words
from server.registry.credit import words as credit_words
from server.registry.model import RegistryChange

PAGE = 20


@dataclass(frozen=True)
class Changed:
    """One field: what it is called, what it said before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One change: what was done when, by whom, why, and to which fields."""

    at: dt.datetime
    deed: str
    source: str
    reason: str
    actor: str | None
    batch: str | None
    fields: Sequence[Changed]


@dataclass(frozen=True)
class Page:
    """Changes, newest first, and where the older ones begin."""

    lines: Sequence[Line]
    older: int | None


def page_of_changes(kind: str, subject: str, before: str | None) -> Page:
    """One page of the history of an entry; `before` is the number of the last change seen."""
    query = select(RegistryChange, Person.name).outerjoin(Person, Person.id == RegistryChange.actor)
    query = query.where(RegistryChange.kind == kind, RegistryChange.subject == subject)
    if before and before.isascii() and before.isdecimal() and len(before) <= 9:
        query = query.where(RegistryChange.id < int(before))
    rows = db.session.execute(query.order_by(RegistryChange.id.desc()).limit(PAGE + 1)).all()
    names = Names()
    lines = [_line(change, actor, names) for change, actor in rows[:PAGE]]
    return Page(lines, rows[PAGE - 1][0].id if len(rows) > PAGE else None)


def _line(change: RegistryChange, actor: str | None, names: Names) -> Line:
    before, after = change.before or {}, change.after or {}
    fields = [
        Changed(names.label(name), names.value(name, before), names.value(name, after))
        for name in sorted((before.keys() | after.keys()) - {"town"}, key=names.order)
    ]
    return Line(
        change.at,
        str(words.DEEDS.get(change.deed, change.deed)),
        str(words.SOURCES.get(change.source, change.source)),
        change.reason,
        actor,
        change.batch_id,
        [one for one in fields if one.before != one.after],
    )


class Names:
    """What codes are called."""

    def __init__(self) -> None:
        choices = listing.choices()
        self._by_field = {
            "industry": choices.industries,
            "also": choices.industries,
            "industries": choices.industries,
            "town_code": choices.towns,
            "grid": {one.code: one.name for one in choices.grids},
            "status": words.STATUSES,
            "entity_type": words.TYPES,
            "trigger": credit_words.KINDS,
            "trigger_state": credit_words.STATES,
        }

    def order(self, name: str) -> int:
        """Where a field stands on a page; what is unknown, at the end."""
        known = list(words.FIELDS)
        return known.index(name) if name in known else len(known)

    def label(self, name: str) -> str:
        """What a field is called."""
        return str(words.FIELDS.get(name, name))

    def value(self, name: str, values: Mapping[str, Any]) -> str:
        """What a field says, in words; empty where it says nothing."""
        value = values.get(name)
        if value in (None, "", []):
            return ""
        if name in ("lat_e7", "lon_e7"):
            return f"{int(value) / 10**7:.6f}"
        if isinstance(value, list):
            return "、".join(self._one(name, part) for part in value)
        return self._one(name, value)

    def _one(self, name: str, value: Any) -> str:
        if isinstance(value, Mapping):
            return " ".join(str(part) for part in value.values() if part)
        return str(self._by_field.get(name, {}).get(value, value))
