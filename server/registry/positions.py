"""Where the subjects of a block lie, kept as one array, and how those in a window crowd in squares of it.

A million places are looked through for one view of the map, so this is done by numpy. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.registry.postings import BLOCK
from server.registry.rules import Bounds

Position = tuple[int, int]
"""Latitude and longitude, in units of 1e-7 degree."""

Table = NDArray[np.int32]
"""One row per subject: its place in the register, latitude, longitude."""

MOST = 500  # squares of a window
_STORED = np.dtype("<i4")
_WORLD = 3_600_000_000


def put(stored: bytes | None, moved: Mapping[int, Position]) -> bytes:
    """The positions of a block, some of them (by their place in it) anew."""
    known = np.frombuffer(stored, _STORED) if stored else np.zeros(2 * BLOCK, _STORED)
    table = known.reshape(BLOCK, 2).copy()
    for place, position in moved.items():
        table[place] = position
    return table.tobytes()


def inside(block: int, stored: bytes, bits: int, window: Bounds) -> Table:
    """Those of a set of a block that lie in a window."""
    table = np.frombuffer(stored, _STORED).reshape(BLOCK, 2)
    wanted = np.unpackbits(np.frombuffer(bits.to_bytes(BLOCK // 8, "little"), np.uint8), bitorder="little")
    lat, lon = table[:, 0], table[:, 1]
    wanted &= (window.south <= lat) & (lat <= window.north) & (window.west <= lon) & (lon <= window.east)
    (places,) = np.nonzero(wanted.view(bool))
    return np.column_stack([(places + block * BLOCK).astype(np.int32), table[places]])


def together(tables: Iterable[Table]) -> Table:
    """Those of several blocks."""
    return np.concatenate([np.empty((0, 3), np.int32), *tables])


@dataclass(frozen=True)
class Crowds:
    """The places in the register of those alone in their square; of the others the middle and the number."""

    alone: list[int]
    many: list[tuple[int, int, int]]


def crowds(table: Table, window: Bounds, zoom: int) -> Crowds:
    """Gathered in squares half as wide as a web map's tiles, 128 points on the screen; larger, if a window
    would hold too many of them."""
    row, column, width = _squares(table, window, zoom)
    square = row * width + column
    count = np.bincount(square)
    lat, lon = (np.bincount(square, table[:, at]) for at in (1, 2))
    crowded = np.flatnonzero(count > 1)
    middles = np.column_stack([lat[crowded] / count[crowded], lon[crowded] / count[crowded], count[crowded]])
    return Crowds(table[count[square] == 1, 0].tolist(), [(int(a), int(b), int(n)) for a, b, n in middles])


def _squares(table: Table, window: Bounds, zoom: int) -> tuple[Any, Any, int]:
    """The row and column each lies in, and how many columns there are; the squares stay where they are when
    the window moves."""
    side = _WORLD >> zoom + 1
    while _number(window, side) > MOST:
        side *= 2
    row = table[:, 1] // side - window.south // side
    column = table[:, 2] // side - window.west // side
    return row, column, window.east // side - window.west // side + 1


def _number(window: Bounds, side: int) -> int:
    rows = window.north // side - window.south // side + 1
    return rows * (window.east // side - window.west // side + 1)
