"""Credit-risk classes, where they come from, what they set, and who is spared what."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.registry.credit import jobs, subject_views, trigger_views, views
from server.web import nav
from server.web.nav import NavItem

__all__ = ["init", "jobs", "subject_views", "trigger_views"]


def init(app: Flask) -> None:
    """Open the pages of credit risk."""
    app.register_blueprint(views.blueprint)
    nav.register(app, NavItem(_("Credit risk"), "shield-check", "credit.index", order=48))
