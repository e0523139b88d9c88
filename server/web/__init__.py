"""What the rooms' pages share: base page, components, styles, errors, languages, gate, field shell."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from server.web import errors, field, finding, gate, headers, health, htmx, i18n, nav, sessions

csrf = CSRFProtect()


def init(app: Flask) -> None:
    """Wire everything that stands between a room's view and the browser."""
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        # No shipped proxy sets X-Forwarded-Port, so anybody might; the port is in X-Forwarded-Host.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.session_interface = sessions.Sessions()
    i18n.init(app)
    gate.init(app)
    csrf.init_app(app)
    errors.init(app)
    headers.init(app)
    nav.init(app)
    finding.init(app)
    htmx.init(app)
    app.register_blueprint(field.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(i18n.blueprint)
    app.register_blueprint(errors.blueprint)
