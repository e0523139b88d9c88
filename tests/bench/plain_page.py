"""The yardstick of the field app: the same items as one HTML form without JavaScript, served by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

VERDICTS = {"pass": "合格", "fail": "不合格", "na": "不适用"}
STYLE = (
    "body{font:17px/1.6 sans-serif;margin:0 12px}fieldset{margin:0 0 16px}"
    "label{display:inline-block;min-height:48px;padding:0 16px}:checked+span{font-weight:700}"
    "textarea{width:100%}"
)


def page_of(bundle: dict[str, Any]) -> bytes:
    """Every item with its words, its verdicts as radios, and a field for remarks."""
    items = "".join(map(_item, bundle["checklist"]["items"]))
    head = "<meta charset=utf-8><meta name=viewport content='width=device-width'>"
    top = f"<!doctype html><html lang=zh>{head}<title>检查</title><style>{STYLE}</style>"
    return f"{top}<form method=post>{items}<button>保存</button></form>".encode()


def _item(item: dict[str, Any]) -> str:
    name = escape(item["id"])
    radios = "".join(
        f"<label><input type=radio name='{name}' value={value}><span>{word}</span></label>"
        for value, word in VERDICTS.items()
    )
    words = "".join(f"<p>{escape(str(item.get(part)))}</p>" for part in ("content", "method", "basis"))
    remark = f"<textarea name='remark-{name}' rows=2></textarea>"
    legend = f"<legend>{escape(str(item['matter']))}</legend>"
    return f"<fieldset id='{name}'>{legend}{words}{radios}{remark}</fieldset>"


@contextmanager
def served(page: bytes) -> Iterator[str]:
    """Serve it on a port of its own; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
