"""The office's pages of editions: the way of a list from drafts to publication, and merging on it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.current import current_person
from server.catalogue import listing
from server.catalogue.drafts import editions, queries, rules
from server.catalogue.drafts.merging import not_kept
from server.catalogue.drafts.model import Edition
from server.catalogue.drafts.rules import Deed, State
from server.catalogue.rules import item_of
from server.catalogue.views import READERS, in_words, industry_page, said
from server.infra.clock import now
from server.infra.db import transaction
from server.kernel import instants
from server.kernel.problems import Problem
from server.web.fields import tidy, tidy_line
from server.web.gate import allow

blueprint = Blueprint("editions", __name__, url_prefix="/<code>/editions", template_folder="templates")

REASON_LENGTH = 500
MAKERS = ("office", "liaison", "planner")
SHOWN_AT_THE_FORM = (
    "reason-needed",
    "version-number-needed",
    "publication-unchecked",
    "checklist-published",
    "merge-answers-differ",
)


@blueprint.post("")
@allow(*MAKERS)
def open_(code: str) -> ResponseReturnValue:
    """Begin the next version of a list."""
    try:
        with transaction():
            edition = editions.open_edition(current_person(), code, _reason())
    except Problem as problem:
        if problem.code != "reason-needed":
            raise
        return industry_page(code, problem), problem.status
    return redirect(url_for("catalogue.editions.show", code=code, edition_id=edition.id), 303)


@blueprint.get("/<edition_id>")
@allow(*READERS)
def show(code: str, edition_id: str) -> str:
    """One edition: where it stands, what it changes, who agrees, what comes next."""
    return _page(code, edition_id)


@blueprint.post("/<edition_id>/round")
@allow(*MAKERS)
def send_round(code: str, edition_id: str) -> ResponseReturnValue:
    """Send the list to every department that has items in it."""
    return _done(code, edition_id, "round", lambda: editions.send_round(current_person(), edition_id))


@blueprint.post("/<edition_id>/answers")
@allow("head", "liaison")
def answer(code: str, edition_id: str) -> ResponseReturnValue:
    """A department agrees or objects."""
    agrees = request.form.get("answer") == "agree"

    def deed() -> None:
        reason = tidy(request.form.get("reason"))[:REASON_LENGTH] if agrees else _reason()
        editions.answer(current_person(), edition_id, request.form.get("hash", ""), agrees, reason)

    return _done(code, edition_id, "answer", deed)


@blueprint.post("/<edition_id>/return")
@allow("office")
def return_(code: str, edition_id: str) -> ResponseReturnValue:
    """The office sends a list back."""
    return _done(
        code, edition_id, "return", lambda: editions.return_(current_person(), edition_id, _reason())
    )


@blueprint.post("/<edition_id>/publication")
@allow("office")
def publish(code: str, edition_id: str) -> ResponseReturnValue:
    """The office publishes."""

    def deed() -> None:
        if "checked" not in request.form:
            raise Problem("publication-unchecked", field="checked")
        editions.publish(current_person(), edition_id, tidy_line(request.form.get("version")))

    return _done(code, edition_id, "publication", deed)


@blueprint.post("/<edition_id>/end")
@allow(*MAKERS)
def give_up(code: str, edition_id: str) -> ResponseReturnValue:
    """Close an edition that comes to nothing."""
    return _done(code, edition_id, "end", lambda: editions.give_up(current_person(), edition_id, _reason()))


@blueprint.get("/<edition_id>/merging")
@allow(*READERS)
def merging(code: str, edition_id: str) -> str:
    """Pairs of items that seem to ask the same, side by side."""
    return _merging(code, edition_id)


@blueprint.post("/<edition_id>/merging")
@allow("liaison", "planner")
def decide(code: str, edition_id: str) -> ResponseReturnValue:
    """Merge a pair one way or the other, keep it apart, or undo what was decided."""
    queries.edition(edition_id, code)
    one, other = request.form.get("one", ""), request.form.get("other", "")
    try:
        with transaction():
            _decide(request.form.get("deed", ""), edition_id, one, other)
    except Problem as problem:
        if problem.code not in SHOWN_AT_THE_FORM:
            raise
        return _merging(code, edition_id, problem, {one, other}), problem.status
    return redirect(url_for("catalogue.editions.merging", code=code, edition_id=edition_id), 303)


def _decide(deed: str, edition_id: str, one: str, other: str) -> None:
    person = current_person()
    match deed:
        case "merge":
            editions.merge(person, edition_id, one, other)
        case "merge-back":
            editions.merge(person, edition_id, other, one)
        case "apart":
            editions.keep_apart(person, edition_id, one, other)
        case "part":
            editions.undo_merging(person, edition_id, one)
        case "offer":
            editions.undo_keeping_apart(person, edition_id, one, other)
        case _:
            raise Problem("choice-needed")


def _done(code: str, edition_id: str, form: str, deed: Callable[[], object]) -> ResponseReturnValue:
    """Do it and show the edition; a form that was not filled in is shown again with what was typed."""
    queries.edition(edition_id, code)
    try:
        with transaction():
            deed()
    except Problem as problem:
        if problem.code not in SHOWN_AT_THE_FORM:
            raise
        return _page(code, edition_id, form, problem), problem.status
    return redirect(url_for("catalogue.editions.show", code=code, edition_id=edition_id), 303)


def _reason() -> str:
    reason = tidy(request.form.get("reason"))
    if not 1 <= len(reason) <= REASON_LENGTH:
        raise Problem("reason-needed", field="reason", length=REASON_LENGTH)
    return reason


def _page(code: str, edition_id: str, form: str = "", problem: Problem | None = None) -> str:
    industry = listing.industry(code)
    edition = queries.edition(edition_id, code)
    items, obstacle = queries.coming(industry)
    before, changes = queries.changes(edition, items)
    parts = queries.parts(current_person(), industry, edition)
    offered, _apart = queries.pairs(queries.drafts(industry))
    return render_template(
        "drafts/edition.html",
        industry=industry,
        edition=edition,
        opened_by=queries.name_of(edition.opened_by),
        may={deed: rules.may(State(edition.state), deed, parts) for deed in Deed},
        items=items,
        obstacle=said(obstacle),
        stale=not obstacle and queries.is_stale(edition, items),
        before=before,
        comparison=changes,
        offered=len(offered),
        standing=queries.standing(edition),
        answers=[(one, queries.is_current(one, edition)) for one in queries.answers(edition)],
        mine=current_person().department,
        suggestion=_suggestion(edition, before.version if before else None),
        deeds=queries.history(edition.id),
        form=form,
        problem=problem,
        message=said(problem),
        **in_words(),
    )


def _suggestion(edition: Edition, current: str | None) -> str:
    return rules.next_version(current, edition.industry, instants.local(now()).year)


def _merging(
    code: str, edition_id: str, problem: Problem | None = None, concerned: set[str] | None = None
) -> str:
    industry = listing.industry(code)
    edition = queries.edition(edition_id, code)
    drafts = queries.drafts(industry)
    offered, apart = queries.pairs(drafts)
    by_id = {draft.id: draft for draft in drafts}
    parts = queries.parts(current_person(), industry, edition)
    return render_template(
        "drafts/merging.html",
        industry=industry,
        edition=edition,
        offered=offered,
        apart=apart,
        merged=[(by_id[one.merged_into], one) for one in drafts if one.merged_into in by_id],
        item_of=item_of,
        not_kept=not_kept,
        may=rules.may(State(edition.state), Deed.MERGE, parts),
        message=said(problem),
        concerned=concerned or set(),
        **in_words(),
    )
