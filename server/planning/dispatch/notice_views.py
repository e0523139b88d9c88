"""The office's pages of one dispatched visit: its notice on paper, the prior notice, another time."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.documents import figures
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.planning.dispatch import changes, notices, paper, queries, rules
from server.planning.dispatch.forms import MergeForm, MoveForm, NoticeForm
from server.planning.dispatch.model import PriorNotice, Sending
from server.planning.tasks.rules import READERS
from server.web.gate import SIGNED_IN, allow

blueprint = Blueprint("notices", __name__, url_prefix="/office/visits", template_folder="templates")

WRITERS = ("office", "planner", "liaison")


@blueprint.get("/<uuid:visit_id>/notice.pdf")
@allow(SIGNED_IN)
def printed(visit_id: Any) -> Response:
    """The notice of inspection, to be sent beforehand or handed over on arrival (`variant=onsite`)."""
    sending = queries.sending_to_read(current_person(), str(visit_id))
    if sending.visit.cancelled_at:
        raise Problem("visit-cancelled")
    variant = paper.ON_SITE if request.args.get("variant") == paper.ON_SITE else paper.PRIOR
    return paper.sent(sending, variant)


@blueprint.get("/<uuid:visit_id>/prior-notice")
@allow(*READERS)
def show(visit_id: Any) -> str:
    """The prior notice of a visit, or the form to give it."""
    sending = queries.sending_to_read(current_person(), str(visit_id))
    given = db.session.get(PriorNotice, sending.visit_id)
    return _notice_page(sending, NoticeForm(formdata=None, obj=given))


@blueprint.post("/<uuid:visit_id>/prior-notice")
@allow(*WRITERS)
def give(visit_id: Any) -> ResponseReturnValue:
    """Note that the enterprise was told."""
    sending, form = queries.sending_to_read(current_person(), str(visit_id)), NoticeForm()
    if not form.validate():
        return _notice_page(sending, form), 422
    try:
        with transaction():
            notices.give(
                current_person(), sending.visit_id, form.way.data, form.recipient.data, form.materials.data
            )
    except Problem as problem:
        if problem.code == "not-allowed":
            raise
        fresh = queries.sending_to_read(current_person(), str(visit_id))
        return _notice_page(fresh, form, problem), problem.status
    return redirect(url_for("notices.show", visit_id=visit_id), 303)


@blueprint.get("/<uuid:visit_id>/move")
@allow(*WRITERS)
def where_to(visit_id: Any) -> str:
    """The form to move a visit."""
    sending = notices.directed(current_person(), str(visit_id))
    changes.refuse_begun(sending.visit)
    now_at = {"day": sending.visit.date, "half": rules.half_of(sending.visit.slot)}
    return _move_page(sending, MoveForm(formdata=None, data=now_at))


@blueprint.post("/<uuid:visit_id>/move")
@allow(*WRITERS)
def move(visit_id: Any) -> ResponseReturnValue:
    """Another half day."""
    sending, form = notices.directed(current_person(), str(visit_id)), MoveForm()
    changes.refuse_begun(sending.visit)
    if not form.validate():
        return _move_page(sending, form), 422
    try:
        with transaction():
            changes.move(
                current_person(),
                sending.visit_id,
                form.day.data,
                form.half.data,
                form.reason.data,
                form.confirmed.data or (),
            )
    except Problem as problem:
        if problem.code in ("not-allowed", "visit-begun", "visit-cancelled"):
            raise
        fresh = queries.sending_to_read(current_person(), str(visit_id))
        return _move_page(fresh, form, problem), problem.status
    return redirect(url_for("visits.show", visit_id=visit_id, _anchor="dispatch"), 303)


@blueprint.get("/<uuid:visit_id>/merge")
@allow(*WRITERS)
def with_which(visit_id: Any) -> str:
    """The form to merge two visits."""
    sending = notices.directed(current_person(), str(visit_id))
    return _merge_page(sending, _merge_form(sending, formdata=None))


@blueprint.post("/<uuid:visit_id>/merge")
@allow(*WRITERS)
def merge(visit_id: Any) -> ResponseReturnValue:
    """One visit instead of two."""
    sending = notices.directed(current_person(), str(visit_id))
    form = _merge_form(sending)
    if not form.validate():
        return _merge_page(sending, form), 422
    try:
        with transaction():
            changes.merge(current_person(), sending.visit_id, form.other.data, form.reason.data)
    except Problem as problem:
        if problem.code == "not-allowed":
            raise
        fresh = queries.sending_to_read(current_person(), str(visit_id))
        return _merge_page(fresh, form, problem), problem.status
    return redirect(url_for("visits.show", visit_id=visit_id, _anchor="dispatch"), 303)


def _merge_form(sending: Sending, **more: Any) -> MergeForm:
    form = MergeForm(**more)
    found = changes.mergeable(current_person(), sending.visit)
    form.other.choices = [(one.id, f"{one.number} · {one.date} {one.slot}") for one in found]
    return form


def _merge_page(sending: Sending, form: MergeForm, problem: Problem | None = None) -> str:
    message = _said(form, problem)
    return render_template("dispatch/merge.html", sending=sending, form=form, message=message)


def _notice_page(sending: Sending, form: NoticeForm, problem: Problem | None = None) -> str:
    person = current_person()
    return render_template(
        "dispatch/prior_notice.html",
        sending=sending,
        form=form,
        message=_said(form, problem),
        notice=db.session.get(PriorNotice, sending.visit_id),
        corrections=queries.corrections(sending.visit_id),
        contents=queries.contents(sending.visit),
        may=rules.may_dispatch(person.roles, person.department, sending.task.lead),
        open=notices.is_open(sending.visit),
        qr=figures.qr_code,
    )


def _move_page(sending: Sending, form: MoveForm, problem: Problem | None = None) -> str:
    said = request.method == "POST" and form.day.data
    return render_template(
        "dispatch/move.html",
        sending=sending,
        form=form,
        message=_said(form, problem),
        asked=changes.liberties(sending, form.day.data) if said else [],
    )


def _said(form: Any, problem: Problem | None) -> str | None:
    """What is wrong: at its field where it has one, else above the form."""
    if problem is None:
        return None
    text = problem.detail(str(get_locale()))
    if problem.field and problem.field in form:
        form[problem.field].errors = [*form[problem.field].errors, text]
        return None
    return text
