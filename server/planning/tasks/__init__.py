"""Tasks: negotiated between departments, approved by their heads."""

from flask import Flask

from server.planning.tasks import model

__all__ = ["init", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
