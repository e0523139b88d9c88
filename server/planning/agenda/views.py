"""The calendar and the workload."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from server.accounts.current import current_person
from server.accounts.naming import labels
from server.infra.clock import now
from server.kernel.instants import local
from server.planning.agenda import queries, rules, words
from server.planning.agenda.queries import Filters, Load
from server.planning.agenda.rules import View
from server.planning.tasks.queries import department_names
from server.planning.tasks.rules import OVERSEERS, READERS
from server.web.exports import exported
from server.web.fields import tidy_line
from server.web.gate import allow

blueprint = Blueprint("agenda", __name__, url_prefix="/office/agenda", template_folder="templates")

FILTERS = ("view", "day", "department", "officer", "lead")
SHOWN_IN_A_CELL = 4


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """The calendar of a month or a week."""
    person, filters, shown = current_person(), _filters(), _span()
    return render_template(
        "agenda/index.html",
        span=shown,
        entries=queries.entries(person, shown.since, shown.until, filters),
        filters=filters,
        officers=queries.officers(person, filters.department),
        departments=department_names(),
        today=local(now()).date(),
        in_a_cell=SHOWN_IN_A_CELL,
        words=words,
        link=_link,
    )


@blueprint.get("/export.<form>")
@allow(*READERS)
def export(form: str) -> Response:
    """What the calendar shows, as a file."""
    shown = _span()
    names = labels()
    found = queries.entries(current_person(), shown.since, shown.until, _filters())
    rows = (
        {
            "day": one.day,
            "at": str(words.HALVES.get(one.at, one.at)),
            "enterprise": one.name or _("Not released yet"),
            "town": one.town,
            "departments": [names.get(code, code) for code in one.departments],
            "lead": one.lead,
            "state": str(words.STATES[one.state][0]),
        }
        for day in sorted(found)
        for one in found[day]
    )
    columns = [
        ("day", _("Date")),
        ("at", _("Time")),
        ("enterprise", _("Enterprise")),
        ("town", _("Town")),
        ("departments", _("Departments")),
        ("lead", _("Who leads")),
        ("state", _("State")),
    ]
    return exported(_("Calendar"), columns, rows, form)


@blueprint.get("/load")
@allow(*READERS)
def load() -> str:
    """The workload of a year, and who is free."""
    year, department = _year(), _department()
    departments = department_names()
    return render_template(
        "agenda/load.html",
        year=year,
        years=queries.years(),
        department=department,
        choosable=bool(OVERSEERS & current_person().roles),
        departments=departments,
        by_department=queries.by_department(year),
        by_team=queries.by_team(year, department) if department else [],
        by_officer=queries.by_officer(year, department) if department else [],
        free=queries.free_officers([one.code for one in departments.values() if one.can_inspect]),
    )


@blueprint.get("/load/<what>.<form>")
@allow(*READERS)
def export_load(what: str, form: str) -> Response:
    """One of its tables as a file."""
    year, department = _year(), _department()
    if what == "officers":
        head, rows = _("Officer"), queries.by_officer(year, department or "")
    elif what == "teams":
        head, rows = _("Team of"), queries.by_team(year, department or "")
    else:
        head, rows = _("Department"), queries.by_department(year)
    columns = [("name", head)]
    columns += [(f"m{n}", _("Month %(n)s", n=n)) for n in range(1, 13)] + [("total", _("Total"))]
    return exported(_("Workload %(year)s", year=year), columns, map(_exported, rows), form)


def _exported(one: Load) -> dict[str, Any]:
    return {"name": one.name, "total": one.total} | {f"m{n}": count for n, count in enumerate(one.months, 1)}


def _span() -> rules.Span:
    """What the address asks for; a month where it says nothing we know."""
    view = request.args.get("view")
    return rules.span(View(view) if view in list(View) else View.MONTH, _day())


def _filters() -> Filters:
    """Of an officer only where they are one of those the reader may ask for."""
    department = tidy_line(request.args.get("department"))[:16] or None
    known = {one.id for one in queries.officers(current_person(), department)}
    officer, lead = (request.args.get(name, "") for name in ("officer", "lead"))
    return Filters(department, officer if officer in known else None, lead if lead in known else None)


def _day() -> dt.date:
    today = local(now()).date()
    try:
        day = dt.date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return day if 2000 <= day.year <= 2100 else today


def _year() -> int:
    said = request.args.get("year", "")
    return next((one for one in queries.years() if str(one) == said), local(now()).date().year)


def _department() -> str | None:
    """Whose officers are listed: the own department's; the joint office chooses."""
    person, said = current_person(), request.args.get("department", "")
    inspecting = [one.code for one in department_names().values() if one.can_inspect]
    if OVERSEERS & person.roles:
        return said if said in inspecting else inspecting[0] if inspecting else None
    return person.department


def _link(endpoint: str = "index", **changes: Any) -> str:
    """The address of a calendar with something of it changed."""
    form = changes.pop("form", None)
    args = {name: changes.get(name, request.args.get(name)) or None for name in FILTERS}
    return url_for(f"agenda.{endpoint}", form=form, **args)
