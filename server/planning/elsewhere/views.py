"""The office's pages of draws made elsewhere: a file brought in, its dry run, and the task made of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.planning.elsewhere import actions, words
from server.planning.elsewhere.actions import Reading
from server.planning.elsewhere.rules import HEADS, NEEDED, STOPS, Judged
from server.planning.files.model import Attachment
from server.planning.tasks import queries as tasks
from server.planning.tasks.rules import SPEAKERS
from server.registry import listing
from server.web.exports import exported
from server.web.fields import line, needed, options
from server.web.gate import allow

blueprint = Blueprint(
    "elsewhere", __name__, url_prefix="/office/tasks/elsewhere", template_folder="templates"
)

SHOWN = 50
"""Subjects of a file on its page, those to be looked at first; all of them are in the export."""


class TakingForm(FlaskForm):
    """What the file itself does not say, or says otherwise."""

    number = line(_("Task number on the province's platform"), 40, needed())
    name = line(_("Name"), 200, needed())
    industry = SelectField(_("Industry"), [InputRequired(_("Choose one."))])
    lead = SelectField(_("Lead department"), [InputRequired(_("Choose one."))])
    leave_out = BooleanField(_("Take in the others, leave these out"))


@blueprint.get("")
@allow(*SPEAKERS)
def index() -> str:
    """The form that takes a file."""
    return _index()


@blueprint.post("")
@allow(*SPEAKERS)
def receive() -> ResponseReturnValue:
    """Bring a file in; what cannot be read as a table, or lacks a column, is refused at once."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Problem("import-no-file", field="file")
        with transaction():
            file_id = actions.keep(current_person(), file).id
    except Problem as problem:
        return _index(problem), problem.status
    return redirect(url_for("elsewhere.show", file_id=file_id), 303)


@blueprint.get("/template.<form>")
@allow(*SPEAKERS)
def template(form: str) -> Response:
    """An empty file whose heads are known here."""
    columns = [(name, heads[0]) for name, heads in HEADS.items()]
    return exported(gettext("Draw of the province's platform"), columns, [], form)


@blueprint.get("/<uuid:file_id>")
@allow(*SPEAKERS)
def show(file_id: Any) -> str:
    """The dry run: reload the page after the registers were put right, and it is read anew."""
    return _page(actions.file_of(current_person(), str(file_id)))


@blueprint.get("/<uuid:file_id>/reading.<form>")
@allow(*SPEAKERS)
def export(file_id: Any, form: str) -> Response:
    """The whole of it, with what differs, as a file."""
    file = actions.file_of(current_person(), str(file_id))
    reading = actions.read(file, request.args.get("industry"), request.args.get("lead"))
    columns = [
        ("row", gettext("Row")), ("uscc", gettext("Credit code")), ("name", gettext("Enterprise")),
        ("day", gettext("Date")), ("half", gettext("Half of the day")), ("officers", gettext("Officers")),
        ("faults", gettext("What differs")), ("goes", gettext("Can be taken in")),
    ]  # fmt: skip
    return exported(file.name.rpartition(".")[0], columns, map(_exported, reading.judged), form)


@blueprint.post("/<uuid:file_id>")
@allow(*SPEAKERS)
def take_in(file_id: Any) -> ResponseReturnValue:
    """Read it again with what was chosen, or make it a task."""
    file, form = actions.file_of(current_person(), str(file_id)), _offered(TakingForm())
    if "again" in request.form:
        return _page(file, form)
    if not form.validate():
        return _page(file, form), 422
    said = {name: form[name].data for name in ("number", "name", "industry", "lead", "leave_out")}
    try:
        with transaction():
            task_id = actions.take_in(current_person(), file, **said).id
    except Problem as problem:
        return _page(actions.file_of(current_person(), str(file_id)), form, problem), problem.status
    return redirect(url_for("tasks.show", task_id=task_id), 303)


def _index(problem: Problem | None = None) -> str:
    return render_template(
        "elsewhere/index.html",
        heads=[HEADS[name][0] for name in HEADS],
        needed=[HEADS[name][0] for name in NEEDED],
        message=problem.detail(str(get_locale())) if problem else None,
    )


def _page(file: Attachment, form: TakingForm | None = None, problem: Problem | None = None) -> str:
    if form:
        shown, reading = form, actions.read(file, form.industry.data or "", form.lead.data or "")
    else:
        shown, reading = _begun(file)
    message = problem.detail(str(get_locale())) if problem else None
    if problem and problem.field and problem.field in shown:
        shown[problem.field].errors = [message]
        message = None
    return render_template(
        "elsewhere/show.html",
        file=file,
        task=actions.task_of(file),
        form=shown,
        reading=reading,
        rows=sorted(reading.judged, key=lambda one: one.gravity)[:SHOWN],
        derived=form is None,
        departments=tasks.department_names(),
        stops=STOPS,
        message=message,
        words=words,
    )


def _begun(file: Attachment) -> tuple[TakingForm, Reading]:
    """The form before anybody chose, with what the file and the registers say; the rest is left to choose."""
    form = _offered(TakingForm(formdata=None))
    leads = {choice.value for choice in form.lead.choices}
    own = current_person().department
    reading = actions.read(file, lead=own if own in leads else None)
    form.number.data, form.name.data = reading.number[:40], reading.name[:200]
    form.industry.data, form.lead.data = reading.industry, reading.lead if reading.lead in leads else ""
    return form, reading


def _exported(one: Judged) -> dict[str, Any]:
    return {
        "row": one.line.row,
        "uscc": one.line.uscc,
        "name": one.line.name,
        "day": one.line.day,
        "half": one.line.unread or str(words.HALVES[one.line.half]),
        "officers": [member.name for member in one.members],
        "faults": [f"{words.FAULTS[fault]} {about}".strip() for fault, about in one.faults],
        "goes": gettext("Yes") if one.goes else gettext("No"),
    }


def _offered(form: TakingForm) -> TakingForm:
    """The industries, and the departments that may lead: one's own, at the office any that inspects."""
    person, departments = current_person(), tasks.department_names()
    choose = ("", gettext("Choose"))
    form.industry.choices = options([choose, *sorted(listing.choices().industries.items())])
    leads = [
        (code, one.short_name)
        for code, one in departments.items()
        if one.can_inspect and ("office" in person.roles or code == person.department)
    ]
    form.lead.choices = options([choose, *leads])
    return form
