"""What every answer tells the browser."""

import pytest
from flask.testing import FlaskClient

from server.web.headers import content_security_policy


def test_pages_load_only_what_we_serve(client: FlaskClient) -> None:
    policy = client.get("/login").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_htmx_may_come_from_where_the_settings_say() -> None:
    policy = content_security_policy("https://cdn.example/htmx.min.js")
    assert "script-src 'self' https://cdn.example;" in policy


@pytest.mark.parametrize(
    ("address", "cache"),
    [("/login", "no-store"), ("/static/tokens.css", "no-cache"), ("/field/manifest.webmanifest", "no-cache")],
)
def test_what_may_be_kept(client: FlaskClient, address: str, cache: str) -> None:
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == cache
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_static_files_are_asked_for_by_tag(client: FlaskClient) -> None:
    tag = client.get("/static/tokens.css").headers["ETag"]
    assert client.get("/static/tokens.css", headers={"If-None-Match": tag}).status_code == 304
