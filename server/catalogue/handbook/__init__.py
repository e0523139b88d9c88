"""The compliance handbook (综合监管合规手册): web, paper and self-check from the checklist itself."""

from flask import Flask

from server.catalogue.handbook import check_views, views
from server.web import csrf


def init(app: Flask) -> None:
    """The handbook's public pages. The self-check keeps nothing and knows nobody, so it asks for no token."""
    app.register_blueprint(views.blueprint)
    app.register_blueprint(check_views.blueprint)
    csrf.exempt(check_views.result)
