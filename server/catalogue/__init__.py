"""What may be checked: industries, their lists in the making, and the published versions."""

from flask import Flask
from flask_babel import lazy_gettext as _

from server.catalogue import finding, handbook, model, public_views, supervision_views, views
from server.catalogue.drafts import edition_views
from server.catalogue.drafts import model as drafts_model
from server.catalogue.drafts import views as drafts_views
from server.web import nav

__all__ = ["drafts_model", "init", "model"]

for _inner in (supervision_views.blueprint, drafts_views.blueprint, edition_views.blueprint):
    views.blueprint.register_blueprint(_inner)


def init(app: Flask) -> None:
    """Wire the room and the small ones within it."""
    app.register_blueprint(views.blueprint)
    app.register_blueprint(public_views.blueprint)
    handbook.init(app)
    finding.init(app)
    nav.register(app, nav.NavItem(_("Lists"), "list-details", "catalogue.index", order=40))
