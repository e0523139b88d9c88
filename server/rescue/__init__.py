"""Rescue files: what a phone could not send any more, opened at the office and taken in as if pushed."""

from flask import Flask

from server.rescue import model as model


def init(app: Flask) -> None:
    """Wire the room."""
