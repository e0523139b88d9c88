"""Draws schematic boundaries for the map from where the towns of the sample county lie.

    python deploy/schematic_boundaries.py > server/registry/data/boundaries.geojson

No boundary data are published for free use, so the map shows cells around the towns' centres and says so. A
county that has its real boundaries puts them at DATA_DIR/boundaries.geojson, in the same form.
"""

import json
import math
from pathlib import Path

CODES = Path(__file__).parents[1] / "server/demo/data/codes.json"
MARGIN = 0.055  # degrees around the towns at the edge
SQUEEZE = math.cos(math.radians(30.6))  # a degree of longitude is that much shorter here

Point = tuple[float, float]
Ring = list[Point]


def cell(own: Point, others: list[Point], ring: Ring) -> Ring:
    """The part of a ring that is nearer to a point than to any other."""
    for other in others:
        ring = _nearer(own, other, ring)
    return ring


def _nearer(own: Point, other: Point, ring: Ring) -> Ring:
    """Cut a ring along the line half-way between two points (Sutherland and Hodgman, 1974)."""
    middle = ((own[0] + other[0]) / 2, (own[1] + other[1]) / 2)
    away = ((other[0] - own[0]) * SQUEEZE**2, other[1] - own[1])

    def side(point: Point) -> float:
        return (point[0] - middle[0]) * away[0] + (point[1] - middle[1]) * away[1]

    kept: Ring = []
    for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
        before, after = side(start), side(end)
        if before <= 0:
            kept.append(start)
        if before * after < 0:
            part = before / (before - after)
            kept.append((start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])))
    return kept


def hull(points: list[Point]) -> Ring:
    """A round-cornered ring around all points: the convex hull of a circle around each."""
    around = [
        (x + MARGIN / SQUEEZE * math.cos(turn), y + MARGIN * math.sin(turn))
        for x, y in points
        for turn in (math.tau * step / 24 for step in range(24))
    ]
    around.sort()
    return _chain(around)[:-1] + _chain(around[::-1])[:-1]


def _chain(points: list[Point]) -> Ring:
    chain: Ring = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def around(centre: Point, count: int) -> list[Point]:
    """So many points in a small circle: the grids of a town, which lie somewhere in it."""
    turns = (math.tau * (step + 0.25) / count for step in range(count))
    return [(centre[0] + 0.01 * math.cos(turn), centre[1] + 0.01 * math.sin(turn)) for turn in turns]


def feature(kind: str, code: str, name: str, ring: Ring, centre: Point) -> dict[str, object]:
    """One cell as GeoJSON."""
    closed = [[round(x, 5), round(y, 5)] for x, y in [*ring, ring[0]]]
    return {
        "type": "Feature",
        "properties": {"kind": kind, "code": code, "name": name, "centre": [round(at, 5) for at in centre]},
        "geometry": {"type": "Polygon", "coordinates": [closed]},
    }


def main() -> None:
    """Write all cells to the standard output."""
    codes = json.loads(CODES.read_text(encoding="utf-8"))
    towns = codes["admin_division"]["towns"]
    places = {town["code"]: (town["lon_approx"], town["lat_approx"]) for town in towns}
    outline = hull(list(places.values()))
    features = []
    for town in towns:
        own = places[town["code"]]
        ring = cell(own, [place for place in places.values() if place != own], outline)
        features.append(feature("town", town["code"], town["zh"], ring, own))
        grids = [grid for grid in codes["grids"]["items"] if grid["town_code"] == town["code"]]
        seeds = around(own, len(grids))
        for grid, seed in zip(grids, seeds, strict=True):
            part = cell(seed, [other for other in seeds if other != seed], ring)
            features.append(feature("grid", grid["code"], grid["zh"], part, seed))
    collection = {"type": "FeatureCollection", "schematic": True, "features": features}
    print(json.dumps(collection, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
