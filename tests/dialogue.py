"""Talking to the app as a browser does: tokens fetched from pages, sent back with forms and headers."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def form_token(client: FlaskClient) -> str:
    """The CSRF token a page carries."""
    page = client.get("/problems/sign-in").get_data(as_text=True)
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found, "no token on the page"
    return found.group(1)


def sign_in(client: FlaskClient, username: str, password: str, **form: str) -> TestResponse:
    """Sign in through the form."""
    return client.post(
        "/login",
        data={"username": username, "password": password, "csrf_token": form_token(client), **form},
    )


def post_json(client: FlaskClient, url: str, body: Any) -> TestResponse:
    """POST JSON with the session's token in the header."""
    return client.post(url, json=body, headers={"X-CSRFToken": form_token(client)})
