"""The office's pages of import sources: where files come from by themselves, and what went wrong there."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.registry.imports import listing, sources
from server.web.gate import allow

blueprint = Blueprint(
    "import_sources", __name__, url_prefix="/office/imports/sources", template_folder="templates"
)

ROLE = "office"
HOURS = (1, 6, 24, 168)
LONGEST_NAME, LONGEST_ADDRESS = 100, 500


@blueprint.get("")
@allow(ROLE)
def index() -> str:
    """All sources, and the form for one more."""
    return _page()


@blueprint.post("")
@allow(ROLE)
def add() -> ResponseReturnValue:
    """Have one more place looked at."""
    typed = {one: request.form.get(one, "").strip().replace("\0", "") for one in ("name", "address", "every")}
    try:
        if not typed["name"] or len(typed["name"]) > LONGEST_NAME:
            raise Problem("source-name", field="name", most=LONGEST_NAME)
        if not typed["address"] or len(typed["address"]) > LONGEST_ADDRESS:
            raise Problem("source-address", field="address")
        hours = int(typed["every"]) if typed["every"] in map(str, HOURS) else 24
        with transaction():
            sources.add(current_person().id, typed["name"], typed["address"], hours)
    except Problem as problem:
        return _page(typed, problem), problem.status
    return redirect(url_for("import_sources.index"), 303)


@blueprint.post("/<source_id>/pause")
@allow(ROLE)
def pause(source_id: str) -> ResponseReturnValue:
    """Look there no more, until it is gone on with."""
    return _set_active(source_id, False)


@blueprint.post("/<source_id>/resumption")
@allow(ROLE)
def resume(source_id: str) -> ResponseReturnValue:
    """Look there again."""
    return _set_active(source_id, True)


@blueprint.post("/<source_id>/look")
@allow(ROLE)
def look(source_id: str) -> ResponseReturnValue:
    """Look there now."""
    sources.look.later(listing.source_by(source_id).id)
    return redirect(url_for("import_sources.index"), 303)


def _set_active(source_id: str, active: bool) -> ResponseReturnValue:
    with transaction():
        sources.set_active(listing.source_by(source_id), current_person().id, active)
    return redirect(url_for("import_sources.index"), 303)


def _page(typed: dict[str, str] | None = None, problem: Problem | None = None) -> str:
    locale = str(get_locale())
    return render_template(
        "imports/sources.html",
        sources=listing.sources(),
        typed=typed or {},
        error={problem.field: problem.detail(locale)} if problem else {},
        inbox=sources.inbox(),
        hours=HOURS,
        sentence=lambda reason: listing.sentence(reason, locale),
    )
