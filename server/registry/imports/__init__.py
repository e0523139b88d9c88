"""Files of enterprises: read, shown as what they would do, written as one, taken back as one."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.registry.imports import commands, model, source_views, views
from server.web import nav

__all__ = ["init", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
    app.register_blueprint(views.blueprint)
    app.register_blueprint(source_views.blueprint)
    app.cli.add_command(commands.registry_commands)
    nav.register(app, nav.NavItem(_("Imports"), "database", "imports.index", order=58))
