"""The office's pages of experts: the list, one expert, and the deeds on an entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel import ids
from server.kernel.problems import Problem
from server.registry.people import experts, listing, rules, words
from server.registry.people.actions import shown
from server.registry.people.experts import Filters, Place
from server.registry.people.forms import ExpertForm, ReasonForm, number
from server.registry.people.model import Expert
from server.registry.people.pages import SEARCH_LENGTH, general, names_of, side_by_side, text, told
from server.registry.people.rules import READERS, WRITERS, AppointmentState
from server.web.exports import exported
from server.web.gate import allow

blueprint = Blueprint("experts", __name__, url_prefix="/office/experts", template_folder="templates")

FILTERS = ("state", "industry", "field", "q")
TOLD = {"people-changed-meanwhile", "experts-of-others", "phone-odd", "days-reversed"}
"""What is told within the form of an expert; anything else has a page of its own."""


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """The register, narrowed as the address says."""
    return render_template(
        "people/experts.html",
        page=experts.page_of_experts(_filters(), _place()),
        filters=request.args,
        industries=listing.industries(),
        names=names_of(),
        writes=bool({*WRITERS} & current_person().roles),
        state_of=experts.state_of,
        phone_of=phone_of,
        words=words,
        link=_link,
        export=_export,
        search_length=SEARCH_LENGTH,
    )


@blueprint.get("/export.<form>")
@allow(*READERS)
def export(form: str) -> Response:
    """The list as filtered, as a file; phones as the reader may see them."""
    names, person = names_of(), current_person()
    seen = person.roles, person.department
    heads = [(name, str(words.FIELDS[name])) for name in experts.NAMES] + [("state", _("State"))]
    rows = (_exported(one, names, seen) for one in experts.all_experts(_filters()))
    return exported(_("Experts"), heads, rows, form)


@blueprint.get("/new")
@allow(*WRITERS)
def new() -> str:
    """The form of a new expert."""
    person = current_person()
    form = _offered(ExpertForm())
    if "office" not in person.roles:
        form.inviters.data = [person.department]
    return _form(form)


@blueprint.post("/new")
@allow(*WRITERS)
def add() -> ResponseReturnValue:
    """Enter an expert."""
    form = _offered(ExpertForm())
    if not form.validate():
        return _form(form), 422
    try:
        with transaction():
            expert_id = experts.appoint(current_person(), form.entry(), form.reason.data).id
    except Problem as problem:
        return _form(told(form, problem), None, problem), problem.status
    return redirect(url_for("experts.show", expert_id=expert_id), 303)


@blueprint.get("/<uuid:expert_id>")
@allow(*READERS)
def show(expert_id: Any) -> str:
    """One expert."""
    return _page(experts.expert_by(str(expert_id)))


@blueprint.get("/<uuid:expert_id>/edit")
@allow(*WRITERS)
def edit(expert_id: Any) -> str:
    """The form of an entry."""
    expert = _own(str(expert_id))
    return _form(_offered(_filled(expert)), expert)


@blueprint.post("/<uuid:expert_id>/edit")
@allow(*WRITERS)
def change(expert_id: Any) -> ResponseReturnValue:
    """Change an entry; on one that was changed meanwhile both versions are shown."""
    form = _offered(ExpertForm())
    if not form.validate():
        return _form(form, _own(str(expert_id))), 422
    try:
        with transaction():
            revision = number(form.revision.data)
            experts.change(current_person(), str(expert_id), form.entry(), form.reason.data, revision)
    except Problem as problem:
        if problem.code not in TOLD:
            raise
        return _form(told(form, problem), experts.expert_by(str(expert_id)), problem), problem.status
    return redirect(url_for("experts.show", expert_id=expert_id), 303)


@blueprint.post("/<uuid:expert_id>/end")
@allow(*WRITERS)
def end(expert_id: Any) -> ResponseReturnValue:
    """End an appointment, with a reason."""
    form = ReasonForm()
    if not form.validate():
        return _page(experts.expert_by(str(expert_id)), form), 422
    with transaction():
        experts.end(current_person(), str(expert_id), form.reason.data)
    return redirect(url_for("experts.show", expert_id=expert_id), 303)


def phone_of(expert: Expert) -> str:
    """The phone as the person signed in may see it (R-1401)."""
    person = current_person()
    return _phone(expert, (person.roles, person.department))


def _phone(expert: Expert, seen: tuple[frozenset[str], str | None]) -> str:
    roles, department = seen
    may = rules.may_see_phone(roles, department, expert.inviters)
    return expert.phone if may else rules.masked(expert.phone)


def _page(expert: Expert, form: ReasonForm | None = None) -> str:
    person = current_person()
    return render_template(
        "people/expert.html",
        expert=expert,
        state=experts.state_of(expert),
        phone=phone_of(expert),
        may_change=rules.may_keep_expert(person.roles, person.department, expert.inviters),
        history=listing.history(experts.KIND, expert.id),
        form=form or ReasonForm(formdata=None),
        refused=form is not None,
        names=names_of(),
        words=words,
    )


def _own(expert_id: str) -> Expert:
    """An expert the person signed in may change."""
    expert, person = experts.expert_by(expert_id), current_person()
    rules.refuse_foreign_expert(person.roles, person.department, expert.inviters)
    if expert.ended_at is not None:
        raise Problem("expert-ended")
    return expert


def _filled(expert: Expert) -> ExpertForm:
    """The form of an expert as the register says it now."""
    said = {name: getattr(expert, name) for name in experts.NAMES}
    said |= {"fields": "、".join(expert.fields), "revision": str(expert.revision)}
    return ExpertForm(formdata=None, data=said)


def _offered(form: ExpertForm) -> ExpertForm:
    person = current_person()
    departments = listing.departments()
    if "office" not in person.roles:
        departments = [one for one in departments if one.code == person.department]
    form.offer(listing.industries(), departments)
    return form


def _form(form: ExpertForm, expert: Expert | None = None, problem: Problem | None = None) -> str:
    """The form as typed; after somebody else's change with it taken in, and what both changed above."""
    beside = None
    if expert and problem and problem.code == "people-changed-meanwhile":
        both = form.meet(_filled(expert))
        beside = side_by_side(shown(experts.said(expert)), shown(both.entry()))
    return render_template(
        "people/expert_form.html",
        form=form,
        expert=expert,
        beside=beside,
        last=listing.last_change(experts.KIND, expert.id) if expert and beside else None,
        message=general(problem),
    )


