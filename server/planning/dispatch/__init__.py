"""Dispatch: visits out of drawn subjects, their notices, the code at the door, changes."""

from flask import Flask

from server.planning.dispatch import (
    changes,
    model,
    notice_views,
    panel,
    public_views,
    views,
    waiting,
)
from server.planning.tasks import panels as task_panels
from server.visits import panels as visit_panels
from server.visits.signals import visit_changed
from server.web import waiting as home

__all__ = ["init", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
    app.register_blueprint(views.blueprint)
    app.register_blueprint(notice_views.blueprint)
    app.register_blueprint(public_views.blueprint)
    task_panels.register(app, panel.on_task, order=60)
    visit_panels.register(app, panel.on_visit)
    visit_changed.connect(changes.note)
    home.register(app, waiting.source)
