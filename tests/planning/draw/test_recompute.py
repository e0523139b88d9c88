"""The public page's recomputation, in a real browser: right is green, any changed byte is red."""

import json

import pytest
from playwright.sync_api import expect

from server.planning.draw import ceremony
from tests.planning.draw.transcripts import MISWRITTEN

CHANGES = {
    "frame": lambda one: one["frame"][0]["candidates"].__setitem__(0, "0" * 64),
    "eligibility": lambda one: one["eligibility"].__setitem__("total", one["eligibility"]["total"] + 1),
    "secrets": lambda one: one["opened"].__setitem__("office", "0" * 64),
    "commit_hash": lambda one: one["commit"]["randomness"].__setitem__("least", 24),
    "subjects": lambda one: one["result"]["subjects"]["B"].reverse(),
    "teams": lambda one: one["result"]["teams"][0]["members"]["SCJG"].reverse(),
}
"""One change of each part; it is named by the first part that does not follow."""

NAMED = {
    "frame": "抽取池",
    "eligibility": "可派人员",
    "secrets": "秘密",
    "commit_hash": "总承诺",
    "subjects": "检查对象",
    "teams": "检查组",
}


@pytest.fixture
def page(browser):
    """A visitor's browser that notes what its pages complain of."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    visitor = context.new_page()
    visitor.complaints = []
    visitor.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    visitor.on("console", lambda said: visitor.complaints.append(said.text) if said.type == "error" else None)
    yield visitor
    context.close()


def answering(transcript):
    """Give the page this transcript instead."""
    return lambda route: route.fulfill(json=transcript)


def test_the_page_says_green_or_red(live_server, held, page):
    draw = held()
    live_server.start()
    page.goto(f"{live_server.url}/draws/{draw}")
    button = page.get_by_role("button", name="在浏览器中复算")
    button.click()
    expect(page.locator('[data-verdict="right"]')).to_be_visible()
    assert page.locator('[data-is="right"]:visible').count() == 6
    with page.expect_download() as download:
        page.get_by_role("link", name="抽取记录（JSON）").click()
    good = json.loads(download.value.path().read_bytes())
    ceremony.check(good)
    for part, change in (*CHANGES.items(), *(("secrets", change) for change in MISWRITTEN.values())):
        bad = json.loads(json.dumps(good))
        change(bad)
        if bad == good:
            continue  # a list of one, turned round
        page.route("**/transcript.json", answering(bad))
        button.click()
        expect(page.locator('[data-verdict="wrong"]')).to_be_visible()
        expect(page.locator(f'[data-part="{part}"] [data-is="wrong"]')).to_be_visible()
        expect(page.locator("[data-why]")).to_have_text(f"不一致的部分：{NAMED[part]}")
        page.unroute("**/transcript.json")
    assert page.complaints == []
    page.route("**/transcript.json", lambda route: route.fulfill(body="{", content_type="application/json"))
    button.click()
    expect(page.locator('[data-verdict="wrong"]')).to_be_visible()
    page.route("**/transcript.json", lambda route: route.abort())
    button.click()
    expect(page.get_by_text("暂时读不到抽取记录")).to_be_visible()
    assert page.locator('[data-is="wrong"]:visible').count() == 0  # nothing is said of the draw
