"""Departments, people, roles, sign-in, devices and their public keys."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.accounts import api, commands, current, device_views, post_views, rescue, session, views
from server.web import nav


def init(app: Flask) -> None:
    """Wire the room."""
    rescue.init(app)
    current.init(app)
    session.init(app)
    commands.init(app)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(device_views.blueprint)
    app.register_blueprint(post_views.blueprint)
    nav.register(app, nav.NavItem(_("Persons responsible"), "users", "posts.index", order=60))
    nav.register(app, nav.NavItem(_("Devices"), "device-mobile", "devices.index", order=70))
