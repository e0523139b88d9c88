"""The office's pages of a dispatch: what is ready, what is held back, the one click, what was sent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from server.accounts.current import current_person
from server.accounts.model import Person
from server.infra.db import transaction
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.planning.dispatch import actions, paper, queries, readiness, rules, words
from server.planning.dispatch.forms import DispatchForm
from server.planning.dispatch.queries import Row
from server.planning.dispatch.readiness import Line
from server.planning.tasks import queries as tasks
from server.planning.tasks.model import Task
from server.planning.tasks.rules import OVERSEERS, READERS
from server.visits import words as visit_words
from server.web.exports import exported
from server.web.gate import allow

blueprint = Blueprint("dispatch", __name__, url_prefix="/office/tasks", template_folder="templates")

WRITERS = ("office", "planner", "liaison")


@blueprint.get("/<uuid:task_id>/dispatch")
@allow(*READERS)
def show(task_id: Any) -> str:
    """What is left to dispatch, and the visits there are."""
    return _page(tasks.task_of(current_person(), str(task_id)), DispatchForm(formdata=None))


@blueprint.post("/<uuid:task_id>/dispatch")
@allow(*WRITERS)
def dispatch(task_id: Any) -> ResponseReturnValue:
    """Make the visits, now."""
    task, form = tasks.task_of(current_person(), str(task_id)), DispatchForm()
    if not form.validate():
        return _page(task, form), 422
    try:
        with transaction():
            actions.dispatch(current_person(), task.id, form.over_cap_reason.data)
    except Problem as problem:
        if problem.code == "not-allowed":
            raise
        return _page(tasks.task_of(current_person(), str(task_id)), form, problem), problem.status
    return redirect(url_for("dispatch.show", task_id=task_id, _anchor="sent"), 303)


@blueprint.get("/<uuid:task_id>/notices.zip")
@allow(*READERS)
def notices(task_id: Any) -> Response:
    """The notices of one page of the list, packed; of those that take place and whose
    enterprise its reader may know."""
    person = current_person()
    task = tasks.task_of(person, str(task_id))
    page = queries.page_of_visits(person, task.id, after=_place("after"), before=_place("before"))
    known = [row.visit.id for row in page.rows if row.known and not row.visit.cancelled_at]
    if not known:
        raise Problem("not-found")
    variant = paper.ON_SITE if request.args.get("variant") == paper.ON_SITE else paper.PRIOR
    return paper.sent_together(queries.wholes(known), variant, f"notices-{task.number}.zip")


@blueprint.get("/<uuid:task_id>/dispatch/export.<form>")
@allow(*READERS)
def export(task_id: Any, form: str) -> Response:
    """The visits of a task as a file; where a reader may not know yet, the enterprise is left out."""
    person = current_person()
    task = tasks.task_of(person, str(task_id))
    rows = (_exported(row) for row in queries.all_visits(person, task.id))
    return exported(f"{task.name} {_('Dispatch')}", _columns(), rows, form)


def _columns() -> list[tuple[str, str]]:
    return [
        ("date", _("Date")),
        ("slot", _("When")),
        ("enterprise", _("Enterprise")),
        ("number", _("Number")),
        ("notice", _("Notice of inspection")),
        ("state", _("State")),
        ("read", _("Known to the team")),
        ("told", _("Notice to the enterprise")),
    ]


def _exported(row: Row) -> dict[str, Any]:
    visit = row.visit
    told: Any = row.notice.received_at or row.notice.given_at if row.notice else None
    if row.notice and row.notice.outdated:
        told = _("To be given anew")
    return {
        "date": visit.date,
        "slot": visit.slot if row.known else "",
        "enterprise": visit.enterprise.name if row.known else "",
        "number": visit.number if row.known else "",
        "notice": row.sending.notice_number,
        "state": visit_words.word(visit_words.STATUSES, visit.status),
        "read": "{}/{}".format(*row.read),
        "told": _("Unannounced") if row.sending.unannounced else told,
    }


def _page(task: Task, form: DispatchForm, problem: Problem | None = None) -> str:
    person = current_person()
    found = readiness.of(task) if task.state in actions.DISPATCHABLE else None
    return render_template(
        "dispatch/task.html",
        task=task,
        form=form,
        problem=problem,
        message=problem.detail(str(get_locale())) if problem else None,
        found=found,
        under_way=readiness.is_under_way(task),
        knows=lambda line: _knows(person, task, line),
        may=rules.may_dispatch(person.roles, person.department, task.lead),
        departments=tasks.department_names(),
        page=queries.page_of_visits(person, task.id, after=_place("after"), before=_place("before")),
        counts=queries.counts(task.id),
        words=words,
        visit_words=visit_words,
    )


def _knows(person: Person, task: Task, line: Line) -> bool:
    """Whether a reader may be told which enterprise was drawn: of an unannounced task few are (R-414)."""
    if not task.unannounced or OVERSEERS & set(person.roles):
        return True
    goes = person.id in {one.person for one in line.team}
    return rules.may_dispatch(person.roles, person.department, task.lead) and not goes


def _place(name: str) -> str | None:
    place = request.args.get(name, "")
    return place if is_uuid(place) else None
