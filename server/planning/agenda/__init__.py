"""Who goes where when: calendar and workload; what waits for a person."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.planning.agenda import home, views
from server.web import nav


def init(app: Flask) -> None:
    """Wire the room."""
    app.register_blueprint(home.blueprint)
    app.register_blueprint(views.blueprint)
    nav.register(app, nav.NavItem(_("My tasks"), "home", "home.index", order=0))
    nav.register(app, nav.NavItem(_("Calendar"), "calendar", "agenda.index", order=22))
