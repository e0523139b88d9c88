"""The shell without a network: kept by version, the one before it too, and nothing but the shell touched."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.processes import LiveServer

TAPPED = """async () => {
  self.opened = [];
  self.clients.openWindow = async (url) => { self.opened.push(url); };
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""
"""A tap on what is shown: it lies outside the page, where no test can reach it, and so does the window it opens."""

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


SHOWN = """async () => (await (await navigator.serviceWorker.getRegistration('/field/')).getNotifications())
  .map(({ title, tag, data }) => [title, tag, data])"""


def until(page: Page, expression: str, wanted: Any) -> Any:
    """What an expression comes to, as soon as it is that; else what it was at the last."""
    for _ in range(200):
        found = page.evaluate(expression)
        if found == wanted:
            break
        page.wait_for_timeout(50)
    return found


def test_a_push_says_that_there_is_something_new_once_and_a_tap_leads_there(
    page: Page, live_server: LiveServer
) -> None:
    """Pushed by the browser itself (CDP), as its push service does."""
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    browser = page.context.new_cdp_session(page)
    known: list[dict[str, Any]] = []
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda said: known.extend(said["registrations"]))
    browser.send("ServiceWorker.enable")
    while not known:
        page.wait_for_timeout(50)
    to = {"origin": live_server.url, "registrationId": known[0]["registrationId"]}
    for text in ("您有新消息", "您有 2 条新消息"):
        payload = json.dumps({"text": text, "url": "/field/sync"})
        browser.send("ServiceWorker.deliverPushMessage", to | {"data": payload})
        wanted = [[text, "messages", "/field/sync"]]
        assert until(page, SHOWN, wanted) == wanted

    (worker,) = page.context.service_workers
    worker.evaluate(TAPPED)
    assert until(page, SHOWN, []) == []
    assert worker.evaluate("() => self.opened") == ["/field/sync"]
