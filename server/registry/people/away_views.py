"""The office's deeds on an officer's absences and recusals, and the page where officers say their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.accounts.current import current_person
from server.accounts.rules import Role
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.registry.people import away, listing, words
from server.registry.people.forms import AbsenceForm, EndAbsenceForm, ReasonForm, RecusalForm
from server.registry.people.pages import blank_forms, message_of, names_of, small_deed, told
from server.registry.people.rules import WRITERS
from server.web.gate import allow

blueprint = Blueprint("away", __name__)
own = Blueprint("own_officer", __name__, url_prefix="/office/officers/me", template_folder="templates")

@blueprint.post("/<uuid:person_id>/absences")
@allow(*WRITERS)
def be_absent(person_id: Any) -> ResponseReturnValue:
    """Enter an absence."""
    form = AbsenceForm()
    return small_deed(person_id, "absence", form, lambda: enter_absence(str(person_id), form))


@blueprint.post("/<uuid:person_id>/absences/<uuid:absence_id>/end")
@allow(*WRITERS)
def end_absence(person_id: Any, absence_id: Any) -> ResponseReturnValue:
    """Back sooner than entered, or never away."""
    form = EndAbsenceForm()
    return small_deed(
        person_id, f"end-{absence_id}", form, lambda: cut_short(str(person_id), str(absence_id), form)
    )


@blueprint.post("/<uuid:person_id>/recusals")
@allow(*WRITERS)
def recuse(person_id: Any) -> ResponseReturnValue:
    """Enter a recusal."""
    form = RecusalForm()
    return small_deed(person_id, "recusal", form, lambda: enter_recusal(str(person_id), form))


@blueprint.post("/<uuid:person_id>/recusals/<uuid:recusal_id>/end")
@allow(*WRITERS)
def lift_recusal(person_id: Any, recusal_id: Any) -> ResponseReturnValue:
    """Lift a recusal, with a reason."""
    form = ReasonForm()
    return small_deed(
        person_id, f"lift-{recusal_id}", form,
        lambda: away.lift_recusal(current_person(), str(person_id), str(recusal_id), form.reason.data),
    )  # fmt: skip


@own.get("")
@allow(Role.INSPECTOR)
def index() -> str:
    """What keeps me away."""
    return _own_page()


@own.post("/absences")
@allow(Role.INSPECTOR)
def be_absent_myself() -> ResponseReturnValue:
    """Enter an absence of one's own."""
    form = AbsenceForm()
    return _own_deed("absence", form, lambda: enter_absence(current_person().id, form))


@own.post("/absences/<uuid:absence_id>/end")
@allow(Role.INSPECTOR)
def end_own_absence(absence_id: Any) -> ResponseReturnValue:
    """Back sooner than said."""
    form = EndAbsenceForm()
    return _own_deed(f"end-{absence_id}", form, lambda: cut_short(current_person().id, str(absence_id), form))


@own.post("/recusals")
@allow(Role.INSPECTOR)
def recuse_myself() -> ResponseReturnValue:
    """Declare a relation to a legal person or an interest in it."""
    form = RecusalForm()
    return _own_deed("recusal", form, lambda: enter_recusal(current_person().id, form))


def enter_absence(person_id: str, form: AbsenceForm) -> None:
    """The absence a form says."""
    away.be_absent(
        current_person(), person_id, form.kind.data, form.since.data, form.until.data, form.reason.data
    )


def cut_short(person_id: str, absence_id: str, form: EndAbsenceForm) -> None:
    """The end of an absence a form says."""
    away.end_absence(current_person(), person_id, absence_id, form.last_day.data, form.reason.data)


def enter_recusal(person_id: str, form: RecusalForm) -> None:
    """The recusal a form says."""
    uscc = form.pick.data or form.uscc.data
    away.recuse(current_person(), person_id, uscc, form.type.data, form.reason.data)


def _own_deed(name: str, form: Any, deed: Callable[[], Any]) -> ResponseReturnValue:
    if not form.validate():
        return _own_page((name, form)), 422
    try:
        with transaction():
            deed()
    except Problem as problem:
        if problem.code == "not-found":
            raise
        return _own_page((name, told(form, problem)), problem), problem.status
    return redirect(url_for("own_officer.index"), 303)


def _own_page(open_form: tuple[str, Any] | None = None, problem: Problem | None = None) -> str:
    """One's own absences and recusals. Somebody with the role but no entry is told whom to ask."""
    person = current_person()
    forms = blank_forms() | dict([open_form] if open_form else [])
    forms["recusal"].only_declared()
    return render_template(
        "people/own.html",
        row=listing.officer_or_none(person.id),
        absences=listing.absences_of(person.id),
        recusals=listing.recusals_of(person.id),
        forms=forms,
        open_form=open_form[0] if open_form else None,
        problem=problem,
        message=message_of(problem),
        names=names_of(),
        today=listing.today(),
        words=words,
        end_absence_at=lambda one: url_for(
            "own_officer.end_own_absence", absence_id=one, _anchor="absences"
        ),
    )
