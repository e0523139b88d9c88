"""The office's page of what was frozen: the second person looks at it before approving, and not at counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from server.accounts.current import current_person
from server.kernel.problems import Problem
from server.planning.draw import access, frozen, queries, showing, words
from server.planning.draw.model import Draw
from server.planning.draw.result_views import whole
from server.planning.tasks.model import Task
from server.planning.tasks.queries import task_of
from server.planning.tasks.rules import READERS
from server.web.exports import exported
from server.web.gate import allow

blueprint = Blueprint("frame", __name__, template_folder="templates")

CAPPED, OFFICERS = "capped", "officers"


@blueprint.get("/frame")
@allow(*READERS)
def show(task_id: Any) -> str:
    """The candidates of a class, those left out, or the officers; page by page."""
    task, draw = _frozen(task_id)
    start = whole(request.args.get("after", ""))
    sizes = dict(sorted(draw.sizes.items()))
    part = request.args.get("part", "")
    if part not in {*sizes, CAPPED, OFFICERS}:
        part = next(iter(sizes))
    sent = frozen.officers(draw) if part == OFFICERS else []
    return render_template(
        "draw/frame.html",
        task=task,
        draw=draw,
        sizes=sizes,
        part=part,
        rows=_listed(draw, part, start) if part != OFFICERS else [],
        officers=sent[start : start + queries.PAGE],
        start=start,
        total=len(sent) if part == OFFICERS else sizes.get(part, draw.left_out),
        step=queries.PAGE,
        departments=showing.called(),
        words=words,
        export=lambda form: url_for("draw.frame.export", task_id=task.id, form=form),
    )


@blueprint.get("/frame/export.<form>")
@allow(*READERS)
def export(task_id: Any, form: str) -> Response:
    """All candidates and those left out, as a file."""
    task, draw = _frozen(task_id)
    return exported(f"{task.name} {_('Frame')}", _columns(), _rows(draw), form)


def _frozen(task_id: Any) -> tuple[Task, Draw]:
    person = current_person()
    task = task_of(person, str(task_id))
    if not access.may_see_frame(person, task):
        raise Problem("not-allowed")
    draw = showing.latest(task)
    if draw is None:
        raise Problem("not-found")
    return task, draw


def _listed(draw: Draw, part: str, start: int) -> list[frozen.Listed]:
    if part == CAPPED:
        return frozen.capped(draw, start, queries.PAGE)
    return frozen.candidates(draw, part, start, queries.PAGE)


def _columns() -> list[tuple[str, str]]:
    return [
        ("stratum", _("Class")),
        ("place", _("No.")),
        ("name", _("Subject")),
        ("uscc", _("Credit code")),
        ("town", _("Town")),
        ("state", _("State")),
    ]


def _rows(draw: Draw) -> Iterator[dict[str, Any]]:
    candidate, left_out = _("Candidate"), _("Left out: visited as often as it may be")
    for stratum, one in frozen.everybody(draw):
        yield {"stratum": stratum, **vars(one), "state": candidate if stratum else left_out}
