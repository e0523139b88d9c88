"""The office's page of one subject's credit risk: where its class comes from, and what changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.registry.credit import assessing, panel, triggers
from server.registry.credit.forms import (
    DecisionForm,
    PlainForm,
    PointsForm,
    ReasonForm,
    TriggerForm,
    default_until,
)
from server.registry.credit.panel import Panel
from server.registry.credit.policies import today
from server.registry.credit.rules import TriggerKind
from server.registry.credit.views import OFFICE, READERS, blueprint
from server.registry.rules import EntityType, RiskClass
from server.web.gate import allow

DEPARTMENT_ROLES = ("liaison", "planner")


@blueprint.get("/<enterprise_id>")
@allow(*READERS)
def subject(enterprise_id: str) -> str:
    """One subject: its class, what follows from it, what it rests on, what was done."""
    return _page(enterprise_id)


@blueprint.post("/<enterprise_id>/points")
@allow(OFFICE)
def add_points(enterprise_id: str) -> ResponseReturnValue:
    """Give points, for a reason, from a day until another."""
    form = PointsForm()
    return _do(
        enterprise_id,
        "points",
        form,
        lambda: assessing.add_points(
            current_person().id,
            enterprise_id,
            form.points.data,
            form.since.data,
            form.until.data,
            form.reason.data,
        ),
    )


@blueprint.post("/<enterprise_id>/points/<point_id>/withdrawal")
@allow(OFFICE)
def withdraw_points(enterprise_id: str, point_id: str) -> ResponseReturnValue:
    """Take points back, with a reason."""
    form, number = ReasonForm(), _number(point_id)
    return _do(
        enterprise_id,
        f"withdraw-{number}",
        form,
        lambda: assessing.withdraw_points(current_person().id, enterprise_id, number, form.reason.data),
    )


@blueprint.post("/<enterprise_id>/decisions")
@allow(OFFICE)
def decide(enterprise_id: str) -> ResponseReturnValue:
    """Let the office's own judgement count until a day."""
    form = DecisionForm()
    return _do(
        enterprise_id,
        "decide",
        form,
        lambda: assessing.decide(
            current_person().id,
            enterprise_id,
            RiskClass(form.risk_class.data),
            form.until.data,
            form.reason.data,
            _number(form.seen.data),
        ),
    )


@blueprint.post("/<enterprise_id>/decisions/lifting")
@allow(OFFICE)
def lift(enterprise_id: str) -> ResponseReturnValue:
    """End a decision before its day."""
    form = ReasonForm()
    return _do(
        enterprise_id,
        "lift",
        form,
        lambda: assessing.lift_decision(current_person().id, enterprise_id, form.reason.data),
    )


@blueprint.post("/<enterprise_id>/triggers")
@allow(OFFICE, *DEPARTMENT_ROLES)
def add_trigger(enterprise_id: str) -> ResponseReturnValue:
    """Note what makes the subject eligible again."""
    form = TriggerForm()
    form.offer(triggers.departments_of(current_person()))
    return _do(
        enterprise_id,
        "trigger",
        form,
        lambda: triggers.add(
            current_person(),
            enterprise_id,
            TriggerKind(form.kind.data),
            form.department.data or None,
            form.matter.data,
            form.detail.data,
        ),
    )


@blueprint.post("/<enterprise_id>/triggers/<trigger_id>/closure")
@allow(OFFICE, *DEPARTMENT_ROLES)
def close_trigger(enterprise_id: str, trigger_id: str) -> ResponseReturnValue:
    """Close a trigger, with a reason."""
    form = ReasonForm()
    return _do(
        enterprise_id,
        f"close-{trigger_id}",
        form,
        lambda: triggers.close(current_person(), trigger_id, form.reason.data),
    )


def _do(
    enterprise_id: str, name: str, form: PlainForm, deed: Callable[[], object]
) -> ResponseReturnValue:
    """One deed on a subject; what was typed stays if it cannot be done."""
    if not form.validate():
        return _page(enterprise_id, name, form), 422
    try:
        with transaction():
            deed()
    except Problem as problem:
        if problem.code in ("not-found", "risk-not-classified"):
            raise
        if form.knows(problem):
            form.refuse([problem])
        return _page(enterprise_id, name, form, problem), problem.status
    return redirect(url_for("credit.subject", enterprise_id=enterprise_id), 303)


def _page(
    enterprise_id: str, name: str = "", form: Form | None = None, problem: Problem | None = None
) -> str:
    """The page; where a form was refused, with that form open and the message in it."""
    found, person = panel.of(enterprise_id), current_person()
    departments = triggers.departments_of(person)
    forms = _empty_forms(found)
    forms["trigger"].offer(departments)
    if form is not None:
        forms[name] = form
    if problem is not None and problem.code == "risk-class-stale" and isinstance(form, DecisionForm):
        form.seen.data = str(found.sources.newest)
    return render_template(
        "credit/subject.html",
        credit=found,
        forms=forms,
        opened=name,
        problem=problem,
        names=panel.names_on(found),
        department_names=triggers.department_names(),
        assesses=OFFICE in person.roles and found.enterprise.entity_type is EntityType.ENTERPRISE,
        notes_triggers=bool(departments),
        may_close=lambda one: bool(departments) and triggers.may_act(person, one.department),
    )


def _empty_forms(found: Panel) -> dict[str, Any]:
    until, newest = default_until(today()), str(found.sources.newest)
    return {
        "points": PointsForm(None, since=today(), until=until),
        "decide": DecisionForm(None, until=until, seen=newest),
        "trigger": TriggerForm(None),
        "reason": ReasonForm(None),
    }


def _number(text: str | None) -> int:
    """A number a form carried; what is none was written upon nothing."""
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0
