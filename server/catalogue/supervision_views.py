"""The office's pages of the “互联网+监管” list: bringing it in, and what has no match, both ways."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server.accounts.current import current_person
from server.catalogue import supervision
from server.catalogue.drafts import actions, rules
from server.catalogue.views import READERS, in_words, said
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.web.exports import exported
from server.web.fields import tidy_line
from server.web.gate import allow

blueprint = Blueprint("supervision", __name__, url_prefix="/supervision", template_folder="templates")

SIZE = 1024 * 1024


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """What has no match, both ways, of one department or of all."""
    person = current_person()
    department = tidy_line(request.args.get("department")) or None
    report = supervision.report(department)
    part, after = request.args.get("part"), request.args.get("after", "")
    rows_of: dict[str, supervision.Rows] = {
        "unknown": report.unknown, "without": report.without, "unnamed": report.unnamed,
    }  # fmt: skip
    return render_template(
        "catalogue/supervision.html",
        report=report,
        parts={
            name: supervision.part_of(rows, after if name == part else "") for name, rows in rows_of.items()
        },
        department=department,
        matters=supervision.matters(person.department) if person.department else (),
        writes=lambda owner: rules.may_draft(person.roles, person.department, owner),
        is_office="office" in person.roles,
        **in_words(),
    )


@blueprint.post("/codes")
@allow("liaison", "planner")
def name_code() -> ResponseReturnValue:
    """Say which matter of the list one of ours is, in all industries at once."""
    matter, code = tidy_line(request.form.get("matter")), tidy_line(request.form.get("code"))
    with transaction():
        actions.name_supervision_code(current_person(), matter, code)
    return redirect(url_for("catalogue.supervision.index", department=current_person().department), 303)


@blueprint.get("/list")
@allow("office")
def form() -> str:
    """The form to bring the list in."""
    return _form("")


@blueprint.post("/list")
@allow("office")
def bring() -> ResponseReturnValue:
    """Show what a list would change; once more with that shown, take it in."""
    text = ""
    try:
        text = _text()
        found = supervision.preview(text)
        if request.form.get("deed") != "take-in" or found.rejected:
            return _form(text, found), 422 if found.rejected else 200
        with transaction():
            supervision.take_in(current_person(), text)
    except Problem as problem:
        return _form(text, problem=problem), problem.status
    return redirect(url_for("catalogue.supervision.index"), 303)


@blueprint.get("/table.<form>")
@allow(*READERS)
def export(form: str) -> Response:
    """The correspondence as a file: ours with their codes, then theirs that none of ours names."""
    names = in_words()["names"]
    columns = [
        ("department", gettext("Department")),
        ("matter", gettext("Matter")),
        ("code", gettext("Code on the “Internet + supervision” list")),
        ("name", gettext("Name on the “Internet + supervision” list")),
    ]
    rows = supervision.table(names)
    return exported("supervision", columns, rows, form)


def _text() -> str:
    """What was pasted, or what is in the file that was sent."""
    file = request.files.get("file")
    if not file or not file.filename:
        return request.form.get("text", "").replace("\0", "")
    data = file.stream.read(SIZE + 1)
    if len(data) > SIZE:
        raise Problem("supervision-too-long", field="text", rows=supervision.ROWS)
    return supervision.decoded(data)


def _form(
    text: str, preview: supervision.Preview | None = None, problem: Problem | None = None
) -> str:
    return render_template(
        "catalogue/supervision_list.html",
        text=text,
        preview=preview,
        message=said(problem),
        reasons=supervision.REASONS,
        **in_words(),
    )
