"""Whose work is open on a phone that several officers use."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, expect

from server.infra.db import db
from server.visits.model import Entry
from tests.field.conftest import County, Phone
from tests.people import PASSWORD
from tests.pins import ASKING, GO, INSIDE, choose_pin, enter_pin, lock, switch_to, unlock

KNOWN = 'async () => (await (await import("/field/app/local/app.js")).app.store.rescueKeys()).map(({ n }) => n)'
FORGE = """async (visit) => {
  const { store } = (await import("/field/app/local/app.js")).app;
  const { kty, n, e } = await crypto.subtle.exportKey("jwk", (await crypto.subtle.generateKey(
    { name: "RSA-OAEP", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" }, true, ["wrapKey", "unwrapKey"])).publicKey);
  const bundle = { ...await store.bundle(visit), rescue_key: { kty, n, e } };
  await store.keepBundle(visit, bundle, "forged", { current: true });
  return (await store.rescueKeys()).map(({ n }) => n);
}"""


def test_who_signs_in_on_a_colleagues_phone_is_asked(county: County, officer: Callable[..., Phone]) -> None:
    county.visit()
    zhou = officer("zhou")
    page = zhou.page
    zhou.join("wu", "864209")
    page.goto(f"{county.server.url}/field/me")
    page.wait_for_selector(".big:has-text('吴演示')")
    switch_to(page, "周演示")
    page.wait_for_selector(".big:has-text('周演示'), .visit-card")
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


def test_after_five_idle_minutes_the_pin_is_asked_and_one_is_where_one_was(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.page.clock.install()
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF1")
    zhou.context.set_offline(True)
    page.click(".verdict--fail")
    page.fill("[name=remark]", "灭火器压力")
    page.evaluate("(async () => { (await import('/field/app/local/app.js')).app.recording = true; })()")
    page.clock.fast_forward("06:00")
    assert page.input_value("[name=remark]") == "灭火器压力"
    page.evaluate("(async () => { (await import('/field/app/local/app.js')).app.recording = false; })()")
    page.clock.fast_forward("05:10")
    page.wait_for_selector(ASKING)
    assert page.locator("text=灭火器").count() == 0
    assert page.inner_text("h1") == "周演示"
    enter_pin(page, "111222")
    page.wait_for_selector("#notice .notice:has-text('PIN 不对')")
    unlock(page)
    page.wait_for_selector(".verdict--fail")
    assert page.url.endswith("/items/XF1")
    assert page.input_value("[name=remark]") == "灭火器压力"


def test_two_officers_hand_one_phone_over_without_a_network(county: County, officer: Callable[..., Phone]) -> None:
    """Each is led back to the own work, a reload asks nothing, and neither sees what the other typed."""
    visit = county.visit()
    zhou = officer("zhou")
    page = zhou.open(visit, "/items/XF1")
    zhou.join("wu", "864209")
    zhou.open(visit, "/items/XF2")
    zhou.context.set_offline(True)
    switch_to(page, "周演示")
    page.goto(f"{county.server.url}/field/visits/{visit}/items/XF1")
    page.wait_for_selector("article.item")
    switch_to(page, "吴演示", "864209")
    page.wait_for_url("**/items/XF2")
    page.reload()
    page.wait_for_selector("article.item")
    switch_to(page, "周演示")
    page.wait_for_url("**/items/XF1")
    lock(page)
    assert page.locator(".item").count() == 0
    page.reload()
    page.wait_for_selector(ASKING)
    unlock(page)
    zhou.context.set_offline(False)


def test_a_colleague_enrols_without_a_network_and_counts_once_confirmed(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.page
    page.wait_for_selector("#step-party .mark--stored")
    zhou.context.set_offline(True)
    page.evaluate(GO, "/field/colleague")
    assert "林演示" in page.inner_text(".people__list")
    assert "钱演示" not in page.inner_text(".people__list")
    page.click(".person:has-text('吴演示')")
    page.wait_for_selector("#enrol")
    choose_pin(page, "864209")
    zhou.open(visit, "/leaving")
    expect(page.locator("#here")).to_contain_text("都已入库")  # what the colleague had sent is not called unsent
    zhou.open(visit, "/items/XF1").click(".verdict--pass")
    page.wait_for_selector(".answered--pass")
    switch_to(page, "周演示")
    zhou.open(visit, "/items/XF1").wait_for_selector(".answered--pass")
    zhou.context.set_offline(False)
    zhou.sync()
    assert standings(county, visit, "wu") == {"provisional"}
    switch_to(page, "吴演示", "864209")
    zhou.sync()
    page.evaluate(GO, "/field/sync")
    expect(page.locator(f"[id='sync-{visit}']")).to_contain_text("本人还没有联网登录并确认")
    page.click(f"[id='sync-{visit}'] .needs a")
    page.click("#provisional #sign-in button")
    zhou.fill_in("wu")
    page.wait_for_url("**/field/me")
    page.click("#confirm button")
    page.wait_for_selector("#provisional", state="detached")
    zhou.sync()
    assert standings(county, visit, "wu") == {"accepted"}


def test_a_colleagues_key_is_wrapped_for_the_organisation_whatever_a_file_says(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    page = zhou.open(visit)
    zhou.context.set_offline(True)
    known = page.evaluate(FORGE, visit)
    page.evaluate(GO, "/field/colleague")
    page.click(".person:has-text('吴演示')")
    page.wait_for_selector("#enrol")
    choose_pin(page, "864209")
    page.wait_for_selector(INSIDE)
    assert len(known) == 1
    assert page.evaluate(KNOWN) == known


def standings(county: County, visit: str, author: str) -> set[str]:
    """How what somebody wrote on a visit stands at the server."""
    app = county.app
    with app.app_context():
        query = db.select(Entry.standing).filter_by(visit_id=visit, author=county.people[author])
        found = set(map(str, db.session.scalars(query)))
        db.engine.dispose()
    return found


def test_a_forgotten_pin_is_replaced_by_the_persons_own_password(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    page = zhou.open(visit, "/items/XF1")
    zhou.sync()
    lock(page)
    zhou.context.set_offline(True)
    page.click("a[href$='/forgotten']")
    page.wait_for_selector(".gate:has-text('不会丢失')")
    zhou.context.set_offline(False)
    page.click("a[href$='/forgotten']")
    page.fill("[name=password]", "not it")
    page.fill("[name=pin]", "864209")
    page.fill("[name=again]", "864209")
    page.wait_for_selector("#notice .notice:has-text('密码不对')")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=pin]", "864209")
    page.fill("[name=again]", "864209")
    page.wait_for_selector(INSIDE)
    lock(page)
    unlock(page, "864209")
