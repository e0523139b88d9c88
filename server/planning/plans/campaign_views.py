"""The office's pages of special campaigns (专项行动): a source of planned inspections, counted apart."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.current import current_person
from server.accounts.model import Person
from server.accounts.naming import labels
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.planning.files.actions import attach
from server.planning.plans import publishing, queries, rules
from server.planning.plans.forms import CampaignForm
from server.planning.plans.model import Campaign
from server.planning.plans.views import READERS, asked_year, in_words
from server.registry.credit.policies import in_force, today
from server.web.fields import tidy_line
from server.web.gate import allow

blueprint = Blueprint("campaigns", __name__, url_prefix="/office/campaigns", template_folder="templates")

MAKERS = ("office", "liaison", "planner")


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """The campaigns of a year."""
    year = asked_year()
    found = queries.campaigns(year, tidy_line(request.args.get("after")) or None)
    minimum = in_force(today()).minimum
    return render_template(
        "plans/campaigns.html",
        year=year,
        campaigns=found[: queries.PAGE],
        more=found[queries.PAGE - 1].id if len(found) > queries.PAGE else None,
        rows=queries.rows_of_campaigns([one.id for one in found]),
        sum_of=lambda rows: sum(
            rules.target(queries.as_rule(row), minimum) for row in rows if queries.is_live(row)
        ),
        may_enter=not {*MAKERS}.isdisjoint(current_person().roles),
        **in_words(),
    )


@blueprint.get("/new")
@allow(*MAKERS)
def new() -> str:
    """The form of a new campaign."""
    return _form(_offering(CampaignForm(data={"department": current_person().department})))


@blueprint.post("")
@allow(*MAKERS)
def enter() -> ResponseReturnValue:
    """Enter a campaign; what was typed stays if it cannot be done."""
    form = _offering(CampaignForm())
    if not form.validate():
        return _form(form), 422
    person = current_person()
    try:
        with transaction():
            paper = attach(person, form.attachment.data) if form.attachment.data else None
            campaign = publishing.enter_campaign(person, form.call(asked_year()), paper)
    except Problem as problem:
        if not form.told(problem):
            raise
        return _form(form), problem.status
    return redirect(url_for("campaigns.show", campaign_id=campaign.id), 303)


@blueprint.get("/<campaign_id>")
@allow(*READERS)
def show(campaign_id: str) -> str:
    """One campaign and what is planned for it."""
    campaign = queries.campaign(campaign_id)
    minimum = in_force(today()).minimum
    person = current_person()
    return render_template(
        "plans/campaign.html",
        campaign=campaign,
        rows=queries.rows_of_campaigns([campaign.id]).get(campaign.id, []),
        target=lambda row: rules.target(queries.as_rule(row), minimum),
        may_close=_may_change(person, campaign) and campaign.closed_at is None,
        may_add=rules.may_write(person.roles, person.department, person.department or "")
        and campaign.closed_at is None,
        own=queries.filing_of(campaign.year, person.department),
        deeds=queries.history(campaign.id),
        **in_words(),
    )


@blueprint.post("/<campaign_id>/end")
@allow(*MAKERS)
def close(campaign_id: str) -> ResponseReturnValue:
    """Close a campaign: no further row is written for it."""
    with transaction():
        publishing.close_campaign(current_person(), campaign_id)
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


def _may_change(person: Person, campaign: Campaign) -> bool:
    return "office" in person.roles or rules.may_write(person.roles, person.department, campaign.department)


def _offering(form: CampaignForm) -> CampaignForm:
    person, names = current_person(), labels()
    own = person.department or ""
    if "office" not in person.roles:
        names = {code: name for code, name in names.items() if code == own}
    inspecting = queries.inspecting()
    pairs = [(code, name) for code, name in names.items() if code in inspecting]
    form.offer(pairs, queries.industries().values())
    return form


def _form(form: CampaignForm) -> str:
    return render_template("plans/campaign_form.html", form=form, year=asked_year(), **in_words())
