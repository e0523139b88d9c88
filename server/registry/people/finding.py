"""What the office's search finds among officers and experts."""

from __future__ import annotations

from flask import Flask, url_for
from flask_babel import lazy_gettext as _

from server.registry.people import experts, listing
from server.web import finding
from server.web.finding import AT_MOST, Answer, Hit, Provider


def init(app: Flask) -> None:
    """Offer both registers to the search."""
    finding.register(app, Provider(_("Officers"), "id-badge", "officers.index", order=50, find=_officers))
    finding.register(app, Provider(_("Experts"), "users", "experts.index", order=52, find=_experts))


def _officers(typed: str) -> Answer:
    rows = listing.page_of_officers(listing.Filters(search=typed), None).rows
    hits = [
        Hit(
            row.person.name,
            f"{row.department.short_name} · {row.officer.certificate_number}",
            url_for("officers.show", person_id=row.person.id),
        )
        for row in rows[:AT_MOST]
    ]
    return Answer(hits, url_for("officers.index", q=typed) if len(rows) > AT_MOST else None)


def _experts(typed: str) -> Answer:
    found = experts.page_of_experts(experts.Filters(search=typed), None).experts
    hits = [Hit(one.name, one.unit, url_for("experts.show", expert_id=one.id)) for one in found[:AT_MOST]]
    return Answer(hits, url_for("experts.index", q=typed) if len(found) > AT_MOST else None)
