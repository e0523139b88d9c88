"""The body of an upload request, read in pieces and within bounds of time.

A phone that vanishes from the network says no goodbye: without bounds its request would hold a thread of the
server, and the upload's lock, for ever.
"""

import socket
import time
from collections.abc import Iterator

from flask import Request
from werkzeug.exceptions import ClientDisconnected

from server.kernel.problems import Problem

PIECE = 64 * 1024
STALL_SECONDS = 30
CHUNK_SECONDS = 600
"""The slowest line waited for sends a chunk of 4 MiB at 7 KiB/s; a slower one goes on from where it got."""


def pieces(request: Request, length: int) -> Iterator[bytes]:
    """The body, piece by piece. If it breaks off or stalls, a problem follows what came."""
    line: socket.socket | None = request.environ.get("gunicorn.socket")
    if line is not None:
        line.settimeout(STALL_SECONDS)
    try:
        yield from _read(request, length, time.monotonic() + CHUNK_SECONDS)
    except (OSError, ClientDisconnected):
        _hang_up(line)
        raise Problem("upload-cut") from None
    finally:
        if line is not None:
            line.settimeout(None)


def _read(request: Request, length: int, deadline: float) -> Iterator[bytes]:
    rest = length
    while rest:
        piece = request.stream.read(min(PIECE, rest)) if time.monotonic() < deadline else b""
        if not piece:
            raise ConnectionError
        rest -= len(piece)
        yield piece


def _hang_up(line: socket.socket | None) -> None:
    """Nothing more is read from this connection; the answer can still be written, under TLS too.

    An SSL socket's own shutdown would drop the encryption and send the answer in the clear.
    """
    if line is not None:
        try:
            socket.socket.shutdown(line, socket.SHUT_RD)
        except OSError:
            return  # already gone
