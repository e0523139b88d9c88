"""What may be checked: industries, and the published versions of their unified checklists."""

from flask import Flask

from server.catalogue import model
from server.catalogue.drafts import model as drafts_model

__all__ = ["drafts_model", "init", "model"]


def init(app: Flask) -> None:
    """Nothing to wire: the room is its tables and rules, known to the app by the import above."""
