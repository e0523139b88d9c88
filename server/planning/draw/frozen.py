"""Reading what was frozen, page by page: a frame may hold a million."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, func, select

from server.infra.db import db
from server.planning.draw import staff
from server.planning.draw.model import Draw
from server.planning.draw.queries import names_of
from server.registry.model import Enterprise
from server.registry.people.model import Expert

WIDTH = 16  # bytes of an id
ROWS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Listed:
    """An enterprise as the register calls it now; one that is gone from it by its id."""

    place: int
    name: str
    uscc: str
    town: str


def candidates(draw: Draw, stratum: str, after: int, limit: int) -> list[Listed]:
    """So many of a class, in the order of the frame."""
    strata = sorted(draw.sizes)
    begins = dict(zip(strata, accumulate((draw.sizes[one] for one in strata), initial=0), strict=False))
    wanted = max(0, min(limit, draw.sizes[stratum] - after))
    return _enterprises(draw.id, Draw.members, begins[stratum] + after, wanted, after)


def capped(draw: Draw, after: int, limit: int) -> list[Listed]:
    """So many of those left out, as they had been visited as often as they may (R-206, R-405)."""
    return _enterprises(draw.id, Draw.capped, after, limit, after)


def officers(draw: Draw) -> list[tuple[str, str]]:
    """All who may be sent: department and name, in the order of the departments."""
    eligibility = json.loads(draw.eligibility)
    tiers = eligibility["areas"][0]["tiers"]  # each area has everybody, the nearest first
    placed = {
        eligibility["officers"][at]: number
        for number, (department, _heads) in enumerate(eligibility["heads"])
        for tier in tiers[department]
        for at in tier
    }
    ids = staff.ids_by_name(draw.salts, placed)
    called: dict[str | None, str] = names_of(one for one, is_expert in ids.values() if not is_expert)
    experts = [one for one, is_expert in ids.values() if is_expert]
    called |= dict(db.session.execute(select(Expert.id, Expert.name).where(Expert.id.in_(experts))).all())
    listed = sorted((placed[name], called[one]) for name, (one, _is_expert) in ids.items())
    return [(eligibility["heads"][number][0], who) for number, who in listed]


def everybody(draw: Draw) -> Iterator[tuple[str | None, Listed]]:
    """All candidates with their class, then those left out with none, as a stream."""
    for stratum, size in sorted(draw.sizes.items()):
        for after in range(0, size, ROWS_AT_ONCE):
            for one in candidates(draw, stratum, after, ROWS_AT_ONCE):
                yield stratum, one
    for after in range(0, draw.left_out, ROWS_AT_ONCE):
        for one in capped(draw, after, ROWS_AT_ONCE):
            yield None, one


def _enterprises(draw_id: str, column: Any, start: int, limit: int, after: int) -> list[Listed]:
    part = func.substr(column, start * WIDTH + 1, limit * WIDTH, type_=LargeBinary())
    packed = db.session.scalar(select(part).where(Draw.id == draw_id)) or b""
    ids = [str(UUID(bytes=packed[at : at + WIDTH])) for at in range(0, len(packed), WIDTH)]
    query = select(Enterprise.id, Enterprise.name, Enterprise.uscc, Enterprise.town)
    known = {one: rest for one, *rest in db.session.execute(query.where(Enterprise.id.in_(ids)))}
    return [Listed(place, *known.get(one, (one, "", ""))) for place, one in enumerate(ids, after + 1)]
