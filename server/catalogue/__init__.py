"""What may be checked: industries, and the published versions of their unified checklists."""

from flask import Flask

from server.catalogue import handbook, model
from server.catalogue.drafts import model as drafts_model

__all__ = ["drafts_model", "init", "model"]


def init(app: Flask) -> None:
    """Wire the small rooms; the tables are known to the app by the import above."""
    handbook.init(app)
