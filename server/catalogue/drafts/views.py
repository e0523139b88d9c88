"""The office's pages of drafts: a department writes, orders, drops and takes back its items."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.current import current_person
from server.catalogue import exporting, listing
from server.catalogue.comparing import differences
from server.catalogue.drafts import actions, queries, rules
from server.catalogue.drafts.forms import DraftForm, blank, filled
from server.catalogue.drafts.model import DraftItem
from server.catalogue.rules import item_of
from server.catalogue.views import READERS, in_words, number, said
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.web.exports import exported
from server.web.fields import tidy_line
from server.web.gate import allow

blueprint = Blueprint("drafts", __name__, url_prefix="/<code>/drafts", template_folder="templates")

WRITERS = ("liaison", "planner")
ROWS = ("more-", "less-")


@blueprint.get("")
@allow(*READERS)
def index(code: str) -> str:
    """The items of one department in their order; its own, if the reader's takes part."""
    return _list(code, tidy_line(request.args.get("department")))


@blueprint.get("/table.<form>")
@allow(*READERS)
def export(code: str, form: str) -> Response:
    """The drafts of an industry as a file, merged ones each for itself."""
    industry = listing.industry(code)
    items = (item_of(one.code, one.department, one.document) for one in queries.drafts(industry))
    columns, rows = exporting.table(items, in_words()["names"])
    return exported(f"{industry.name}-drafts", columns, rows, form)


@blueprint.get("/new")
@allow(*WRITERS)
def new(code: str) -> str:
    """The form of a new item of the reader's department."""
    return _form(DraftForm(data=blank()), code, None)


@blueprint.post("")
@allow(*WRITERS)
def add(code: str) -> ResponseReturnValue:
    """Add an item; rows come and go without anything being written."""
    form = DraftForm()
    if asked := _asks_for_rows():
        form.alter_rows(asked)
        return _form(form, code, None)
    if not form.validate():
        return _form(form, code, None), 422
    with transaction():
        draft = actions.add(current_person(), code, form.document())
    return redirect(_place_of(draft), 303)


@blueprint.get("/<draft_id>")
@allow(*READERS)
def show(code: str, draft_id: str) -> str:
    """One item: the form for those who write it, what it says for others."""
    draft = queries.item(draft_id, code)
    person = current_person()
    if rules.may_draft(person.roles, person.department, draft.department):
        return _form(DraftForm(data=filled(draft.document, draft.revision)), code, draft)
    item = item_of(draft.code, draft.department, draft.document)
    return render_template(
        "drafts/show.html",
        industry=listing.industry(code),
        draft=draft,
        item=item,
        deeds=queries.history(draft.id),
        **in_words(),
    )


@blueprint.post("/<draft_id>")
@allow(*WRITERS)
def change(code: str, draft_id: str) -> ResponseReturnValue:
    """Write an item anew; if a colleague did meanwhile, both are shown and nothing typed is lost."""
    draft = queries.item(draft_id, code)
    form = DraftForm()
    if asked := _asks_for_rows():
        form.alter_rows(asked)
        return _form(form, code, draft)
    if not form.validate():
        return _form(form, code, draft), 422
    try:
        with transaction():
            actions.change(current_person(), draft_id, form.document(), number(form.revision.data))
    except Problem as problem:
        if problem.code != "list-changed-meanwhile":
            raise
        return _both(form, code, queries.item(draft_id, code), problem), problem.status
    return redirect(_place_of(queries.item(draft_id, code)), 303)


@blueprint.post("/<draft_id>/position")
@allow(*WRITERS)
def move(code: str, draft_id: str) -> ResponseReturnValue:
    """One place up or down; if a colleague moved items meanwhile, their order is shown instead."""
    seen, up = request.form.get("order", ""), request.form.get("to") == "up"
    department = queries.item(draft_id, code).department
    try:
        with transaction():
            draft = actions.move(current_person(), draft_id, up, seen)
    except Problem as problem:
        if problem.code != "order-changed-meanwhile":
            raise
        return _list(code, department, problem), problem.status
    return redirect(_place_of(draft), 303)


@blueprint.post("/<draft_id>/removal")
@allow(*WRITERS)
def drop(code: str, draft_id: str) -> ResponseReturnValue:
    """Leave an item out of the next version."""
    queries.item(draft_id, code)
    with transaction():
        draft = actions.drop(current_person(), draft_id)
    return redirect(_place_of(draft), 303)


@blueprint.post("/<draft_id>/return")
@allow(*WRITERS)
def take_back(code: str, draft_id: str) -> ResponseReturnValue:
    """Have a dropped item back."""
    queries.item(draft_id, code)
    with transaction():
        draft = actions.take_back(current_person(), draft_id)
    return redirect(_place_of(draft), 303)


def _list(code: str, department: str, problem: Problem | None = None) -> str:
    industry = listing.industry(code)
    person = current_person()
    taking_part = [share.department for share in listing.taking_part(code)]
    own = person.department if person.department in taking_part else industry.lead_department
    department = department or own
    after = request.args.get("after", "")
    rows = queries.rows(code, department, int(after) if after.isdecimal() and len(after) < 9 else None)
    return render_template(
        "drafts/index.html",
        industry=industry,
        taking_part=taking_part,
        department=department,
        rows=rows[: queries.PAGE],
        more=rows[queries.PAGE - 1].draft.position if len(rows) > queries.PAGE else None,
        order=queries.order(code, department),
        counts=queries.counts(code),
        edition=queries.open_edition(code),
        writes=rules.may_draft(person.roles, person.department, department) and department in taking_part,
        message=said(problem),
        **in_words(),
    )


def _asks_for_rows() -> str:
    asked = request.form.get("rows", "")
    return asked if asked.startswith(ROWS) else ""


def _place_of(draft: DraftItem) -> str:
    page = url_for("catalogue.drafts.index", code=draft.industry, department=draft.department)
    return f"{page}#{draft.code}"


def _both(form: DraftForm, code: str, stored: DraftItem, problem: Problem) -> str:
    """The form with the colleague's change taken in; what both changed stays as typed and stands above."""
    theirs = DraftForm(formdata=None, data=filled(stored.document, stored.revision))
    now, both = theirs.document(), form.meet(theirs).document()
    return _form(
        form,
        code,
        stored,
        message=said(problem),
        differing=differences(now, both),
        who=queries.name_of(stored.changed_by),
    )


def _form(form: DraftForm, code: str, draft: DraftItem | None, **more: Any) -> str:
    person = current_person()
    return render_template(
        "drafts/form.html",
        industry=listing.industry(code),
        form=form,
        draft=draft,
        department=draft.department if draft else person.department,
        deeds=queries.history(draft.id) if draft else [],
        supervision=queries.supervision_of(draft.department if draft else person.department),
        **{"message": "", "differing": (), "who": ""} | more,
        **in_words(),
    )
