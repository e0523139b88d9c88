"""Who is checked and who may check: enterprises, officers, experts; imports and credit-risk classes."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.registry import (
    commands,
    credit,
    edit_views,
    finding,
    imports,
    map_views,
    model,
    people,
    review_views,
    search,
    views,
)
from server.registry.credit import model as credit_model
from server.registry.people import model as people_model
from server.web import nav

__all__ = ["credit_model", "init", "model", "people_model", "search"]


def init(app: Flask) -> None:
    """Wire the room and the small ones in it."""
    commands.init(app)
    for one in (views, edit_views, review_views, map_views):
        app.register_blueprint(one.blueprint)
    nav.register(app, nav.NavItem(_("Enterprises"), "building", "enterprises.index", order=40))
    nav.register(app, nav.NavItem(_("Map"), "map-pin", "map.index", order=42))
    finding.init(app)
    people.init(app)
    credit.init(app)
    imports.init(app)
