"""The application: its rooms, wired one after the other, lower ones first."""

import os
from typing import Any

from flask import Flask

import config as settings
from server import (
    accounts,
    catalogue,
    demo,
    evidence,
    infra,
    messages,
    planning,
    registry,
    rescue,
    visits,
    web,
)


def create_app(config: dict[str, Any] | None = None) -> Flask:
    """The app with the settings of the environment, overridden by `config`."""
    app = Flask(__name__, static_folder="web/static", template_folder="web/templates")
    app.config.from_mapping(settings.complete(settings.from_environment(os.environ) | (config or {})))
    infra.init(app)
    web.init(app)
    accounts.init(app)
    messages.init(app)
    catalogue.init(app)
    registry.init(app)
    visits.init(app)
    evidence.init(app)
    planning.init(app)
    rescue.init(app)
    demo.init(app)
    return app
