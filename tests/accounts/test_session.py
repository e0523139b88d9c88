"""How long sessions last, and what the field app is told about its own."""

from base64 import urlsafe_b64decode
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.accounts.nonces import issue_nonce, nonce_issued_at
from server.kernel import instants
from server.web.gate import allow
from tests.accounts.conftest import PASSWORD, Clock
from tests.dialogue import post_json, sign_in

pytestmark = pytest.mark.usefixtures("staff")


@pytest.fixture
def office(app: Flask) -> None:
    """Two office pages: one that is read, one that refreshes itself."""
    app.add_url_rule("/office/read", "read", allow("office")(lambda: "read"))
    app.add_url_rule("/office/live", "live", allow("office", live=True)(lambda: "live"))


def test_it_tells_who_is_signed_in(client: FlaskClient, clock: Clock, staff: dict[str, str]) -> None:
    sign_in(client, "inspector", PASSWORD)
    told = client.get("/api/session").get_json()
    assert told["person"] == {"id": staff["inspector"], "name": "inspector·李", "department": None}
    assert told["roles"] == ["inspector"]
    assert told["server_time"] == instants.rfc3339(clock.instant)
    assert set(told) == {
        "person", "roles", "csrf_token", "epoch", "server_time", "nonce", "rescue_key"
    }  # fmt: skip


def test_the_rescue_key_is_public_and_stays_the_same(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "inspector", PASSWORD)
    key = client.get("/api/session").get_json()["rescue_key"]
    assert {name: key[name] for name in ("kty", "alg", "e")} == {
        "kty": "RSA",
        "alg": "RSA-OAEP-256",
        "e": "AQAB",
    }
    assert len(urlsafe_b64decode(key["n"] + "==")) == 3072 // 8
    assert not {"d", "p", "q"} & set(key)


def test_nobody_is_told_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/api/session")
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.get_json()["code"] == "sign-in"


def test_the_session_s_token_opens_writes_as_long_as_the_session_lasts(
    client: FlaskClient, clock: Clock
) -> None:
    sign_in(client, "inspector", PASSWORD)
    token = client.get("/api/session").get_json()["csrf_token"]
    clock.pass_by(days=13)
    answer = client.post("/api/devices", json={}, headers={"X-CSRFToken": token})
    assert answer.get_json()["code"] == "malformed"  # it came past the guard
    answer = client.post("/api/devices", json={}, headers={"X-CSRFToken": "stale"})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "csrf-stale")


def test_a_field_session_slides(client: FlaskClient, clock: Clock) -> None:
    sign_in(client, "inspector", PASSWORD)
    client.get("/api/session")  # makes the token, which is part of the session
    assert "Set-Cookie" not in client.get("/api/session").headers
    clock.pass_by(hours=2)
    answer = client.get("/api/session")
    assert "liancha=" in answer.headers["Set-Cookie"]
    assert answer.headers["Set-Cookie"].count("Expires") == 1
    assert "Set-Cookie" not in client.get("/api/session").headers


def test_a_session_is_bound_neither_to_address_nor_to_browser(client: FlaskClient) -> None:
    sign_in(client, "inspector", PASSWORD)
    client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    client.environ_base["HTTP_USER_AGENT"] = "after the update"
    assert client.get("/api/session").status_code == 200


@pytest.mark.usefixtures("office")
class TestAnOfficeSession:
    """Ends after thirty idle minutes."""

    def test_work_prolongs_it(self, client: FlaskClient, clock: Clock) -> None:
        sign_in(client, "office", PASSWORD)
        for _ in range(4):
            clock.pass_by(minutes=20)
            assert client.get("/office/read").status_code == 200

    def test_idleness_ends_it_and_it_leads_back(self, client: FlaskClient, clock: Clock) -> None:
        sign_in(client, "office", PASSWORD)
        clock.pass_by(minutes=31)
        answer = client.get("/office/read?page=2")
        assert (answer.status_code, answer.location) == (302, "/login?next=/office/read?page%3D2")
        assert client.get("/login").status_code == 200
        assert client.get("/api/session").status_code == 200  # the field is another matter
        assert sign_in(client, "office", PASSWORD, next="/office/read").location == "/office/read"
        assert client.get("/office/read").status_code == 200

    def test_a_page_that_refreshes_itself_does_not_prolong_it(
        self, client: FlaskClient, clock: Clock
    ) -> None:
        sign_in(client, "office", PASSWORD)
        for _ in range(2):
            clock.pass_by(minutes=14)
            assert client.get("/office/live").status_code == 200
        clock.pass_by(minutes=3)
        assert client.get("/office/live").status_code == 302

    def test_a_fragment_has_the_whole_page_go_to_the_sign_in(self, client: FlaskClient) -> None:
        here = {"HX-Request": "true", "HX-Current-URL": "http://localhost/office/live?page=2"}
        answer = client.get("/office/read", headers=here)
        assert answer.status_code == 401
        assert answer.headers["HX-Redirect"] == "/login?next=/office/live?page%3D2"


def test_a_page_that_is_no_address_leads_back_to_none(client: FlaskClient) -> None:
    answer = client.get("/office/visits", headers={"HX-Request": "true", "HX-Current-URL": "http://["})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login")


def test_a_nonce_tells_when_it_was_issued(app: Flask) -> None:
    moment = datetime(2026, 5, 12, 1, 2, 3, 4000, UTC)
    with app.app_context():
        nonce = issue_nonce(moment)
        assert nonce_issued_at(nonce) == moment
        for other in ("", "x", nonce + "x", nonce.replace("2026", "2025"), "甲"):
            assert nonce_issued_at(other) is None


KEY = {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}
DEVICE = "0193a9b2-0000-7000-8000-00000000000f"


class TestEnrolment:
    """POST /api/devices."""

    def test_repeating_it_is_harmless(self, any_db: str, client: FlaskClient, staff: dict[str, str]) -> None:
        sign_in(client, "inspector", PASSWORD)
        for _ in range(2):
            answer = post_json(client, "/api/devices", {"id": DEVICE, "public_key": KEY, "label": "手机"})
            assert answer.status_code == 201
            assert answer.get_json() == {"id": DEVICE, "person": staff["inspector"], "label": "手机"}

    def test_a_known_device_keeps_its_key_and_its_person(self, app: Flask, client: FlaskClient) -> None:
        sign_in(client, "inspector", PASSWORD)
        post_json(client, "/api/devices", {"id": DEVICE, "public_key": KEY, "label": "手机"})
        other_key = post_json(
            client, "/api/devices", {"id": DEVICE, "public_key": KEY | {"y": "B" * 42 + "A"}}
        )
        sign_in(client, "expert", PASSWORD)
        other_person = post_json(client, "/api/devices", {"id": DEVICE, "public_key": KEY, "label": "手机"})
        for answer in (other_key, other_person):
            assert (answer.status_code, answer.get_json()["code"]) == (409, "device-taken")

    @pytest.mark.parametrize(
        "body",
        [
            [],
            {},
            {"id": "1", "public_key": KEY},
            {"id": DEVICE},
            {"id": DEVICE, "public_key": KEY | {"d": "x"}},
            {"id": DEVICE, "public_key": KEY, "label": 7},
            {"id": DEVICE, "public_key": KEY, "label": "a\0b"},
        ],
    )
    def test_anything_else_is_malformed(self, client: FlaskClient, body: object) -> None:
        sign_in(client, "inspector", PASSWORD)
        answer = post_json(client, "/api/devices", body)
        assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")
