"""The office's deeds on a visit: another team, another lead, calling it off.

Once a visit has begun each is asked twice: the page says what there is already and what will become of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from server.accounts.current import current_person
from server.accounts.model import Person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.visits import access, assigning, journal, ports, queries
from server.visits.model import Visit
from server.visits.views import visit_page
from server.web.gate import SIGNED_IN, allow

blueprint = Blueprint("deeds", __name__, url_prefix="/office/visits", template_folder="templates")

REASON_LENGTH = 500

Form = MultiDict[str, str]


@blueprint.post("/<visit_id>/cancellation")
@allow(SIGNED_IN)
def cancel(visit_id: str) -> ResponseReturnValue:
    """Call the visit off, with a reason."""
    return _direct(visit_id, "cancel", _cancel)


@blueprint.post("/<visit_id>/departures")
@allow(SIGNED_IN)
def leave(visit_id: str) -> ResponseReturnValue:
    """Take a member off the team, with a reason."""
    return _direct(visit_id, "leave", _leave)


@blueprint.post("/<visit_id>/members")
@allow(SIGNED_IN)
def join(visit_id: str) -> ResponseReturnValue:
    """Put an officer on the team, or give a member another part, with a reason."""
    return _direct(visit_id, "join", _join)


def read_reason(form: Form) -> str:
    """The reason given; `reason-needed` without one."""
    reason = form.get("reason", "").strip()
    if not 1 <= len(reason) <= REASON_LENGTH or "\0" in reason:
        raise Problem("reason-needed", field="reason", length=REASON_LENGTH)
    return reason


def _cancel(visit: Visit, form: Form) -> Callable[[], object]:
    reason = read_reason(form)
    return lambda: assigning.cancel_visit(current_person().id, visit.id, reason)


def _leave(visit: Visit, form: Form) -> Callable[[], object]:
    if ports.substitutes_at(visit.id):
        raise Problem("team-drawn")  # a department would be left with one officer
    person, reason = _person(queries.members(visit), form), read_reason(form)
    if person in queries.leads(visit):
        raise Problem("visit-lead")  # before anything is to be confirmed
    return lambda: assigning.reassign(current_person().id, visit.id, leaves=[person], reason=reason)


def _join(visit: Visit, form: Form) -> Callable[[], object]:
    officers = queries.candidates(visit)
    if ports.substitutes_at(visit.id) and form.get("person") not in {"", *(one.id for one in officers)}:
        raise Problem("team-drawn")
    person, reason = _person(officers, form), read_reason(form)
    if officers[person]:
        raise Problem("person-kept-away", field="person", person=person.name)
    part = form.get("part", "member")
    joins = [assigning.Assignment(person, lead=part == "lead", deputy=part == "deputy")]
    if part == "lead":  # the lead so far stays on the team as a member
        joins += [assigning.Assignment(one) for one in queries.leads(visit) if one.id != person.id]
    return lambda: assigning.reassign(current_person().id, visit.id, joins=joins, reason=reason)


def _direct(
    visit_id: str, form_name: str, read: Callable[[Visit, Form], Callable[[], object]]
) -> ResponseReturnValue:
    """One deed on a visit by those who direct it; what was typed stays if it cannot be done."""
    visit = queries.visit_for_office(current_person(), visit_id)
    if not access.may_direct(current_person(), visit):
        raise Problem("not-allowed")
    try:
        with transaction():
            deed = read(journal.lock_visit(visit.id), request.form)
            _confirm(visit)
            deed()
    except Problem as problem:
        fresh = queries.visit_for_office(current_person(), visit_id)
        return visit_page(fresh, form_name, problem), problem.status
    return redirect(url_for("visits.show", visit_id=visit.id), 303)


def _confirm(visit: Visit) -> None:
    """Where entries exist, the same form is to be sent once more, knowing what there is."""
    if not visit.cancelled_at and queries.has_entries(visit) and request.form.get("confirmed") != "yes":
        raise Problem("confirm-needed")


def _person(choices: Iterable[Person], form: Form) -> Person:
    """The person chosen, if they are among those one may choose."""
    for person in choices:
        if person.id == form.get("person"):
            return person
    raise Problem("person-needed", field="person")
