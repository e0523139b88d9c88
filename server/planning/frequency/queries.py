"""The visits subjects had or are to have, without exercises and those called off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from server.infra.db import db
from server.planning.frequency.rules import Visited
from server.visits.model import Visit, VisitDepartment

CHUNK = 500  # ids a query names at most


def visits_since(since: date, enterprises: Collection[str] | None = None) -> dict[str, list[Visited]]:
    """By enterprise id, in no order; of all enterprises where none are named."""
    if enterprises is None:
        return _visits(since, None)
    ids = sorted(enterprises)
    found: dict[str, list[Visited]] = {}
    for start in range(0, len(ids), CHUNK):
        found |= _visits(since, ids[start : start + CHUNK])
    return found


def _visits(since: date, ids: list[str] | None) -> dict[str, list[Visited]]:
    query = (
        select(Visit.id, Visit.enterprise_id, Visit.date, VisitDepartment.department)
        .join(VisitDepartment)
        .where(Visit.date >= since, Visit.cancelled_at.is_(None), Visit.training.is_(False))
    )
    if ids is not None:
        query = query.where(Visit.enterprise_id.in_(ids))
    departments: defaultdict[tuple[str, str, date], set[str]] = defaultdict(set)
    for visit, enterprise, day, department in db.session.execute(query):
        departments[visit, enterprise, day].add(department)
    found: defaultdict[str, list[Visited]] = defaultdict(list)
    for (_visit, enterprise, day), codes in departments.items():
        found[enterprise].append(Visited(day, frozenset(codes)))
    return dict(found)
