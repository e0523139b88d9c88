"""A small web server for pages that hold the app's modules and the tests' own, without the real server."""

import mimetypes
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PWA = Path(__file__).resolve().parents[2] / "pwa"
WEB = Path(__file__).parent / "web"
BLANK = b"<!doctype html><title>blank</title>"

SMALL_BATCHES = {"sync/push.js": (b"const BATCH = 500;", b"const BATCH = 4;")}
"""The journals of the schedules are short: what is cut into batches has to be cut smaller."""


class Lab:
    """Serves `/field/app/…` (the app), `/field/faults/…` (the tests' modules) and blank pages.

    `heard` gets the path and the body of every POST; the page waits for the answer it gives.
    """

    def __init__(
        self, heard: Callable[[str, bytes], bytes] | None = None, small_batches: bool = False
    ) -> None:
        self.heard = heard or (lambda _path, _body: b"")
        self.changes = SMALL_BATCHES if small_batches else {}
        lab = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(*lab.content(self.path.partition("?")[0]))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(lab.heard(self.path, body), "application/json", "no-store")

            def _answer(self, content: bytes, kind: str, cache: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Cache-Control", cache)
                self.end_headers()
                with suppress(ConnectionError):  # whoever asked may have been killed meanwhile
                    self.wfile.write(content)

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def content(self, path: str) -> tuple[bytes, str, str]:
        """What lies at a path: the bytes, their type, and how long they may be kept."""
        for prefix, folder in (("/field/app/", PWA), ("/field/faults/", WEB)):
            if path.startswith(prefix):
                name = path.removeprefix(prefix)
                content = (folder / name).read_bytes()
                if name in self.changes:
                    before, after = self.changes[name]
                    assert before in content, f"{name} no longer says {before!r}"
                    content = content.replace(before, after)
                return content, mimetypes.guess_type(name)[0] or "text/plain", "max-age=3600"
        return BLANK, "text/html", "no-store"

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
