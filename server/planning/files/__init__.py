"""Papers attached to a reason."""

from flask import Flask

from server.planning.files import access, actions, forms, model, views

__all__ = ["access", "actions", "forms", "init", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
    app.register_blueprint(views.blueprint)
