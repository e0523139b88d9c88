"""The monthly review of officers and experts."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.accounts.current import current_person
from server.infra.db import transaction
from server.registry.people import reviewing, rules
from server.registry.people.rules import READERS, WRITERS
from server.web.gate import allow

blueprint = Blueprint("review", __name__, url_prefix="/review")

ALL_ROLES = {"admin", "office", "supervisor"}


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """What looks stale: of one's own department, or of all."""
    person = current_person()
    codes = None if ALL_ROLES & person.roles else [str(person.department)]
    return render_template(
        "people/review.html",
        month=reviewing.month(),
        findings=reviewing.officers_by_department(codes),
        lines=reviewing.LINES,
        ending=reviewing.experts_ending(),
        experts_mark=reviewing.marks_of([reviewing.EXPERTS]).get(reviewing.EXPERTS),
        may_mark=lambda code: rules.may_change(person.roles, person.department, code),
        is_office="office" in person.roles,
    )


@blueprint.post("/officers/<department>")
@allow(*WRITERS)
def mark_officers(department: str) -> ResponseReturnValue:
    """A department's officers were gone through."""
    with transaction():
        reviewing.mark_officers(current_person(), department)
    return redirect(url_for("officers.review.index"), 303)


@blueprint.post("/experts")
@allow("office")
def mark_experts() -> ResponseReturnValue:
    """The experts were gone through."""
    with transaction():
        reviewing.mark_experts(current_person())
    return redirect(url_for("officers.review.index"), 303)
