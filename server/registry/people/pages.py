"""What the pages of officers and experts share: one officer's page, and how a refused form is shown again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.registry.people import actions, listing, rules, words
from server.registry.people.forms import AbsenceForm, EndAbsenceForm, ReasonForm, RecusalForm
from server.registry.people.listing import Row

SEARCH_LENGTH = 100


def officer_page(row: Row, open_form: tuple[str, Any] | None = None, problem: Problem | None = None) -> str:
    """The page of an officer; where a form was refused, with that form open as typed."""
    person = current_person()
    return render_template(
        "people/officer.html",
        row=row,
        may_change=rules.may_change(person.roles, person.department, row.person.department),
        is_self=person.id == row.person.id,
        absences=listing.absences_of(row.person.id),
        recusals=listing.recusals_of(row.person.id),
        history=listing.history(actions.KIND, row.person.id),
        forms=blank_forms() | dict([open_form] if open_form else []),
        open_form=open_form[0] if open_form else None,
        problem=problem,
        message=message_of(problem),
        names=names_of(),
        today=listing.today(),
        words=words,
        end_absence_at=lambda one: url_for(
            "officers.away.end_absence", person_id=row.person.id, absence_id=one, _anchor="absences"
        ),
        lift_at=lambda one: url_for(
            "officers.away.lift_recusal", person_id=row.person.id, recusal_id=one, _anchor="recusals"
        ),
    )


def blank_forms() -> dict[str, Any]:
    """The forms of an officer's page, with nothing typed into them."""
    blank = {"formdata": None}
    return {
        "end": ReasonForm(**blank),
        "return": ReasonForm(**blank),
        "absence": AbsenceForm(**blank),
        "recusal": RecusalForm(**blank),
        "cut": EndAbsenceForm(**blank),
        "lift": ReasonForm(**blank),
    }


def names_of() -> dict[str, str]:
    """Industries, grids and departments by code."""
    names = {one.code: one.name for one in listing.industries()}
    names |= {grid.code: grid.name for grid, _town in listing.grids()}
    return names | {one.code: one.short_name for one in listing.departments()}


def message_of(problem: Problem | None) -> str | None:
    """A problem in the reader's language."""
    return problem.detail(str(get_locale())) if problem else None


def general(problem: Problem | None) -> str | None:
    """What is said above a form: a problem that is said at no field."""
    return message_of(problem) if problem and not problem.field else None


def told(form: Any, problem: Problem) -> Any:
    """The form with the problem said at its field."""
    if problem.field and problem.field in form:
        form[problem.field].errors = [*form[problem.field].errors, message_of(problem)]
    return form


def small_deed(person_id: Any, name: str, form: Any, deed: Callable[[], Any]) -> ResponseReturnValue:
    """One of the small forms of an officer's page, done or shown again as typed."""
    row = listing.officer_by(str(person_id))
    if not form.validate():
        return officer_page(row, (name, form)), 422
    try:
        with transaction():
            deed()
    except Problem as problem:
        if problem.code in ("not-found", "officers-of-others"):
            raise
        row = listing.officer_by(str(person_id))
        return officer_page(row, (name, told(form, problem)), problem), problem.status
    return redirect(url_for("officers.show", person_id=person_id), 303)


def side_by_side(stored: Mapping[str, Any], typed: Mapping[str, Any]) -> list[tuple[Any, Any, Any]]:
    """Where two versions of an entry differ: the field, what is stored, what was typed; in words."""
    names = names_of()
    return [
        (words.FIELDS[one], words.value(one, stored[one], names), words.value(one, typed[one], names))
        for one in typed
        if stored[one] != typed[one]
    ]


def text(name: str) -> str:
    """What an address says, without what no database takes."""
    return request.args.get(name, "").replace("\0", "").strip()[:SEARCH_LENGTH]
