"""Who is checked and who may check: enterprises, officers, experts; imports and credit-risk classes."""

from flask import Flask

from server.registry import commands, credit, imports, model, people, search
from server.registry.credit import model as credit_model
from server.registry.people import model as people_model

__all__ = ["credit_model", "init", "model", "people_model", "search"]


def init(app: Flask) -> None:
    """Wire the room and the small ones in it."""
    commands.init(app)
    people.init(app)
    credit.init(app)
    imports.init(app)
