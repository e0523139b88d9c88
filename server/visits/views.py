"""The office's pages of visits: the list, one visit live, its journal, its verification and its paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import (
    Blueprint,
    Response,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.kernel import ids
from server.kernel.canonical import digest
from server.kernel.problems import Problem
from server.visits import access, bundle, chains, listing, panels, ports, queries, situation, words
from server.visits.blank import blank
from server.visits.explaining import explanations, is_explained
from server.visits.findings import sections
from server.visits.listing import Filters, Place
from server.visits.model import Visit
from server.visits.overview import STEPS, overview
from server.visits.paper import sent, sent_blank
from server.visits.telling import telling
from server.visits.verification import verify_visit
from server.web.gate import SIGNED_IN, allow

blueprint = Blueprint("visits", __name__, url_prefix="/office/visits", template_folder="templates")

SEARCH_LENGTH = 100
FILTERS = ("status", "department", "since", "until", "q", "training")


@blueprint.get("")
@allow(SIGNED_IN)
def index() -> str:
    """The visits this person may read, narrowed as the address says."""
    page = listing.page_of_visits(
        current_person(), _filters(), _place(request.args.get("after"), request.args.get("before"))
    )
    return render_template(
        "visits/index.html",
        page=page,
        filters=request.args,
        departments=(departments := listing.departments()),
        names={one.code: one.short_name for one in departments},
        words=words,
        link=_link,
        search_length=SEARCH_LENGTH,
    )


@blueprint.get("/<visit_id>")
@allow(SIGNED_IN)
def show(visit_id: str) -> str:
    """One visit: its state, its next act, its history."""
    return visit_page(queries.visit_for_office(current_person(), visit_id))


@blueprint.get("/<visit_id>/live")
@allow(SIGNED_IN, live=True)
def live(visit_id: str) -> ResponseReturnValue:
    """The part of the page that follows the visit. Unchanged, it costs a few counts and answers 304."""
    visit = queries.visit_for_office(current_person(), visit_id)
    tag = _tag(visit)
    if request.if_none_match.contains(tag):
        response = Response(status=304)
    else:
        response = make_response(render_template("visits/live.html", **_live(visit)))
    response.set_etag(tag)
    return response


@blueprint.get("/<visit_id>/entries")
@allow(SIGNED_IN)
def entries(visit_id: str) -> str:
    """The journal as it was received, newest first."""
    visit = queries.visit_for_office(current_person(), visit_id)
    lines, older = queries.lines(visit.id, _position(request.args.get("before", "")))
    return render_template(
        "visits/entries.html",
        visit=visit,
        lines=lines,
        older=older,
        held_back=queries.held_back(visit.id),
        **telling(queries.case_of(visit)),
    )


@blueprint.post("/<visit_id>/verifications")
@allow(SIGNED_IN)
def verify(visit_id: str) -> str:
    """Check every hash, signature, link and blob of the visit now."""
    visit = queries.visit_for_office(current_person(), visit_id)
    name = "visits/verification.html" if request.headers.get("HX-Request") else "visits/verified.html"
    findings = verify_visit(visit)
    return render_template(
        name, visit=visit, findings=findings, extent=queries.extent(visit), words=words, word=words.word
    )


@blueprint.get("/<visit_id>/record.pdf")
@allow(SIGNED_IN)
def paper(visit_id: str) -> ResponseReturnValue:
    """The joint inspection record of the sealed state; with `draft=1` a marked draft of what there is."""
    visit = queries.visit_for_office(current_person(), visit_id)
    sealed = queries.sealed_case(visit)
    if sealed is None and not request.args.get("draft"):
        return render_template(
            "visits/unsealed.html",
            visit=visit,
            view=overview(queries.case_of(visit), visit.status),
            words=words,
        ), 409
    case, seal = sealed or (queries.case_of(visit), None)
    return sent(visit, case, seal)


@blueprint.get("/<visit_id>/blank.pdf")
@allow(SIGNED_IN)
def blank_paper(visit_id: str) -> Response:
    """The blank record and checklist of a visit, to print beforehand; the field app links here too."""
    visit = queries.visit_for_office(current_person(), visit_id)
    return sent_blank(blank(bundle.load(visit.bundle_digest)))


def visit_page(visit: Visit, form_name: str | None = None, problem: Problem | None = None) -> str:
    """The page of one visit; where a form was refused or is to be confirmed, with that form open."""
    directs = access.may_direct(current_person(), visit)
    shown = _live(visit)
    return render_template(
        "visits/show.html",
        directs=directs,
        members=queries.members(visit) if directs else [],
        candidates=queries.candidates(visit) if directs else {},
        substitutes_at=ports.substitutes_at(visit.id),
        deeds=queries.deeds(visit.id),
        panels=panels.panels_of(visit, current_person()),
        form_name=form_name,
        problem=problem,
        message=problem.detail(str(get_locale())) if problem else None,
        tag=_tag(visit),
        begun=situation.situation(visit, shown["case"]) if directs and not visit.cancelled_at else None,
        **shown,
    )


def _live(visit: Visit) -> dict[str, Any]:
    """All that the live part shows."""
    case = queries.case_of(visit)
    lines, _ = queries.lines(visit.id)
    return {
        "visit": visit,
        "view": overview(case, visit.status),
        "sealed": _sealed(visit),
        "late": queries.received(visit.id, case.state["late"]),
        "explanations": explanations(case, queries.receipts(visit.id)),
        "is_explained": is_explained,
        "held_chains": chains.held_on(visit),
        "asides": queries.asides(visit.id),
        "lines": lines[:10],
        "steps": STEPS,
        **telling(case),
    }


def _sealed(visit: Visit) -> dict[str, Any] | None:
    """The sealed record in short, to stand beside what came late."""
    found = queries.sealed_case(visit)
    if found is None:
        return None
    case, seal = found
    return {
        "seal": seal,
        "code": seal.code(visit.number),
        "sections": sections(case, case.body(seal.sign_off).get("results")),
    }


def _tag(visit: Visit) -> str:
    """What the live part's ETag is made of: the visit, and the language it is told in."""
    return digest([queries.fingerprint(visit), str(get_locale())])


def _filters() -> Filters:
    args = request.args
    status = args.get("status")
    return Filters(
        status=status if status in words.STATUSES else None,
        department=_text(args.get("department")) or None,
        since=read_day(args.get("since")),
        until=read_day(args.get("until")),
        search=_text(args.get("q")),
        training=args.get("training") == "1",
    )


def _text(typed: str | None) -> str:
    """What was typed to search for, without what no database takes."""
    return (typed or "").replace("\0", "").strip()[:SEARCH_LENGTH]


def read_day(text: str | None) -> dt.date | None:
    """A day from an address; what is no day narrows nothing."""
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None


def _position(text: str) -> int | None:
    """A position in the journal from an address; one that no journal reaches begins at the top."""
    return int(text) if text.isdecimal() and len(text) <= 9 else None


def _place(after: str | None, before: str | None) -> Place | None:
    """A place in the list, from `DATE,ID`; a mangled address begins at the top."""
    day, _, visit_id = (before or after or "").partition(",")
    parsed = read_day(day)
    return Place(parsed, visit_id, backwards=before is not None) if parsed and ids.is_uuid(visit_id) else None


def _link(place: Place | None = None, **changes: str | None) -> str:
    """The address of this list with some filters changed, at a place if one is given."""
    args: dict[str, Any] = {name: changes.get(name, request.args.get(name)) or None for name in FILTERS}
    if place is not None:
        args["before" if place.backwards else "after"] = f"{place.date.isoformat()},{place.id}"
    return url_for("visits.index", **args)
