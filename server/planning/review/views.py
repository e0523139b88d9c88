"""The pages of the year's report on its draws."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.infra.clock import now
from server.kernel.instants import local
from server.planning.review import queries
from server.registry import words
from server.visits.listing import departments
from server.web.gate import allow

blueprint = Blueprint("draw_review", __name__, url_prefix="/office/draw-review", template_folder="templates")

READERS = ("office", "head", "planner", "liaison", "supervisor", "admin")


@blueprint.get("")
@allow(*READERS)
def index() -> ResponseReturnValue:
    """The newest year there were draws in."""
    return redirect(url_for(".show", year=next(iter(queries.years()), local(now()).year)))


@blueprint.get("/<int:year>")
@allow(*READERS)
def show(year: int) -> str:
    """Coverage, repeats, pairings, and whether it looks like chance."""
    return render_template(
        "review/show.html",
        report=queries.report(year),
        years=queries.years(),
        names={one.code: one.short_name for one in departments()},
        words=words,
    )
