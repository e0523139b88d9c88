"""The field app in real Chromium, on a phone's screen, against the real server.

county      one server with the cast settled; `county.visit()` assigns a fresh visit and gives its id
officer     `officer("zhou")` is that officer's phone, signed in, with all visits downloaded: a Phone
"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from server.infra.db import db
from tests.builders import a_visit
from tests.people import PASSWORD, People, settle
from tests.pins import PIN, choose_pin, let_in
from tests.postgres import free_port
from tests.processes import LiveServer

OFFLINE = "Failed to load resource"  # Chromium says so itself when a request finds no server


class County:
    """The server and the cast."""

    def __init__(self, server: LiveServer, people: People) -> None:
        self.server, self.people = server, people
        self.app = server.app

    def visit(self, team: tuple[str, ...] = ("lin", "ma", "zhou", "wu")) -> str:
        """Assign a visit for today: its id."""
        return str(a_visit(self.app, self.people, team).id)


class Phone:
    """One officer's phone: a page of the field app, and what goes wrong in it."""

    def __init__(self, county: County, context: BrowserContext) -> None:
        self.county, self.context = county, context
        self.faults: list[str] = []
        self.page = self.tab()

    def tab(self) -> Page:
        """One more tab."""
        page = self.context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self._heard(line.type, line.text))
        return page

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith(OFFLINE):
            self.faults.append(text)

    def sign_in(self, username: str, pin: str = PIN) -> None:
        """Through the form, to the list of visits."""
        self.page.goto(f"{self.county.server.url}/login?next=/field/")
        self.fill_in(username)
        let_in(self.page, pin)
        self.page.wait_for_selector(".visit-card, .empty")

    def sync(self) -> None:
        """Exchange now, and wait until that round is over."""
        self.page.evaluate("() => import('/field/app/sync/sync.js').then(({ syncNow }) => syncNow('button'))")

    def fill_in(self, username: str) -> None:
        """Fill in the server's sign-in."""
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")

    def join(self, username: str, pin: str) -> None:
        """A colleague signs in on this phone, under a PIN of their own, and has it in hand."""
        self.context.clear_cookies()
        self.page.goto(f"{self.county.server.url}/login?next=/field/")
        self.fill_in(username)
        self.page.click("#other-switch button")
        self.page.wait_for_selector("#enrol")
        choose_pin(self.page, pin)
        self.page.wait_for_selector(".visit-card, .empty")

    def open(self, visit: str, path: str = "", page: Page | None = None) -> Page:
        """Go to an address of a visit as a deep link; waits until the visit is on this phone."""
        page = page or self.page
        page.goto(f"{self.county.server.url}/field/visits/{visit}{path}")
        let_in(page)
        page.wait_for_selector("#screen:has(.content):not(:has(.gate))")
        return page

    def arrive(self, visit: str, department: str) -> None:
        """Take the five steps of a department."""
        page = self.open(visit, f"/arrive/{department}")
        page.click("#form-arrived button[type=submit]")
        page.wait_for_selector("#step-arrived .said")
        for box in page.query_selector_all("input[name=officer]"):
            box.check()
        page.click("#form-identity button[type=submit]")
        page.wait_for_selector("#step-identity .said")
        page.click("#form-rights button[type=submit]")
        page.wait_for_selector("#step-rights .said")
        page.click("#form-recusal button[value=no]")
        page.wait_for_selector("#step-recusal .said")
        page.fill("#party-name", "演示人")
        page.fill("#party-post", "站长")
        page.check("#party-authority input >> nth=1")
        page.click("#form-party button[type=submit]")
        page.wait_for_selector("#step-party .said")

    def answers(self, visit: str, item: str) -> list[dict[str, Any]]:
        """Bodies of the answers to an item in this phone's store, in order."""
        return self.page.evaluate(
            """async ([visit, item]) => {
              const { app } = await import("/field/app/local/app.js");
              const entries = await app.store.entries(visit);
              return entries.filter((one) => one.kind === "answer" && one.body.item === item).map((one) => one.body);
            }""",
            [visit, item],
        )


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory, rescue_pem: bytes) -> Iterator[County]:
    """One server for the tests of this folder; each test takes visits of its own."""
    data_dir = tmp_path_factory.mktemp("field") / "data"
    (data_dir / "keys").mkdir(parents=True)
    (data_dir / "keys" / "rescue.pem").write_bytes(rescue_pem)
    server = LiveServer(data_dir, free_port())
    app = server.app
    with app.app_context():
        db.create_all()
        people = settle()
        db.engine.dispose()
    server.start()
    yield County(server, people)
    server.kill()


@pytest.fixture
def officer(county: County, browser: Browser, phone: dict[str, Any]) -> Iterator[Callable[..., Phone]]:
    """Phones of officers; at the end none of them may have complained."""
    phones: list[Phone] = []

    def of(username: str, **profile: Any) -> Phone:
        made = Phone(county, browser.new_context(**phone | profile))
        phones.append(made)
        made.sign_in(username)
        return made

    yield of
    for one in phones:
        with contextlib.suppress(Exception):  # a test may have closed it
            one.context.close()
    assert [fault for one in phones for fault in one.faults] == []


PWA = Path(__file__).resolve().parents[2] / "pwa"
