"""A file fetched over HTTPS from an address somebody typed, so that it leads nowhere it should not.

Only https, the certificate checked, no redirects. The name is looked up once; what it leads to must not lie
in a private network, and the connection goes to that very address. The reader bounds its length.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from server.kernel.problems import Problem

CONNECT_SECONDS = 15
MOST_SECONDS = 30 * 60


def check_address(address: str) -> tuple[str, int, str]:
    """Host, port and path of an address that may be asked; else a Problem."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise Problem("source-address", field="address") from None
    if parts.scheme != "https" or not host or parts.username or parts.password or not address.isascii():
        raise Problem("source-address", field="address")
    if not address.isprintable() or " " in address:
        raise Problem("source-address", field="address")
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@contextmanager
def fetched(address: str, private_too: bool) -> Iterator[Any]:
    """The body of what an address answers, to be read part by part."""
    host, port, path = check_address(address)
    connection = _Pinned(host, port, _looked_up(host, port, private_too))
    try:
        connection.request("GET", path, headers={"User-Agent": "liancha", "Accept-Encoding": "identity"})
        with connection.getresponse() as answer:  # which may own the socket by then
            if answer.status != 200:
                raise Problem("source-answer", status=answer.status)
            yield _Timed(answer)
    except (OSError, http.client.HTTPException) as error:
        raise Problem("source-unreachable", reason=_reason(error)) from error
    finally:
        connection.close()


def _looked_up(host: str, port: int, private_too: bool) -> str:
    """The first address of a host; refused if any of them lies where nobody outside should reach."""
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise Problem("source-unreachable", reason=_reason(error)) from error
    if not private_too and not all(map(_is_public, found)):
        raise Problem("source-private", field="address", host=host)
    return found[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, under the name its certificate must bear."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]


class _Timed:
    """A body that may not take for ever, however slowly it drips."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self._answer = answer
        self._until = time.monotonic() + MOST_SECONDS

    def read(self, length: int) -> bytes:
        if time.monotonic() > self._until:
            raise TimeoutError("too slow")
        return self._answer.read1(length)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
