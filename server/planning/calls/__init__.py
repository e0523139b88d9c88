"""牵头吹哨、部门报到: unplanned joint checks."""

from flask import Flask

from server.planning.calls import model

__all__ = ["init", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
