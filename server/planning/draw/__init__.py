"""The draw: frame, commitments, reveal, teams, reserves; the public page and what an outsider runs."""

from flask import Flask

from server.planning.draw import model

__all__ = ["init", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
