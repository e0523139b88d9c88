"""Web push, against a push server of our own: what it gets tells nothing, and who is gone is forgotten."""

import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid

from server.infra.db import db
from server.messages import push
from server.messages.model import Message, PushPlace
from tests.dialogue import post_json

AUTH = b"0123456789abcdef"


class PushServer(BaseHTTPRequestHandler):
    """Keeps what it is sent, and answers as it is told."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, self.headers, body))
        self.send_response(self.server.answers.get(self.path, 201))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Quietly."""


@pytest.fixture
def maker(app, people):
    """A browser maker's server."""
    server = HTTPServer(("127.0.0.1", 0), PushServer)
    server.taken, server.answers = [], {}
    server.url = f"http://127.0.0.1:{server.server_port}"
    app.config["PUSH_SERVERS"] = f"https://push.example,{server.url}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser_key():
    return ec.generate_private_key(ec.SECP256R1())


def base64url(content):
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def subscription(endpoint, key):
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": base64url(point), "auth": base64url(AUTH)}
    return {"endpoint": endpoint, "expirationTime": None, "keys": keys}


def places(app):
    with app.app_context():
        return list(db.session.scalars(db.select(PushPlace.endpoint).order_by(PushPlace.endpoint)))


def test_a_browser_that_asked_is_woken_and_told_nothing_secret(app, desk, maker, browser_key, told):
    client = desk("he")
    assert post_json(client, "/api/push", subscription(f"{maker.url}/a", browser_key)).status_code == 204
    told("he", "甲局", link="/office/calls")
    ((path, headers, body),) = maker.taken
    assert (path, headers["Topic"], headers["Content-Encoding"]) == ("/a", "messages", "aes128gcm")
    said = json.loads(http_ece.decrypt(body, private_key=browser_key, auth_secret=AUTH))
    assert said == {"text": "有新消息", "url": "/office/messages"}
    assert Vapid.verify(headers["Authorization"])
    assert client.get("/api/push").json["key"] in headers["Authorization"]
    with app.app_context():
        assert db.session.scalar(db.select(Message)).pushed_at


def test_an_officer_is_led_to_the_field(desk, maker, browser_key, told):
    post_json(desk("ma"), "/api/push", subscription(f"{maker.url}/a", browser_key))
    told("ma", "甲局")
    said = http_ece.decrypt(maker.taken[0][2], private_key=browser_key, auth_secret=AUTH)
    assert json.loads(said)["url"] == "/field/"


@pytest.mark.parametrize(("status", "kept"), [(410, False), (404, False), (429, True), (500, True)])
def test_a_place_that_is_gone_is_forgotten_and_one_in_trouble_is_not(
    app, desk, maker, browser_key, told, status, kept
):
    post_json(desk("he"), "/api/push", subscription(f"{maker.url}/a", browser_key))
    maker.answers["/a"] = status
    told("he", "甲局")
    assert bool(places(app)) is kept
    with app.app_context():
        assert db.session.scalar(db.select(Message)).pushed_at is None


def test_a_server_that_is_away_stops_nothing(app, desk, maker, browser_key, told):
    app.config["PUSH_SERVERS"] = "http://127.0.0.1:9"
    place = subscription("http://127.0.0.1:9/a", browser_key)
    assert post_json(desk("he"), "/api/push", place).status_code == 204
    told("he", "甲局")
    assert places(app) == ["http://127.0.0.1:9/a"]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:1/a",
        "https://push.example:8443/a",
        "http://push.example/a",
        "https://push.example.evil.example/a",
        "https://push.example@127.0.0.1/a",
        "https://[/a",
        "/a",
        "https://push.example/" + "a" * 500,
        None,
    ],
)
def test_only_servers_that_the_settings_name_are_spoken_to(app, desk, maker, browser_key, endpoint):
    answer = post_json(desk("he"), "/api/push", subscription(endpoint, browser_key))
    assert (answer.status_code, answer.json["code"]) == (422, "push-server-unknown")
    assert places(app) == []


def test_no_key_no_place(app, desk, maker, browser_key):
    client = desk("he")
    whole = subscription(f"{maker.url}/a", browser_key)
    for spoilt in (
        {**whole, "keys": {}},
        {**whole, "keys": whole["keys"] | {"p256dh": "AAAA"}},
        {**whole, "keys": whole["keys"] | {"auth": "AAAA"}},
        {**whole, "keys": whole["keys"] | {"p256dh": 1}},
        [],
        {},
    ):
        assert post_json(client, "/api/push", spoilt).status_code == 400
    assert places(app) == []


def test_a_browser_belongs_to_who_subscribed_last_and_only_they_end_it(app, desk, maker, browser_key, told):
    he, luo = desk("he"), desk("luo")
    place = subscription(f"{maker.url}/a", browser_key)
    post_json(he, "/api/push", place)
    post_json(luo, "/api/push", place)
    told("he", "甲局")
    assert maker.taken == []
    post_json(he, "/api/push/endings", {"endpoint": place["endpoint"]})
    told("luo", "甲局")
    assert len(maker.taken) == 1
    post_json(luo, "/api/push/endings", {"endpoint": place["endpoint"]})
    told("luo", "甲局")
    assert len(maker.taken) == 1


def test_nobody_keeps_more_than_ten(app, desk, maker, browser_key):
    client = desk("he")
    for number in range(12):
        post_json(client, "/api/push", subscription(f"{maker.url}/{number:02d}", browser_key))
    assert [one[-2:] for one in places(app)] == [f"{number:02d}" for number in range(2, 12)]


def test_the_key_is_made_once(app):
    with app.app_context():
        first = push.public_key()
        db.session.remove()
        assert push.public_key() == first
        assert urlsafe_b64decode(first + "=")[0] == 4
