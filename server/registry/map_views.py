"""The map of the register: the page, its marks, and the boundaries it is drawn from."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request, send_file, url_for
from flask_babel import gettext as _

from server.kernel.problems import Problem
from server.registry import listing, mapping, words
from server.registry.listing import Filters
from server.registry.rules import Bounds
from server.registry.views import FILTERS, READERS, SEARCH_LENGTH, read_filters
from server.web.gate import allow

blueprint = Blueprint("map", __name__, url_prefix="/office/map")

BOUNDARIES = "boundaries.geojson"
SHIPPED = Path(__file__).parent / "data" / BOUNDARIES
ZOOMS = range(22)


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """The map, and the same as a list."""
    filters = read_filters()
    return render_template(
        "registry/map.html",
        filters=request.args,
        narrowed=filters != Filters(),
        page=listing.page_of_enterprises(filters, None),
        towns=mapping.by_town(filters),
        at=_at(request.args.get("at", "")),
        choices=listing.choices(),
        words=words,
        kept={name: value for name in FILTERS if (value := request.args.get(name))},
        none=listing.NONE,
        search_length=SEARCH_LENGTH,
    )


@blueprint.get("/points")
@allow(*READERS)
def points() -> Response:
    """The marks of a window: `bbox` is west, south, east and north in degrees, as in GeoJSON."""
    view = mapping.marks(read_filters(), _window(request.args.get("bbox", "")), _zoom())
    return jsonify({"marks": [_mark(one) for one in view.marks], "total": view.total})


@blueprint.get("/boundaries")
@allow(*READERS)
def boundaries() -> Response:
    """Towns and grids: the county's own file, or the schematic one that is shipped."""
    own = Path(current_app.config["DATA_DIR"]) / BOUNDARIES
    return send_file(own if own.exists() else SHIPPED, mimetype="application/geo+json", conditional=True)


def _mark(mark: mapping.Mark) -> dict[str, Any]:
    place = {"lat": mark.lat_e7 / 10**7, "lon": mark.lon_e7 / 10**7, "count": mark.count}
    if mark.id:
        return place | {"name": mark.name, "url": url_for("enterprises.show", enterprise_id=mark.id)}
    return place | {"name": mark.name or _("%(n)s enterprises", n=f"{mark.count:,}")}


def _window(text: str) -> Bounds:
    """A window from an address; what is none is refused."""
    try:
        west, south, east, north = (int(Decimal(part).scaleb(7)) for part in text.split(","))
    except (InvalidOperation, ValueError, OverflowError):
        raise Problem("malformed", reason="bbox") from None
    window = Bounds(max(south, -900_000_000), max(west, -1_800_000_000), north, east)
    if not (window.south <= window.north <= 900_000_000 and window.west <= window.east <= 1_800_000_000):
        raise Problem("malformed", reason="bbox")
    return window


def _zoom() -> int:
    text = request.args.get("zoom", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 2 and int(text) in ZOOMS):
        raise Problem("malformed", reason="zoom")
    return int(text)


def _at(enterprise_id: str) -> Any:
    """The enterprise the map was opened for, if it lies anywhere."""
    if not enterprise_id:
        return None
    found = listing.one(enterprise_id)
    return found if found.lat_e7 is not None and found.lon_e7 is not None else None
