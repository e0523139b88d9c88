"""Who goes where when: calendar and workload; what waits for a person."""

from flask import Flask


def init(app: Flask) -> None:
    """Wire the room."""
