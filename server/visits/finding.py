"""What the office's search finds among the visits a person may read."""

from __future__ import annotations

from flask import Flask, url_for
from flask_babel import lazy_gettext as _

from server.accounts.current import current_person
from server.visits import listing, words
from server.visits.listing import Filters
from server.web import finding
from server.web.finding import AT_MOST, Answer, Hit, Provider


def init(app: Flask) -> None:
    """Offer the visits to the search."""
    finding.register(
        app, Provider(_("Visits"), "clipboard-list", "visits.index", order=20, find=_visits)
    )


def _visits(typed: str) -> Answer:
    visits = listing.page_of_visits(current_person(), Filters(search=typed), None).visits
    hits = [
        Hit(
            one.enterprise.name,
            f"{one.number} · {one.date.isoformat()} · {words.STATUSES.get(one.status, one.status)}",
            url_for("visits.show", visit_id=one.id),
        )
        for one in visits[:AT_MOST]
    ]
    return Answer(hits, url_for("visits.index", q=typed) if len(visits) > AT_MOST else None)
