"""Papers attached to a reason."""

from flask import Flask

from server.planning.files import model

__all__ = ["init", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
