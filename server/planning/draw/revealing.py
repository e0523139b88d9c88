"""What becomes public of a draw later: substitutions by pseudonym, and who was meant once a visit is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from server.infra.db import db
from server.planning.draw import ports, staff
from server.planning.draw.course import Standing
from server.planning.draw.model import Draw, DrawnSubject
from server.registry.model import Enterprise


@dataclass(frozen=True)
class Revealed:
    """A subject whose visit is over: the pseudonym is the SHA-256 of salt and id."""

    pseudonym: str
    id: str
    salt: str
    name: str


def reveal_rows(draw: Draw) -> list[Revealed]:
    """The subjects whose visits are over, with what proves that they are those drawn."""
    query = (
        select(DrawnSubject.id, DrawnSubject.name, Enterprise.id, Enterprise.name)
        .join(Enterprise, Enterprise.id == DrawnSubject.enterprise_id)
        .where(DrawnSubject.draw_id == draw.id, DrawnSubject.state == Standing.IN)
        .order_by(DrawnSubject.place)
    )
    rows = db.session.execute(query).all()
    over = ports.visits_over([subject for subject, *_others in rows])
    return [
        Revealed(pseudonym or "", identifier, staff.salt_of(draw.salts, identifier).hex(), name)
        for subject, pseudonym, identifier, name in rows
        if subject in over
    ]


def changes(draw: Draw) -> Sequence[DrawnSubject]:
    """The subjects that took another's place, or left it short, in the order in which they did."""
    query = select(DrawnSubject).where(
        DrawnSubject.draw_id == draw.id, DrawnSubject.replaces.is_not(None)
    )
    return db.session.scalars(query.order_by(DrawnSubject.id)).all()
