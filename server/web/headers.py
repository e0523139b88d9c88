"""Headers of every answer: what the browser may load, and what it may keep."""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app

_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob: data:",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def content_security_policy(htmx_url: str) -> str:
    """Only what we serve ourselves, and htmx where the settings say it comes from."""
    host = urlsplit(htmx_url)
    elsewhere = f" {host.scheme}://{host.netloc}" if host.netloc else ""
    sources = _SOURCES | {"script-src": _SOURCES["script-src"] + elsewhere}
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def init(app: Flask) -> None:
    """Add them to every answer."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_security_policy(current_app.config["HTMX_URL"]))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(self)")
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-cache" if "ETag" in headers else "no-store"
    return response
