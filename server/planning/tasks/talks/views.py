"""The pages of a negotiation: propose, answer, take up, settle. They hang below the task's own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.planning.plans.model import PlanRow
from server.planning.tasks import queries, rules
from server.planning.tasks.model import Task
from server.planning.tasks.pages import REFUSALS, done, reason_typed
from server.planning.tasks.rules import SPEAKERS, TaskState, Terms, TurnKind
from server.planning.tasks.talks import actions, forms, words
from server.planning.tasks.talks import queries as talks
from server.planning.tasks.talks.forms import CounterForm, ProposalForm, TermsForm, number
from server.web.gate import allow

blueprint = Blueprint("talks", __name__, url_prefix="/<uuid:task_id>", template_folder="../templates")

ANSWERERS = ("liaison", "planner")
POSTS = {"proposal": "propose", "counter_proposal": "counter"}


@blueprint.get("/proposal")
@allow(*SPEAKERS)
def proposal(task_id: Any) -> str:
    """The form of terms, with what is on the table, or with what the plan suggests."""
    task = _task(task_id)
    if not rules.may_lead(current_person().roles, current_person().department, task.lead):
        raise Problem("task-of-others")
    return _terms_page(task, _proposal_form(task, data=_offered(task)), "proposal")


@blueprint.post("/proposal")
@allow(*SPEAKERS)
def propose(task_id: Any) -> ResponseReturnValue:
    """Put terms on the table."""
    task = _task(task_id)
    form = _proposal_form(task)
    round, seen = number(form.round.data), number(form.seen.data)

    def deed(terms: Terms) -> None:
        reason, due = form.reason.data, form.deadline
        actions.propose(
            current_person(), task.id, terms, round=round, seen=seen, due=due, reason=reason
        )

    return _said(task, form, "proposal", deed)


@blueprint.get("/counter-proposal")
@allow(*ANSWERERS)
def counter_proposal(task_id: Any) -> str:
    """The form of a department's own terms, beginning with what is on the table."""
    task = _task(task_id)
    if task.on_table is None:
        raise Problem("talks-nothing")
    return _terms_page(task, CounterForm(formdata=None, data=_offered(task)), "counter_proposal")


@blueprint.post("/counter-proposal")
@allow(*ANSWERERS)
def counter(task_id: Any) -> ResponseReturnValue:
    """Say what the department could agree to."""
    task, form = _task(task_id), CounterForm()
    round = number(form.round.data)

    def deed(terms: Terms) -> None:
        actions.counter(current_person(), task.id, terms, round=round, reason=form.reason.data)

    return _said(task, form, "counter_proposal", deed)


@blueprint.post("/answers")
@allow(*ANSWERERS)
def answer(task_id: Any) -> ResponseReturnValue:
    """The department agrees, or declines with a reason."""
    person, round = current_person(), number(request.form.get("round"))

    def deed() -> None:
        match request.form.get("answer"):
            case "agree":
                actions.agree(person, str(task_id), round=round)
            case "decline":
                actions.decline(person, str(task_id), round=round, reason=reason_typed())
            case _:
                raise Problem("choice-needed")

    return done(str(task_id), "answer", deed)


@blueprint.post("/taking-up")
@allow(*SPEAKERS)
def take_up(task_id: Any) -> ResponseReturnValue:
    """The lead makes a counter-proposal its own."""
    said = {name: number(request.form.get(name)) for name in ("round", "seen")}
    turn = number(request.form.get("turn"))
    return done(
        str(task_id), "talks", lambda: actions.take_up(current_person(), str(task_id), turn, **said)
    )


@blueprint.post("/departures")
@allow(*SPEAKERS)
def drop(task_id: Any) -> ResponseReturnValue:
    """The lead goes on without a department that declined."""
    department, round = request.form.get("department", ""), number(request.form.get("round"))

    def deed() -> None:
        actions.drop(current_person(), str(task_id), department, round=round, reason=reason_typed())

    return done(str(task_id), f"drop-{department}", deed)


@blueprint.post("/notes")
@allow("office", "head", "planner", "liaison")
def note(task_id: Any) -> ResponseReturnValue:
    """Say something that binds nobody."""
    return done(
        str(task_id), "note", lambda: actions.note(current_person(), str(task_id), reason_typed())
    )


