"""The office's pages of tasks: the list, its export, the page of one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from server.accounts.current import current_person
from server.accounts.naming import labels
from server.infra.db import transaction
from server.planning.plans import queries as plans
from server.planning.tasks import actions, opening_views, queries, words
from server.planning.tasks.pages import done, reason_typed, task_page
from server.planning.tasks.queries import Filters, Row
from server.planning.tasks.rules import READERS, SPEAKERS, TaskSource, TaskState
from server.planning.tasks.talks import views as talk_views
from server.web.exports import exported
from server.web.fields import tidy_line
from server.web.gate import allow

blueprint = Blueprint("tasks", __name__, url_prefix="/office/tasks", template_folder="templates")
blueprint.register_blueprint(opening_views.blueprint)
blueprint.register_blueprint(talk_views.blueprint)

FILTERS = ("state", "source", "department", "year", "waits")


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """All tasks this person may read, narrowed as the address says."""
    person = current_person()
    page = queries.page_of_tasks(
        person, _filters(), after=_place("after"), before=_place("before")
    )
    return render_template(
        "tasks/index.html",
        page=page,
        filters={name: request.args[name] for name in FILTERS if request.args.get(name)},
        departments=queries.department_names(),
        years=queries.years(person),
        words=words,
        opens=bool({*SPEAKERS} & person.roles),
        link=lambda **more: url_for("tasks.index", **_narrowing(), **more),
        export=lambda form: url_for("tasks.export", form=form, **_narrowing()),
    )


@blueprint.get("/export.<form>")
@allow(*READERS)
def export(form: str) -> Response:
    """The list as filtered, as a file."""
    names = labels()
    rows = (_exported(row, names) for row in queries.all_tasks(current_person(), _filters()))
    return exported(_("Inspection tasks"), _columns(), rows, form)


@blueprint.get("/<uuid:task_id>")
@allow(*READERS)
def show(task_id: Any) -> str:
    """One task: what it is, how far, and what each room has to say of it."""
    return task_page(queries.task_of(current_person(), str(task_id)))


@blueprint.post("/<uuid:task_id>/approval")
@allow("office")
def approve_single(task_id: Any) -> ResponseReturnValue:
    """The joint office approves a task of a single department."""
    person = current_person()
    return done(
        str(task_id), "talks", lambda: actions.approve_single(person, queries.locked(person, str(task_id)))
    )


@blueprint.post("/<uuid:task_id>/closing")
@allow(*SPEAKERS)
def close(task_id: Any) -> ResponseReturnValue:
    """The lead gives a task up."""
    person = current_person()
    return done(
        str(task_id),
        "close",
        lambda: actions.close(person, queries.locked(person, str(task_id)), reason_typed()),
    )


@blueprint.post("/of-row/<uuid:row_id>")
@allow(*SPEAKERS)
def open_of_row(row_id: Any) -> ResponseReturnValue:
    """Open the task of a row of the plan."""
    row = plans.row(str(row_id))
    with transaction():
        task = actions.open_of_row(current_person(), row)
    return redirect(url_for("tasks.show", task_id=task.id), 303)


def _columns() -> list[tuple[str, str]]:
    return [
        ("number", _("Number")),
        ("name", _("Name")),
        ("industry", _("Industry")),
        ("lead", _("Lead department")),
        ("departments", _("Cooperating departments")),
        ("source", _("Where it comes from")),
        ("state", _("State")),
        ("opened", _("Task opened at")),
    ]


def _exported(row: Row, names: dict[str, str]) -> dict[str, Any]:
    task = row.task
    beside = [one.department for one in row.departments if one.department != task.lead]
    return {
        "number": task.number,
        "name": task.name,
        "industry": row.industry,
        "lead": names.get(task.lead, task.lead),
        "departments": [names.get(one, one) for one in beside],
        "source": str(words.SOURCES[TaskSource(task.source)]),
        "state": str(words.STATES[TaskState(task.state)][0]),
        "opened": task.created_at,
    }


def _filters() -> Filters:
    args, year = request.args, request.args.get("year", "")
    return Filters(
        state=args.get("state") if args.get("state") in list(TaskState) else None,
        source=args.get("source") if args.get("source") in list(TaskSource) else None,
        department=tidy_line(args.get("department"))[:16] or None,
        waits=args.get("waits") if args.get("waits") in words.WAITS else None,
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else None,
    )


def _place(side: str) -> str | None:
    return tidy_line(request.args.get(side))[:36] or None


def _narrowing() -> dict[str, Any]:
    return {name: request.args.get(name) or None for name in FILTERS}
