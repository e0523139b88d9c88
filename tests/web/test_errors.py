"""Trouble has one shape for each asker: problem+json, a fragment, or a page."""

import errno

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from server.kernel.problems import CATALOGUE, Problem
from server.web.gate import PUBLIC, allow

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def troublesome(app: Flask) -> None:
    """Views that fail, each in its way."""

    def fail(error: Exception) -> None:
        raise error

    full = OperationalError("INSERT", {}, Exception("database or disk is full"))
    for name, error in {
        "locked": Problem("too-many-attempts", minutes=2),
        "disk": OSError(errno.ENOSPC, "No space left on device"),
        "database": full,
        "bug": RuntimeError("inner details"),
    }.items():
        app.add_url_rule(f"/{name}", name, allow(PUBLIC)(lambda error=error: fail(error)))
        app.add_url_rule(f"/api/{name}", f"api-{name}", allow(PUBLIC)(lambda error=error: fail(error)))
    app.add_url_rule(
        "/api/json", "json", allow(PUBLIC)(lambda: {"got": request.get_json()}), methods=["GET", "POST"]
    )
    app.config["WTF_CSRF_ENABLED"] = False


def test_the_api_answers_problem_json(client: FlaskClient) -> None:
    answer = client.get("/api/locked")
    assert (answer.status_code, answer.content_type) == (429, "application/problem+json")
    assert answer.get_json() == Problem("too-many-attempts", minutes=2).body("zh")


def test_in_the_language_chosen(client: FlaskClient) -> None:
    client.set_cookie("locale", "en")
    assert client.get("/api/locked").get_json()["title"] == "Too many failed attempts"


def test_htmx_gets_a_fragment(client: FlaskClient) -> None:
    answer = client.get("/locked", headers={"HX-Request": "true"})
    assert (answer.status_code, "<html" in answer.get_data(as_text=True)) == (429, False)
    assert "请在 2 分钟后再试" in answer.get_data(as_text=True)


def test_people_get_a_page(client: FlaskClient) -> None:
    page = client.get("/locked").get_data(as_text=True)
    assert "<h1>登录失败次数过多</h1>" in page
    assert "请在 2 分钟后再试" in page


@pytest.mark.parametrize(
    ("method", "address", "body", "status", "code"),
    [
        ("GET", "/api/nowhere", None, 404, "not-found"),
        ("DELETE", "/api/session", None, 405, "method-not-allowed"),
        ("POST", "/api/json", b"{", 400, "bad-request"),
        ("POST", "/api/json", b"x" * (41 * 1024 * 1024), 413, "too-large"),
        ("GET", "/api/disk", None, 507, "storage-full"),
        ("GET", "/api/database", None, 507, "storage-full"),
    ],
)
def test_what_the_framework_refuses_has_the_same_shape(
    client: FlaskClient, method: str, address: str, body: bytes | None, status: int, code: str
) -> None:
    answer = client.open(address, method=method, data=body, content_type="application/json")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert (answer.get_json()["code"], answer.get_json()["status"]) == (code, status)


def test_a_wrong_media_type_is_named(client: FlaskClient) -> None:
    assert client.post("/api/json", data="x").get_json()["code"] == "unsupported-media-type"


def test_a_wrong_method_tells_the_right_ones(client: FlaskClient) -> None:
    assert "GET" in client.delete("/api/session").headers["Allow"]


def test_a_bug_tells_nothing_of_the_inside(app: Flask, client: FlaskClient) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    for address in ("/bug", "/api/bug"):
        answer = client.get(address)
        assert (answer.status_code, "inner details" in answer.get_data(as_text=True)) == (500, False)
    assert answer.get_json()["code"] == "server-error"


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_problem_s_type_leads_to_its_description(client: FlaskClient, code: str) -> None:
    page = client.get(f"/problems/{code}")
    assert (page.status_code, f"<h1>{code}</h1>" in page.get_data(as_text=True)) == (200, True)


def test_an_unknown_type_leads_nowhere(client: FlaskClient) -> None:
    assert client.get("/problems/none").status_code == 404
