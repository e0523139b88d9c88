"""The office's list of triggers, narrowed as the address says, and its export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from server.kernel import ids, instants
from server.registry.credit import triggers, words
from server.registry.credit.triggers import Filters, Place
from server.registry.credit.views import READERS, blueprint
from server.web.exports import exported
from server.web.gate import allow

SEARCH_LENGTH = 100
FILTERS = ("state", "kind", "department", "q")


@blueprint.get("/triggers")
@allow(*READERS)
def trigger_list() -> str:
    """The list: open ones first to hand, all on asking."""
    return render_template(
        "credit/triggers.html",
        page=triggers.page_of_triggers(_filters(), _place()),
        filters=request.args,
        departments=triggers.inspecting(),
        department_names=triggers.department_names(),
        link=_link,
        search_length=SEARCH_LENGTH,
    )


@blueprint.get("/triggers.<form>")
@allow(*READERS)
def export_triggers(form: str) -> Response:
    """All that the list holds as it is narrowed, as a file."""
    columns = [
        ("at", _("Noted")),
        ("kind", _("Kind of trigger")),
        ("reference", _("Number of the subject")),
        ("enterprise", _("Enterprise")),
        ("uscc", _("Credit code")),
        ("department", _("Department")),
        ("matter", _("Matter concerned")),
        ("detail", _("What it is about")),
        ("closed_at", _("Closed on")),
        ("close_reason", _("How it was dealt with")),
    ]
    return exported(_("Triggers"), columns, _rows(_filters()), form)


def _rows(filters: Filters) -> Iterator[dict[str, Any]]:
    names = triggers.department_names()
    for row in triggers.every_row(filters):
        one = row.trigger
        yield {
            "at": one.at,
            "kind": str(words.KINDS.get(one.kind, one.kind)),
            "reference": row.enterprise.reference,
            "enterprise": row.enterprise.name,
            "uscc": row.enterprise.uscc,
            "department": names.get(one.department, ""),
            "matter": one.matter,
            "detail": one.detail,
            "closed_at": one.closed_at,
            "close_reason": one.close_reason,
        }


def _filters() -> Filters:
    state, kind = request.args.get("state"), request.args.get("kind")
    return Filters(
        state=state if state in triggers.STATES else None,
        kind=kind if kind in words.KINDS else None,
        department=_text("department") or None,
        search=_text("q"),
    )


def _text(name: str) -> str:
    """What an address says, without what no database takes."""
    return request.args.get(name, "").replace("\0", "").strip()[:SEARCH_LENGTH]


def _place() -> Place | None:
    """A place in the list, from `INSTANT,ID`; a mangled address begins at the top."""
    before = request.args.get("before")
    at, _comma, trigger_id = (before or request.args.get("after") or "").partition(",")
    try:
        instant = instants.parse(at).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return Place(instant, trigger_id, before is not None) if ids.is_uuid(trigger_id) else None


def _link(place: Place | None = None, form: str | None = None, **changes: str | None) -> str:
    """The address of this list with some filters changed, at a place if one is given, or of its export."""
    args: dict[str, Any] = {name: changes.get(name, request.args.get(name)) or None for name in FILTERS}
    if form:
        return url_for("credit.export_triggers", form=form, **args)
    if place is not None:
        args["before" if place.backwards else "after"] = f"{place.at.isoformat()},{place.id}"
    return url_for("credit.trigger_list", **args)
