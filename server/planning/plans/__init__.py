"""The annual plan: filed by departments, reviewed and merged by the joint office, published in versions."""

from flask import Flask

from server.planning.plans import model

__all__ = ["init", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
