"""Who is checked and who may check: enterprises and certified officers."""

from flask import Flask

from server.registry import model

__all__ = ["init", "model"]


def init(app: Flask) -> None:
    """Nothing to wire: the room is its tables and rules, known to the app by the import above."""
