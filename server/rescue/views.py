"""The office's pages of rescue files: bringing one in, what came of it, and the list of all."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user

from server.accounts.current import current_person
from server.kernel import ids, instants
from server.kernel.problems import Problem
from server.rescue import actions, listing
from server.rescue.listing import Place
from server.web.gate import allow

blueprint = Blueprint("rescue", __name__, url_prefix="/office/rescue", template_folder="templates")

ROLES = ("admin", "office")
AIR = 1024 * 1024
"""What a form adds to the file in it."""


@blueprint.url_value_preprocessor
def allow_large_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A rescue file is as large as the films in it; to those who may bring one in, and to nobody else."""
    if request.method == "POST" and current_user.is_authenticated and set(ROLES) & current_user.roles:
        request.max_content_length = current_app.config["MAX_UPLOAD"] + AIR


@blueprint.get("")
@allow(*ROLES)
def index() -> str:
    """The list, and the form above it."""
    return _list()


@blueprint.post("")
@allow(*ROLES)
def receive() -> ResponseReturnValue:
    """Bring a file in; it is refused at once if it is none."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Problem("rescue-not-a-file", field="file")
        with file.stream as stream:
            made = actions.receive(current_person(), stream)
    except Problem as problem:
        return _list(problem), problem.status
    return redirect(url_for("rescue.show", import_id=made.id), 303)


@blueprint.get("/<import_id>")
@allow(*ROLES, live=True)
def show(import_id: str) -> str:
    """What came of one: by visit, and what was damaged. While it is being taken in, the page asks again."""
    row = listing.import_by(import_id)
    return render_template(
        "rescue/show.html", row=row, names=listing.names_of([row]), visits=listing.visits_of(row)
    )


def _list(problem: Problem | None = None) -> str:
    return render_template(
        "rescue/index.html",
        page=listing.page_of_imports(_place()),
        link=_link,
        message=problem.detail(str(get_locale())) if problem else None,
    )


def _place() -> Place | None:
    """A place in the list, from `INSTANT,ID`; a mangled address begins at the top."""
    at, _, import_id = request.args.get("after", "").partition(",")
    try:
        instant = instants.parse(at).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return Place(instant, import_id) if ids.is_uuid(import_id) else None


def _link(place: Place) -> str:
    return url_for("rescue.index", after=f"{place.at.isoformat()},{place.id}")
