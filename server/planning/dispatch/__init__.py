"""Dispatch: visits out of drawn subjects, their notices, the code at the door, changes."""

from flask import Flask

from server.planning.dispatch import model

__all__ = ["init", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
