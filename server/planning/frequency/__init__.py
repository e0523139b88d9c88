"""How often a subject was visited, and whether it may be again (R-206, R-405)."""

from flask import Flask


def init(app: Flask) -> None:
    """Wire the room."""
