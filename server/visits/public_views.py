"""The page a copy's QR code leads to: public, without an account, found by the code alone."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from server.kernel.problems import Problem
from server.visits import copies, listing, queries, words
from server.visits.paper import sent
from server.web.gate import PUBLIC, allow

blueprint = Blueprint("public_visit", __name__, url_prefix="/r", template_folder="templates")


@blueprint.get("/<code>")
@allow(PUBLIC)
def page(code: str) -> str:
    """Whether the visit is genuine, how far it is, and which copies were recorded."""
    visit = copies.visit_of(code)
    return render_template(
        "visits/public.html",
        visit=visit,
        copies=copies.handed_out(visit),
        names={one.code: one.name for one in listing.departments()},
        words=words,
        word=words.word,
    )


@blueprint.get("/<code>/record.pdf")
@allow(PUBLIC)
def paper(code: str) -> Response:
    """The joint inspection record, once it is sealed. An exercise or a cancelled visit has none."""
    visit = copies.visit_of(code)
    sealed = None if visit.training or visit.cancelled_at else queries.sealed_case(visit)
    if sealed is None:
        raise Problem("not-found")
    return sent(visit, *sealed)
