"""The office's pages of a task's draw: the ceremony at a desk and on a phone, and its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.planning.draw import access, actions, course, freezing, queries, settling, showing
from server.planning.draw.course import Ceremony, DrawState, Writing
from server.planning.draw.forms import (
    CommitForm,
    DrawForm,
    FreezeForm,
    RandomnessForm,
    SecretForm,
    VoidForm,
)
from server.planning.draw.model import Draw
from server.planning.tasks.approvals.queries import refusals
from server.planning.tasks.model import Task
from server.planning.tasks.queries import task_of
from server.planning.tasks.rules import READERS
from server.web.gate import allow

blueprint = Blueprint(
    "draw", __name__, url_prefix="/office/tasks/<uuid:task_id>/draw", template_folder="templates"
)

CONDUCTORS = ("office", "planner", "liaison")
SPEAKERS = ("office", "supervisor", "head", "planner", "liaison")
RAISED = ("not-found", "draw-others", "draw-other-party")


@blueprint.get("")
@allow(*READERS)
def show(task_id: Any) -> str:
    """The draw of a task: where it stands, and the next act."""
    return _page(task_of(current_person(), str(task_id)))


@blueprint.get("/live")
@allow(*READERS, live=True)
def live(task_id: Any) -> ResponseReturnValue:
    """The part of the page that follows the ceremony."""
    task = task_of(current_person(), str(task_id))
    return showing.followed("draw/live.html", task, seen=request.args.get("seen", ""))


@blueprint.get("/stage")
@allow(*READERS)
def stage(task_id: Any) -> str:
    """The meeting room's screen."""
    task = task_of(current_person(), str(task_id))
    return render_template("draw/stage.html", tag=showing.tag(task), **showing.ceremony(task))


@blueprint.get("/stage/live")
@allow(*READERS, live=True)
def stage_live(task_id: Any) -> ResponseReturnValue:
    """What changes on it."""
    return showing.followed("draw/stage_live.html", task_of(current_person(), str(task_id)))


@blueprint.post("")
@allow(*CONDUCTORS)
def freeze(task_id: Any) -> ResponseReturnValue:
    """Freeze the frame."""
    task, form = task_of(current_person(), str(task_id)), FreezeForm()

    def deed() -> None:
        frozen = freezing.prepare(current_person(), task)
        with transaction():
            draw = freezing.freeze(
                current_person(),
                frozen,
                kind=Ceremony(form.ceremony.data),
                source=form.source.data,
                writing=Writing(form.writing.data),
                minutes=int(form.minutes.data),
            )
            actions.tell_frozen(draw, task)

    return _done(task, "freeze", form, deed)


@blueprint.post("/approval")
@allow(*SPEAKERS)
def approve(task_id: Any) -> ResponseReturnValue:
    """A second person approves."""
    return _deed(task_id, "approve", DrawForm(), lambda draw: actions.approve(current_person(), draw))


@blueprint.post("/commitments")
@allow(*SPEAKERS)
def commit(task_id: Any) -> ResponseReturnValue:
    """A party commits itself."""
    form = CommitForm()
    return _deed(
        task_id, f"commit-{form.party.data}", form,
        lambda draw: actions.commit(current_person(), draw, form.party.data, form.commitment.data or ""),
    )  # fmt: skip


@blueprint.post("/secrets")
@allow(*SPEAKERS)
def open_secret(task_id: Any) -> ResponseReturnValue:
    """A party opens its secret."""
    form = SecretForm()
    return _deed(
        task_id, f"open-{form.party.data}", form,
        lambda draw: actions.open_secret(current_person(), draw, form.party.data, form.secret.data),
    )  # fmt: skip


@blueprint.post("/randomness")
@allow(*CONDUCTORS)
def randomness(task_id: Any) -> ResponseReturnValue:
    """What fell is written down, and the draw is settled."""
    form = RandomnessForm()
    return _deed(
        task_id, "randomness", form,
        lambda draw: actions.note_randomness(
            current_person(), draw, form.randomness.data, form.again.data
        ),
        then=settling.settle_now_or_later,
    )  # fmt: skip


