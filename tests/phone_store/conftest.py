"""Phones for the tests of what a phone keeps: real Chromium, the app's own modules, and no server unless a test starts one."""

import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from server.web.headers import content_security_policy

PWA = Path(__file__).resolve().parents[2] / "pwa"
ORIGIN = "http://localhost"
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
        return self.run("window.store = await app.enrol({ session: given }); return window.store.device;", session)

    def open(self, person: str = SESSION["person"]["id"]) -> None:
        """Open an account enrolled before."""
        self.run("window.store = await app.openAccount(given);", person)

    def fails_with(self, body: str, argument: Any = None) -> str | None:
        """The code of the StoreError the body ends in."""
        return self.run(f"try {{ {body} }} catch (error) {{ return error.code ?? String(error); }} return null;", argument)


class Phone:
    """A browser profile with empty storage; its tabs share everything."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address

    def tab(self, path: str = "/field/blank") -> Tab:
        """Open one more tab."""
        page = self.context.new_page()
        page.goto(self.address + path)
        return Tab(page)


@pytest.fixture
def alone(browser: Browser, phone: dict[str, Any]) -> Iterator[Phone]:
    """A phone that has the app's files and no server at all."""
    context = browser.new_context(**phone)
    context.route(f"{ORIGIN}/**", serve_files)
    yield Phone(context, ORIGIN)
    context.close()


def serve_files(route: Route) -> None:
    """Answer from `pwa/` under the policy of the real pages; everything else is not there."""
    path = route.request.url.removeprefix(ORIGIN)
    if path.startswith("/field/app/"):
        file = PWA / path.removeprefix("/field/app/")
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(body=file.read_bytes(), content_type=kind)
    elif path.startswith("/field/"):
        headers = {"Content-Security-Policy": content_security_policy("")}
        route.fulfill(body="<!doctype html><title>blank</title><body>", content_type="text/html", headers=headers)
    else:
        route.fulfill(status=404, body=json.dumps({}), content_type="text/plain")
