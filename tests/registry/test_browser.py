"""The register in a browser: found from any page, on the map without another host, read on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import app_on
from tests.people import PASSWORD, settle
from tests.registry.subjects import entered

MIDDLE = {"lat_e7": 306_150_000, "lon_e7": 1_179_100_000}  # of the boundaries we ship
BESIDE = {"lat_e7": 306_500_000, "lon_e7": 1_179_800_000}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def office(data_dir, live_server, browser):
    """`office()` is a page of somebody of the office; `office.asked` are the hosts it has asked."""
    live_server.start()
    with app_on(data_dir, "").app_context():
        settle()
        crowd = [{"name": f"青阳第{n}食堂", "town_code": None} | BESIDE for n in range(12)]
        entered(*crowd, {"name": "九华示例旅馆"} | MIDDLE)

    def at(**screen):
        page = browser.new_context(locale="zh-CN", **screen).new_page()
        page.on("request", lambda request: at.asked.add(request.url.split("/")[2]))
        page.goto(f"{live_server.url}/login")
        page.fill("[name=username]", "he")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/office**")
        return page

    at.asked, at.url = set(), live_server.url
    yield at
    assert {f"http://{host}" for host in at.asked} == {live_server.url}


def test_initials_lead_from_any_page_to_the_enterprise(office):
    page = office()
    page.goto(f"{office.url}/office/catalogue")
    box = page.locator("#search-box")
    box.fill("jhsllg")
    box.press("Enter")
    page.get_by_role("link", name="九华示例旅馆").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("九华示例旅馆")


def test_the_map_is_drawn_narrowed_and_leads_to_an_enterprise(office):
    page = office()
    page.goto(f"{office.url}/office/map")
    total = page.locator("#map[data-total]")
    _go_near(page)
    expect(page.locator(".map-mark.some")).to_have_text(["12"])
    expect(page.locator(".leaflet-overlay-pane path").first).to_be_attached()
    page.get_by_role("searchbox", name="名称、拼音首字母、信用代码或地址").fill("旅馆")
    page.get_by_role("button", name="查询").click()
    expect(total).to_be_visible()
    _go_near(page)
    page.locator(".map-mark.one").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("九华示例旅馆")


def _go_near(page):
    """Two steps in from the whole county: no longer the towns are the marks."""
    nearer = page.get_by_role("button", name="放大")
    with page.expect_response(re.compile("/map/points.*zoom=11")):
        nearer.click()
    with page.expect_response(re.compile("/map/points.*zoom=12")):
        nearer.click()


def test_nothing_scrolls_sideways_on_a_phone(office):
    page = office(viewport=PHONE, has_touch=True)
    page.goto(f"{office.url}/office/enterprises?q=旅馆")
    there = page.get_by_role("link", name="九华示例旅馆").get_attribute("href")
    for path in (
        "/office/enterprises",
        there,
        "/office/map",
        "/office/search?q=青阳",
        "/office/enterprises/review",
    ):
        page.goto(office.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
