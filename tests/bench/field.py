"""The field app on a phone throttled four times: answering, starting without a network, the shell's size."""

import gzip
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from server.infra.db import db
from server.visits import bundle
from server.visits.model import Visit
from server.web.field import PWA, STATIC, precache_list
from tests.bench.figures import Figure, median, p95
from tests.bench.plain_page import page_of, served
from tests.processes import LiveServer
from tests.story.phone import Phone, phone_of

ITEMS, LEAD = 200, "shwj01"
SIZED = ("demo", "visit", "--departments", "10", "--items", str(ITEMS), "--lead")
OURS, THEIRS = "[id='item-{}'] button.verdict[value=pass]", "[id='{}'] input[value=pass]"
PLAIN = "the same items without JavaScript"
Profile = dict[str, Any]
SLOWER = 4
STARTS = 7

# Tap each given control in turn; from the tap to the frame after `done` of its item, in milliseconds.
TAPS = """async ({ controls, done }) => {
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(0);
  }));
  const until = (selector) => new Promise((resolve) => {
    const look = () => document.querySelector(selector) && (watch.disconnect(), resolve());
    const watch = new MutationObserver(look);
    watch.observe(document.documentElement, { subtree: true, childList: true, attributes: true });
    look();
  });
  const times = [];
  for (const { control, item } of controls) {
    const target = document.querySelector(control);
    target.scrollIntoView({ block: "center" });
    await painted();
    await new Promise((resolve) => setTimeout(resolve, 400));
    const start = performance.now();
    target.click();
    if (done) await until(done.replace("ITEM", item));
    await painted();
    times.push(performance.now() - start);
  }
  return times;
}"""


def measure(browser: Browser, profile: dict[str, Any], server: LiveServer) -> list[Figure]:
    """All figures of the field app."""
    visit = server.flask(*SIZED, LEAD).strip()
    document = _bundle(server, visit)
    phone = phone_of(browser, profile, server.url, LEAD)
    phone.download(visit)
    with served(page_of(document)) as plain:
        answers = _answers(browser, profile, phone, document, plain)
        return [*answers, _start(browser, profile, server, phone, plain), _shell()]


def _bundle(server: LiveServer, visit: str) -> dict[str, Any]:
    with server.app.app_context():
        return bundle.load(db.session.get_one(Visit, visit).bundle_digest)


def _answers(
    browser: Browser, profile: Profile, phone: Phone, document: dict[str, Any], plain: str
) -> list[Figure]:
    """An answer tapped, durable and painted, beside a radio of the plain page tapped and painted."""
    items = document["checklist"]["items"]
    own = [one["id"] for one in items if one["department"] == "SHWJ" and one["answer"]["type"] == "verdict"]
    phone.arrive("SHWJ", "王站长")
    phone.open("?expand=1")
    ours = _tapped(phone.page, OURS, own, done="[id='item-ITEM'] .item__state .badge--pass")
    page = browser.new_context(**profile).new_page()
    page.goto(plain)
    theirs = _tapped(page, THEIRS, own, done=None)
    page.context.close()
    return [
        Figure(f"answer, {ITEMS} items open: {name}", of(ours), "ms", PLAIN, of(theirs), "≤ 1.30")
        for name, of in (("median", median), ("p95", p95))
    ]


def _tapped(page: Page, control: str, items: list[str], done: str | None) -> list[float]:
    _slow(page)
    controls = [{"control": control.format(item), "item": item} for item in items]
    return page.evaluate(TAPS, {"controls": controls, "done": done})


def _start(browser: Browser, profile: Profile, server: LiveServer, phone: Phone, plain: str) -> Figure:
    """Reloaded without a server until its items can be tapped, beside the plain page's cold load."""
    server.stop()
    ours = [_until_usable(phone.page, ".department--own") for _ in range(STARTS)]
    server.start()
    theirs = [_cold(browser, profile, plain) for _ in range(STARTS)]
    return Figure(
        "offline start to usable: median", median(ours), "ms", "its cold load", median(theirs), "≤ 1.00"
    )


def _cold(browser: Browser, profile: Profile, plain: str) -> float:
    page = browser.new_context(**profile).new_page()
    _slow(page)
    page.goto(plain, wait_until="commit")
    took = _usable_at(page, "fieldset:last-of-type")
    page.context.close()
    return took


def _until_usable(page: Page, selector: str) -> float:
    page.reload(wait_until="commit")
    return _usable_at(page, selector)


def _usable_at(page: Page, selector: str) -> float:
    """Milliseconds from the start of the navigation to the frame that shows the selector."""
    return page.evaluate(
        """(selector) => new Promise((resolve) => {
          const usable = () => resolve(performance.now());
          const look = () => requestAnimationFrame(document.querySelector(selector) ? usable : look);
          look();
        })""",
        selector,
    )


def _slow(page: Page) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _shell() -> Figure:
    """What a phone downloads once, every file packed by itself as a server sends it."""
    files = [str(one) for one in precache_list()["files"]]
    size = sum(len(gzip.compress(path.read_bytes(), 6)) for one in files if (path := _path(one)).is_file())
    return Figure("shell, gzip", size / 1024, "KB", "aim", 100, "≤ 1.00")


def _path(url: str) -> Path:
    if url == "/field/":
        return PWA / "shell.html"
    if url.startswith("/static/"):
        return STATIC / url.removeprefix("/static/")
    return PWA / url.removeprefix("/field/app/")
