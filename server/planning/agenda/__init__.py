"""Who goes where when: calendar and workload; what waits for a person."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.planning.agenda import home
from server.web import nav


def init(app: Flask) -> None:
    """Wire the room."""
    app.register_blueprint(home.blueprint)
    nav.register(app, nav.NavItem(_("My tasks"), "home", "home.index", order=0))
