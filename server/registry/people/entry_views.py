"""The office's forms of an officer's entry: a new one, its change, its end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts import newcomers
from server.accounts.current import current_person
from server.accounts.model import Person
from server.accounts.rules import Role
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.registry.people import actions, listing, rules, words
from server.registry.people.forms import NewOfficerForm, OfficerForm, ReasonForm, number
from server.registry.people.listing import Row
from server.registry.people.pages import general, names_of, side_by_side, small_deed, told
from server.registry.people.rules import WRITERS
from server.web.gate import allow

blueprint = Blueprint("entry", __name__)

SHOWN = {"people-changed-meanwhile", "certificate-number-odd", "certificate-number-taken", "days-reversed"}
"""What is told within the form of an officer; anything else has a page of its own."""



@blueprint.get("/new")
@allow(*WRITERS)
def new() -> ResponseReturnValue:
    """The form of a new officer of a department."""
    department = _department()
    if department is None:
        return render_template("people/choose_department.html", departments=listing.departments())
    return _new_form(_offered(NewOfficerForm()), department)


@blueprint.post("/new")
@allow(*WRITERS)
def add() -> ResponseReturnValue:
    """Enter an officer, with a new account where there is none."""
    department, form = _department(), _offered(NewOfficerForm())
    if department is None:
        raise Problem("choice-needed", field="department")
    if not form.validate():
        return _new_form(form, department), 422
    secret = newcomers.one_time() if form.username.data else None
    try:
        with transaction():
            actor = current_person()
            rules.refuse_foreign(actor.roles, actor.department, department)
            person = _somebody(form, department, secret)
            actions.enter(actor, person, form.entry(), form.reason.data)
            username, person_id = person.username, person.id
    except Problem as problem:
        return _new_form(told(form, problem), department, problem), problem.status
    if secret:
        return render_template(
            "people/account.html", username=username, password=secret.password, person_id=person_id
        ), 201
    return redirect(url_for("officers.show", person_id=person_id), 303)


@blueprint.get("/<uuid:person_id>/edit")
@allow(*WRITERS)
def edit(person_id: Any) -> ResponseReturnValue:
    """The form of an entry."""
    row = _own(str(person_id))
    return _edit_form(_offered(OfficerForm(obj=row.officer)), row)


@blueprint.post("/<uuid:person_id>/edit")
@allow(*WRITERS)
def change(person_id: Any) -> ResponseReturnValue:
    """Change an entry; where it was changed meanwhile, both versions are shown and nothing is lost."""
    form = _offered(OfficerForm())
    if not form.validate():
        return _edit_form(form, _own(str(person_id))), 422
    try:
        with transaction():
            actions.change(
                current_person(), str(person_id), form.entry(), form.reason.data, number(form.revision.data)
            )
    except Problem as problem:
        if problem.code not in SHOWN:
            raise
        return _edit_form(told(form, problem), listing.officer_by(str(person_id)), problem), problem.status
    return redirect(url_for("officers.show", person_id=person_id), 303)


@blueprint.post("/<uuid:person_id>/end")
@allow(*WRITERS)
def end(person_id: Any) -> ResponseReturnValue:
    """The certificate is withdrawn."""
    form = ReasonForm()
    return small_deed(
        person_id, "end", form, lambda: actions.end(current_person(), str(person_id), form.reason.data)
    )


@blueprint.post("/<uuid:person_id>/return")
@allow(*WRITERS)
def bring_back(person_id: Any) -> ResponseReturnValue:
    """It was not, after all."""
    form = ReasonForm()
    return small_deed(
        person_id, "return", form,
        lambda: actions.bring_back(current_person(), str(person_id), form.reason.data),
    )  # fmt: skip


def _own(person_id: str) -> Row:
    """An officer the person signed in may change."""
    row, person = listing.officer_by(person_id), current_person()
    rules.refuse_foreign(person.roles, person.department, row.person.department)
    if row.officer.ended_at is not None:
        raise Problem("officer-ended")
    return row


def _department() -> str | None:
    """The department a new officer is of: one's own, or for the office the one the address names."""
    person = current_person()
    if "office" not in person.roles:
        return person.department
    said = request.args.get("department", "")
    return said if any(one.code == said for one in listing.departments()) else None


def _somebody(form: NewOfficerForm, department: str, secret: newcomers.OneTime | None) -> Person:
    """Whom the form names: an account of the department, or a new one of it."""
    if secret:
        if not form.new_name.data:
            raise Problem("person-needed", field="new_name")
        return newcomers.open_account(
            current_person(), secret, name=form.new_name.data, username=form.username.data,
            department=department, role=Role.INSPECTOR,
        )  # fmt: skip
    person = db.session.get(Person, form.person.data) if form.person.data else None
    if person is None or person.department != department or not person.active:
        raise Problem("person-needed", field="person")
    return person


def _offered(form: Any) -> Any:
    form.offer(listing.industries(), listing.grids())
    return form


def _new_form(form: NewOfficerForm, department: str, problem: Problem | None = None) -> str:
    form.offer_people(listing.candidates(department))
    return render_template(
        "people/new_officer.html",
        form=form,
        department=department,
        names=names_of(),
        message=general(problem),
        types=words.CERTIFICATE_TYPES,
    )


def _edit_form(form: OfficerForm, row: Row, problem: Problem | None = None) -> str:
    """The form as typed; after somebody else's change with it taken in, and what both changed above."""
    beside = None
    if problem and problem.code == "people-changed-meanwhile":
        both = form.meet(OfficerForm(formdata=None, obj=row.officer))
        beside = side_by_side(actions.shown(actions.said(row.officer)), actions.shown(both.entry()))
    return render_template(
        "people/edit_officer.html",
        form=form,
        row=row,
        beside=beside,
        last=listing.last_change(actions.KIND, row.person.id) if beside else None,
        message=general(problem),
        types=words.CERTIFICATE_TYPES,
        words=words,
    )
