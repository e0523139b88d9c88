"""What the office's search finds among industries and in their checklists."""

from __future__ import annotations

from flask import Flask, url_for
from flask_babel import lazy_gettext as _

from server.catalogue import listing
from server.web import finding
from server.web.finding import AT_MOST, Answer, Hit, Provider


def init(app: Flask) -> None:
    """Offer both to the search."""
    finding.register(
        app, Provider(_("Kinds of business"), "list-details", "catalogue.index", order=30, find=_industries)
    )
    finding.register(
        app, Provider(_("Checklist items"), "clipboard-check", "catalogue.index", order=32, find=_items)
    )


def _industries(typed: str) -> Answer:
    lines = listing.page(typed, None, None)
    hits = [
        Hit(line.industry.name, line.industry.code, url_for("catalogue.show", code=line.industry.code))
        for line in lines[:AT_MOST]
    ]
    return Answer(hits, url_for("catalogue.index", q=typed) if len(lines) > AT_MOST else None)


def _items(typed: str) -> Answer:
    return Answer(
        [
            Hit(
                one.item["matter"],
                f"{one.item['id']} · {one.industry} · {one.item['content']}",
                url_for(
                    "catalogue.version",
                    code=one.version.industry,
                    version_id=one.version.id,
                    _anchor=one.item["id"],
                ),
            )
            for one in listing.items_with(typed, AT_MOST)
        ]
    )
