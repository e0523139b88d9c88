"""Counting what a settled draw fell among: one pass over the register for each draw, in the background."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.jobs import job
from server.planning.draw import signals
from server.planning.draw.model import Draw, DrawnSubject
from server.planning.review.model import DrawCensus
from server.registry.model import Enterprise

TENTHS = 10
ID_BYTES = 16

Parts = dict[str, dict[str, list[int]]]


@job
def take(draw_id: str) -> None:
    """Count one draw; again changes nothing."""
    if db.session.get(DrawCensus, draw_id):
        return
    towns, ages = _count(draw_id)
    with transaction():
        db.session.add(DrawCensus(draw_id=draw_id, towns=towns, ages=ages, taken_at=now()))


def _count(draw_id: str) -> tuple[Parts, Parts]:
    strata = dict(_candidates(db.session.get_one(Draw, draw_id)))
    first = select(DrawnSubject.enterprise_id).where(
        DrawnSubject.draw_id == draw_id, DrawnSubject.replaces.is_(None)
    )
    drawn = set(db.session.scalars(first))
    towns: Parts = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    ages: Parts = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    rows = select(Enterprise.id, Enterprise.town_code).order_by(Enterprise.seq)
    seen = 0
    for subject, town in db.session.execute(rows.execution_options(yield_per=5_000)):
        if subject not in strata:
            continue
        fell = int(subject in drawn)
        for parts, part in ((towns, town or ""), (ages, str(seen * TENTHS // len(strata)))):
            counted = parts[strata[subject]][part]
            counted[0] += 1
            counted[1] += fell
        seen += 1
    return towns, ages


def _candidates(draw: Draw) -> Iterator[tuple[str, str]]:
    """Registry id and stratum: the members stand in the order of the frame, stratum by stratum."""
    at = 0
    for stratum, size in sorted(draw.sizes.items()):
        for _each in range(size):
            yield str(UUID(bytes=draw.members[at : at + ID_BYTES])), stratum
            at += ID_BYTES


def init() -> None:
    """Count every draw once it is settled."""
    signals.draw_settled.connect(_count_later)


def _count_later(draw_id: str) -> None:
    take.later(draw_id)
