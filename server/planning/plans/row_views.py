"""The office's pages of one planned inspection: what it says, its form, its approval and merging."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.current import current_person
from server.catalogue.words import methods
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.planning.files.actions import attach
from server.planning.plans import actions, queries, rules
from server.planning.plans.forms import RowForm, blank, differing, filled
from server.planning.plans.model import Filing, PlanRow
from server.planning.plans.row_links import links_for
from server.planning.plans.views import READERS, WRITERS, in_words, number, reason, said
from server.registry.credit import words as credit_words
from server.registry.credit.policies import in_force, today
from server.registry.rules import RiskClass
from server.web.fields import tidy_line
from server.web.gate import allow

blueprint = Blueprint("rows", __name__, template_folder="templates")


@blueprint.get("/filings/<filing_id>/rows/new")
@allow(*WRITERS)
def new(filing_id: str) -> str:
    """The form of another row, with all of the industry's list and the ratios in force."""
    filing = queries.filing(filing_id)
    industry = _industry(filing, request.args.get("industry"))
    chosen = tidy_line(request.args.get("campaign"))
    campaign = actions.campaign_for(industry.code, chosen)
    listed = _offered(filing, industry.code, chosen)
    data = blank(industry, filing.year, listed, filing.department, in_force(today()), campaign)
    return _form(_offering(RowForm(data=data), listed), filing, industry.code, None)


@blueprint.post("/filings/<filing_id>/rows")
@allow(*WRITERS)
def add(filing_id: str) -> ResponseReturnValue:
    """Add a row; what was typed stays if it cannot be done."""
    filing = queries.filing(filing_id)
    industry = _industry(filing, request.form.get("industry"))
    campaign = tidy_line(request.form.get("campaign"))
    form = _offering(RowForm(), _offered(filing, industry.code, campaign))
    if not form.validate():
        return _form(form, filing, industry.code, None), 422
    try:
        with transaction():
            person = current_person()
            paper = attach(person, form.attachment.data) if form.attachment.data else None
            row = actions.add_row(person, filing_id, industry.code, form.entry(), paper, campaign)
    except Problem as problem:
        if not form.told(problem):
            raise
        return _form(form, queries.filing(filing_id), industry.code, None), problem.status
    return redirect(url_for("plans.rows.show", row_id=row.id), 303)


@blueprint.get("/rows/<row_id>")
@allow(*READERS)
def show(row_id: str) -> str:
    """One row: what is planned, what it is made of, and what comes next."""
    return _page(queries.row(row_id))


@blueprint.get("/rows/<row_id>/form")
@allow(*WRITERS)
def edit(row_id: str) -> str:
    """The form of a row."""
    row = queries.row(row_id)
    if queries.in_work([row]):
        raise Problem("plan-row-in-work")
    listed = _offered(row.filing, row.industry, row.campaign_id or "")
    return _form(_offering(RowForm(data=filled(row)), listed), row.filing, row.industry, row)


@blueprint.post("/rows/<row_id>")
@allow(*WRITERS)
def change(row_id: str) -> ResponseReturnValue:
    """Write a row anew; if a colleague did meanwhile, both are shown and nothing typed is lost."""
    row = queries.row(row_id)
    form = _offering(RowForm(), _offered(row.filing, row.industry, row.campaign_id or ""))
    if not form.validate():
        return _form(form, row.filing, row.industry, row), 422
    try:
        with transaction():
            person = current_person()
            paper = attach(person, form.attachment.data) if form.attachment.data else None
            actions.change_row(person, row_id, form.entry(), number(form.revision.data), paper)
    except Problem as problem:
        if problem.code == "plan-changed-meanwhile":
            return _both(form, queries.row(row_id), problem), problem.status
        if not form.told(problem):
            raise
        row = queries.row(row_id)
        return _form(form, row.filing, row.industry, row), problem.status
    return redirect(url_for("plans.rows.show", row_id=row_id), 303)


@blueprint.post("/rows/<row_id>/removal")
@allow(*WRITERS)
def drop(row_id: str) -> ResponseReturnValue:
    """Leave a row out of the plan."""
    with transaction():
        row = actions.drop_row(current_person(), row_id)
    return redirect(url_for("plans.show", filing_id=row.filing_id), 303)


@blueprint.post("/rows/<row_id>/approval")
@allow("office")
def approve(row_id: str) -> ResponseReturnValue:
    """Let a department go by itself."""
    with transaction():
        actions.approve_alone(current_person(), row_id)
    return redirect(url_for("plans.rows.show", row_id=row_id), 303)


@blueprint.post("/rows/<row_id>/merging")
@allow("office")
def merge(row_id: str) -> ResponseReturnValue:
    """Make a row part of another."""
    row = queries.row(row_id)
    try:
        with transaction():
            host_id = tidy_line(request.form.get("host"))
            if not host_id:
                raise Problem("choice-needed", field="host")
            host = actions.merge(current_person(), [row_id], host_id, reason())
    except Problem as problem:
        if problem.field not in ("host", "reason"):
            raise
        return _page(row, problem), problem.status
    return redirect(url_for("plans.rows.show", row_id=host.id, _anchor="parts"), 303)


