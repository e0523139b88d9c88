"""The form that opens a task by hand: of a special campaign, or of a single department."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from server.accounts.current import current_person
from server.infra.clock import now
from server.infra.db import transaction
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.planning.files.actions import attach
from server.planning.tasks import actions, queries
from server.planning.tasks.forms import TaskForm, blank
from server.planning.tasks.model import Task
from server.planning.tasks.rules import SPEAKERS, TaskSource
from server.registry.credit import policies
from server.web.gate import allow

blueprint = Blueprint("opening", __name__, template_folder="templates")


@blueprint.get("/new")
@allow(*SPEAKERS)
def new() -> str:
    """The form of a new task."""
    policy, person = policies.in_force(policies.today()), current_person()
    data = blank(policy, request.args.get("source"), person.department)
    data["campaign"] = request.args.get("campaign", "")
    return _page(_offered(TaskForm(formdata=None, data=data)))


@blueprint.post("/new")
@allow(*SPEAKERS)
def enter() -> ResponseReturnValue:
    """Open the task; what was typed stays if it cannot be done."""
    form = _offered(TaskForm())
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            task = _open(form)
    except Problem as problem:
        return _page(form, problem), problem.status
    return redirect(url_for("tasks.show", task_id=task.id), 303)


def _open(form: TaskForm) -> Task:
    person, source = current_person(), form.source.data
    is_campaign = source == TaskSource.CAMPAIGN
    campaign = queries.campaign(form.campaign.data) if is_campaign else None
    if is_campaign and campaign is None:
        raise Problem("task-no-campaign", field="campaign")
    upload = form.attachment.data
    return actions.open_by_hand(
        person,
        lead=form.lead.data,
        source=source,
        name=form.name.data,
        industry=form.industry.data,
        departments=form.departments.data or [],
        year=local(now()).year,
        campaign=campaign,
        ratios=form.hundredths(),
        basis=form.basis.data,
        reason=form.reason.data,
        attachment=attach(person, upload) if upload else None,
        unannounced=form.unannounced.data,
        release_hours=form.release_hours.data,
    )


def _offered(form: TaskForm) -> TaskForm:
    person = current_person()
    inspecting = [one for one in queries.department_names().values() if one.can_inspect]
    own = [one for one in inspecting if one.code == person.department]
    leads = inspecting if "office" in person.roles else own
    form.offer(queries.industries(), leads, inspecting, queries.campaigns(local(now()).year))
    return form


def _page(form: TaskForm, problem: Problem | None = None) -> str:
    message = problem.detail(str(get_locale())) if problem else None
    if problem and problem.field in form and problem.field != "ratios":
        form[problem.field].errors = [*form[problem.field].errors, message]
        message = None
    if form.errors and not message:
        message = gettext("Something is missing or wrong. It is said at the fields.")
    chosen = bool(request.files.get("attachment"))
    return render_template("tasks/new.html", form=form, message=message, chosen=chosen)
