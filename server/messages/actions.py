"""Tell people something, and note that they have seen it. To be called inside `with transaction():`."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from server.accounts.model import DepartmentPost, Person, PersonRole
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.messages.model import Message


def tell(
    people: Iterable[str], code: str, *, link: str = "", key: str = "", **particulars: str | int
) -> None:
    """Tell each of these people (ids) once. `code` is one of `rules.CODES`, `key` names what it is about."""
    for person in sorted(set(people)):
        db.session.add(
            Message(
                id=new_id(),
                person_id=person,
                code=code,
                particulars=particulars,
                link=link,
                key=key,
                at=now(),
            )
        )


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
