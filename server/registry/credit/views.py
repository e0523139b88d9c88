"""The office's pages of credit risk: the policy in force, its history, another one, lists of industries."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.registry.credit import example, jobs, panel, policies, policy, words
from server.registry.credit.forms import ListForm, PolicyForm, policy_fields
from server.registry.credit.model import RiskPolicy
from server.registry.credit.panel import names_of
from server.registry.credit.policies import today
from server.registry.credit.policy import Policy
from server.web.gate import allow

blueprint = Blueprint("credit", __name__, url_prefix="/office/credit", template_folder="templates")

blueprint.app_context_processor(lambda: {"credit_words": words, "credit_of": panel.of})

READERS = ("office", "head", "planner", "liaison", "supervisor", "admin")
OFFICE = "office"


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """What holds, what it comes to in an industry, and what held before."""
    day = today()
    held = policies.in_force(day)
    history = policies.history()
    industries = example.industries()
    chosen = next((one for one in industries if one.code == request.args.get("industry")), None)
    return render_template(
        "credit/index.html",
        row=policies.row_in_force(day),
        policy=held,
        history=history,
        day=day,
        names=names_of(one.set_by for one in history),
        lists=policies.emerging_lists(),
        emerging=policies.emerging(held),
        industries=industries,
        chosen=chosen,
        shares=example.shares(chosen.code, held) if chosen else None,
        **_classes(),
    )


@blueprint.get("/policies/<policy_id>")
@allow(*READERS)
def show_policy(policy_id: str) -> str:
    """One policy of the history, as it was set."""
    row = policies.by_id(policy_id)
    said = Policy.parse(row.document)
    return render_template(
        "credit/policy.html",
        row=row,
        policy=said,
        emerging=policies.emerging(said),
        names=names_of([row.set_by]),
        **_classes(),
    )


@blueprint.get("/policies/new")
@allow(OFFICE)
def new_policy() -> str:
    """The form, beginning with the policy set last."""
    before = policies.newest()
    began = Policy.parse(before.document) if before else policy.DEFAULT
    form = PolicyForm(
        None, **policy_fields(began), seen=before.id if before else "", effective_from=today()
    )
    return _policy_page(form)


@blueprint.post("/policies")
@allow(OFFICE)
def set_policy() -> ResponseReturnValue:
    """Set another. What is not in order stands at its field; what was set meanwhile, beside it."""
    form = PolicyForm()
    form.offer(policies.emerging_lists())
    if not form.validate() or form.refuse(policy.faults(form.policy())):
        return _policy_page(form), 422
    try:
        with transaction():
            policies.set_policy(
                current_person().id,
                form.policy(),
                form.effective_from.data,
                form.reason.data,
                form.seen.data or None,
            )
            jobs.settle_anew.later()
    except Problem as problem:
        if problem.code == "risk-policy-stale":
            return _stale_policy_page(form, problem)
        form.refuse([problem])
        return _policy_page(form), problem.status
    return redirect(url_for("credit.index"), 303)


@blueprint.get("/lists/new")
@allow(OFFICE)
def new_list() -> str:
    """The form of a list of emerging industries."""
    return render_template("credit/list_form.html", form=ListForm(None))


@blueprint.post("/lists")
@allow(OFFICE)
def enter_list() -> ResponseReturnValue:
    """Enter one more list. Which one counts, a policy says."""
    form = ListForm()
    if not form.validate():
        return render_template("credit/list_form.html", form=form), 422
    said = (form.code.data, form.name.data, form.source.data, form.named())
    try:
        with transaction():
            policies.enter_list(current_person().id, *said)
    except Problem as problem:
        form.refuse([problem])
        return render_template("credit/list_form.html", form=form), problem.status
    return redirect(url_for("credit.index", _anchor="lists"), 303)


def _policy_page(form: PolicyForm, there: RiskPolicy | None = None, problem: Problem | None = None) -> str:
    form.offer(policies.emerging_lists())
    said = Policy.parse(there.document) if there else None
    return render_template(
        "credit/policy_form.html",
        form=form,
        row=there,
        policy=said,
        emerging=policies.emerging(said) if said else None,
        names=names_of([there.set_by] if there else []),
        problem=problem,
        **_classes(),
    )


def _stale_policy_page(form: PolicyForm, problem: Problem) -> ResponseReturnValue:
    """What was typed beside what is there now; sent again, it is set upon that."""
    there = policies.newest()
    form.seen.data = there.id if there else ""
    return _policy_page(form, there, problem), problem.status


def _classes() -> dict[str, Any]:
    return {"classes": policy.CLASSES, "by_points": policy.MADE_BY_POINTS}
