"""Rescue files: what a phone could not send any more, opened at the office and taken in as if pushed."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.rescue import model as model
from server.rescue import views
from server.web import nav


def init(app: Flask) -> None:
    """Wire the room."""
    app.register_blueprint(views.blueprint)
    nav.register(app, nav.NavItem(_("Rescue files"), "device-floppy", "rescue.index", order=75))
