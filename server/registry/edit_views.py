"""Entering an enterprise by hand, changing it, and saying that it closed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.registry import comparing, editing, listing
from server.registry.forms import EnterpriseForm, StateForm, filled, revision_of
from server.registry.model import Enterprise
from server.registry.rules import SubjectStatus
from server.registry.views import EDITORS
from server.web.gate import allow

blueprint = Blueprint("enterprise_forms", __name__, url_prefix="/office/enterprises")


@blueprint.get("/new")
@allow(*EDITORS)
def new() -> str:
    """An empty form."""
    return _page(EnterpriseForm())


@blueprint.post("")
@allow(*EDITORS)
def add() -> ResponseReturnValue:
    """Enter what was typed, or show it again with what is wrong."""
    form = EnterpriseForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            made = editing.add(current_person(), form.values(), form.reason.data)
            return redirect(url_for("enterprises.show", enterprise_id=made.id), 303)
    except Problem as problem:
        return _refused(form, None, problem)


@blueprint.get("/<enterprise_id>/edit")
@allow(*EDITORS)
def edit(enterprise_id: str) -> str:
    """The form as the enterprise stands."""
    enterprise = listing.one(enterprise_id)
    industries = listing.industries_of(enterprise)
    if not editing.may_edit(current_person(), industries):
        raise Problem("not-your-industry")
    return _page(filled(enterprise, industries), enterprise)


@blueprint.post("/<enterprise_id>/edit")
@allow(*EDITORS)
def amend(enterprise_id: str) -> ResponseReturnValue:
    """Write what was changed, with its reason; nothing typed is lost where that cannot be done."""
    enterprise = listing.one(enterprise_id)
    form = filled(enterprise, listing.industries_of(enterprise))
    if not form.validate():
        return _page(form, enterprise), 422
    return _done(
        enterprise_id,
        lambda one: editing.amend(
            current_person(), one, form.values(), revision_of(form), form.reason.data
        ),
        lambda one, problem: _refused(form, one, problem),
    )


@blueprint.get("/<enterprise_id>/state")
@allow(*EDITORS)
def state(enterprise_id: str) -> str:
    """The form for another state."""
    enterprise = listing.one(enterprise_id)
    return _state_page(StateForm(enterprise, data={"revision": str(enterprise.revision)}), enterprise)


@blueprint.post("/<enterprise_id>/state")
@allow(*EDITORS)
def change_state(enterprise_id: str) -> ResponseReturnValue:
    """Close, suspend, open again, with the reason."""
    enterprise = listing.one(enterprise_id)
    form = StateForm(enterprise)
    if not form.validate():
        return _state_page(form, enterprise), 422
    wanted = SubjectStatus(form.state.data)
    return _done(
        enterprise_id,
        lambda one: editing.change_state(
            current_person(), one, wanted, revision_of(form), form.reason.data
        ),
        lambda one, problem: (_state_page(_fresh(form, one), one, problem), problem.status),
    )


def _done(
    enterprise_id: str,
    deed: Callable[[Enterprise], None],
    refused: Callable[[Enterprise, Problem], ResponseReturnValue],
) -> ResponseReturnValue:
    """One deed in one transaction, then the enterprise's page; or the form again, above what is there now."""
    try:
        with transaction():
            deed(listing.one(enterprise_id))
    except Problem as problem:
        return refused(listing.one(enterprise_id), problem)
    return redirect(url_for("enterprises.show", enterprise_id=enterprise_id), 303)


def _refused(form: EnterpriseForm, enterprise: Enterprise | None, problem: Problem) -> ResponseReturnValue:
    versions = None
    if enterprise and problem.code == "changed-meanwhile":
        both = form.meet(filled(enterprise, listing.industries_of(enterprise), formdata=None))
        versions = comparing.differences(enterprise, both.values())
    return _page(form, enterprise, problem, versions), problem.status


def _fresh(form: StateForm, enterprise: Enterprise) -> StateForm:
    """The form as it was sent, to be sent again knowing the version there is now."""
    form.revision.data = str(enterprise.revision)
    form.revision.raw_data = None
    return form


def _page(
    form: EnterpriseForm,
    enterprise: Enterprise | None = None,
    problem: Problem | None = None,
    versions: list[comparing.Difference] | None = None,
) -> str:
    return render_template(
        "registry/form.html",
        form=form,
        enterprise=enterprise,
        problem=problem,
        message=problem.detail(str(get_locale())) if problem else None,
        versions=versions,
    )


def _state_page(form: StateForm, enterprise: Enterprise, problem: Problem | None = None) -> str:
    return render_template(
        "registry/state.html",
        form=form,
        enterprise=enterprise,
        problem=problem,
        message=problem.detail(str(get_locale())) if problem else None,
    )
