"""The pages of the year's report on its draws."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from server.accounts.current import current_person
from server.accounts.naming import labels
from server.infra.clock import now
from server.kernel.instants import local
from server.planning.draw import access
from server.planning.review import queries
from server.registry import words
from server.web.gate import allow

blueprint = Blueprint("draw_review", __name__, url_prefix="/office/draw-review", template_folder="templates")

READERS = ("office", "head", "planner", "liaison", "supervisor", "admin")


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """One year, the newest there were draws in if none is named: coverage, repeats, pairings, chance.

    It spans all tasks, unannounced ones too: enterprises are named to who may know all of them (R-414).
    """
    years, typed = queries.years(), request.args.get("year", "")
    known = typed.isascii() and typed.isdecimal() and len(typed) == 4
    year = int(typed) if known else next(iter(years), local(now()).year)
    return render_template(
        "review/index.html",
        report=queries.report(year),
        years=years,
        most=queries.SHOWN,
        knows=bool(access.KNOWING & current_person().roles),
        names=labels(),
        words=words,
    )
