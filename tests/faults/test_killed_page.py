"""A page is killed at 200 random points between the shutter and the answer that the photo belongs to.

Now only the page's process dies, now the whole browser, before or after an operation. Opened again, it has
all that the store ever called saved, byte for byte, and the work that was cut comes to its end.
"""

import base64
import json
import os
import queue
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from server.kernel.canonical import canonical
from server.visits.fold import fold
from tests.browsers import ARGUMENTS
from tests.builders import Scene
from tests.evidence.files import image
from tests.faults.lab import Lab
from tests.faults.phones import Json
from tests.pins import PIN

SEED = int(os.environ.get("SEED", "1"))
CHUNK = 1024 * 1024
POINTS = {CHUNK // 2: 60, CHUNK + 1: 70, 2 * CHUNK + 1: 70}
"""How many, by the bytes of the photo: what is stored in one chunk, in two, in three."""

BROWSERS = 8
"""Of so many kills one takes the whole browser; the others take its pages only."""

OPEN = """async ([session, pin]) => {
  window.phone = await import("/field/faults/killing.js");
  await window.phone.open(session, pin);
}"""
TAKE = """([visit, item, photo, padding, name, end]) => {
  const start = Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0));
  const parts = [start, new Uint8Array(padding), new TextEncoder().encode(name)];
  const blob = new Blob(parts, { type: "image/jpeg" });
  setTimeout(() => window.phone.capture(visit, item, blob, end));
}"""


class Phone:
    """A phone whose pages and browser can be killed; `promised` is what its store has called saved."""

    def __init__(self, playwright: Playwright, chromium_path: str, disk: Path, world: Json) -> None:
        self.playwright, self.chromium_path, self.disk, self.world = playwright, chromium_path, disk, world
        self.promised: list[Json] = []
        self.news: queue.Queue[tuple[str, Json]] = queue.Queue()
        self.dead = threading.Event()
        self.lab = Lab(self._hear)
        self.browser = self._started()
        self.page = self._open(self.browser.pages[0])

    def _hear(self, path: str, body: bytes) -> bytes:
        said = json.loads(body)
        if path == "/promised":
            self.promised.append(said)
            return b"{}"
        dead = self.dead
        self.news.put((path, said))
        if path == "/killed":
            dead.wait(60)  # the page stands still for the rest of its life
        return b"{}"

    def _started(self) -> BrowserContext:
        return self.playwright.chromium.launch_persistent_context(
            self.disk, executable_path=self.chromium_path, args=ARGUMENTS
        )

    def _open(self, page: Page) -> Page:
        page.goto(f"{self.lab.url}/field/lab")
        session = {"person": self.world["people"][2], "rescue_key": self.world["bundle"]["rescue_key"]}
        page.evaluate(OPEN, [session, PIN])
        return page

    def capture(self, name: str, size: int, end: int) -> tuple[str, Json]:
        """Take a photo, until operation `end` where there is one: how it went."""
        photo = image("JPEG", 64, 48)
        shown = base64.b64encode(photo).decode()
        given = [self.world["visit"], "XF2", shown, size - len(photo) - len(name), name, end]
        self.page.evaluate(TAKE, given)
        return self.news.get(timeout=60)

    def kill_page(self) -> None:
        """End the page's process in the middle of what it does, and open a new page."""
        killed = self._processes("renderer")
        for process in killed:
            os.kill(process, signal.SIGKILL)
        self._buried(killed)
        self.page.close()
        self.page = self._open(self.browser.new_page())

    def kill_browser(self) -> None:
        """End all processes of the browser at once, and start it again on the same disk."""
        (main,) = self._processes("browser")
        with self.browser.expect_event("close"):
            os.killpg(main, signal.SIGKILL)
        self._buried([])
        self.browser = self._started()
        self.page = self._open(self.browser.pages[0])

    def _buried(self, killed: list[int]) -> None:
        """Wait until the browser has noticed: it would open a page in a dead process of its reserve."""
        deadline = time.monotonic() + 30
        while killed and set(killed) & set(self._processes("renderer")):
            assert time.monotonic() < deadline, f"{killed} are not dead"
        self.dead.set()
        self.dead = threading.Event()

    def _processes(self, kind: str) -> list[int]:
        assert self.browser.browser
        session = self.browser.browser.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return [process["id"] for process in processes if process["type"] == kind]

    def wrong(self, promised: list[Json]) -> list[str]:
        """What is not as promised."""
        ask = "([visit, promised]) => window.phone.check(visit, promised)"
        return self.page.evaluate(ask, [self.world["visit"], promised])

    def journal(self) -> Json:
        """All entries, whose they are, and the state they fold to in the browser."""
        ask = "([visit, bundle]) => window.phone.journal(visit, bundle)"
        return self.page.evaluate(ask, [self.world["visit"], self.world["bundle"]])

    def close(self) -> None:
        """Give everything back."""
        self.dead.set()
        self.browser.close()
        self.lab.close()


@pytest.fixture
def photographer(playwright: Playwright, chromium_path: str, tmp_path: Path, world: Json) -> Iterator[Phone]:
    """A phone with a browser and a disk of its own."""
    phone = Phone(playwright, chromium_path, tmp_path / "phone", world)
    yield phone
    phone.close()


@pytest.mark.parametrize("size", POINTS)
def test_a_page_killed_at_any_point_keeps_what_it_called_saved(
    photographer: Phone, visit: Scene, size: int
) -> None:
    phone = photographer
    how, said = phone.capture(f"{SEED} whole", size, 0)
    assert how == "/finished"
    for n, end in enumerate(points(Random(SEED), said["operations"], POINTS[size])):
        before = len(phone.promised)
        how, said = phone.capture(f"{SEED} {n}", size, end)
        where = f"SEED={SEED}, point {n} of {size} bytes, operation {end}, {said}"
        assert how == "/killed", where
        if n % BROWSERS == 0:
            phone.kill_browser()
        else:
            phone.kill_page()
        wrong = phone.wrong(phone.promised[before:])
        assert not wrong, f"{where}: {wrong}"
    assert phone.wrong(phone.promised) == []
    arrives(phone, visit)


def points(chance: Random, operations: int, wanted: int) -> list[int]:
    """At which operations to kill: no one twice as long as there are others."""
    every = range(1, operations + 1)
    return [end for _ in range(0, wanted, operations) for end in chance.sample(every, operations)][:wanted]


def arrives(phone: Phone, visit: Scene) -> None:
    """The server takes the whole journal, and folds it to the same state."""
    journal = phone.journal()
    assert canonical(fold(phone.world["bundle"], journal["entries"], {})).decode() == journal["state"]
    zhou = visit.caller("zhou")
    assert zhou.post("/api/devices", journal["device"]).status_code == 201
    answer = zhou.post(f"/api/visits/{visit.id}/entries", {"entries": journal["entries"]}).get_json()
    assert answer["rejected"] == []
    assert sorted(answer["accepted"]) == sorted(entry["hash"] for entry in journal["entries"])
