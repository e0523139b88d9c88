"""Tell people something, and note that they have seen it. To be called inside `with transaction():`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select, update

from server.accounts.model import DepartmentPost, Person, PersonRole
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.messages import delivery
from server.messages.model import Message
from server.web.fields import tidy_line

LONGEST_ADDRESS = 200
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
ADDRESS = re.compile(rf"[A-Za-z0-9!#$%&'*+/=?^_{{|}}~.-]+@({_LABEL}\.)+[A-Za-z]{{2,}}")


def tell(
    people: Iterable[str], code: str, *, link: str = "", key: str = "", **particulars: str | int
) -> None:
    """Tell each of these people (ids) once. `code` is one of `rules.CODES`, `key` names what it is about."""
    told = [
        Message(
            id=new_id(),
            person_id=person,
            code=code,
            particulars=particulars,
            link=link,
            key=key,
            at=now(),
        )
        for person in sorted(set(people))
    ]
    db.session.add_all(told)
    if told:
        delivery.deliver.later([one.id for one in told])


def holders(role: str, department: str | None = None) -> list[str]:
    """The ids of those who hold a role, in one department or in all."""
    query = select(Person.id).join(PersonRole).where(PersonRole.role == role, Person.active)
    if department is not None:
        query = query.where(Person.department == department)
    return list(db.session.scalars(query.order_by(Person.id)))


def answering_for(department: str) -> list[str]:
    """Who is told what concerns a department: its liaisons, planners, and whoever holds its posts."""
    posts = select(DepartmentPost.person_id).where(DepartmentPost.department == department)
    return sorted(
        {*holders("liaison", department), *holders("planner", department), *db.session.scalars(posts)}
    )


def seen_by(keys: Collection[str], people: Collection[str]) -> dict[tuple[str, str], datetime]:
    """Who of some people has opened what they were told of some things: when first, by key and person."""
    query = (
        select(Message.key, Message.person_id, func.min(Message.seen_at))
        .where(Message.key.in_(keys), Message.seen_at.is_not(None), Message.person_id.in_(people))
        .group_by(Message.key, Message.person_id)
    )
    return {(key, person): at for key, person, at in db.session.execute(query) if at}


def see(person: Person, message_id: str) -> Message:
    """Note that somebody opened a message of theirs; nobody else's exists for them."""
    message = db.session.get(Message, message_id) if is_uuid(message_id) else None
    if message is None or message.person_id != person.id:
        raise Problem("not-found")
    message.seen_at = message.seen_at or now()
    return message


def see_all(person: Person, until: datetime) -> None:
    """Note that somebody looked through all there was until then; what came since stays new."""
    mine = (Message.person_id == person.id, Message.seen_at.is_(None), Message.at <= until)
    db.session.execute(update(Message).where(*mine).values(seen_at=now()))


def write_to(person: Person, typed: str) -> None:
    """Where somebody wants e-mail; nothing typed is nowhere."""
    address = tidy_line(typed)
    if address and (len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address)):
        raise Problem("email-odd", field="email")
    person.email = address or None
    record(person.id, "person.email", person.id)
