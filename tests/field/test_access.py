"""For everybody: no fault that axe finds, the keyboard alone, no movement where none is wanted."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.field.conftest import County, Phone
from tests.field.test_ready import WECHAT
from tests.field.test_screens import prepared, walk

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")}`)"""


def violations(page: Page) -> dict[str, list[str]]:
    """What axe finds on the page as it stands, in light and in dark."""
    page.evaluate(AXE)
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found[scheme] = page.evaluate(RUN)
    return {scheme: faults for scheme, faults in found.items() if faults}


MOVING = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const { animationName, transitionDuration } = getComputedStyle(one);
  return animationName !== "none" || transitionDuration.split(", ").some((time) => Number.parseFloat(time) > 0);
}).map((one) => one.outerHTML.slice(0, 90))"""


def test_axe_finds_nothing_on_any_screen_and_nothing_moves_unwanted(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit, zhou = prepared(county, officer, reduced_motion="reduce")
    found = {screen: (violations(page), page.evaluate(MOVING)) for screen, page in walk(county, zhou, visit)}
    assert {screen: faults for screen, faults in found.items() if faults != ({}, [])} == {}


@pytest.mark.parametrize(
    ("agent", "script"),
    [(WECHAT, ""), (None, ""), (None, "indexedDB.open = () => { throw new DOMException('gone', 'UnknownError'); };")],
    ids=["inside another app", "signed out", "broken storage"],
)
def test_axe_finds_nothing_before_an_account_is_open(
    county: County, browser: Browser, phone: dict[str, Any], agent: str | None, script: str
) -> None:
    context = browser.new_context(**phone | ({"user_agent": agent} if agent else {}))
    page = context.new_page()
    page.add_init_script(script)
    page.goto(f"{county.server.url}/field/")
    page.wait_for_selector(".gate")
    assert violations(page) == {}
    context.close()


SEEN = """() => {
  const shown = document.activeElement.closest("label") ?? document.activeElement;
  const { boxShadow, outlineStyle } = getComputedStyle(shown);
  return boxShadow !== "none" || outlineStyle !== "none";
}"""


def tab_to(page: Page, selector: str) -> None:
    """Go there by Tab alone; where one is can be seen."""
    for _ in range(150):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            assert page.evaluate(SEEN), f"the focus cannot be seen on {selector}"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")


def press(page: Page, selector: str, key: str, then: str) -> None:
    """Go there, press the key, wait for what comes of it; the focus is still somewhere."""
    tab_to(page, selector)
    page.keyboard.press(key)
    page.wait_for_selector(then)
    page.wait_for_function("() => document.activeElement !== document.body")


def test_from_arrival_to_completion_by_keyboard_alone(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    page = officer("zhou").open(visit, "/arrive/XFJY")
    press(page, "#form-arrived button[type=submit]", "Enter", "#step-arrived .said")
    assert page.evaluate("() => Boolean(document.activeElement.closest('#step-arrived'))")
    for officer_ in page.eval_on_selector_all("[name=officer]", "(all) => all.map(({ id }) => id)"):
        tab_to(page, f"[id='{officer_}']")
        page.keyboard.press("Space")
    press(page, "#form-identity button[type=submit]", "Enter", "#step-identity .said")
    press(page, "#form-rights button[type=submit]", "Enter", "#step-rights .said")
    press(page, "#form-recusal button[value=no]", "Enter", "#step-recusal .said")
    for field, text in (("#party-name", "演示人"), ("#party-post", "站长")):
        tab_to(page, field)
        page.keyboard.type(text)
    tab_to(page, "#party-authority input")
    page.keyboard.press("Space")
    press(page, "#form-party button[type=submit]", "Enter", "#step-party .said")
    press(page, ".bar__main", "Enter", "#checklist")
    for item in ("XF1", "XF2"):
        page.goto(f"{county.server.url}/field/visits/{visit}/items/{item}")
        page.wait_for_selector(".verdict--pass")
        press(page, ".verdict--pass", "Enter", ".answered--pass")
    page.goto(f"{county.server.url}/field/visits/{visit}/close")
    page.wait_for_selector("#complete")
    press(page, "#complete button[type=submit]", "Enter", "#own:has-text('本部门已完成')")
