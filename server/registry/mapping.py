"""The register on a map: what lies in a window, gathered so that some hundred marks are drawn at most.

Far out the towns are marks; nearer by, squares of the ground; whatever is alone in its square is a mark of
its own. Every count comes from the search index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from server.infra.db import db
from server.registry import listing, positions, search
from server.registry.listing import Filters
from server.registry.model import Enterprise, Town
from server.registry.positions import MOST
from server.registry.postings import Found
from server.registry.rules import Bounds
from server.registry.terms import having, word_of

FAR = 11  # up to this zoom the towns are the marks
ALL_ALONE = 17  # from this zoom on every subject is a mark of its own


@dataclass(frozen=True)
class Mark:
    """Something drawn: one subject, or how many lie around a place."""

    lat_e7: int
    lon_e7: int
    count: int
    name: str = ""
    id: str = ""


@dataclass(frozen=True)
class View:
    """The marks of a window, and how many subjects they stand for."""

    marks: Sequence[Mark]
    total: int


def marks(filters: Filters, window: Bounds, zoom: int) -> View:
    """The marks of a window at a zoom."""
    found = search.find([*listing.question(filters), having("xy", "1")])
    drawn = _towns(found, window) if zoom <= FAR else _squares(found, window, zoom)
    drawn = sorted(drawn, key=lambda mark: -mark.count)[:MOST]
    return View(drawn, sum(mark.count for mark in drawn))


def by_town(filters: Filters) -> list[tuple[Town, int]]:
    """How many of a list lie in each town, for those who read and do not see the map."""
    return _of_towns(search.find(listing.question(filters)))


def _of_towns(found: Found) -> list[tuple[Town, int]]:
    towns = db.session.scalars(select(Town).order_by(Town.code)).all()
    counts = search.counted((word_of("tw", town.code) for town in towns), found)
    return [(town, counts[word_of("tw", town.code)]) for town in towns]


def _towns(found: Found, window: Bounds) -> list[Mark]:
    return [
        Mark(town.lat_e7, town.lon_e7, count, town.name)
        for town, count in _of_towns(found)
        if count and town.lat_e7 is not None and town.lon_e7 is not None
        if window.holds(town.lat_e7, town.lon_e7)
    ]


def _squares(found: Found, window: Bounds, zoom: int) -> list[Mark]:
    lying = search.lying_in(found, window)
    if zoom >= ALL_ALONE and len(lying) <= MOST:
        return _subjects(lying[:, 0].tolist())
    crowds = positions.crowds(lying, window, zoom)
    return [*_subjects(crowds.alone), *(Mark(*crowd) for crowd in crowds.many)]


def _subjects(places: Sequence[int]) -> list[Mark]:
    columns = (Enterprise.lat_e7, Enterprise.lon_e7, Enterprise.name, Enterprise.id)
    query = select(*columns).where(Enterprise.seq.in_(places))
    return [Mark(row.lat_e7, row.lon_e7, 1, row.name, row.id) for row in db.session.execute(query)]
