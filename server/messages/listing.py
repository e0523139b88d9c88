"""What one person was told: how much of it is new, and page by page, new ones first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select, tuple_

from server.accounts.model import Person
from server.infra.db import db
from server.messages.model import Message

PAGE = 50
MOST_COUNTED = 99
"""The bell says no larger number, so that it costs the same for everybody."""


@dataclass(frozen=True)
class Place:
    """After which message the list goes on; new ones stand before those already seen."""

    seen: bool
    at: dt.datetime
    id: str


@dataclass(frozen=True)
class Page:
    """Messages, new ones first, newest first; and where the list goes on."""

    messages: Sequence[Message]
    next: Place | None


def unseen(person_id: str) -> int:
    """How many are new; more than `MOST_COUNTED` are one more than that."""
    new = select(Message.id).where(Message.person_id == person_id, Message.seen_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(new.limit(MOST_COUNTED + 1).subquery())) or 0


def page_of_messages(person: Person, place: Place | None) -> Page:
    """One page: what is left of the new ones, then of the others."""
    found: list[Message] = []
    if place is None or not place.seen:
        found += db.session.scalars(_messages(person, False, place).limit(PAGE + 1))
    if len(found) <= PAGE:
        begin = place if place and place.seen else None
        found += db.session.scalars(_messages(person, True, begin).limit(PAGE + 1 - len(found)))
    shown, last = found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None
    return Page(shown, Place(last.seen_at is not None, last.at, last.id) if last else None)


def newest(person: Person, most: int) -> Sequence[Message]:
    """The newest, for the first page of the office."""
    query = select(Message).where(Message.person_id == person.id)
    return db.session.scalars(query.order_by(Message.at.desc(), Message.id.desc()).limit(most)).all()


def _messages(person: Person, seen: bool, place: Place | None) -> Select[Message]:
    is_new = Message.seen_at.is_(None)
    query = select(Message).where(Message.person_id == person.id, ~is_new if seen else is_new)
    if place is not None:
        query = query.where(tuple_(Message.at, Message.id) < (place.at, place.id))
    return query.order_by(Message.at.desc(), Message.id.desc())
