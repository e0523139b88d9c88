"""The draw: frame, commitments, reveal, teams, reserves; the public page and what an outsider runs."""

from flask import Flask

from server.planning import files
from server.planning.draw import (
    chosen,
    frame_views,
    model,
    panel,
    public_views,
    queries,
    result_views,
    substituting,
    views,
    words,
)
from server.planning.tasks import panels
from server.planning.tasks import ports as task_ports
from server.planning.tasks import words as task_words
from server.planning.tasks.approvals import facts
from server.web import waiting

__all__ = ["init", "model"]

views.blueprint.register_blueprint(frame_views.blueprint)
views.blueprint.register_blueprint(result_views.blueprint)


def init(app: Flask) -> None:
    """Wire the room."""
    task_words.DEEDS.update(words.DEEDS)
    task_ports.draw_is_open = queries.is_open
    task_ports.drawn_with = queries.noted_under
    app.register_blueprint(views.blueprint)
    app.register_blueprint(public_views.blueprint)
    app.register_blueprint(result_views.decisions)
    files.access.register(app, substituting.concerns)
    panels.register(app, panel.shown, order=40)
    facts.register(app, chosen.chosen)
    waiting.register(app, panel.waits)