def _exported(
    expert: Expert, names: Mapping[str, str], seen: tuple[frozenset[str], str | None]
) -> dict[str, Any]:
    row = {name: getattr(expert, name) for name in experts.NAMES}
    for one in ("industries", "inviters"):
        row[one] = [names.get(code, code) for code in row[one]]
    row["inviters"] = row["inviters"] or _("All departments")
    return row | {
        "phone": _phone(expert, seen),
        "state": str(words.APPOINTMENTS[experts.state_of(expert)][0]),
    }


def _filters() -> Filters:
    state = request.args.get("state")
    return Filters(
        state=state if state in list(AppointmentState) else None,
        industry=text("industry") or None,
        field=text("field"),
        search=text("q"),
    )


def _place() -> Place | None:
    """A place in the list, from `DATE,ID`; a mangled address begins at the top."""
    before = request.args.get("before")
    day, _comma, expert_id = (before or request.args.get("after") or "").partition(",")
    try:
        until = dt.date.fromisoformat(day)
    except ValueError:
        return None
    return Place(until, expert_id, before is not None) if ids.is_uuid(expert_id) else None


def _link(place: Place | None = None, **changes: str | None) -> str:
    """The address of this list with some filters changed, at a place if one is given."""
    args = _narrowing(**changes)
    if place is not None:
        args["before" if place.backwards else "after"] = f"{place.until.isoformat()},{place.id}"
    return url_for("experts.index", **args)


def _export(form: str) -> str:
    """The address of this list as a file."""
    return url_for("experts.export", form=form, **_narrowing())


def _narrowing(**changes: str | None) -> dict[str, Any]:
    return {name: changes.get(name, request.args.get(name)) or None for name in FILTERS}
