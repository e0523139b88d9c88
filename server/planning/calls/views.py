"""The office's pages of calls: the list and its export, a new call, one call with answers and team."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from server.accounts.current import current_person
from server.accounts.naming import label, labels
from server.catalogue.actions import current_checklist
from server.infra.clock import now
from server.infra.db import transaction
from server.kernel import ids, instants
from server.kernel.problems import Problem
from server.planning.calls import actions, queries, rules, sending, teams, words
from server.planning.calls.forms import AnswerForm, CallForm, OffForm, TeamForm, WithoutForm, due_shown
from server.planning.calls.queries import Filters, Place, Row
from server.planning.calls.rules import CALLERS, CallState, Cause
from server.planning.draw.rules import Officer
from server.planning.tasks import queries as tasks
from server.planning.tasks import words as task_words
from server.planning.tasks.actions import inspecting
from server.planning.tasks.rules import READERS, Terms
from server.registry import listing
from server.registry.model import Enterprise
from server.registry.search import find
from server.visits.roster import owners
from server.web.exports import exported
from server.web.fields import options, tidy_line
from server.web.gate import allow

blueprint = Blueprint("calls", __name__, url_prefix="/office/calls", template_folder="templates")

FILTERS = ("state", "cause", "department", "year", "over_cap")
SEARCH_LENGTH, MOST_FOUND = 100, 12
SENDERS = ("office", "liaison", "planner")


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """All calls this person may read, and how they were answered; no planned check is among them."""
    person, filters = current_person(), _filters()
    return render_template(
        "calls/index.html",
        page=queries.page_of_calls(person, filters, _place()),
        person=person,
        counts=queries.counts(person, filters),
        tallies=queries.tallies(person, filters),
        filters={name: request.args[name] for name in FILTERS if request.args.get(name)},
        departments=tasks.department_names(),
        years=queries.years(person),
        may_call=rules.may_call(person.roles, person.department, inspecting()),
        words=words,
        link=_link,
    )


@blueprint.get("/export.<form>")
@allow(*READERS)
def export(form: str) -> Response:
    """The list as filtered, as a file."""
    names = labels()
    columns = [
        ("number", _("Number")),
        ("enterprise", _("Enterprise")),
        ("uscc", _("Credit code")),
        ("cause", _("Cause")),
        ("matter", _("Matter concerned")),
        ("lead", _("Lead department")),
        ("called_at", _("Called")),
        ("due_at", _("Answer by")),
        ("came", _("Come")),
        ("declined", _("It cannot come")),
        ("silent", _("Not answered in time")),
        ("over_cap", _("Why the yearly cap is exceeded")),
        ("state", _("State")),
    ]
    person = current_person()
    rows = (_exported(row, names, row.known_to(person)) for row in queries.every_call(person, _filters()))
    return exported(_("Calls"), columns, rows, form)


@blueprint.get("/new")
@allow(*CALLERS)
def new() -> str:
    """A new call: first the enterprise, then the form."""
    enterprise_id = request.args.get("enterprise", "")
    if not enterprise_id:
        typed = tidy_line(request.args.get("q"))[:SEARCH_LENGTH]
        found = find(listing.question(listing.Filters(search=typed))) if typed else None
        return render_template(
            "calls/find.html",
            typed=typed,
            found=listing.rows(found.below(None, MOST_FOUND)) if found else [],
            more=bool(found) and len(found) > MOST_FOUND if found is not None else False,
            search_length=SEARCH_LENGTH,
        )
    enterprise = listing.one(enterprise_id)
    due = due_shown(rules.default_due(now()))
    day, half = rules.half_after(due)
    form = CallForm(
        formdata=None, industry=enterprise.industry, due_at=due, day=day, half=half,
        trigger=request.args.get("trigger", ""),
    )  # fmt: skip
    return _call_form(form, enterprise)


@blueprint.post("")
@allow(*CALLERS)
def add() -> ResponseReturnValue:
    """Call."""
    form = CallForm()
    enterprise = listing.one(form.enterprise.data or "")
    _offer(form, enterprise)
    if not form.validate():
        return _call_form(form, enterprise), 422
    try:
        with transaction():
            task = actions.call(current_person(), form.wish(enterprise))
            task_id = task.id
    except Problem as problem:
        return _call_form(form, listing.one(enterprise.id), problem), problem.status
    return redirect(url_for("calls.show", task_id=task_id), 303)


@blueprint.get("/<uuid:task_id>")
@allow(*READERS)
def show(task_id: Any) -> str:
    """One call: why, who comes, and its team."""
    return _page(str(task_id))


@blueprint.post("/<uuid:task_id>/answers")
@allow("liaison", "planner")
def answer(task_id: Any) -> ResponseReturnValue:
    """The own department comes, or cannot."""
    form = AnswerForm()

    def deed() -> None:
        comes = form.comes.data == "yes"
        actions.answer(current_person(), str(task_id), comes, form.heads.data, form.reason.data)

    return _done(str(task_id), "answer", form, deed)


@blueprint.post("/<uuid:task_id>/team")
@allow(*SENDERS)
def send(task_id: Any) -> ResponseReturnValue:
    """Find the team, and send it."""
    form = TeamForm()
    return _done(
        str(task_id), "team", form, lambda: sending.send(current_person(), str(task_id), form.choice())
    )


@blueprint.post("/<uuid:task_id>/exclusions")
@allow(*SENDERS)
def go_without(task_id: Any) -> ResponseReturnValue:
    """Go on without a department that said it comes."""
    form = WithoutForm()

    def deed() -> None:
        department = form.department.data or ""
        actions.go_without(current_person(), str(task_id), department, form.reason.data)

    return _done(str(task_id), "without", form, deed)


@blueprint.post("/<uuid:task_id>/end")
@allow(*SENDERS)
def call_off(task_id: Any) -> ResponseReturnValue:
    """Nobody is needed any more."""
    form = OffForm()
    return _done(
        str(task_id), "off", form, lambda: actions.call_off(current_person(), str(task_id), form.reason.data)
    )


def _done(task_id: str, name: str, form: FlaskForm, deed: Callable[[], object]) -> ResponseReturnValue:
    """Do it and show the call; a form that was refused is shown again with what was typed."""
    tasks.task_of(current_person(), task_id)
    if isinstance(form, TeamForm):
        form.officers.choices, form.lead.choices = [], []
    elif isinstance(form, WithoutForm):
        form.department.choices = []
    if not form.validate():
        return _page(task_id, name, form), 422
    try:
        with transaction():
            deed()
    except Problem as problem:
        if problem.code == "not-found":
            raise
        return _page(task_id, name, _told(form, problem), problem), problem.status
    return redirect(url_for("calls.show", task_id=task_id), 303)


def _page(
    task_id: str, name: str = "", form: FlaskForm | None = None, problem: Problem | None = None
) -> str:
    person = current_person()
    task = tasks.task_of(person, task_id)
    made = queries.call_of(task)
    row = queries.row_of(task, made)
    own = next((one for one in row.answers if one.department == person.department), None)
    forms: dict[str, Any] = {
        "answer": AnswerForm(None, **_answered(own)),
        "team": TeamForm(None),
        "without": WithoutForm(None),
        "off": OffForm(None),
    }
    if form is not None:
        forms[name] = form
    waits = row.state in (CallState.OPEN, CallState.LATE, CallState.READY)
    sends = waits and actions.may_send(person, task)
    answers = own is not None and waits and bool({"liaison", "planner"} & person.roles)
    departments = tasks.department_names()
    terms = sending.terms_of(task)
    codes = [share.department for share in terms.shares]
    able = teams.free(terms, task.industry, row.enterprise) if sends else {}
    own_able = teams.free_of(own.department, task, row.enterprise) if answers and own else {}
    standings = actions.standings(row.enterprise, codes, terms.since).values() if sends else ()
    forms["without"].department.choices = options(
        [("", _("Choose")), *((one.department, label(departments[one.department])) for one in row.coming)]
    )
    return render_template(
        "calls/show.html",
        row=row,
        known=row.known_to(person),
        industry=listing.choices().industries.get(task.industry, task.industry),
        terms=Terms.parse(task.terms or task.on_table or {}),
        forms=forms,
        opened=name,
        problem=problem,
        message=problem.detail(str(get_locale())) if problem and not problem.field else None,
        answers=answers,
        free=len(own_able),
        own_drawable=teams.drawable(own_able, row.enterprise).total(),
        drawable=teams.drawable(able, row.enterprise),
        sends=sends,
        capped=not made.over_cap_reason and any(one.reached for one in standings),
        others=queries.open_calls(person, made.enterprise_id, task.id) if sends else [],
        team=_offer_team(forms["team"], row, able) if sends else [],
        visits=queries.visits_of(task.id),
        departments=departments,
        names=tasks.names_of([made.called_by, *(one.answered_by for one in row.answers)]),
        history=tasks.history(task.id),
        deeds=task_words.DEEDS,
        words=words,
    )


def when(instant: dt.datetime) -> str:
    """An instant on the county's clock."""
    return f"{instants.local(instant):%m-%d %H:%M}"


