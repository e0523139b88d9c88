"""A line that goes silent is given up, and what it brought is kept."""

import socket
from collections.abc import Iterator

import pytest
from flask import Flask, Request, request

from server.evidence import body
from server.infra.db import db
from server.kernel.problems import Problem
from tests.evidence.files import photo
from tests.evidence.scene import Scene
from tests.evidence.speaking_tus import Speaker


class Line:
    """A WSGI server's view of a connection."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end

    def read(self, size: int) -> bytes:
        return self.end.recv(size)


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a connection: the phone's and the server's."""
    phone, server = socket.socketpair()
    with phone, server:
        yield phone, server


def receive(app: Flask, server: socket.socket, length: int) -> Iterator[bytes]:
    """Read a request's body of that length from the line."""
    environ = {"gunicorn.socket": server, "wsgi.input": Line(server), "CONTENT_LENGTH": str(length)}
    with app.test_request_context("/", method="PATCH", environ_overrides=environ):
        yield from body.pieces(request, length)


def test_a_silent_line_is_given_up(app: Flask, line, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(body, "STALL_SECONDS", 0.05)
    phone, server = line
    phone.sendall(b"so far")
    pieces = receive(app, server, 100)
    assert next(pieces) == b"so far"
    with pytest.raises(Problem, match="upload-cut"):
        next(pieces)
    assert server.recv(1) == b""


def test_a_line_that_only_trickles_is_given_up(app: Flask, line, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(body, "CHUNK_SECONDS", -1)
    phone, server = line
    phone.sendall(b"drip")
    with pytest.raises(Problem, match="upload-cut"):
        next(receive(app, server, 100))


def test_no_transaction_is_open_while_a_body_is_read(
    lin: Speaker, scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    seen = []

    def watched(request: Request, length: int) -> Iterator[bytes]:
        seen.append(db.session().in_transaction())
        yield request.stream.read(length)

    monkeypatch.setattr(body, "pieces", watched)
    content = photo()
    assert lin.patch(lin.begin(scene.visit, content), 0, content).status_code == 204
    assert seen == [False]


def test_a_whole_body_leaves_the_line_open(app: Flask, line):
    phone, server = line
    phone.sendall(b"all of it")
    assert b"".join(receive(app, server, 9)) == b"all of it"
    assert server.gettimeout() is None
