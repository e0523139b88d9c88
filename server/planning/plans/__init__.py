"""The annual plan: filed by departments, reviewed and merged by the joint office, published in versions."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.planning.files import access
from server.planning.plans import (
    campaign_views,
    county_views,
    model,
    public_views,
    queries,
    row_views,
    views,
)
from server.planning.plans.waiting import waiting
from server.web import nav
from server.web.waiting import register

__all__ = ["init", "model"]

for _inner in (row_views.blueprint, county_views.blueprint):
    views.blueprint.register_blueprint(_inner)


def init(app: Flask) -> None:
    """Wire the room."""
    for blueprint in (views.blueprint, campaign_views.blueprint, public_views.blueprint):
        app.register_blueprint(blueprint)
    access.register(app, queries.concerns)
    register(app, waiting)
    nav.register(app, nav.NavItem(_("Annual plan"), "calendar", "plans.index", order=12))
