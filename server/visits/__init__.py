"""The journal of a joint visit, the fold, the sync API, sign-off, and the office's view of it all."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.accounts import ports as ports_of_accounts
from server.accounts.signals import device_enrolled
from server.visits import (
    access,
    actions,
    api,
    chains,
    commands,
    deeds_views,
    finding,
    held_views,
    public_views,
    views,
)
from server.web import nav


def init(app: Flask) -> None:
    """Wire the room."""
    app.jinja_env.globals["is_withheld"] = access.is_withheld
    app.register_blueprint(views.blueprint)
    app.register_blueprint(deeds_views.blueprint)
    app.register_blueprint(held_views.blueprint)
    app.register_blueprint(public_views.blueprint)
    app.register_blueprint(api.blueprint)
    commands.init(app)
    ports_of_accounts.chains_of = chains.chains_of
    device_enrolled.connect(actions.recognise_device)
    finding.init(app)
    nav.register(app, nav.NavItem(_("Visits"), "clipboard-list", "visits.index", order=20))
    nav.register(app, nav.NavItem(_("Held back"), "hand-off", "held.index", order=30))
