"""The demo county: sample data, fictitious people and some visits, all made through the real actions."""

from flask import Flask

from server.demo import commands


def init(app: Flask) -> None:
    """Offer the commands."""
    commands.init(app)
