"""Pages for the enterprise, without an account: the code at the door, and the prior notice."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.catalogue.words import methods
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.planning.dispatch import door, notices, paper, queries
from server.planning.dispatch.forms import CORRECTION, CorrectionForm
from server.planning.dispatch.model import PriorNotice, Sending
from server.visits import bundle
from server.web import errors
from server.web.gate import PUBLIC, allow

blueprint = Blueprint("door", __name__, template_folder="templates")


@blueprint.errorhandler(Problem)
def refused(problem: Problem) -> ResponseReturnValue:
    """Somebody at a door who is shown a wrong code is told so in plain words, and whom to call."""
    answer = errors.answer(problem)
    if problem.code == "code-unknown" and answer.mimetype == "text/html":
        return render_template("dispatch/unknown_code.html"), problem.status
    return answer


@blueprint.get("/d/<code>")
@allow(PUBLIC)
def page(code: str) -> str:
    """Whether a visit is genuine, who comes, on what basis, and what one may do about it."""
    return render_template("dispatch/door.html", door=door.at(code))


@blueprint.get("/n/<code>")
@allow(PUBLIC)
def notice(code: str) -> str:
    """The prior notice of a visit."""
    return _page(code, CorrectionForm(formdata=None))


@blueprint.get("/n/<code>/notice.pdf")
@allow(PUBLIC)
def printed(code: str) -> Response:
    """The same on paper."""
    return paper.sent(_ahead(code), paper.PRIOR)


@blueprint.post("/n/<code>/receipt")
@allow(PUBLIC)
def receive(code: str) -> ResponseReturnValue:
    """我已知悉."""
    with transaction():
        notices.receive(code)
    return redirect(url_for("door.notice", code=code, _anchor="receipt"), 303)


@blueprint.post("/n/<code>/corrections")
@allow(PUBLIC)
def correct(code: str) -> ResponseReturnValue:
    """What was put right before the visit."""
    form = CorrectionForm()
    if not form.validate():
        return _page(code, form), 422
    try:
        with transaction():
            notices.correct(code, form.item.data or "", form.said.data)
    except Problem as problem:
        if problem.code == "code-unknown":
            raise
        return _page(code, form, problem), problem.status
    return redirect(url_for("door.notice", code=code, _anchor="corrections"), 303)


def _ahead(code: str) -> Sending:
    """What a notice announces; called off, it names nothing any more."""
    sending = queries.whole(queries.notice_by(code).visit_id)
    if sending.visit.cancelled_at:
        raise Problem("visit-cancelled")
    return sending


def _page(code: str, form: CorrectionForm, problem: Problem | None = None) -> str:
    given = queries.notice_by(code)
    sending = queries.whole(given.visit_id)
    merged = queries.whole(sending.merged_into) if sending.merged_into else None
    document = bundle.load(sending.visit.bundle_digest)
    (shown,) = paper.notices([sending], paper.PRIOR)
    items = [one for one in document["checklist"]["items"] if not one.get("exempt")]
    form.item.choices = [("", "–"), *((one["id"], one["content"][:60]) for one in items)]
    return render_template(
        "dispatch/notice_page.html",
        notice=given,
        shown=shown,
        methods=methods,
        sending=sending,
        merged=merged if merged and not merged.visit.cancelled_at else None,
        merged_notice=db.session.get(PriorNotice, merged.visit_id) if merged else None,
        form=form,
        message=problem.detail(str(get_locale())) if problem else None,
        moved=queries.last_move(given.visit_id),
        corrections=queries.corrections(given.visit_id),
        contents={one["id"]: one["content"] for one in items},
        open=notices.is_open(sending.visit),
        most=CORRECTION,
    )
