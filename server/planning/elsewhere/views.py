"""The office's pages of draws made elsewhere: a file brought in, its dry run, and the task made of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.planning.elsewhere import actions, words
from server.planning.elsewhere.rules import HEADS, NEEDED, STOPS
from server.planning.files.model import Attachment
from server.planning.tasks import queries as tasks
from server.planning.tasks.rules import SPEAKERS
from server.registry import listing
from server.web.fields import line, needed, options
from server.web.gate import allow

blueprint = Blueprint(
    "elsewhere", __name__, url_prefix="/office/tasks/elsewhere", template_folder="templates"
)


class TakingForm(FlaskForm):
    """What the file itself does not say, or says otherwise."""

    number = line(_("Task number on the province's platform"), 40, needed())
    name = line(_("Name"), 200, needed())
    industry = SelectField(_("Industry"))
    lead = SelectField(_("Lead department"))
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


@blueprint.get("/<uuid:file_id>")
@allow(*SPEAKERS)
def show(file_id: Any) -> str:
    """The dry run: reload the page after the registers were put right, and it is read anew."""
    return _page(actions.file_of(current_person(), str(file_id)))


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
    shown = form or _begun()
    known = {choice.value for choice in shown.industry.choices}
    industry = shown.industry.data if shown.industry.data in known else next(iter(sorted(known)), "")
    reading = actions.read(file, industry, shown.lead.data or "")
    if form is None:
        shown.number.data, shown.name.data = reading.number[:40], reading.name[:200]
    message = problem.detail(str(get_locale())) if problem else None
    if problem and problem.field and problem.field in shown:
        shown[problem.field].errors = [message]
        message = None
    return render_template(
        "elsewhere/show.html",
        file=file,
        form=shown,
        reading=reading,
        departments=tasks.department_names(),
        stops=STOPS,
        message=message,
        words=words,
    )


def _begun() -> TakingForm:
    """The form before anybody chose: the own department leads, else the first of those that may."""
    form = _offered(TakingForm(formdata=None, lead=current_person().department))
    leads = [choice.value for choice in form.lead.choices]
    if leads and form.lead.data not in leads:
        form.lead.data = leads[0]
    return form


def _offered(form: TakingForm) -> TakingForm:
    """The industries, and the departments that may lead: one's own, at the office any that inspects."""
    person, departments = current_person(), tasks.department_names()
    form.industry.choices = options(sorted(listing.choices().industries.items()))
    form.lead.choices = options(
        (code, one.short_name)
        for code, one in departments.items()
        if one.can_inspect and ("office" in person.roles or code == person.department)
    )
    return form
