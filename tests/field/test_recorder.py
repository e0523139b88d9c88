"""Recording on a phone: it goes on while one works, photos meanwhile, what must be shown, large files and Wi-Fi."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.field.conftest import County, Phone

Officer = Callable[..., Phone]
WAIT = 60_000


def bodies(page: Page, visit: str, kind: str) -> list[dict[str, Any]]:
    """Bodies of a kind of entries in this phone's store, in order."""
    return page.evaluate(
        """async ([visit, kind]) => {
          const { app } = await import("/field/app/local/app.js");
          return (await app.store.entries(visit)).filter((one) => one.kind === kind).map((one) => one.body);
        }""",
        [visit, kind],
    )


def quick(page: Page, ms: int = 3_000) -> None:
    """Make segments short."""
    page.evaluate("async (ms) => { (await import('/field/app/capture/recorder.js')).pace.segmentMs = ms; }", ms)


def record(page: Page) -> None:
    """Tap the button and wait until it runs."""
    page.click("[data-do=record]:visible")
    expect(page.locator(".recording[data-phase=recording]")).to_be_visible(timeout=WAIT)


def stop(page: Page) -> None:
    """Stop, and wait until everything is put away."""
    page.click(".recording [data-do=record-stop]")
    page.locator(".sheet button").first.click()
    expect(page.locator(".recording")).to_have_count(0, timeout=WAIT)


def item_of(page: Page) -> str:
    """The first item of the own department."""
    href = page.locator(".department--own .row").first.get_attribute("href")
    assert href
    return href.rsplit("/", 1)[1]


def test_it_goes_on_through_the_pages_and_photos_go_to_the_item_one_is_on(county: County, officer: Officer) -> None:
    visit = county.visit()
    phone = officer("zhou")
    phone.arrive(visit, "XFJY")
    page = phone.open(visit)
    item = item_of(page)
    page.click("#moments a.button")
    expect(page.locator("#recorder")).to_contain_text("MB/分钟，本机还可录约")
    quick(page)
    record(page)
    page.wait_for_url(f"**/visits/{visit}")
    page.click(f"[id='row-{item}']")
    page.wait_for_selector("article.item")
    page.click(".recording [data-do=record-photo]")
    expect(page.locator(".recording__note")).to_contain_text("已拍 1 张", timeout=WAIT)
    page.locator(".photos [data-do=camera]").first.click()
    expect(page.locator(".recording__note")).to_contain_text("已拍 2 张", timeout=WAIT)
    assert page.locator("dialog.camera").count() == 0
    page.wait_for_timeout(4_000)
    assert page.evaluate("async () => (await import('/field/app/local/app.js')).app.busy")
    stop(page)
    assert not page.evaluate("async () => (await import('/field/app/local/app.js')).app.busy")
    evidence = bodies(page, visit, "evidence")
    segments = [body for body in evidence if body.get("segment")]
    photos = [body for body in evidence if body["type"] == "image/jpeg"]
    assert [body["segment"] for body in segments] == list(range(1, len(segments) + 1))
    assert len(segments) >= 2
    assert {body["item"] for body in photos} == {item}
    assert {body["recording"] for body in photos} == {segments[0]["recording"]}
    assert [body["act"] for body in bodies(page, visit, "recording")] == ["started", "ended"]


def test_the_strip_never_lies_on_the_main_act_and_can_be_hit_with_gloves(county: County, officer: Officer) -> None:
    visit = county.visit()
    page = officer("zhou").open(visit, "/recorder")
    record(page)
    for path in ("", "/evidence", "/close", "/recorder"):
        page.evaluate("(path) => htmx.ajax('GET', path, {target: '#screen', swap: 'outerSync', push: 'true'})", f"/field/visits/{visit}{path}")
        page.wait_for_timeout(1_200)
        strip = page.locator(".recording").bounding_box()
        bar = page.locator("#screen .bar").bounding_box()
        assert strip["y"] + strip["height"] <= bar["y"] + 1, path
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        last = page.evaluate("document.querySelector('.content').lastElementChild.getBoundingClientRect().bottom")
        assert last <= page.locator(".recording").bounding_box()["y"] + 1, path
    for button in page.locator(".recording button:visible").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 48
    stop(page)


def test_a_pause_asks_for_its_reason_and_a_mark_begins_a_file(county: County, officer: Officer) -> None:
    visit = county.visit()
    page = officer("zhou").open(visit, "/recorder?moment=identity")
    record(page)
    page.click(".recording [data-do=record-mark]")
    page.click(".sheet button:has-text('告知')")
    expect(page.locator(".recording__note")).to_contain_text("告知")
    page.wait_for_timeout(1_500)
    page.click(".recording [data-do=record-pause]")
    expect(page.locator(".recording[data-phase=recording]")).to_be_visible()
    page.click(".sheet button:has-text('涉及商业秘密')")
    expect(page.locator(".recording[data-phase=paused]")).to_be_visible(timeout=WAIT)
    page.click(".recording [data-do=record-resume]")
    expect(page.locator(".recording[data-phase=recording]")).to_be_visible(timeout=WAIT)
    stop(page)
    assert [body["moment"] for body in bodies(page, visit, "evidence")] == ["identity", "rights", "rights"]
    said = [(body["act"], body.get("reason")) for body in bodies(page, visit, "recording")]
    assert said == [("started", None), ("paused", "涉及商业秘密"), ("resumed", None), ("ended", None)]


