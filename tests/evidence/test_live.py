"""Uploads to the real server in another process, by stock clients, over lines that break."""

import base64
import io
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser
from tusclient.client import TusClient

from server.infra.db import db
from tests.evidence.files import photo
from tests.evidence.lines import ChoppingLine
from tests.evidence.remote import RemoteSpeaker
from tests.evidence.scene import Scene, set_scene
from tests.evidence.speaking_tus import sha256
from tests.people import settle
from tests.processes import LiveServer

MIB = 1024**2


@pytest.fixture
def live(live_server: LiveServer) -> Scene:
    """The scene, with the server running."""
    app = live_server.app
    with app.app_context():
        scene = set_scene(app, settle())
        db.engine.dispose()
    live_server.start()
    return scene


@pytest.fixture
def lin(live_server: LiveServer, live: Scene) -> RemoteSpeaker:
    """The officer on the team."""
    return RemoteSpeaker(live_server.url, "lin")


def heavy_photo(size: int) -> bytes:
    """A photo of that many bytes."""
    start = photo()
    return start + os.urandom(size - len(start))


def wait_until(true: Callable[[], bool]) -> None:
    """Ask again and again, for at most half a minute."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def test_the_python_client_gets_through_a_line_that_keeps_breaking(
    live_server: LiveServer, live: Scene, lin: RemoteSpeaker
):
    content = heavy_photo(12 * MIB)
    line = ChoppingLine(live_server.port, [None, 700_000, 300_000, None, 1_000, 900_000])
    client = TusClient(f"{line.url}/api/evidence/uploads", headers=lin.headers)
    about = {"sha256": sha256(content), "type": "image/jpeg", "visit": live.visit}
    uploader = client.uploader(
        file_stream=io.BytesIO(content), chunk_size=MIB, metadata=about, retries=50, retry_delay=0
    )
    uploader.upload()
    line.close()
    assert line.cuts >= 5
    assert lin.receipt(live.visit, sha256(content)) == "stored"


def test_the_python_client_goes_on_after_the_server_was_killed(
    live_server: LiveServer, live: Scene, lin: RemoteSpeaker
):
    content = heavy_photo(4 * MIB)
    client = TusClient(f"{live_server.url}/api/evidence/uploads", headers=lin.headers)
    about = {"sha256": sha256(content), "type": "image/jpeg", "visit": live.visit}
    first = client.uploader(
        file_stream=io.BytesIO(content), chunk_size=MIB, metadata=about, upload_checksum=True
    )
    first.upload(stop_at=2 * MIB)
    live_server.kill()
    live_server.start()
    second = client.uploader(file_stream=io.BytesIO(content), url=first.url, chunk_size=MIB)
    assert second.offset == 2 * MIB
    second.upload()
    assert lin.receipt(live.visit, sha256(content)) == "stored"


def test_the_browser_client_goes_on_after_the_server_was_killed(
    live_server: LiveServer, live: Scene, lin: RemoteSpeaker, browser: Browser
):
    content = heavy_photo(6 * MIB)
    context = browser.new_context()
    context.add_cookies(
        [{"url": lin.url, "name": name, "value": value} for name, value in lin.session.cookies.items()]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/problems/sign-in")
    page.add_script_tag(url="/field/app/vendor/tus/tus.min.js")
    page.evaluate(BROWSER_UPLOAD, [base64.b64encode(content).decode(), sha256(content), live.visit])
    wait_until(lambda: page.evaluate("window.sent") >= 2 * MIB)
    live_server.kill()
    assert page.evaluate("window.ended") is None
    live_server.start()
    wait_until(lambda: page.evaluate("window.ended") is not None)
    assert page.evaluate("window.ended") == "success"
    assert lin.receipt(live.visit, sha256(content)) == "stored"
    context.close()


BROWSER_UPLOAD = """async ([content, sha256, visit]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const { csrf_token } = await (await fetch("/api/session")).json();
  Object.assign(window, { sent: 0, ended: null });
  new tus.Upload(new Blob([bytes]), {
    endpoint: "/api/evidence/uploads",
    chunkSize: 512 * 1024,
    retryDelays: Array(60).fill(500),
    metadata: { sha256, visit, type: "image/jpeg" },
    headers: { "X-CSRFToken": csrf_token },
    onBeforeRequest: () => new Promise((go) => setTimeout(go, 100)),
    onProgress: (sent) => { window.sent = sent; },
    onSuccess: () => { window.ended = "success"; },
    onError: (error) => { window.ended = String(error); },
  }).start();
}"""


def start_of_a_chunk(lin: RemoteSpeaker, url: str, length: int, sent: bytes) -> socket.socket:
    """A connection on which a chunk of that length was begun."""
    port = int(lin.url.rsplit(":", 1)[1])
    line = socket.create_connection(("127.0.0.1", port))
    headers = lin.headers | {
        "Host": "127.0.0.1",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(length),
        "Upload-Offset": "0",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    line.sendall(f"PATCH {url.removeprefix(lin.url)} HTTP/1.1\r\n{head}\r\n".encode() + sent)
    return line


def test_a_cut_in_mid_chunk_leaves_what_came(live: Scene, lin: RemoteSpeaker):
    content = heavy_photo(MIB)
    url = lin.begin(live.visit, content)
    line = start_of_a_chunk(lin, url, MIB, content[:300_000])
    wait_until(lambda: lin.offset(url) > 0)
    line.close()
    wait_until(lambda: lin.offset(url) == 300_000)
    wait_until(lambda: lin.patch(url, 300_000, content[300_000:]).status_code == 204)
    assert lin.receipt(live.visit, sha256(content)) == "stored"


def test_while_one_request_writes_another_is_turned_away_at_once(live: Scene, lin: RemoteSpeaker):
    content = heavy_photo(MIB)
    url = lin.begin(live.visit, content)
    with start_of_a_chunk(lin, url, MIB, content[:200_000]):
        wait_until(lambda: lin.offset(url) > 0)
        answer = lin.patch(url, 0, content)
        assert (answer.status_code, answer.json()["code"]) == (423, "upload-locked")
        assert requests.delete(url, headers=lin.headers, timeout=30).status_code == 423
    wait_until(lambda: lin.patch(url, lin.offset(url), content[lin.offset(url) :]).status_code == 204)


def test_a_chunk_that_is_too_large_gets_an_answer_and_no_reset(live: Scene, lin: RemoteSpeaker):
    content = heavy_photo(16 * MIB)
    url = lin.begin(live.visit, content)
    answer = lin.patch(url, 0, content)
    assert (answer.status_code, answer.json()["code"]) == (413, "upload-chunk-too-large")


def test_a_film_of_200_mb_never_lies_in_memory(live_server: LiveServer, live: Scene, lin: RemoteSpeaker):
    content = heavy_photo(200 * MIB)
    worker = worker_of(live_server)
    Path(f"/proc/{worker}/clear_refs").write_text("5")  # forget the peak so far: signing in hashes in 64 MiB
    before = memory(worker, "VmRSS")
    url = lin.begin(live.visit, content)
    for start in range(0, len(content), 4 * MIB):
        assert lin.patch(url, start, content[start : start + 4 * MIB]).status_code == 204
    blob = f"{lin.url}/api/visits/{live.visit}/evidence/{sha256(content)}"
    with requests.get(blob, headers=lin.headers, stream=True, timeout=60) as answer:
        assert sum(len(piece) for piece in answer.iter_content(MIB)) == len(content)
    assert memory(worker, "VmHWM") - before < 64 * MIB


def worker_of(server: LiveServer) -> int:
    """The process that answers: the master's child."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and f"PORT={server.port}\0" in _read(folder / "environ"):
            children = _read(folder / "task" / folder.name / "children").split()
            if children:
                return int(children[0])
    raise AssertionError("no worker found")


def memory(process: int, what: str) -> int:
    """A figure of /proc/<pid>/status, in bytes."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(what))


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
