"""The journal of a joint visit, the fold, the sync API, sign-off, and the office's view of it all."""

from flask import Flask

from server.visits import api, commands, views


def init(app: Flask) -> None:
    """Wire the room."""
    app.register_blueprint(views.blueprint)
    app.register_blueprint(api.blueprint)
    commands.init(app)
