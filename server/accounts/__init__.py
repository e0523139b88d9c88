"""Departments, people, roles, sign-in, devices and their public keys."""

from flask import Flask

from server.accounts import api, commands, current, rescue, session, views


def init(app: Flask) -> None:
    """Wire the room."""
    rescue.init(app)
    current.init(app)
    session.init(app)
    commands.init(app)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(api.blueprint)
