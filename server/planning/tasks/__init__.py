"""Tasks: negotiated between departments, approved by their heads."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.planning import files
from server.planning.tasks import model, panels, queries, views
from server.web import nav

__all__ = ["init", "model", "panels"]


def init(app: Flask) -> None:
    """Wire the room."""
    app.register_blueprint(views.blueprint)
    files.access.register(app, queries.concerns)
    nav.register(app, nav.NavItem(_("Inspection tasks"), "clipboard-check", "tasks.index", order=14))