@blueprint.post("/reminders")
@allow(*SPEAKERS)
def remind(task_id: Any) -> ResponseReturnValue:
    """The lead presses for answers."""
    return done(str(task_id), "talks", lambda: actions.remind_as_lead(current_person(), str(task_id)))


@blueprint.post("/settlement")
@allow(*SPEAKERS)
def settle(task_id: Any) -> ResponseReturnValue:
    """The lead closes the talks."""
    round, urgent = number(request.form.get("round")), "urgent" in request.form
    return done(
        str(task_id),
        "talks",
        lambda: actions.settle(current_person(), str(task_id), round=round, urgent=urgent),
    )


@blueprint.post("/reopening")
@allow(*SPEAKERS)
def reopen(task_id: Any) -> ResponseReturnValue:
    """The lead opens settled terms again."""
    return done(
        str(task_id), "reopen", lambda: actions.reopen(current_person(), str(task_id), reason_typed())
    )


def _task(task_id: Any) -> Task:
    return queries.task_of(current_person(), str(task_id))


def _proposal_form(task: Task, data: dict[str, Any] | None = None) -> ProposalForm:
    form = ProposalForm(formdata=None, data=data) if data else ProposalForm()
    asked = actions.talk_of(task).active
    form.offer(talks.could_be_asked(task, asked))
    return form


def _offered(task: Task) -> dict[str, Any]:
    """What a form begins with."""
    said = talks.thread(task.id)
    seen, today = said[0].turn.id if said else 0, local(now()).date()
    settled = next((one.terms for one in said if one.turn.kind == TurnKind.SETTLE), None)
    if task.on_table:
        terms = Terms.parse(task.on_table)
    elif settled:  # and opened again
        terms = settled
    else:
        row = db.session.get(PlanRow, task.plan_row_id) if task.plan_row_id else None
        months = (row.year, row.first_month, row.last_month) if row else None
        campaign = queries.campaign(task.campaign_id)
        days = campaign.days if campaign else None
        terms = forms.first_terms(queries.departments_of(task.id), today, months, days)
    return {**forms.filled(terms, task.round, seen), "due": forms.answer_day(today)}


def _said(
    task: Task, form: TermsForm, endpoint: str, deed: Callable[[Terms], None]
) -> ResponseReturnValue:
    """Say it; what was typed stays, with all that is wrong at its fields, if it cannot be said."""
    if not form.validate():
        return _terms_page(task, form, endpoint), 422
    terms = form.terms()
    try:
        with transaction():
            deed(terms)
    except Problem as problem:
        if problem.code in REFUSALS:
            raise
        fresh = _task(task.id)
        found = {problem.field or "": problem}
        if problem.field:
            reason = form.reason.data
            found = {one.field or "": one for one in actions.faults(fresh, terms, reason)} | found
        if problem.code == "talks-moved":
            _renew(form, fresh)
        return _terms_page(fresh, form, endpoint, found), problem.status
    return redirect(url_for("tasks.show", task_id=task.id, _anchor="talks"), 303)


def _renew(form: TermsForm, task: Task) -> None:
    """The next time it is sent it speaks to how things stand now; what was typed stays."""
    offered = _offered(task)
    for name in ("round", "seen"):
        form[name].raw_data, form[name].data = None, offered[name]
    typed = {row["department"]: row for row in form.shares.data}
    while len(form.shares):
        form.shares.pop_entry()
    for share in offered["shares"]:
        form.shares.append_entry(typed.get(share["department"], share))


def _terms_page(
    task: Task, form: TermsForm, endpoint: str, problems: dict[str, Problem] | None = None
) -> str:
    messages = {name: one.detail(str(get_locale())) for name, one in (problems or {}).items()}
    above = forms.errors_at(form, messages)
    return render_template(
        "tasks/terms_form.html",
        task=task,
        form=form,
        action=url_for(f"tasks.talks.{POSTS[endpoint]}", task_id=task.id),
        countering=isinstance(form, CounterForm),
        above=above,
        campaign=queries.campaign(task.campaign_id),
        moved="talks-moved" in {one.code for one in (problems or {}).values()},
        terms=Terms.parse(task.on_table) if task.on_table else None,
        talk=actions.talk_of(task),
        said=talks.thread(task.id)[:6],
        departments=queries.department_names(),
        talk_words=words,
        is_over=task.state != TaskState.TALKS,
    )
