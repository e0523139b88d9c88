"""Draws made on the province's platform: their file becomes a task that is drawn already, marked so."""

from flask import Flask, render_template
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from server.accounts.model import Person
from server.infra.db import db
from server.planning.elsewhere import views
from server.planning.files.model import Attachment
from server.planning.tasks import panels, words
from server.planning.tasks.model import Task
from server.planning.tasks.rules import TaskSource


def init(app: Flask) -> None:
    """Wire the room."""
    words.DEEDS["drawn-elsewhere"] = _("Drawn elsewhere, imported")
    app.register_blueprint(views.blueprint)
    panels.register(app, _on_task, order=30)


def _on_task(task: Task, _person: Person) -> Markup | None:
    """Where it was drawn, under which number, and the file it came with."""
    if task.source != TaskSource.ELSEWHERE:
        return None
    file = db.session.get(Attachment, task.attachment_id) if task.attachment_id else None
    return Markup(render_template("elsewhere/on_task.html", task=task, file=file))  # noqa: S704 - our own template
