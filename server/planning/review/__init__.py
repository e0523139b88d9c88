"""The draws of a year looked at: who was covered, what came twice, and whether it looks like chance."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.planning.review import census, views
from server.web import nav


def init(app: Flask) -> None:
    """Wire the room."""
    census.init()
    app.register_blueprint(views.blueprint)
    nav.register(app, nav.NavItem(_("Draws of the year"), "list-details", "draw_review.index", order=16))