def _answered(own: Any) -> dict[str, Any]:
    if own is None or own.comes is None:
        return {}
    comes, heads = "yes" if own.comes else "no", own.heads or rules.LEAST_HEADS
    return {"comes": comes, "heads": heads, "reason": own.reason}


def _offer_team(
    form: TeamForm, row: Row, able: Mapping[str, Officer]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """By department, the officers who may be appointed; the lead's own may lead."""
    names = tasks.names_of(able)
    form.lead.choices = options(
        [("", _("Choose")), *((one, names[one]) for one in able if able[one].department == row.task.lead)]
    )
    codes = [row.task.lead, *(one.department for one in row.coming)]
    return [
        (code, [(one, names[one] or "") for one in able if able[one].department == code]) for code in codes
    ]


def _call_form(form: CallForm, enterprise: Enterprise, problem: Problem | None = None) -> str:
    _offer(form, enterprise)
    day = form.day.data or instants.local(now()).date()
    codes = [str(current_person().department), *(form.departments.data or [])]
    return render_template(
        "calls/new.html",
        form=_told(form, problem) if problem else form,
        enterprise=enterprise,
        standings=actions.standings(enterprise, codes, day),
        others=queries.open_calls(current_person(), enterprise.id),
        message=problem.detail(str(get_locale())) if problem and not problem.field else None,
        departments=tasks.department_names(),
    )


def _offer(form: CallForm, enterprise: Enterprise) -> None:
    industries = listing.industries_of(enterprise)
    names = listing.choices().industries
    chosen = form.industry.data if form.industry.data in industries else enterprise.industry
    listed = {code for item in current_checklist(chosen).items for code in owners(item)}
    others = [
        one for one in tasks.department_names().values()
        if one.can_inspect and one.code != current_person().department
    ]  # fmt: skip
    form.offer(
        [(code, names.get(code, code)) for code in industries],
        queries.open_triggers(enterprise.id),
        sorted(others, key=lambda one: (one.code not in listed, one.order)),
        {one.code for one in others} - listed,
    )


def _told(form: Any, problem: Problem) -> Any:
    """The form with a problem said at its field."""
    if problem.field and problem.field in form:
        form[problem.field].errors = [*form[problem.field].errors, problem.detail(str(get_locale()))]
    return form


def _exported(row: Row, names: dict[str, str], known: bool) -> dict[str, Any]:
    made, task = row.call, row.task
    late = [one for one in row.answers if one.escalated_at or (one.answered_at or made.due_at) > made.due_at]
    return {
        "number": task.number,
        "enterprise": row.enterprise.name if known else _("Not released yet"),
        "uscc": row.enterprise.uscc if known else "",
        "cause": str(words.CAUSES[Cause(made.cause)]),
        "matter": made.matter,
        "lead": names[task.lead],
        "called_at": made.called_at,
        "due_at": made.due_at,
        "came": [names[one.department] for one in row.answers if one.comes],
        "declined": [names[one.department] for one in row.answers if one.comes is False],
        "silent": [names[one.department] for one in late],
        "over_cap": made.over_cap_reason if known else "",
        "state": str(words.STATES[row.state][0]),
    }


def _filters() -> Filters:
    args, year = request.args, request.args.get("year", "")
    return Filters(
        state=args.get("state") if args.get("state") in list(CallState) else None,
        cause=args.get("cause") if args.get("cause") in list(Cause) else None,
        department=tidy_line(args.get("department"))[:16] or None,
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 and year > "1000" else None,
        over_cap=args.get("over_cap") == "1",
    )


def _place() -> Place | None:
    """A place in the list, from `INSTANT,ID`; a mangled address begins at the top."""
    before = request.args.get("before")
    at, _comma, task_id = (before or request.args.get("after") or "").partition(",")
    try:
        instant = instants.parse(at).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return Place(instant, task_id, before is not None) if ids.is_uuid(task_id) else None


def _link(place: Place | None = None, form: str | None = None, **changes: str | None) -> str:
    """The address of this list with some filters changed, at a place if one is given, or of its export."""
    args: dict[str, Any] = {name: changes.get(name, request.args.get(name)) or None for name in FILTERS}
    if form:
        return url_for("calls.export", form=form, **args)
    if place is not None:
        args["before" if place.backwards else "after"] = f"{place.at.isoformat()},{place.id}"
    return url_for("calls.index", **args)
