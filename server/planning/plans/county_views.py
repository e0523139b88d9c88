"""The office's pages of the county plan: which rows can be one visit, and publishing a version."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.planning.plans import actions, publishing, queries, words
from server.planning.plans.forms import REASON_LENGTH
from server.planning.plans.matching import Proposal, proposals
from server.planning.plans.rules import first_month_left
from server.planning.plans.views import READERS, asked_year, in_words, reason, said
from server.registry.credit.policies import in_force, today
from server.web.fields import tidy, tidy_line
from server.web.gate import allow

blueprint = Blueprint("county", __name__, template_folder="templates")


@blueprint.get("/matching")
@allow(*READERS)
def matching() -> str:
    """撮合: what can become one visit, what that saves, what it moves."""
    return _matching(asked_year())


@blueprint.post("/matching")
@allow("office")
def match() -> ResponseReturnValue:
    """Accept a proposal, if it still holds: its guests become part of its host."""
    year, host, guests = asked_year(), request.form.get("host", ""), request.form.getlist("guest")
    try:
        with transaction():
            note = reason()
            found = next((one for one in _proposals(year) if one.host.id == host), None)
            if found is None or [row.id for row in found.guests] != guests:
                raise Problem("plan-match-stale")
            actions.merge(current_person(), guests, host, note)
    except Problem as problem:
        if problem.code not in ("plan-match-stale", "reason-needed"):
            raise
        return _matching(year, problem, host), problem.status
    return redirect(url_for("plans.county.matching", year=year, merged=host), 303)


@blueprint.get("/publication")
@allow(*READERS)
def look_over() -> str:
    """The next version as it would be published, and what it changes."""
    return _publication(asked_year())


@blueprint.post("/publication")
@allow("office")
def publish() -> ResponseReturnValue:
    """Publish what was looked at."""
    year = asked_year()
    given = tidy(request.form.get("reason"))[:REASON_LENGTH]
    try:
        with transaction():
            if "checked" not in request.form:
                raise Problem("publication-unchecked", field="checked")
            publishing.publish(current_person(), year, request.form.get("hash", ""), given)
    except Problem as problem:
        if problem.code not in ("publication-unchecked", "reason-needed", "county-plan-moved"):
            raise
        return _publication(year, problem), problem.status
    return redirect(url_for("county_plans.show", year=year), 303)


def _proposals(year: int) -> list[Proposal]:
    rows = queries.reviewed_rows(year)
    working = queries.in_work(rows)
    free = [row for row in rows if row.id not in working]
    return proposals(
        [queries.as_rule(row) for row in free],
        queries.county(free, in_force(today()).minimum, first_month_left(year, today())),
    )


def _matching(year: int, problem: Problem | None = None, refused: str = "") -> str:
    found = _proposals(year)
    known = in_words()
    merged = tidy_line(request.args.get("merged"))
    labels = known["names"] | known["industries"]
    return render_template(
        "plans/matching.html",
        year=year,
        proposals=found,
        saved=sum(one.saved for one in found),
        told=lambda move: words.moved(move, labels),
        merged=queries.row(merged) if queries.merged_into([merged]) else None,
        bare=queries.campaigns_without_rows(year),
        is_office="office" in current_person().roles,
        problem=problem,
        message=said(problem),
        refused=refused,
        **known,
    )


def _publication(year: int, problem: Problem | None = None) -> str:
    return render_template(
        "plans/publication.html",
        year=year,
        coming=publishing.coming(year),
        open_filings=[one for one in queries.filings(year) if one.state != "accepted"],
        is_office="office" in current_person().roles,
        problem=problem,
        message=said(problem),
        **in_words(),
    )
