"""Tasks: negotiated between departments, approved by their heads."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.planning import files
from server.planning.plans import ports as plan_ports
from server.planning.plans import row_links
from server.planning.tasks import (
    approvals,
    model,
    offers,
    panels,
    ports,
    queries,
    settling,
    signals,
    views,
)
from server.planning.tasks.approvals import facts
from server.planning.tasks.approvals import views as approval_views
from server.planning.tasks.talks import jobs
from server.web import nav, waiting

__all__ = ["approvals", "facts", "init", "jobs", "model", "panels", "ports", "settling", "signals"]


def init(app: Flask) -> None:
    """Wire the room."""
    app.register_blueprint(views.blueprint)
    files.access.register(app, queries.concerns)
    app.register_blueprint(approval_views.blueprint)
    row_links.register(app, offers.task_of_row)
    plan_ports.rows_in_work = queries.rows_in_work
    plan_ports.rows_sent = queries.rows_sent
    waiting.register(app, offers.waiting_for)
    nav.register(app, nav.NavItem(_("Inspection tasks"), "clipboard-check", "tasks.index", order=14))
    nav.register(app, nav.NavItem(_("Approvals"), "gavel", "approvals.index", order=16))
