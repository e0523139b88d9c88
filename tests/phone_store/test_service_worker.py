"""The shell without a network: kept by version, the one before it too, and nothing but the shell touched."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.processes import LiveServer

READY = "async () => { await navigator.serviceWorker.register('/field/sw.js', { scope: '/field/' }); await navigator.serviceWorker.ready; }"
ACTIVE = (
    "async () => (await navigator.serviceWorker.getRegistration('/field/'))?.active?.state === 'activated'"
)


@pytest.fixture
def page(live_server: LiveServer, browser: Browser, phone: dict[str, Any]) -> Iterator[Page]:
    """The real field app on a phone, its service worker at work."""
    live_server.start()
    context = browser.new_context(**phone)
    page = context.new_page()
    page.goto(live_server.url + "/field/manifest.webmanifest")
    page.evaluate(
        "async () => { for (const n of ['oldest', 'older', 'last']) await caches.open('liancha-shell-' + n); await caches.open('of others'); }"
    )
    page.goto(live_server.url + "/field/")
    page.evaluate(READY)
    while not page.evaluate(ACTIVE):
        page.wait_for_timeout(50)
    yield page
    context.close()


def test_every_page_of_the_app_opens_without_a_server(page: Page, live_server: LiveServer) -> None:
    live_server.stop()
    for path in ("/field/", "/field/sync", "/field/visits/01900000-0000-7000-8000-0000000000aa"):
        page.goto(live_server.url + path)
        assert page.title().startswith("联查") or page.locator("#screen").count() == 1
    files = page.evaluate(
        "async () => { const r = await Promise.all(['/field/app/boot.js', '/static/tokens.css'].map((f) => fetch(f))); return r.map((one) => one.ok); }"
    )
    assert files == [True, True]


def test_the_shell_before_this_one_stays_and_older_ones_go(page: Page) -> None:
    kept = page.evaluate("() => caches.keys()")
    assert {"liancha-shell-oldest", "liancha-shell-older"}.isdisjoint(kept)
    assert {"liancha-shell-last", "of others"} <= set(kept)
    assert len(kept) == 3


def test_calls_of_the_server_are_never_answered_or_changed(page: Page, live_server: LiveServer) -> None:
    page.reload()  # now under the service worker's care
    assert page.evaluate("() => Boolean(navigator.serviceWorker.controller)")
    call = "async (method) => { const r = await fetch('/api/session', { method, headers: { Accept: 'application/json' } }); return [r.status, r.headers.get('Content-Type')]; }"
    assert page.evaluate(call, "GET") == [401, "application/problem+json"]
    assert page.evaluate(call, "POST")[0] in (400, 401, 405)
    assert page.evaluate("async () => (await fetch('/field/app/boot.js', { method: 'POST' })).ok") is False
    live_server.stop()
    assert (
        page.evaluate("() => fetch('/api/session').then(() => 'answered', () => 'unreached')") == "unreached"
    )
