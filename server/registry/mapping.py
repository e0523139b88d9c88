"""The register on a map: what lies in a window, gathered so that some hundred marks are drawn at most.

Far out the towns are marks; nearer by, squares of the ground; whatever is alone in its square is a mark of
its own. Every count comes from the search index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from server.infra.db import db
from server.registry import listing, search
from server.registry.listing import Filters
from server.registry.model import Enterprise, Town
from server.registry.postings import Found
from server.registry.rules import Bounds
from server.registry.search import Crowd
from server.registry.terms import CELL_LEVELS, cell_at, having, place_of

MOST = 500
FAR = 10  # up to this zoom the towns are the marks
ALL_ALONE = 17  # from this zoom on every subject is a mark of its own
_SMALLEST = CELL_LEVELS[-1]


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
    words = {town.code: next(iter(having("tw", town.code)[0])) for town in towns}
    crowds = search.shared(words.values(), found)
    return [(town, crowds[word].count if (word := words[town.code]) in crowds else 0) for town in towns]


def _towns(found: Found, window: Bounds) -> list[Mark]:
    return [
        Mark(town.lat_e7, town.lon_e7, count, town.name)
        for town, count in _of_towns(found)
        if count and town.lat_e7 is not None and town.lon_e7 is not None
        if window.holds(town.lat_e7, town.lon_e7)
    ]


def _squares(found: Found, window: Bounds, zoom: int) -> list[Mark]:
    level = _level(window, zoom)
    by_word = {cell_at(level, *square): square for square in _covering(level, window)}
    crowds = {by_word[word]: crowd for word, crowd in search.shared(by_word, found).items()}
    alone, many = _apart(crowds, zoom)
    return [*_subjects(alone), *(_crowd(level, square, count) for square, count in many.items())]


def _level(window: Bounds, zoom: int) -> int:
    """The squares are 64 to 128 points wide on the screen; larger, if there would be too many."""
    wanted = next((level for level in CELL_LEVELS if level >= zoom + 1), _SMALLEST)
    fitting = [level for level in CELL_LEVELS if level <= wanted and _number(level, window) <= MOST]
    return fitting[-1] if fitting else CELL_LEVELS[0]


def _number(level: int, window: Bounds) -> int:
    south, west = place_of(level, window.south, window.west)
    north, east = place_of(level, window.north, window.east)
    return (north - south + 1) * (east - west + 1)


def _covering(level: int, window: Bounds) -> list[tuple[int, int]]:
    south, west = place_of(level, window.south, window.west)
    north, east = place_of(level, window.north, window.east)
    if (north - south + 1) * (east - west + 1) > MOST:
        return []  # no screen is that large
    return [(row, column) for row in range(south, north + 1) for column in range(west, east + 1)]


def _apart(
    crowds: Mapping[tuple[int, int], Crowd], zoom: int
) -> tuple[list[int], dict[tuple[int, int], int]]:
    """The places in the register of those drawn alone, and the squares drawn as a number."""
    alone: list[int] = []
    many: dict[tuple[int, int], int] = {}
    for square, crowd in sorted(crowds.items(), key=lambda one: one[1].count):
        few = crowd.count == 1 or (zoom >= ALL_ALONE and len(alone) + crowd.count <= MOST)
        if few and len(crowd.known) == crowd.count:
            alone += crowd.known
        else:
            many[square] = crowd.count
    return alone, many


def _subjects(places: Sequence[int]) -> list[Mark]:
    columns = (Enterprise.lat_e7, Enterprise.lon_e7, Enterprise.name, Enterprise.id)
    query = select(*columns).where(Enterprise.seq.in_(places))
    return [Mark(row.lat_e7, row.lon_e7, 1, row.name, row.id) for row in db.session.execute(query)]


def _crowd(level: int, square: tuple[int, int], count: int) -> Mark:
    side = 3_600_000_000 >> level
    row, column = square
    return Mark(
        row * side - 900_000_000 + side // 2, column * side - 1_800_000_000 + side // 2, count
    )
