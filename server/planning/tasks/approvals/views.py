"""The pages of approvals: what waits for a head, one approval, and its form on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.accounts.model import Department
from server.catalogue.model import Industry
from server.catalogue.words import methods
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.planning.tasks import queries as tasks
from server.planning.tasks import words
from server.planning.tasks.approvals import actions, paper, queries, rules
from server.planning.tasks.approvals.facts import facts_of
from server.planning.tasks.approvals.queries import Row, asked_of
from server.planning.tasks.rules import OVERSEERS, READERS, ApprovalState
from server.planning.tasks.talks import words as talk_words
from server.web.fields import tidy, tidy_line
from server.web.gate import allow

blueprint = Blueprint("approvals", __name__, url_prefix="/office/approvals", template_folder="../templates")

OPINION_LENGTH = 500


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """Approvals in one state: those that wait, unless another is asked for."""
    state = request.args.get("state")
    state = state if state in list(ApprovalState) else ApprovalState.ASKED.value
    side = "before" if request.args.get("before") else "after"
    person, others = current_person(), request.args.get("of") == "others"
    apart = not OVERSEERS & person.roles
    place = _place(request.args.get(side))
    page = queries.page_of(person, state, place, side == "before", others=others)
    return render_template(
        "tasks/approvals.html",
        page=page,
        state=state,
        apart=apart,
        others=others and apart,
        now=now(),
        words=words,
        departments=tasks.department_names(),
        link=lambda **place: _link(state, "others" if others else None, place),
    )


@blueprint.get("/<uuid:task_id>/<department>")
@allow(*READERS)
def show(task_id: Any, department: str) -> str:
    """One approval, to be read and decided on a phone as well."""
    return _page(str(task_id), department)


@blueprint.post("/<uuid:task_id>/<department>/decision")
@allow("head")
def decide(task_id: Any, department: str) -> ResponseReturnValue:
    """The head approves or refuses."""
    person, task_id = current_person(), str(task_id)
    _approval, task = queries.approval_for(person, task_id, department)
    opinion = tidy(request.form.get("opinion"))[:OPINION_LENGTH]
    decision = request.form.get("decision")
    try:
        if decision not in ("approve", "refuse"):
            raise Problem("choice-needed", field="decision")
        with transaction():
            actions.decide(person, task, department, approves=decision == "approve", opinion=opinion)
    except Problem as problem:
        if problem.code in ("not-found", "approval-of-others"):
            raise
        return _page(task_id, department, problem), problem.status
    return redirect(url_for("approvals.show", task_id=task_id, department=department), 303)


@blueprint.post("/<uuid:task_id>/<department>/request")
@allow("office", "liaison", "planner")
def ask_again(task_id: Any, department: str) -> ResponseReturnValue:
    """Ask once more after a refusal."""
    person, task_id = current_person(), str(task_id)
    _approval, task = queries.approval_for(person, task_id, department)
    with transaction():
        actions.ask_again(person, task, department)
    return redirect(url_for("approvals.show", task_id=task_id, department=department), 303)


@blueprint.get("/<uuid:task_id>/<department>.pdf")
@allow(*READERS)
def form(task_id: Any, department: str) -> Response:
    """The 行政检查审批表 (W01)."""
    person = current_person()
    approval, task = queries.approval_for(person, str(task_id), department)
    return paper.sent(approval, facts_of(approval, task, person))


def _page(task_id: str, department: str, problem: Problem | None = None) -> str:
    person = current_person()
    approval, task = queries.approval_for(person, task_id, department)
    return render_template(
        "tasks/approval.html",
        approval=approval,
        asked=asked_of(approval),
        task=task,
        facts=facts_of(approval, task, person),
        industry=db.session.get_one(Industry, task.industry),
        department=db.session.get_one(Department, department),
        departments=tasks.department_names(),
        may_decide=rules.may_decide(person.roles, person.department, department),
        may_ask=approval.state == ApprovalState.REFUSED and actions.may_ask(person, task, department),
        decided_by=tasks.names_of([approval.decided_by]).get(approval.decided_by),
        now=now(),
        words=words,
        methods=methods,
        talk_words=talk_words,
        problem=problem,
        message=problem.detail(str(get_locale())) if problem else None,
        typed=request.form.get("opinion", ""),
    )


def _link(state: str, whose: str | None, place: Mapping[str, Row]) -> str:
    sides = {side: f"{row.approval.task_id},{row.approval.department}" for side, row in place.items()}
    args: dict[str, Any] = {"state": state, "of": whose, **sides}
    return url_for("approvals.index", **args)


def _place(text: str | None) -> tuple[str, str] | None:
    """A place in the list, from `TASK,DEPARTMENT`; a mangled address begins at the top."""
    task, _comma, department = tidy_line(text).partition(",")
    return (task, department[:16]) if is_uuid(task) and department else None
