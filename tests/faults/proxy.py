"""A proxy that takes a whole request before it passes any of it on, and cuts lines where it is told."""

import re
import socket
import socketserver
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from random import Random

LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
METHOD = re.compile(rb"(?i)\r\nx-http-method-override: *(\w+)")
KEPT_ALIVE = re.compile(rb"(?i)\r\nconnection: *[^\r]*")
PIECE = 65_536

Cut = tuple[str, int]
"""How a line is cut, and after how many bytes of the body:
lost      while the proxy still collects the request: the server hears nothing of it
halved    on the way to the server, which gets so many bytes
unsaid    after the server answered, which nobody hears
late      as `lost` for the sender, but the whole request arrives all the same, at some time
"""


class BufferingProxy:
    """Listens on a port of its own; `cut(method, length)` says how to cut a request, or None."""

    def __init__(self, server_port: int, cut: Callable[[str, int], Cut | None]) -> None:
        proxy = self
        self.server_port, self.cut = server_port, cut
        self._late: list[threading.Thread] = []

        class Line(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    proxy.serve(self.request)

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._listener = Listener(("127.0.0.1", 0), Line)
        self.url = f"http://127.0.0.1:{self._listener.server_address[1]}"
        self._thread = threading.Thread(target=self._listener.serve_forever, daemon=True)
        self._thread.start()

    def serve(self, line: socket.socket) -> None:
        """One request of one line, and its answer."""
        head, body = read_head(line)
        if not head:
            return
        length = int(found[1]) if (found := LENGTH.search(head)) else 0
        method = (METHOD.search(head) or [b"", head.split(b" ", 1)[0]])[1].decode()
        how, bytes_ = self.cut(method, length) or ("", length)
        while len(body) < (bytes_ if how == "lost" else length):
            body += line.recv(PIECE) or _hung_up()
        if how == "lost":
            return
        request = KEPT_ALIVE.sub(b"", head).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), body
        if how == "late":
            self._late.append(threading.Thread(target=self.pass_on, args=request))
            self._late[-1].start()
        elif how == "halved":
            self.pass_on(request[0], body[:bytes_], whole=False)
        else:
            answer = self.pass_on(*request)
            if how != "unsaid":
                line.sendall(answer)

    def pass_on(self, head: bytes, body: bytes, whole: bool = True) -> bytes:
        """Send it to the server; its answer, if the request was whole."""
        answer = b""
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.server_port))) as server:
            server.sendall(head + body)
            while whole and (piece := server.recv(PIECE)):
                answer += piece
        return answer

    def arrived(self) -> None:
        """Wait until everything that was late has arrived."""
        while self._late:
            self._late.pop().join()

    def close(self) -> None:
        self.arrived()
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()


def read_head(line: socket.socket) -> tuple[bytes, bytes]:
    """The head of a request, and what of its body came with it."""
    read = b""
    while b"\r\n\r\n" not in read:
        piece = line.recv(PIECE)
        if not piece:
            return b"", b""
        read += piece
    head, _, body = read.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", body


def _hung_up() -> bytes:
    raise ConnectionError


class Cuts:
    """So many cuts of uploads, by chance, rather small ones: progress is slower than the cuts come."""

    HOW = ("lost",) * 40 + ("halved",) * 18 + ("unsaid", "late")

    def __init__(self, seed: int, count: int, share: float, most_halved: int = 200_000) -> None:
        self.chance, self.left, self.share, self.most_halved = Random(seed), count, share, most_halved
        self._one_at_a_time = threading.Lock()

    def __call__(self, method: str, length: int) -> Cut | None:
        with self._one_at_a_time:
            if method != "PATCH" or self.left == 0 or self.chance.random() > self.share:
                return None
            self.left -= 1
            how = self.chance.choice(self.HOW)
            return how, self.chance.randint(0, min(length, self.most_halved) if how == "halved" else length)
