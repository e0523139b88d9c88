"""The office's pages of what was drawn: who goes where, one place and its chain, paper, substitutions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from server.accounts.current import current_person
from server.accounts.model import Person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.planning.draw import access, course, queries, showing, slip, substituting, words
from server.planning.draw.course import OFFICER_REASONS, SUBJECT_REASONS, Standing
from server.planning.draw.forms import DecisionForm, SubstitutionForm
from server.planning.draw.queries import Line
from server.planning.draw.views import told
from server.planning.files.actions import attach
from server.planning.tasks.model import Task
from server.planning.tasks.queries import task_of
from server.planning.tasks.rules import READERS
from server.registry.model import Enterprise
from server.web.exports import exported
from server.web.gate import allow

blueprint = Blueprint("result", __name__, template_folder="templates")
decisions = Blueprint(
    "substitutions", __name__, url_prefix="/office/substitutions", template_folder="templates"
)

ASKERS = ("office", "planner", "liaison")
SHOWN = (
    "reason-needed", "substitute-none", "substitute-no-days", "draw-second-person", "substitution-late"
)  # fmt: skip
DECIDERS = ("office", "head", "planner", "liaison")


@blueprint.get("/result")
@allow(*READERS)
def index(task_id: Any) -> str:
    """All that were drawn, by place."""
    task = _drawn_task(task_id)
    lines = queries.lines_of(task.id, whole(request.args.get("after", "")))
    shown = lines[: queries.PAGE]
    return render_template(
        "draw/result.html",
        task=task,
        lines=shown,
        more=shown[-1].subject.place if len(lines) > queries.PAGE else None,
        export=lambda form: url_for("draw.result.export", task_id=task.id, form=form),
        asked=queries.asked_of(task.id),
        prints=access.may_see_all(current_person(), task),
        **_common(task),
    )


@blueprint.get("/result/export.<form>")
@allow(*READERS)
def export(task_id: Any, form: str) -> Response:
    """The same as a file, for those who may know where the draw sends others."""
    task, person = _drawn_task(task_id), current_person()
    if not access.may_know(person, task):
        raise Problem("not-allowed")
    return exported(f"{task.name} {_('Draw')}", _columns(), _rows(task, person), form)


@blueprint.get("/result/<uuid:subject_id>")
@allow(*READERS)
def show(task_id: Any, subject_id: Any) -> str:
    """One place: who holds it, who held it, and why not any more."""
    return _place(_drawn_task(task_id), str(subject_id))


@blueprint.get("/slip.pdf", endpoint="slip")
@allow(*READERS)
def paper(task_id: Any) -> Response:
    """The confirmation of the draw (W20)."""
    task = _drawn_task(task_id)
    draw = queries.settled_draw(task.id)
    if draw is None or not access.may_see_all(current_person(), task):
        raise Problem("not-found")
    return slip.sent(draw, task)


@blueprint.post("/result/<uuid:subject_id>/substitutions")
@allow(*ASKERS)
def ask(task_id: Any, subject_id: Any) -> ResponseReturnValue:
    """Ask that a subject be replaced."""
    return _ask(task_id, str(subject_id), None)


@blueprint.post("/result/<uuid:subject_id>/officers/<uuid:officer_id>/substitutions")
@allow(*ASKERS)
def ask_officer(task_id: Any, subject_id: Any, officer_id: Any) -> ResponseReturnValue:
    """Ask that an officer be replaced."""
    return _ask(task_id, str(subject_id), str(officer_id))


@decisions.get("", endpoint="index")
@allow(*DECIDERS)
def index_of_decisions() -> str:
    """The substitutions that wait for this person."""
    return _decisions()


@decisions.post("/<uuid:substitution_id>/decision")
@allow(*DECIDERS)
def decide(substitution_id: Any) -> ResponseReturnValue:
    """Approve, or refuse with a reason."""
    form = DecisionForm()
    if not form.validate():
        return _decisions(form.opinion.errors[0], str(substitution_id)), 422
    try:
        with transaction():
            found = substituting.decide(
                current_person(),
                str(substitution_id),
                request.form.get("decision") == "approve",
                form.opinion.data,
            )
    except Problem as problem:
        if problem.code not in SHOWN:
            raise
        return _decisions(problem.detail(str(get_locale())), str(substitution_id)), problem.status
    return redirect(
        url_for("draw.result.show", task_id=found.task_id, subject_id=found.subject_id), 303
    )


def whole(typed: str) -> int:
    """A place of a list as an address says it; what is none is the beginning."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 8 else 0


