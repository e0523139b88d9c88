"""Before departure: what a phone can do, said in plain words; and the windows in which no visit may begin."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.field.conftest import County, Phone
from tests.pins import let_in

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
IPAD = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15"
WECHAT = "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
DINGTALK = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36 AliApp(DingTalk/7.6.0)"
GIB = 1024**3

FIT: dict[str, Any] = {
    "browser": {"system": "android", "host": None, "standalone": True},
    "locks": True,
    "storage": {"strict": True, "works": True, "since": 1000},
    "openedAt": 2000,
    "recorder": True,
    "camera": "granted",
    "microphone": "granted",
    "location": {"permission": "granted"},
    "persisted": True,
    "battery": {"percent": 80, "charging": False},
    "room": {"used": GIB, "quota": 60 * GIB, "free": 59 * GIB, "minutes": 5000},
    "clock": {"skew": -2000, "at": 1_000_000},
    "now": 2_000_000,
    "people": ["周演示"],
    "visits": [{"id": "v", "name": "青阳示例加油站", "date": "2026-11-25", "here": True}],
}
IOS_TAB = {"system": "ios", "host": None, "standalone": False}
BROKEN = {"strict": False, "works": False, "since": None}
TIGHT = {"used": 9.5 * GIB, "quota": 10 * GIB, "free": 0.4 * GIB, "minutes": 20}

# what differs from a fit phone -> (line, its state, what it says, what to do)
CASES = [
    ({}, ("key", "yes", "ready.key-kept", None)),
    ({"openedAt": 500}, ("key", "yes", "ready.key-yes", None)),
    ({"locks": False}, ("locks", "no", "ready.locks-no", "ready.use-android")),
    ({"storage": BROKEN}, ("strict", "no", "ready.strict-no", "ready.use-android")),
    ({"storage": BROKEN}, ("key", "no", "ready.key-no", "ready.use-android")),
    ({"recorder": False, "browser": IOS_TAB}, ("recorder", "no", "ready.recorder-no", "ready.use-ios")),
    ({"locks": False, "browser": {**IOS_TAB, "system": "harmony"}}, ("locks", "no", "ready.locks-no", "ready.use-harmony")),
    ({"browser": IOS_TAB}, ("home-screen", "no", "ready.home-screen-no", "ready.home-screen-todo")),
    ({"browser": {**IOS_TAB, "standalone": True}}, ("home-screen", "yes", "ready.home-screen-yes", None)),
    ({"camera": "prompt"}, ("camera", "ask", "ready.camera-ask", "ready.try")),
    ({"microphone": "unknown"}, ("camera", "ask", "ready.camera-ask", "ready.try")),
    ({"microphone": "denied"}, ("camera", "no", "ready.camera-denied", "ready.allow")),
    ({"camera": "none"}, ("camera", "no", "ready.camera-none", "ready.camera-none-todo")),
    ({"location": {"permission": "unknown"}}, ("location", "ask", "ready.location-ask", "ready.try")),
    ({"location": {"permission": "denied"}}, ("location", "no", "ready.location-denied", "ready.allow")),
    ({"location": {"permission": "granted", "accuracy": 12}}, ("location", "yes", "ready.location-found", None)),
    ({"location": {"permission": "prompt", "accuracy": None}}, ("location", "look", "ready.location-nowhere", "ready.location-nowhere-todo")),
    ({"persisted": False}, ("persist", "no", "ready.persist-no", "ready.persist-todo")),
    ({"battery": None}, ("battery", "look", "ready.battery-unknown", "ready.battery-unknown-todo")),
    ({"battery": {"percent": 49, "charging": False}}, ("battery", "no", "ready.battery-left", "ready.battery-todo")),
    ({"battery": {"percent": 5, "charging": True}}, ("battery", "yes", "ready.battery-charging", None)),
    ({"room": TIGHT}, ("space", "no", "ready.space-holds", "ready.space-todo")),
    ({"room": {**FIT["room"], "minutes": 59}}, ("space", "no", "ready.space-holds", "ready.space-todo")),
    ({"room": {"used": None, "quota": None, "free": None, "minutes": None}}, ("space", "look", "ready.space-unknown", "ready.space-unknown-todo")),
    ({"clock": None}, ("clock", "no", "ready.clock-never", "ready.clock-never-todo")),
    ({"clock": {"skew": 301_000, "at": 1_000_000}}, ("clock", "no", "ready.clock-off", "ready.clock-todo")),
    ({"now": 100_000}, ("clock", "no", "ready.clock-off", "ready.clock-todo")),
    ({"visits": []}, ("visits", "yes", "ready.visits-none", None)),
    ({"visits": [*FIT["visits"], {**FIT["visits"][0], "here": False}]}, ("visits", "no", "ready.visits-lacking", "ready.visits-todo")),
    ({"visits": [{**FIT["visits"][0], "here": False, "withheld": "2026-11-27T18:00:00+08:00"}]}, ("visits", "yes", "ready.visits-here", None)),
]  # fmt: skip


@pytest.fixture
def bare(county: County, browser: Browser) -> Iterator[Page]:
    """A page of the server in which modules can be asked one by one."""
    page = browser.new_page()
    page.goto(f"{county.server.url}/healthz")
    yield page
    page.close()


def test_facts_become_lines(bare: Page) -> None:
    judge = "async (all) => { const { linesOf } = await import('/field/app/local/readiness.js'); return all.map(linesOf); }"
    found = bare.evaluate(judge, [FIT | changes for changes, _ in CASES])
    for (changes, wanted), lines in zip(CASES, found, strict=True):
        said = {line["name"]: (line["name"], line["state"], line["says"][0], line["todo"]) for line in lines}
        assert said[wanted[0]] == wanted, changes


def test_what_needs_the_reader_is_counted(bare: Page) -> None:
    count = "async (facts) => { const { linesOf, needing } = await import('/field/app/local/readiness.js'); return needing(linesOf(facts)); }"
    assert bare.evaluate(count, FIT) == 0
    assert bare.evaluate(count, FIT | {"battery": None}) == 0  # for the reader's own eyes
    assert bare.evaluate(count, FIT | {"camera": "prompt", "clock": None, "persisted": False}) == 3


@pytest.mark.parametrize(
    ("agent", "touch", "standalone", "system", "host", "needs"),
    [
        (IPHONE, 5, False, "ios", None, True),
        (IPHONE, 5, True, "ios", None, False),
        (IPAD, 5, False, "ios", None, True),
        (IPAD, 0, False, "other", None, False),
        (WECHAT, 5, False, "android", "wechat", False),
        (DINGTALK, 5, False, "android", "dingtalk", False),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 Mobile", 5, False, "harmony", None, False),
    ],
)
def test_the_window_is_known_by_what_it_says(
    bare: Page, agent: str, touch: int, standalone: bool, system: str, host: str | None, needs: bool
) -> None:
    ask = """async ([userAgent, maxTouchPoints, standalone]) => {
      const { browserOf, needsHomeScreen } = await import("/field/app/local/browser.js");
      const found = browserOf({ userAgent, maxTouchPoints }, standalone);
      return [found.system, found.host, needsHomeScreen(found)];
    }"""
    assert bare.evaluate(ask, [agent, touch, standalone]) == [system, host, needs]


def test_a_new_phone_is_shown_what_it_can_do(county: County, officer: Callable[..., Phone]) -> None:
    county.visit()
    zhou = officer("zhou")
    page = zhou.page
    page.click("#ready-first .button--main")
    for line in ("locks", "strict", "key", "recorder", "camera", "location", "space", "clock", "people", "visits"):
        page.wait_for_selector(f"#ready-{line}.ready-line--yes")
    assert "周演示" in page.inner_text("#ready-people")
    assert "已下载" in page.inner_text("#ready-visits li")
    sum_ = page.inner_text("#ready-sum")
    needing = len(page.query_selector_all(".ready-line--no, .ready-line--ask"))
    assert sum_ == (f"需要处理 {needing} 项" if needing else "可以出发")
    page.reload()
    page.wait_for_selector("#ready-key:has-text('重新打开后仍能签名')")  # the key outlived the page that made it
    page.click(".bar__main")
    page.wait_for_selector(".visit-card")
    assert page.query_selector("#ready-first") is None
    page.click("a[href='/field/ready']")
    page.wait_for_selector("#ready")


def test_camera_and_place_are_tried_by_a_tap_only(county: County, officer: Callable[..., Phone]) -> None:
    zhou = officer("zhou", permissions=[])
    page = zhou.tab()
    page.add_init_script("""
      window.asked = 0;
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = (...what) => { window.asked += 1; return real(...what); };
      navigator.permissions.query = () => Promise.reject(new TypeError("as Safari does for camera"));
    """)
    page.goto(f"{county.server.url}/field/ready")
    let_in(page)
    page.wait_for_selector("#ready-camera.ready-line--ask")
    assert page.evaluate("window.asked") == 0
    page.click("[data-do=try-camera]")
    page.wait_for_selector("#ready-camera:not(.ready-line--ask)")
    assert page.evaluate("window.asked") == 1


def test_inside_another_app_nothing_begins_and_the_link_can_be_taken(
    county: County, browser: Browser, phone: dict[str, Any]
) -> None:
    context = browser.new_context(**phone | {"user_agent": WECHAT, "permissions": ["clipboard-read", "clipboard-write"]})
    page = context.new_page()
    address = f"{county.server.url}/field/visits/abc"
    page.goto(address)
    page.wait_for_selector(".gate:has-text('微信')")
    assert page.input_value("#link") == address
    page.click("[data-do=copy-link]")
    page.wait_for_selector("#copied:has-text('已复制')")
    assert page.evaluate("navigator.clipboard.readText()") == address
    assert page.query_selector("a[href^='/login']") is None
    stores = page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
    assert stores == ["liancha-accounts"]  # looked for an account; made none
    context.close()


def test_in_a_tab_on_ios_no_visit_begins(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou", user_agent=IPHONE)
    page = zhou.open(visit)
    page.goto(f"{county.server.url}/field/visits/{visit}/arrive/XFJY")
    page.wait_for_selector(".gate:has-text('添加到主屏幕')")
    assert page.query_selector("#form-arrived") is None
    refused = page.evaluate("""async (visit) => {
      const { createRouter } = await import("/field/app/local/router.js");
      const { ROUTES } = await import("/field/app/local/routes.js");
      const fetch = createRouter(ROUTES, { frame: () => "", failure: () => {}, notice: ({ code }) => code }, () => "/field/");
      return (await fetch(`/field/visits/${visit}/arrive/XFJY/arrived`, { method: "POST", body: new URLSearchParams() })).text();
    }""", visit)  # fmt: skip
    assert "home-screen-first" in refused
    page.add_init_script("Object.defineProperty(navigator, 'standalone', { value: true });")
    zhou.open(visit, "/arrive/XFJY")
    page.wait_for_selector("#form-arrived")
