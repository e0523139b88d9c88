"""What the office's search finds in the register."""

from __future__ import annotations

from flask import Flask, url_for
from flask_babel import lazy_gettext as _

from server.registry import listing
from server.registry.listing import Filters
from server.registry.search import find
from server.web import finding
from server.web.finding import AT_MOST, Answer, Hit, Provider


def init(app: Flask) -> None:
    """Offer the register to the search."""
    finding.register(
        app, Provider(_("Enterprises"), "building", "enterprises.index", order=10, find=_enterprises)
    )


def _enterprises(typed: str) -> Answer:
    found = find(listing.question(Filters(search=typed)))
    hits = [
        Hit(one.name, f"{one.uscc} · {one.address}", url_for("enterprises.show", enterprise_id=one.id))
        for one in listing.rows(found.below(None, AT_MOST))
    ]
    return Answer(hits, url_for("enterprises.index", q=typed) if len(found) > AT_MOST else None)
