"""What the platform tells its people: in the app, by web push, by e-mail."""

from flask import Flask

from server.messages import model

__all__ = ["init", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
