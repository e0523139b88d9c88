"""How places crowd on the map, compared with counting them one by one."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from server.registry import positions
from server.registry.postings import BLOCK
from server.registry.rules import Bounds

WINDOW = Bounds(300_000_000, 1_170_000_000, 301_000_000, 1_172_000_000)
POSITIONS = st.tuples(st.integers(299_900_000, 301_100_000), st.integers(1_169_900_000, 1_172_100_000))
MOVED = st.dictionaries(st.integers(0, BLOCK - 1), POSITIONS, max_size=40)


@given(before=MOVED, moved=MOVED, missing=st.sets(st.integers(0, BLOCK - 1)))
def test_those_of_a_set_in_a_window(before, moved, missing):
    stored = positions.put(positions.put(None, before), moved)
    there = before | moved
    bits = sum(1 << place for place in there.keys() - missing)
    expected = [
        [BLOCK + place, *there[place]]
        for place in sorted(there.keys() - missing)
        if WINDOW.holds(*there[place])
    ]
    assert positions.inside(1, stored, bits, WINDOW).tolist() == expected


@given(moved=MOVED, zoom=st.integers(11, 21))
def test_each_is_alone_or_counted_where_it_lies(moved, zoom):
    stored = positions.put(None, moved)
    lying = positions.inside(0, stored, sum(1 << place for place in moved), WINDOW)
    found = positions.crowds(positions.together([lying]), WINDOW, zoom)
    inside = {place: at for place, at in moved.items() if WINDOW.holds(*at)}
    assert len(found.alone) + sum(count for *_, count in found.many) == len(inside)
    side = _side(zoom)
    squares = Counter((lat // side, lon // side) for lat, lon in inside.values())
    assert sorted(found.alone) == sorted(
        place for place, (lat, lon) in inside.items() if squares[lat // side, lon // side] == 1
    )
    assert Counter((lat // side, lon // side) for lat, lon, _ in found.many) == {
        square: 1 for square, count in squares.items() if count > 1
    }
    assert len(squares) <= positions.MOST


def _side(zoom):
    """128 points at this zoom, or the next size of which a window holds few enough."""
    side = 3_600_000_000 >> zoom + 1
    while (
        (WINDOW.north // side - WINDOW.south // side + 1) * (WINDOW.east // side - WINDOW.west // side + 1)
    ) > positions.MOST:
        side *= 2
    return side
