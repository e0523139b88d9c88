"""The two forms that open a task by hand: of a special campaign, or of a single department."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.infra.clock import now
from server.infra.db import transaction
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.planning.files.actions import attach, look_at
from server.planning.plans.model import Campaign
from server.planning.tasks import actions, queries, rules, words
from server.planning.tasks.forms import CampaignForm, SingleForm, TaskForm, blank
from server.planning.tasks.model import Task
from server.planning.tasks.rules import SPEAKERS, TaskSource
from server.registry.credit import policies
from server.web.gate import allow

blueprint = Blueprint("opening", __name__, template_folder="templates")

FORMS = {TaskSource.CAMPAIGN: CampaignForm, TaskSource.SINGLE: SingleForm}


@blueprint.get("/new")
@allow(*SPEAKERS)
def new() -> str:
    """The form of a new task."""
    policy, source = policies.in_force(policies.today()), _source(request.args.get("source"))
    data = blank(policy, current_person().department) | {"campaign": request.args.get("campaign", "")}
    return _page(source, _offered(FORMS[source](formdata=None, data=data)))


@blueprint.post("/new")
@allow(*SPEAKERS)
def enter() -> ResponseReturnValue:
    """Open the task; what was typed stays if it cannot be done, with all that is wrong at its fields."""
    source = _source(request.form.get("source"))
    form = _offered(FORMS[source]())
    campaign = queries.campaign(form.campaign.data) if isinstance(form, CampaignForm) else None
    valid, problems = form.validate(), [*_faults(source, form, campaign)]
    if not valid or problems:
        return _page(source, form, problems), 422
    try:
        with transaction():
            task = _open(source, form, campaign)
    except Problem as problem:
        return _page(source, form, [problem]), problem.status
    return redirect(url_for("tasks.show", task_id=task.id), 303)


def _source(said: str | None) -> TaskSource:
    return TaskSource(said) if said in list(FORMS) else TaskSource.CAMPAIGN


def _faults(source: TaskSource, form: TaskForm, campaign: Campaign | None) -> Iterator[Problem]:
    """What the rules refuse, so that it is said together with what the fields do."""
    checks: list[Callable[[], Any]] = []
    if isinstance(form, CampaignForm):
        if campaign is None:
            yield Problem("task-no-campaign", field="campaign")
        else:
            closed, industries = campaign.closed_at is not None, campaign.industries
            checks.append(lambda: rules.check_campaign(closed, industries, form.industry.data))
        if not form.lead.errors:
            asked = form.departments.data or ()
            inspecting = actions.inspecting()
            checks.append(lambda: rules.check_departments(source, form.lead.data, asked, inspecting))
    if not form.ratios.errors:
        checks.append(lambda: rules.check_ratios(form.hundredths()))
    if form.attachment.data:
        checks.append(lambda: look_at(form.attachment.data))
    for check in checks:
        try:
            check()
        except Problem as problem:
            yield problem


def _open(source: TaskSource, form: TaskForm, campaign: Campaign | None) -> Task:
    person, upload = current_person(), form.attachment.data
    return actions.open_by_hand(
        person,
        lead=form.lead.data,
        source=source,
        name=form.name.data,
        industry=form.industry.data,
        departments=form.departments.data or [] if isinstance(form, CampaignForm) else [],
        year=local(now()).year,
        campaign=campaign,
        ratios=form.hundredths(),
        basis=form.basis.data,
        reason=form.reason.data if isinstance(form, SingleForm) else "",
        attachment=attach(person, upload) if upload else None,
        unannounced=form.unannounced.data,
        release_hours=form.release_hours.data,
    )


def _offered(form: TaskForm) -> TaskForm:
    person = current_person()
    inspecting = [one for one in queries.department_names().values() if one.can_inspect]
    own = [one for one in inspecting if one.code == person.department]
    form.offer(queries.industries(), inspecting if "office" in person.roles else own)
    if isinstance(form, CampaignForm):
        form.offer_campaigns(queries.campaigns(local(now()).year), inspecting)
    return form


def _page(source: TaskSource, form: TaskForm, problems: Sequence[Problem] = ()) -> str:
    above, ratios = [], ""
    for problem in problems:
        message = problem.detail(str(get_locale()))
        if problem.field == "ratios":
            ratios = message
        elif problem.field in form:
            form[problem.field].errors = [*form[problem.field].errors, message]
        else:
            above.append(message)
    return render_template(
        "tasks/new.html",
        form=form,
        source=source,
        sources={one: words.SOURCES[one] for one in FORMS},
        above=above,
        ratios=ratios,
        chosen=bool(request.files.get("attachment")),
    )
