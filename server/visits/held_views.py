"""The office's pages of what was held back (待核记录): the lists, one chain with its admission, one aside."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel import ids
from server.kernel.problems import Problem
from server.visits import access, actions, chains, queries, words
from server.visits.chains import Place
from server.visits.deeds_views import read_reason
from server.visits.model import Visit
from server.visits.telling import telling
from server.visits.views import SEARCH_LENGTH, read_day
from server.web.gate import SIGNED_IN, allow

blueprint = Blueprint("held", __name__, url_prefix="/office", template_folder="templates")

DIRECTING = ("admin", "office", "head", "planner", "liaison")
FILTERS = ("why", "q")
ENTRIES_SHOWN = 200
ASIDE_SHOWN = 64 * 1024


@blueprint.get("/held-back")
@allow(*DIRECTING)
def index() -> str:
    """The chains held back on all visits this person directs."""
    why = request.args.get("why")
    reason = why if why in words.OBJECTIONS else None
    page = chains.page_of_held(current_person(), reason, _search(), _place())
    return _list(page, "held.index", names=chains.names_of([one.author for one in page.rows]))


@blueprint.get("/held-back/asides")
@allow(*DIRECTING)
def asides() -> str:
    """What was pushed and is no genuine entry, of all visits this person directs."""
    return _list(chains.page_of_asides(current_person(), _search(), _place()), "held.asides", names={})


@blueprint.get("/visits/<visit_id>/chains/<device_id>")
@allow(SIGNED_IN)
def chain(visit_id: str, device_id: str) -> str:
    """What of one phone is held back on one visit: what it says, why, and what would help."""
    return _chain_page(queries.visit_for_office(current_person(), visit_id), device_id)


@blueprint.post("/visits/<visit_id>/chains/<device_id>/admission")
@allow(SIGNED_IN)
def admit(visit_id: str, device_id: str) -> ResponseReturnValue:
    """Let it count, with a reason; a substitute is confirmed by the same act."""
    visit = queries.visit_for_office(current_person(), visit_id)
    if not access.may_direct(current_person(), visit):
        raise Problem("not-allowed")
    try:
        with transaction():
            if not actions.admit_chain(current_person().id, visit.id, device_id, read_reason(request.form)):
                raise Problem("nothing-to-admit")
    except Problem as problem:
        return _chain_page(visit, device_id, problem), problem.status
    return redirect(url_for("visits.show", visit_id=visit.id), 303)


@blueprint.get("/visits/<visit_id>/asides/<digest>")
@allow(SIGNED_IN)
def aside(visit_id: str, digest: str) -> str:
    """One piece of what is not genuine, as text and never as anything else."""
    visit = queries.visit_for_office(current_person(), visit_id)
    found = chains.aside(visit, digest)
    if found is None:
        raise Problem("not-found")
    return render_template(
        "visits/aside.html",
        visit=visit,
        aside=found,
        text=_readable(found.bytes),
        carrier=chains.names_of([found.carried_by]).get(found.carried_by, ""),
        words=words,
    )


def _list(page: chains.Rows, endpoint: str, names: dict[str, str]) -> str:
    return render_template(
        "visits/held.html",
        page=page,
        endpoint=endpoint,
        filters=request.args,
        names=names,
        words=words,
        link=lambda place=None, **changes: _link(endpoint, place, **changes),
        search_length=SEARCH_LENGTH,
    )


def _chain_page(visit: Visit, device_id: str, problem: Problem | None = None) -> str:
    held = next((one for one in chains.held_on(visit) if one.device_id == device_id), None)
    if held is None and problem is None:
        raise Problem("not-found")
    lines = [one for one in queries.held_back(visit.id) if one.row.device_id == device_id]
    return render_template(
        "visits/chain.html",
        visit=visit,
        held=held,
        lines=lines[:ENTRIES_SHOWN],
        never=chains.NEVER,
        directs=access.may_direct(current_person(), visit),
        problem=problem,
        message=problem.detail(str(get_locale())) if problem else None,
        **telling(queries.case_of(visit)),
    )


def _readable(content: bytes) -> str:
    """JSON spread out, else the bytes as UTF-8 with what is none replaced; cut where it is very long."""
    text = content.decode(errors="replace")
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(content), ensure_ascii=False, indent=2)
    return text.encode(errors="replace").decode()[:ASIDE_SHOWN]


def _search() -> str:
    return request.args.get("q", "").replace("\0", "").strip()[:SEARCH_LENGTH]


def _place() -> Place | None:
    """A place in a list, from `DATE,VISIT,LAST`; a mangled address begins at the top."""
    before = request.args.get("before")
    parts = (before or request.args.get("after") or "").replace("\0", "").split(",")
    day = read_day(parts[0])
    if len(parts) != 3 or day is None or not ids.is_uuid(parts[1]):
        return None
    return Place(day, parts[1], parts[2][:64], before is not None)


def _link(endpoint: str, place: Place | None = None, **changes: str | None) -> str:
    """The address of a list with some filters changed, at a place if one is given."""
    args: dict[str, Any] = {name: changes.get(name, request.args.get(name)) or None for name in FILTERS}
    if place is not None:
        there = f"{place.date.isoformat()},{place.visit_id},{place.last}"
        args["before" if place.backwards else "after"] = there
    return url_for(endpoint, **args)
