"""Whose work is open on a phone that several officers use."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser

from tests.field.conftest import County, Phone
from tests.people import PASSWORD


def test_who_signs_in_on_a_colleagues_phone_is_asked(county: County, officer: Callable[..., Phone]) -> None:
    county.visit()
    zhou = officer("zhou")
    page = zhou.page
    zhou.context.clear_cookies()
    zhou.page.goto(f"{county.server.url}/login?next=/field/")
    page.fill("[name=username]", "wu")
    page.fill("[name=password]", "of the tests")
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#other-switch")
    assert "周演示" in page.inner_text(".gate")
    page.click("#other-switch button")
    page.wait_for_selector(".visit-card")
    page.goto(f"{county.server.url}/field/me")
    page.wait_for_selector(".big:has-text('吴演示')")
    page.click("form[id^=account-] button")
    page.wait_for_selector("#other-switch, .visit-card, .empty")
    page.wait_for_selector("#other-stay")
    page.click("#other-stay button")
    page.wait_for_selector(".visit-card")
    page.goto(f"{county.server.url}/field/me")
    page.wait_for_selector(".big:has-text('周演示')")


def test_nobody_signed_in_is_told_so(county: County, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{county.server.url}/field/visits/whatever")
    page.wait_for_selector(".gate a[href^='/login']")
    page.close()


def test_a_browser_too_old_to_write_entries_is_told_so(county: County, browser: Browser, phone: dict[str, Any]) -> None:
    one = Phone(county, browser.new_context(**phone))
    one.context.add_init_script("delete String.prototype.isWellFormed;")
    one.page.goto(f"{county.server.url}/login?next=/field/")
    one.page.fill("[name=username]", "zhou")
    one.page.fill("[name=password]", PASSWORD)
    one.page.press("[name=password]", "Enter")
    one.page.wait_for_selector(".gate:has-text('这个浏览器不能保存检查记录')")
    one.context.close()


def test_a_storage_that_cannot_be_read_blocks_loudly(county: County, officer: Callable[..., Phone]) -> None:
    county.visit()
    zhou = officer("zhou")
    page = zhou.tab()
    page.add_init_script("indexedDB.open = () => { throw new DOMException('gone', 'UnknownError'); };")
    page.goto(f"{county.server.url}/field/")
    page.wait_for_selector(".gate [data-do=reload]")
    assert page.query_selector(".visit-card") is None
    assert page.query_selector(".empty") is None
