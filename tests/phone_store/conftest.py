"""Phones for the tests of what a phone keeps: real Chromium, the app's own modules, and no server unless a test starts one."""

import mimetypes
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from server.infra.db import db
from server.web.headers import content_security_policy
from tests.builders import a_visit
from tests.people import PASSWORD, settle
from tests.pins import PIN
from tests.processes import LiveServer

PWA = Path(__file__).resolve().parents[2] / "pwa"
ORIGIN = "http://localhost"
BLANK = "<!doctype html><meta name=viewport content='width=device-width'><title>blank</title><body>"
SESSION = {
    "person": {"id": "01900000-0000-7000-8000-000000000001", "name": "王建国", "department": "XFJY"},
    "rescue_key": None,
}

MODULES = """async () => {
  const at = (path) => import(`/field/app/${path}`);
  const parts = await Promise.all([
    at("store/accounts.js"), at("store/store.js"), at("store/errors.js"), at("store/bus.js"), at("store/memory.js"),
    at("store/database.js"), at("journal/entry.js"), at("journal/hash.js"), at("sync/sync.js"), at("sync/ledger.js"),
    at("capture/signature.js"), at("capture/thumbs.js"),
  ]);
  window.app = Object.assign({}, ...parts);
}"""


class Tab:
    """One tab of a phone, with the app's modules at hand as `app`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.load()

    def load(self) -> None:
        """Take the modules into the page, as after every reload."""
        self.page.evaluate(MODULES)

    def reload(self) -> None:
        """Reload the page."""
        self.page.reload()
        self.load()

    def run(self, body: str, argument: Any = None) -> Any:
        """Run the body of an async function of `given`; `store` is the open store, if there is one."""
        code = f"async (given) => {{ const {{ store }} = window; {body} }}"
        return self.page.evaluate(code, argument)

    def enrol(self, session: dict[str, Any] = SESSION) -> str:
        """Enrol the person of the session and open the account: the device."""
        return self.run(
            "window.store = await app.enrol(given); return window.store.device;", {"session": session, "pin": PIN}
        )

    def open(self, person: str = SESSION["person"]["id"]) -> None:
        """Open an account enrolled before."""
        self.run("window.store = await app.openAccount(given.person, given.pin);", {"person": person, "pin": PIN})

    def enrol_here(self) -> str:
        """Enrol whoever is signed in: the device."""
        return self.run(
            "const session = await (await fetch('/api/session')).json(); window.store = await app.enrol({ session, pin: given }); return window.store.device;",
            PIN,
        )

    def start(self) -> dict[str, Any]:
        """Begin to exchange, and wait for the first round: the state."""
        return self.run("app.startSync(store); await app.syncNow('open'); return app.syncState();")

    def sync(self, reason: str = "button") -> dict[str, Any]:
        """Exchange now: the state after it."""
        return self.run("await app.syncNow(given); return app.syncState();", reason)

    def until(self, condition: str, argument: Any = None, seconds: float = 10) -> None:
        """Wait until the expression of `given` holds."""
        deadline = time.monotonic() + seconds
        while not self.run(f"return {condition};", argument):
            assert time.monotonic() < deadline, f"not within {seconds} s: {condition}"
            time.sleep(0.05)

    def fails_with(self, body: str, argument: Any = None) -> str | None:
        """The code of the StoreError the body ends in."""
        return self.run(
            f"try {{ {body} }} catch (error) {{ return error.code ?? String(error); }} return null;", argument
        )


class Phone:
    """A browser profile with empty storage; its tabs share everything."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        context.route(f"{address}/field/**", self._serve)

    def _serve(self, route: Route) -> None:
        """The app's files under the policy of the real pages, and an empty page everywhere else: no server is needed."""
        path = route.request.url.removeprefix(self.address)
        if path.startswith("/field/app/"):
            file = PWA / path.removeprefix("/field/app/")
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0])
        else:
            headers = {"Content-Security-Policy": content_security_policy("")}
            route.fulfill(body=BLANK, content_type="text/html", headers=headers)

    def tab(self, path: str = "/field/blank") -> Tab:
        """Open one more tab."""
        page = self.context.new_page()
        page.goto(self.address + path)
        return Tab(page)


@pytest.fixture
def alone(browser: Browser, phone: dict[str, Any]) -> Iterator[Phone]:
    """A phone that has the app's files and no server at all."""
    context = browser.new_context(**phone)
    yield Phone(context, ORIGIN)
    context.close()


class Field:
    """A running server with the cast, one visit, and phones whose owners are signed in."""

    def __init__(self, server: LiveServer, browser: Browser, options: dict[str, Any]) -> None:
        self.server, self.browser, self.options = server, browser, options
        self.contexts: list[BrowserContext] = []
        app = server.app
        with app.app_context():
            self.people = settle()
            self.visit: str = a_visit(app, self.people).id
            db.engine.dispose()
        server.start()

    def phone(self, username: str) -> Phone:
        """A new phone with somebody signed in."""
        context = self.browser.new_context(**self.options)
        self.contexts.append(context)
        self.sign_in(context, username)
        return Phone(context, self.server.url)

    def sign_in(self, context: BrowserContext, username: str) -> None:
        """Sign in through the form, as the page would."""
        page = context.request.get(f"{self.server.url}/problems/sign-in").text()
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        form = {"username": username, "password": PASSWORD, "csrf_token": token.group(1)}
        answer = context.request.post(f"{self.server.url}/login", form=form, max_redirects=0)
        assert answer.status == 302, answer.text()

    def working(self, username: str, path: str = "/field/blank") -> Tab:
        """A tab of a new phone, enrolled and exchanging."""
        tab = self.phone(username).tab(path)
        tab.enrol_here()
        tab.start()
        return tab

    def held(self, tab: Tab) -> list[str]:
        """The hashes the server holds of the visit, as a phone is told."""
        answer = tab.page.context.request.get(f"{self.server.url}/api/visits/{self.visit}/hashes").json()
        return sorted(answer["accepted"] + answer["quarantined"])


@pytest.fixture
def field(live_server: LiveServer, browser: Browser, phone: dict[str, Any]) -> Iterator[Field]:
    """The field, with its server running."""
    made = Field(live_server, browser, phone)
    yield made
    for context in made.contexts:
        context.close()