@blueprint.post("/rows/<row_id>/parting")
@allow("office")
def part(row_id: str) -> ResponseReturnValue:
    """Undo a merging."""
    with transaction():
        actions.part(current_person(), row_id)
    return redirect(url_for("plans.rows.show", row_id=row_id), 303)


def _page(row: PlanRow, problem: Problem | None = None) -> str:
    person = current_person()
    policy = in_force(today())
    is_office = "office" in person.roles
    filing = row.filing
    may_become_task = queries.is_published(row)
    host = queries.row(row.merged_into) if row.merged_into else None
    changes = queries.is_live(row) and not queries.in_work([row])
    hosts = _hosts(row) if is_office and filing.state in rules.REVIEWED and changes else []
    return render_template(
        "plans/row.html",
        row=row,
        filing=filing,
        live=queries.is_live(row),
        quotas=rules.quotas(row.strata, row.ratios, policy.minimum),
        classes=[str(one) for one in RiskClass],
        frequencies={str(one): credit_words.frequency(policy.rate(one)) for one in RiskClass},
        percent=credit_words.percent,
        methods=methods,
        minimum=policy.minimum,
        towns={one.code: one.name for one in queries.towns()} if row.scope else {},
        parts=queries.merged_into([row.id]).get(row.id, []),
        host=host,
        campaign=row.campaign,
        hosts=hosts,
        may_part=is_office and host is not None and not queries.in_work([host]),
        is_published=may_become_task,
        links=links_for(row, person) if may_become_task else [],
        writes=rules.may_write(person.roles, person.department, row.department)
        and queries.is_writable(filing)
        and changes,
        may_approve=is_office
        and not row.departments
        and row.approved_at is None
        and filing.state in rules.REVIEWED
        and queries.is_live(row),
        outside=rules.is_outside_window(row.first_month, row.last_month),
        beyond=rules.is_outside_campaign(queries.as_rule(row)),
        deeds=queries.history(row.id),
        problem=problem,
        message=said(problem),
        **in_words(),
    )


def _hosts(row: PlanRow) -> list[PlanRow]:
    """The rows it may become part of: of the same industry first."""
    others = [one for one in queries.reviewed_rows(row.year) if one.id != row.id]
    fixed = queries.in_work(others)
    others = [one for one in others if one.id not in fixed]
    return sorted(others, key=lambda one: one.industry != row.industry)


def _industry(filing: Filing, code: str | None) -> Any:
    """An industry the filing's department takes part in."""
    for one, _leads in queries.industries_for(filing.department):
        if one.code == code:
            return one
    raise Problem("plan-industry-foreign")


def _offered(filing: Filing, industry: str, campaign: str) -> dict[str, list[str]]:
    """The matters there are to choose from: all of a list for its lead and for a campaign, else the own."""
    listed = queries.matters_of(industry)
    leads = {one.code: leads for one, leads in queries.industries_for(filing.department)}
    if leads.get(industry) or campaign:
        own = {code: listed[code] for code in [filing.department] if code in listed}
        return own | listed
    return {filing.department: listed.get(filing.department, [])}


def _offering(form: RowForm, listed: dict[str, list[str]]) -> RowForm:
    form.offer(listed, queries.towns())
    return form


def _both(form: RowForm, stored: PlanRow, problem: Problem) -> str:
    """The form with the colleague's change taken in; what both changed stays as typed and stands above."""
    listed = _offered(stored.filing, stored.industry, stored.campaign_id or "")
    now, theirs = (
        _offering(RowForm(formdata=None, data=filled(stored)), listed),
        _offering(RowForm(formdata=None, data=filled(stored)), listed),
    )
    both = form.meet(theirs)
    _offering(form, listed)
    towns = {one.code: one.name for one in queries.towns()}
    rows = list(differing(now, both, towns))
    return _form(form, stored.filing, stored.industry, stored, message=said(problem), differing=rows)


def _form(form: RowForm, filing: Filing, industry: str, row: PlanRow | None, **more: Any) -> str:
    campaign_id = (row.campaign_id if row else tidy_line(request.values.get("campaign"))) or ""
    policy = in_force(today())
    return render_template(
        "plans/row_form.html",
        form=form,
        filing=filing,
        industry=industry,
        row=row,
        campaign=queries.campaign(campaign_id) if campaign_id else None,
        strata=queries.strata(industry, rules.Scope()),
        classes=[str(one) for one in RiskClass],
        frequencies={str(one): credit_words.frequency(policy.rate(one)) for one in RiskClass},
        class_names=credit_words.CLASSES,
        minimum=policy.minimum,
        **{"message": "", "differing": ()} | more,
        **in_words(),
    )