def test_a_killed_page_says_that_it_was_cut_and_keeps_what_was_recorded(county: County, officer: Officer) -> None:
    visit = county.visit()
    phone = officer("zhou")
    page = phone.open(visit, "/recorder")
    record(page)
    page.wait_for_timeout(5_000)
    page.close(run_before_unload=False)
    again = phone.open(visit, "/evidence", page=phone.tab())
    expect(again.locator(".gallery__one")).to_have_count(1, timeout=WAIT)
    (segment,) = bodies(again, visit, "evidence")
    assert segment["duration_ms"] >= 2_000
    assert [body["act"] for body in bodies(again, visit, "recording")] == ["started", "interrupted"]
    again.click(".gallery__one a")
    expect(again.locator("figure.viewer video")).to_have_js_property("readyState", 4, timeout=WAIT)


def test_sound_alone_needs_a_reason_and_plays(county: County, officer: Officer) -> None:
    visit = county.visit()
    page = officer("zhou").open(visit, "/recorder")
    page.click("summary:has-text('仅录音')")
    page.click("[data-sound]")
    expect(page.locator("#notice")).to_contain_text("为什么不录像")
    page.click(".phrase >> nth=0")
    page.click("[data-sound]")
    expect(page.locator(".recording[data-phase=recording]")).to_be_visible(timeout=WAIT)
    assert not page.locator(".recording [data-do=record-photo]").is_visible()
    page.wait_for_timeout(2_500)
    stop(page)
    (started, *_) = bodies(page, visit, "recording")
    assert (started["sound_only"], started["reason"]) == (True, "涉及个人隐私，不宜录像")
    page.goto(f"{county.server.url}/field/visits/{visit}/evidence")
    page.click(".gallery__one a")
    expect(page.locator("figure.viewer audio")).to_have_js_property("readyState", 4, timeout=WAIT)


def test_the_strip_of_moments_says_what_is_shown_and_what_lacks(county: County, officer: Officer) -> None:
    visit = county.visit()
    phone = officer("zhou")
    page = phone.open(visit)
    assert states(page) == {"到场（门头）": "coming", "亮证": "coming", "告知": "coming", "离场": "coming"}
    page.click("#moments .moment:has-text('告知')")
    expect(page.locator("#recorder")).to_contain_text("为“告知”录制")
    record(page)
    page.wait_for_timeout(1_200)
    stop(page)
    phone.arrive(visit, "XFJY")
    page = phone.open(visit)
    assert states(page) == {"到场（门头）": "lacking", "亮证": "lacking", "告知": "shown", "离场": "coming"}
    page.click("#moments .moment:has-text('到场')")
    page.wait_for_url("**/arrive/XFJY#arrived")
    phone.open(visit, "/close")
    assert states(page)["亮证"] == "lacking"


def states(page: Page) -> dict[str, str]:
    """The moments of the strip, each with its state."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("#moments .moment")].map((one) => [
          one.querySelector("span").firstChild.textContent.trim(), one.className.match(/moment--(\\w+)/)[1]]))"""
    )


LARGE = """async (visit) => {
  const { app } = await import("/field/app/local/app.js");
  const { capturePhoto } = await import("/field/app/capture/record.js");
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
  canvas.getContext("2d").fillRect(0, 0, 20, 20);
  const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
  const large = new Blob([small, new Uint8Array(21 * 1024 * 1024)], { type: "image/jpeg" });
  for (const blob of [large, small]) await capturePhoto(app.store, visit, blob, { moment: "other" });
}"""

SAYS = "(said) => Object.defineProperty(navigator, 'connection', { configurable: true, value: said })"


def test_large_files_wait_for_wifi_unless_told_otherwise(county: County, officer: Officer) -> None:
    visit = county.visit()
    phone = officer("zhou")
    phone.context.add_init_script(f"({SAYS})({{ type: 'cellular', saveData: false }})")
    page = phone.open(visit)
    page.evaluate(LARGE, visit)
    page.goto(f"{county.server.url}/field/sync")
    card = page.locator(f"[id='sync-{visit}']")
    expect(card).to_contain_text("1 个大文件（21.0 MB）等待 Wi-Fi", timeout=WAIT)
    expect(card.locator(".strip--files li")).to_have_count(1, timeout=WAIT)  # the small one has gone
    expect(card.locator(".strip--files")).to_contain_text("等待 Wi-Fi")
    card.locator("button:has-text('现在就传')").click()
    expect(card).to_have_count(0, timeout=60_000)


def test_the_choice_for_large_files_is_kept_where_the_browser_does_not_say(county: County, officer: Officer) -> None:
    visit = county.visit()
    phone = officer("zhou")
    phone.context.add_init_script(f"({SAYS})(undefined)")
    page = phone.open(visit)
    page.evaluate(LARGE, visit)
    page.goto(f"{county.server.url}/field/sync")
    expect(page.locator("#sync-wifi")).to_contain_text("不说明用的是哪种网络")
    expect(page.locator(f"[id='sync-{visit}']")).to_contain_text("等待 Wi-Fi", timeout=WAIT)
    page.click("#large-always button")
    expect(page.locator(f"[id='sync-{visit}']")).to_have_count(0, timeout=60_000)
    page.reload()
    expect(page.locator("#large-always [aria-pressed=true]")).to_be_visible()
