"""The pages of the year's report on its draws."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from server.accounts.naming import labels
from server.infra.clock import now
from server.kernel.instants import local
from server.planning.review import queries
from server.registry import words
from server.web.gate import allow

blueprint = Blueprint("draw_review", __name__, url_prefix="/office/draw-review", template_folder="templates")

READERS = ("office", "head", "planner", "liaison", "supervisor", "admin")


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """One year, the newest there were draws in if none is named: coverage, repeats, pairings, chance."""
    years = queries.years()
    year = request.args.get("year", type=int) or next(iter(years), local(now()).year)
    return render_template(
        "review/index.html",
        report=queries.report(year),
        years=years,
        names=labels(),
        words=words,
    )
