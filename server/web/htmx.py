"""Where pages load htmx from: the vendored file, or a CDN (`HTMX_URL`) that must hold the very same bytes."""

from flask import Flask

VENDORED = "/field/app/vendor/htmx/htmx.min.js"
INTEGRITY = "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"  # htmx.org 4.0.1


def init(app: Flask) -> None:
    """Tell the templates."""
    address = app.config["HTMX_URL"] or VENDORED
    app.context_processor(lambda: {"htmx_url": address, "htmx_integrity": INTEGRITY})