@blueprint.post("/settling")
@allow(*CONDUCTORS)
def settle(task_id: Any) -> ResponseReturnValue:
    """Settle once more, where the work was cut off."""
    task = task_of(current_person(), str(task_id))
    draw = showing.latest(task)
    if draw is None or draw.state != DrawState.SETTLING:
        raise Problem("draw-not-now")
    settling.settle_now_or_later(draw)
    return redirect(url_for("draw.show", task_id=task.id), 303)


@blueprint.post("/void")
@allow(*CONDUCTORS)
def give_up(task_id: Any) -> ResponseReturnValue:
    """Give a draw up."""
    form = VoidForm()
    return _deed(
        task_id, "void", form, lambda draw: actions.give_up(current_person(), draw, form.reason.data)
    )


def _deed(
    task_id: Any,
    name: str,
    form: Any,
    deed: Callable[[str], Draw],
    then: Callable[[Draw], None] = lambda draw: None,
) -> ResponseReturnValue:
    """A deed on the task's present draw, if the page spoke of that one."""
    task = task_of(current_person(), str(task_id))
    draw = showing.latest(task)

    def whole() -> None:
        if draw is None or draw.id != form.draw.data:
            raise Problem("draw-not-now")
        with transaction():
            done = deed(draw.id)
        then(done)

    return _done(task, name, form, whole)


def _done(task: Task, name: str, form: Any, deed: Callable[[], None]) -> ResponseReturnValue:
    """Do it, or show the page again with what was typed and what is wrong."""
    task_id = task.id
    if not form.validate():
        return _page(task, (name, form)), 422
    try:
        deed()
    except Problem as problem:
        if problem.code in RAISED:
            raise
        task = task_of(current_person(), task_id)
        return _page(task, (name, told(form, problem)), problem), problem.status
    return redirect(url_for("draw.show", task_id=task_id), 303)


def told(form: Any, problem: Problem) -> Any:
    """The form with the problem said at its field."""
    if problem.field and problem.field in form:
        form[problem.field].errors = [*form[problem.field].errors, problem.detail(str(get_locale()))]
    return form


def _page(task: Task, open_form: tuple[str, Any] | None = None, problem: Problem | None = None) -> str:
    person = current_person()
    shown = showing.ceremony(task)
    draw = shown["draw"]
    may = {
        "run": course.runs(person.roles, person.department, task.lead),
        "approve": course.may_approve(person.roles, person.department, task.lead)
        and draw is not None
        and person.id != draw.frozen_by,
        "look": access.may_see_frame(person, task),
        "read": access.may_read(person, task),
        "print": access.may_see_all(person, task),
    }
    own = [
        one.party
        for one in (draw.parties if draw else ())
        if course.speaks_for(one.party, person.roles, person.department)
    ]
    return render_template(
        "draw/show.html",
        **shown,
        may=may,
        own=own,
        forms=_forms(draw, own, open_form),
        open_form=open_form[0] if open_form else None,
        problem=problem,
        message=problem.detail(str(get_locale())) if problem else None,
        tag=showing.tag(task),
        earlier=queries.draws_of(task.id)[1:],
        refused=refusals(task.id),
    )


def _forms(draw: Draw | None, own: list[str], open_form: tuple[str, Any] | None) -> dict[str, Any]:
    """The forms there may be on the page, blank but for the one that was refused."""
    blank: dict[str, Any] = {"formdata": None, "data": {"draw": draw.id if draw else ""}}
    forms: dict[str, Any] = {
        "freeze": FreezeForm(formdata=None, data={"ceremony": current_app.config["DRAW_CEREMONY"]}),
        "approve": DrawForm(**blank),
        "randomness": RandomnessForm(**blank),
        "void": VoidForm(**blank),
    }
    for party in own:
        said = {"draw": draw.id if draw else "", "party": party}
        forms[f"commit-{party}"] = CommitForm(formdata=None, data=said)
        forms[f"open-{party}"] = SecretForm(formdata=None, data=said)
    return forms | dict([open_form] if open_form else [])
