"""The self-check in an enterprise's hand: kept on the phone, printed, and done without script."""

import pytest
from playwright.sync_api import expect

from tests.catalogue.handbook.conftest import EVERYTHING, publish
from tests.field.test_access import violations
from tests.people import settle

TARGETS = ".button, summary, .check-choice, input[type=text], .contents a, .editions a"
TOO_SMALL = """(targets) => [...document.querySelectorAll(targets)]
  .filter((one) => one.getClientRects().length)
  .filter((one) => Math.min(one.offsetWidth, one.offsetHeight) < 48)
  .map((one) => one.outerHTML.slice(0, 120))"""
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def served(live_server):
    """A server with the cast's county and a list of everything, started."""
    with live_server.app.app_context():
        settle()
        publish("第二版")
    live_server.start()
    return live_server


@pytest.fixture
def open_phone(browser, phone, served):
    """A page on a phone of its own: `open_phone("/handbook")`."""
    contexts = []

    def at(path, script="", **more):
        contexts.append(browser.new_context(**phone | {"reduced_motion": "reduce"} | more))
        page = contexts[-1].new_page()
        if script:
            page.add_init_script(script)
        page.goto(served.url + path)
        return page

    yield at
    for context in contexts:
        context.close()


def item(page, number):
    return page.locator(f"#item-{number}")


def say(page, number, words):
    item(page, number).get_by_text(words, exact=True).click()


def test_answers_outlive_a_reload_and_leaving_and_come_to_a_result(open_phone, served):
    page = open_phone("/handbook/YY/check")
    said = page.get_by_role("status")
    expect(said).to_have_text("已答 0 / 6 项")
    say(page, 1, "符合")
    item(page, 2).get_by_label("实测值").fill("0.31")
    say(page, 3, "无合格证明")
    item(page, 5).get_by_label("实测值").fill("12")  # limited by the licence: a number alone is no answer
    expect(said).to_have_text("已答 3 / 6 项")
    expect(page.get_by_text("回答只保存在这部手机上")).to_be_visible()
    page.reload()
    expect(said).to_have_text("已答 3 / 6 项")
    page.get_by_role("link", name="加油站综合监管合规手册").click()
    page.get_by_role("link", name="企业自查").click()
    expect(said).to_have_text("已答 3 / 6 项")
    expect(item(page, 1).get_by_label("符合", exact=True)).to_be_checked()
    expect(item(page, 2).get_by_label("实测值")).to_have_value("0.31")
    page.get_by_role("button", name="查看结果").click()
    expect(page.get_by_role("heading", name="需要整改（2）")).to_be_visible()
    page.get_by_role("button", name="修改回答").click()
    expect(said).to_have_text("已答 3 / 6 项")
    expect(item(page, 5).get_by_label("实测值")).to_have_value("12")
    item(page, 5).get_by_label("实测值").fill("13")  # changed after the answers had been sent
    page.reload()
    expect(item(page, 5).get_by_label("实测值")).to_have_value("13")
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="重新开始").click()
    expect(said).to_have_text("已答 0 / 6 项")
    assert page.evaluate("localStorage.length") == 0
    # the list is published anew: what still stands in it is kept
    say(page, 1, "不符合")
    say(page, 3, "资料齐全")
    with served.app.app_context():
        publish("第三版", [*EVERYTHING[:2], EVERYTHING[3]])
    page.reload()
    expect(page.get_by_text("清单发布了新版本")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="已答")).to_have_text("已答 1 / 3 项")
    expect(item(page, 1).get_by_label("不符合")).to_be_checked()


def test_it_is_done_without_storage_and_without_script(open_phone):
    refusing = "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError'); };"
    page = open_phone("/handbook/YY/check", refusing)
    say(page, 1, "符合")
    expect(page.get_by_text("这个浏览器不能保存回答")).to_be_visible()
    expect(page.get_by_text("回答只保存在这部手机上")).to_be_hidden()
    page = open_phone("/handbook/YY/check", java_script_enabled=False)
    say(page, 1, "不适用")
    item(page, 2).get_by_label("实测值").fill("很多")
    page.get_by_role("button", name="查看结果").click()
    expect(page.get_by_text("请输入数字，最多 2 位小数。")).to_be_visible()
    item(page, 2).get_by_label("实测值").fill("0.3")
    page.get_by_role("button", name="查看结果").click()
    expect(page.get_by_role("heading", name="加油站企业自查结果")).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()


def test_every_page_is_for_every_hand_and_eye_and_the_result_is_for_paper(open_phone):
    page = open_phone("/handbook")
    found = {"list": seen(page)}
    page.get_by_role("link", name="查看手册").click()
    page.locator("summary").first.click()
    found["handbook"] = seen(page)
    page.get_by_role("link", name="企业自查").click()
    say(page, 1, "符合")
    say(page, 4, "不符合")
    found["check"] = seen(page)
    page.get_by_role("button", name="查看结果").click()
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    found["result"] = seen(page)
    assert {screen: faults for screen, faults in found.items() if faults != ({}, [], False)} == {}
    page.emulate_media(media="print")
    expect(page.get_by_text("单位名称")).to_be_visible()
    expect(page.get_by_text("不是任何机关的检查结论")).to_be_visible()
    expect(page.get_by_role("button", name="修改回答")).to_be_hidden()


def seen(page):
    return violations(page), page.evaluate(TOO_SMALL, TARGETS), page.evaluate(TOO_WIDE)
