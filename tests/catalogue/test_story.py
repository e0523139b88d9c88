"""A list in a browser: three departments draft, two items are merged, all agree, it is published and read."""

import pytest
from playwright.sync_api import expect

from server.accounts.model import Person
from server.catalogue.industries import Entry, enter
from server.infra.db import db, transaction
from tests.catalogue.drafts.makers import COOPERATING, INDUSTRY, MAKERS, _enter
from tests.conftest import app_on
from tests.people import PASSWORD, settle

ITEMS = {
    "fang": ("营业执照", "营业执照正本置于醒目位置。", "公司法"),
    "luo": ("疏散通道", "疏散通道畅通，安全出口未上锁，标志完好。", "消防法"),
    "hu": ("安全出口", "疏散通道畅通，安全出口未上锁。", "卫生管理条例"),
}


@pytest.fixture
def served(data_dir, live_server):
    """The real app with those who make lists, and an industry that has none yet."""
    live_server.start()
    app = app_on(data_dir, "")
    with app.app_context():
        people = settle()
        with transaction():
            for row in MAKERS:
                _enter(*row)
            entry = Entry("住宿业", "SCJG", dict.fromkeys(COOPERATING, ""), {"object_definition": "旅馆"})
            enter(db.session.get_one(Person, people["he"]), INDUSTRY, entry)
    return live_server.url


def test_three_drafts_become_one_published_list(served, browser):
    def desk(username):
        page = browser.new_context(locale="zh-CN").new_page()
        page.goto(f"{served}/login")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/office**")
        return page

    desks = {name: desk(name) for name in (*ITEMS, "he")}
    for name, (matter, content, law) in ITEMS.items():
        page = desks[name]
        page.goto(f"{served}/office/catalogue/{INDUSTRY}/drafts/new")
        page.get_by_label("抽查事项", exact=True).fill(matter)
        page.get_by_label("检查内容", exact=True).fill(content)
        page.get_by_label("现场检查", exact=True).check()
        page.get_by_label("法律法规或标准").fill(law)
        page.get_by_role("button", name="再加一条依据").click()
        expect(page.get_by_label("法律法规或标准").first).to_have_value(law)
        page.get_by_label("法律法规或标准").first.press("Enter")  # saves, and removes no row
        expect(page.get_by_role("link", name=matter, exact=True)).to_be_visible()

    lead = desks["fang"]
    lead.goto(f"{served}/office/catalogue/{INDUSTRY}")
    lead.locator("summary", has_text="启动修订").click()
    lead.get_by_label("清单调整的理由").fill("首次编制")
    lead.get_by_role("button", name="启动修订").click()
    edition = lead.url
    lead.get_by_role("link", name="合并重复的检查项").click()
    lead.get_by_role("button", name="由 ZS-XFJY-001 一并作答").click()
    expect(lead.get_by_role("heading", name="已合并")).to_be_visible()
    lead.goto(edition)
    lead.get_by_role("button", name="送各部门会签").click()
    for name in ITEMS:
        desks[name].goto(edition)
        desks[name].get_by_role("button", name="同意", exact=True).click()
    office = desks["he"]
    office.goto(edition)
    office.get_by_label("版本号").fill("青阳ZS-2026-01")
    office.get_by_label("我已核对，发布后不可修改").check()
    office.get_by_role("button", name="发布", exact=True).click()
    office.get_by_role("link", name="清单调整公示").click()

    anybody = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
    anybody.goto(office.url)
    expect(anybody.get_by_role("heading", level=1)).to_have_text("住宿业抽查事项清单调整公示")
    expect(anybody.get_by_text("新增 2 项")).to_be_visible()
    anybody.get_by_role("link", name="现行清单").click()
    expect(anybody.get_by_text("卫健委 安全出口")).to_be_visible()
