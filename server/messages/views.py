"""The page of what one was told, and how one is told beyond the app."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.infra.clock import now
from server.infra.db import transaction
from server.kernel import ids, instants
from server.kernel.problems import Problem
from server.messages import actions, listing, push
from server.messages.listing import Place
from server.web.gate import SIGNED_IN, allow
from server.web.i18n import local_path

blueprint = Blueprint("messages", __name__, url_prefix="/office/messages", template_folder="templates")


@blueprint.get("")
@allow(SIGNED_IN)
def index() -> str:
    """What I was told, new first."""
    return _page()


@blueprint.get("/bell")
@allow(SIGNED_IN, live=True)
def bell() -> str:
    """The bell of the head, with the number of new messages."""
    return render_template("messages/bell.html", new=listing.unseen(current_person().id))


@blueprint.post("/<message_id>")
@allow(SIGNED_IN)
def open_(message_id: str) -> ResponseReturnValue:
    """Open a message: it is seen from then on, and leads to what it is about."""
    with transaction():
        target = actions.see(current_person(), message_id).link
    return redirect(local_path(target) or url_for("messages.index"), 303)


@blueprint.post("/all")
@allow(SIGNED_IN)
def see_all() -> ResponseReturnValue:
    """All that the page showed is seen."""
    try:
        until = instants.parse(request.form.get("until", "")).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Problem("bad-request") from error
    with transaction():
        actions.see_all(current_person(), until)
    return redirect(url_for("messages.index"), 303)


@blueprint.post("/address")
@allow(SIGNED_IN)
def choose_address() -> ResponseReturnValue:
    """Where I want e-mail."""
    try:
        with transaction():
            actions.write_to(current_person(), request.form.get("email", ""))
    except Problem as problem:
        return _page(problem), problem.status
    return redirect(url_for("messages.index", _anchor="telling"), 303)


def _page(problem: Problem | None = None) -> str:
    person = current_person()
    page = listing.page_of_messages(person, _place())
    return render_template(
        "messages/index.html",
        page=page,
        unseen=listing.unseen(person.id),
        most=listing.MOST_COUNTED,
        until=instants.rfc3339(now()),
        email=request.form.get("email", "") if problem else person.email or "",
        message=problem.detail(str(get_locale())) if problem else "",
        mails=bool(current_app.config["MAIL_URL"]),
        push_key=push.public_key(),
        next=_link(page.next) if page.next else None,
    )


def _link(place: Place) -> str:
    return url_for("messages.index", after=f"{place.seen:d},{place.at.isoformat()},{place.id}")


def _place() -> Place | None:
    """A place in the list, from `SEEN,INSTANT,ID`; a mangled address begins at the top."""
    seen, _comma, rest = request.args.get("after", "").partition(",")
    at, _comma, message_id = rest.partition(",")
    try:
        instant = instants.parse(at).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return Place(seen == "1", instant, message_id) if ids.is_uuid(message_id) else None
