"""Every screen in both languages: it renders without complaint, fits the phone, and can be hit with a glove."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Page

from tests.field.conftest import County, Phone

SCREENS = [
    "/field/", "/field/sync", "/field/me", "/field/me/pin", "/field/people", "/field/people/none",
    "/field/people/none/forgotten", "/field/enrol", "/field/colleague", "/field/colleague/none", "/field/leave", "/field/who", "/field/nowhere",
    "/field/enrolment", "/field/ready", "/field/storage", "/field/loss", "{visit}", "{visit}?expand=1", "{visit}?filter=failed",
    "{visit}?q=XF2", "{visit}/items/XF1", "{visit}/items/XF2", "{visit}/items/SC2", "{visit}/arrive/XFJY", "{visit}/arrive/SCJG",
    "{visit}/not-carried-on", "{visit}/clues", "{visit}/evidence", "{visit}/close", "{visit}/sign?role=party&scope=visit",
    "{visit}/refusal?scope=visit", "{visit}/papers/sample", "{visit}/papers/inquiry", "{visit}/papers/survey", "{visit}/papers/served",
    "{visit}/papers/supplement", "{visit}/people", "{visit}/transcription", "{visit}/sign?role=party&scope=visit&method=paper",
    "{visit}/leaving", "/field/rescue", "/field/rescue/none", "{visit}/recorder", "{visit}/evidence/{photo}", "{visit}/handover", "{visit}/door", "/field/take", "{visit}/copies", "{visit}/copies/none",
]  # fmt: skip

TOO_SMALL = """() => [...document.querySelectorAll("a, button, summary, input, select, textarea")]
  .filter((one) => one.checkVisibility() && one.type !== "hidden" && !one.closest(".spoken"))
  .map((one) => (one.type === "radio" || one.type === "checkbox" ? one.closest("label") : one))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 47.5 || box.width < 47.5))
  .map(([what, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${what}`)"""

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


PHOTOGRAPH = """async ([visit, item]) => {
  const { app } = await import("/field/app/local/app.js");
  const { capturePhoto } = await import("/field/app/capture/record.js");
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
  canvas.getContext("2d").fillRect(0, 0, 20, 30);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
  return (await capturePhoto(app.store, visit, blob, { item, where: null })).body.sha256;
}"""

PAGES = """async () => (await import("/field/app/local/routes.js")).ROUTES
  .filter(([method]) => method === "GET").map(([, pattern]) => pattern)"""


def walk(county: County, zhou: Phone, visit: str) -> Iterator[tuple[str, Page]]:
    """Each screen in turn."""
    photo = zhou.page.evaluate(PHOTOGRAPH, [visit, "XF1"])
    for screen in SCREENS:
        zhou.page.goto(county.server.url + screen.format(visit=f"/field/visits/{visit}", photo=photo))
        zhou.page.wait_for_selector("#screen:has(.content)")
        zhou.page.wait_for_timeout(150)
        yield screen, zhou.page


def prepared(county: County, officer: Callable[..., Phone], **profile: object) -> tuple[str, Phone]:
    """A visit with something in each state."""
    visit = county.visit()
    zhou = officer("zhou", **profile)
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF1")
    page.click(".verdict--fail")
    page.fill("[name=remark]", "灭火器压力不足")
    page.click("button.bar__main")
    page.wait_for_selector(".answered--fail")
    return visit, zhou


def test_every_page_there_is_is_walked(county: County, officer: Callable[..., Phone]) -> None:
    """A new page that is not in SCREENS is seen by none of these tests."""
    walked = [screen.format(visit="/field/visits/v", photo="p").split("?")[0] for screen in SCREENS]
    patterns = [re.sub(r":[a-z]+", "[^/]+", page) + "/?" for page in officer("zhou").page.evaluate(PAGES)]
    assert [page for page in patterns if not any(re.fullmatch(page, screen) for screen in walked)] == []


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_screen_fits_and_can_be_hit(county: County, officer: Callable[..., Phone], language: str) -> None:
    visit, zhou = prepared(county, officer)
    zhou.page.evaluate("(language) => localStorage.setItem('liancha-language', language)", language)
    found = {}
    for screen, page in walk(county, zhou, visit):
        assert page.get_attribute("html", "lang") == language
        found[screen] = (page.evaluate(WIDER), page.evaluate(TOO_SMALL))
    assert {screen: faults for screen, faults in found.items() if faults != (0, [])} == {}


def test_text_at_twice_the_size_still_fits(county: County, officer: Callable[..., Phone]) -> None:
    visit, zhou = prepared(county, officer)
    found = {}
    for screen, page in walk(county, zhou, visit):
        page.evaluate("() => { document.documentElement.style.fontSize = '212.5%'; }")
        found[screen] = page.evaluate(WIDER)
    assert {screen: wider for screen, wider in found.items() if wider > 0} == {}


def test_lying_down_it_still_fits(county: County, officer: Callable[..., Phone]) -> None:
    visit, zhou = prepared(county, officer, viewport={"width": 844, "height": 390})
    found = {screen: page.evaluate(WIDER) for screen, page in walk(county, zhou, visit)}
    assert {screen: wider for screen, wider in found.items() if wider > 0} == {}


def test_verdicts_are_for_gloves(county: County, officer: Callable[..., Phone]) -> None:
    visit, zhou = prepared(county, officer)
    page = zhou.open(visit, "/items/XF2")
    boxes = [one.bounding_box() for one in page.query_selector_all(".verdict")]
    assert all(box["height"] >= 64 for box in boxes)
    gaps = [after["x"] - before["x"] - before["width"] for before, after in pairwise(boxes)]
    assert all(gap >= 12 for gap in gaps)


def test_the_language_is_chosen_on_the_phone(county: County, officer: Callable[..., Phone]) -> None:
    zhou = officer("zhou")
    page = zhou.page
    page.goto(f"{county.server.url}/field/me")
    page.click("#language-en button")
    page.wait_for_selector("h1:has-text('Me')")
    page.reload()
    page.wait_for_selector("h1:has-text('Me')")
