"""Officers and experts: who may be sent or asked, and what keeps them away."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.registry.people import away_views, expert_views, finding, views
from server.web import nav


def init(app: Flask) -> None:
    """Wire the room."""
    app.register_blueprint(views.blueprint)
    app.register_blueprint(away_views.own)
    app.register_blueprint(expert_views.blueprint)
    finding.init(app)
    nav.register(app, nav.NavItem(_("Officers"), "id-badge", "officers.index", order=50))
    nav.register(app, nav.NavItem(_("Experts"), "users", "experts.index", order=52))
    nav.register(app, nav.NavItem(_("My absences and recusals"), "user-off", "own_officer.index", order=54))
