"""The draw's part of a task's page, and what of it waits for a person."""

from __future__ import annotations

from collections.abc import Iterator

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from server.accounts.model import Person
from server.infra.db import db
from server.planning.draw import access, actions, course, showing, substituting
from server.planning.draw.course import OPEN, DrawState
from server.planning.draw.freezing import SOURCES
from server.planning.draw.model import Draw
from server.planning.tasks.model import Task
from server.planning.tasks.rules import TaskState
from server.web.waiting import Waiting


def shown(task: Task, person: Person) -> Markup | None:
    """Where the draw of a task stands, with the next act."""
    draw = showing.latest(task)
    if draw is None and (task.state != TaskState.AGREED or task.source not in SOURCES):
        return None
    may_run = course.runs(person.roles, person.department, task.lead)
    may_read = access.may_read(person, task)
    return Markup(  # noqa: S704 - a template of ours
        render_template("draw/panel.html", may_run=may_run, may_read=may_read, **showing.ceremony(task))
    )


def waits(person: Person) -> Iterator[Waiting]:
    """The next acts of ceremonies, and substitutions to be decided."""
    query = select(Draw, Task).join(Task, Task.id == Draw.task_id).where(Draw.state.in_(OPEN))
    for draw, task in db.session.execute(query.options(selectinload(Draw.parties))):
        label = _next_act(draw, task, person)
        if label:
            yield Waiting(f"{label} · {task.name}", 1, url_for("draw.show", task_id=task.id))
    count = substituting.to_decide(person)
    if count:
        yield Waiting(_("Substitutions to be decided"), count, url_for("substitutions.index"))


def _next_act(draw: Draw, task: Task, person: Person) -> str | None:
    roles, department = person.roles, person.department
    if draw.state == DrawState.FROZEN:
        may = course.may_approve(roles, department, task.lead) and person.id != draw.frozen_by
        return _("Approve the frame of a draw") if may else None
    own = [one for one in draw.parties if course.speaks_for(one.party, roles, department)]
    if draw.state == DrawState.APPROVED and any(one.commitment is None for one in own):
        return _("Commit to a draw")
    late = actions.is_late(draw)
    if draw.state == DrawState.COMMITTED and not late and any(one.secret is None for one in own):
        return _("Open the secret of a draw")
    if not course.runs(roles, department, task.lead):
        return None
    if actions.may_fall(draw):
        return _("Let the randomness of a draw fall")
    return _("Give this draw up") if late and draw.state == DrawState.COMMITTED else None