def _ask(task_id: Any, subject_id: str, officer_id: str | None) -> ResponseReturnValue:
    task, form = _drawn_task(task_id), SubstitutionForm()
    form.offer(OFFICER_REASONS if officer_id else SUBJECT_REASONS)
    name = officer_id or subject_id
    if not form.validate():
        return _place(task, subject_id, (name, form)), 422
    try:
        with transaction():
            substituting.ask(
                current_person(), task, subject_id, officer_id,
                code=form.code.data,
                reason=form.reason.data,
                attachment=attach(current_person(), form.attachment.data),
            )  # fmt: skip
    except Problem as problem:
        if problem.code in ("not-found", "draw-others"):
            raise
        task = task_of(current_person(), str(task_id))
        return _place(task, subject_id, (name, told(form, problem)), problem), problem.status
    return redirect(url_for("draw.result.show", task_id=task_id, subject_id=subject_id), 303)


def _drawn_task(task_id: Any) -> Task:
    """A task of which a draw counts, and whose result this person may read."""
    task = task_of(current_person(), str(task_id))
    if queries.settled_draw(task.id) is None or not access.may_read(current_person(), task):
        raise Problem("not-found")
    return task


def _common(task: Task) -> dict[str, Any]:
    person = current_person()
    return {
        "departments": showing.called(),
        "words": words,
        "may_see": lambda line: access.may_see_line(person, task, [one.row for one in line.members]),
        "knows": access.may_know(person, task),
    }


def _place(
    task: Task, subject_id: str, open_form: tuple[str, Any] | None = None, problem: Problem | None = None
) -> str:
    line = queries.line_of(task.id, subject_id)
    person = current_person()
    asked = queries.substitutions_of(line.subject)
    chain = queries.chain_of(line)
    people = [one for held in chain for one in (held.subject.actor, held.subject.approved_by)]
    people += [one for found in asked for one in (found.asked_by, found.decided_by)]
    people += [one for held in chain for row in held.members for one in (row.row.actor, row.row.approved_by)]
    return render_template(
        "draw/place.html",
        task=task,
        line=line,
        chain=chain,
        who={one.row.id: one.who for one in line.members},
        substitutions=asked,
        names=queries.names_of(people),
        forms=_forms(line, open_form),
        open_form=open_form[0] if open_form else None,
        problem=problem,
        message=problem.detail(str(get_locale())) if problem else None,
        may_ask=lambda code: course.runs(
            person.roles, person.department, task.lead if code in (None, course.EXPERTS) else code
        ),
        **_common(task),
    )


def _forms(line: Line, open_form: tuple[str, Any] | None) -> dict[str, SubstitutionForm]:
    forms = {line.subject.id: SubstitutionForm(formdata=None)}
    forms[line.subject.id].offer(SUBJECT_REASONS)
    for one in line.members:
        if one.row.state == Standing.IN:
            forms[one.row.id] = SubstitutionForm(formdata=None)
            forms[one.row.id].offer(OFFICER_REASONS)
    return forms | dict([open_form] if open_form else [])


def _decisions(message: Any = None, concerned: str | None = None) -> str:
    waiting = queries.substitution_rows(substituting.waiting_for(current_person()))
    return render_template(
        "draw/decisions.html",
        waiting=waiting,
        message=message,
        concerned=concerned,
        departments=showing.called(),
        knows=lambda task: access.may_see_all(current_person(), task),
        typed=request.form.get("opinion", ""),
        words=words,
    )


def _columns() -> list[tuple[str, str]]:
    return [
        ("place", _("No.")),
        ("name", _("Subject")),
        ("uscc", _("Credit code")),
        ("stratum", _("Class")),
        ("town", _("Town")),
        ("day", _("Date")),
        ("half", _("Half-day")),
        ("drawn_for", _("Moved from")),
        ("team", _("Team")),
        ("state", _("State")),
        ("substitution", _("Substitution")),
    ]


def _rows(task: Task, person: Person) -> Iterator[dict[str, Any]]:
    names, asked = showing.called(), queries.asked_of(task.id)
    after = 0
    while lines := queries.lines_of(task.id, after):
        for line in lines[: queries.PAGE]:
            seen = access.may_see_line(person, task, [one.row for one in line.members])
            yield _row(line, line.enterprise if seen else None, names, line.subject.id in asked)
        after = lines[: queries.PAGE][-1].subject.place


def _row(
    line: Line, enterprise: Enterprise | None, names: dict[str, str], asked: bool
) -> dict[str, Any]:
    """A line as a row; without the `enterprise` where the reader may not see it."""
    subject = line.subject
    team = [
        f"{names[one.row.department]} {one.who}" + (f" ({_('leads')})" if line.leads(one) else "")
        for one in line.members
        if one.row.state == Standing.IN
    ]
    state = _("Called off") if line.is_called_off else words.STANDINGS[Standing(subject.state)][0]
    return {
        "place": subject.place,
        "name": enterprise.name if enterprise else "",
        "uscc": enterprise.uscc if enterprise else "",
        "stratum": subject.stratum,
        "town": enterprise.town if enterprise else "",
        "day": line.day,
        "half": str(words.HALVES[line.half]),
        "drawn_for": f"{subject.day} {words.HALVES[subject.half]}" if line.is_moved else "",
        "team": team,
        "state": str(state),
        "substitution": _("To be decided") if asked else "",
    }
