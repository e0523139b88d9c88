"""What the public sees of what was drawn, place by place: teams and substitutions by pseudonym, and who was
meant once a visit is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import aliased

from server.infra.db import db
from server.planning.draw import ports, staff
from server.planning.draw.course import Standing
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject
from server.registry.model import Enterprise


@dataclass(frozen=True)
class Revealed:
    """A subject whose visit is over: the pseudonym is the SHA-256 of salt and id."""

    pseudonym: str
    id: str
    salt: str
    name: str


@dataclass
class Held:
    """A subject that holds a place or held it, with the team as it was found and those who came instead of
    one of it: with the pseudonym of whom they replace."""

    subject: DrawnSubject
    team: dict[str, list[str]] = field(default_factory=dict)
    instead: list[tuple[DrawnOfficer, str]] = field(default_factory=list)


@dataclass
class Place:
    """One place of a draw: who was drawn, all by pseudonym; who took the place later, in order; and whom it
    meant, once that is over."""

    drawn: Held
    changes: list[Held] = field(default_factory=list)
    revealed: Revealed | None = None


def places(draw: Draw, after: int, limit: int) -> list[Place]:
    """So many places, by number."""
    query = (
        select(DrawnSubject)
        .where(DrawnSubject.task_id == draw.task_id, DrawnSubject.draw_id == draw.id)
        .where(DrawnSubject.place > after, DrawnSubject.place <= after + limit)
        .order_by(DrawnSubject.place, DrawnSubject.id)
    )
    subjects = db.session.scalars(query).all()
    held = {one.id: Held(one) for one in subjects}
    found = {one.place: Place(held[one.id]) for one in subjects if one.replaces is None}
    for one in subjects:
        if one.replaces is not None:
            found[one.place].changes.append(held[one.id])
    _add_teams(held)
    for place, revealed in _revealed(draw, subjects):
        found[place].revealed = revealed
    return list(found.values())


def _add_teams(held: dict[str, Held]) -> None:
    before = aliased(DrawnOfficer)
    query = (
        select(DrawnOfficer, before.name)
        .outerjoin(before, before.id == DrawnOfficer.replaces)
        .where(DrawnOfficer.subject_id.in_(held))
        .order_by(DrawnOfficer.department, DrawnOfficer.place, DrawnOfficer.at, DrawnOfficer.id)
    )
    for officer, replaced in db.session.execute(query):
        one = held[officer.subject_id]
        if officer.replaces is None:
            one.team.setdefault(officer.department, []).append(officer.name or "")
        else:
            one.instead.append((officer, replaced or ""))


def _revealed(draw: Draw, subjects: Sequence[DrawnSubject]) -> list[tuple[int, Revealed]]:
    over = ports.visits_over([one.id for one in subjects if one.state == Standing.IN])
    meant = [one for one in subjects if one.id in over]
    query = select(Enterprise.id, Enterprise.name)
    names = dict(
        db.session.execute(query.where(Enterprise.id.in_([one.enterprise_id for one in meant]))).all()
    )
    return [
        (
            one.place,
            Revealed(
                pseudonym=one.name or "",
                id=one.enterprise_id,
                salt=staff.salt_of(draw.salts, one.enterprise_id).hex(),
                name=names[one.enterprise_id],
            ),
        )
        for one in meant
        if one.enterprise_id
    ]
