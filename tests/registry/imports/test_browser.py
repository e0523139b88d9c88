"""Files with faults, brought in by a browser: what is said where, and that nothing is written unasked."""

import pytest
from playwright.sync_api import expect

from server.infra.db import db
from tests.people import PASSWORD, settle
from tests.registry.imports.conftest import a_row, as_csv, code, settle_towns
from tests.registry.imports.test_bad_files import GARBAGE, workbook

FORMULA = '=HYPERLINK("http://x.example","甲")'


@pytest.fixture
def page(live_server, browser):
    """The list of imports, before the office's clerk, with the jobs at work."""
    app = live_server.app
    with app.app_context():
        settle()
        settle_towns()
        db.engine.dispose()
    live_server.start(jobs=True)
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    opened = context.new_page()
    opened.goto(f"{live_server.url}/login?next=/office/imports")
    opened.fill("#username", "he")
    opened.fill("#password", PASSWORD)
    opened.get_by_role("button", name="登录").click()
    yield opened
    context.close()


def bring(page, name, content):
    page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.get_by_role("button", name="读取文件").click()


def test_garbage_a_wrong_code_and_a_formula_on_the_way_to_the_register_and_back(page):
    bring(page, "企业.xlsx", GARBAGE)
    said = page.get_by_role("alert").filter(has_text="这不是能读的表格")
    expect(said).to_be_visible()

    rows = [a_row(1), a_row(2, name=FORMULA), a_row(3)]
    bring(page, "对象.xlsx", workbook(rows))
    page.get_by_role("button", name="开始试导入").click()
    faulty = page.get_by_role("row").filter(has_text="单元格是公式")
    expect(faulty).to_contain_text(FORMULA)
    expect(faulty.get_by_role("cell").first).to_have_text("3")
    expect(page.get_by_role("button", name="写入名录库", exact=True)).to_have_count(0)

    page.get_by_role("link", name="导入", exact=True).first.click()
    wrong = code(3)[:-1] + "W"
    bring(page, "国标.csv", as_csv([a_row(1), a_row(2), a_row(3, uscc=wrong)], "gb18030"))
    page.get_by_role("button", name="开始试导入").click()
    expect(page.get_by_role("row").filter(has_text="校验码不符")).to_contain_text(f"应为“{code(3)[-1]}”")
    page.get_by_role("button", name="不导入这 1 行，写入其余各行").click()
    page.get_by_text("撤销这次导入").click()
    page.get_by_role("button", name="撤销整批导入").click()
    expect(page.get_by_role("heading", name="已撤销")).to_be_visible()
    page.goto(page.url.partition("/office")[0] + "/office/enterprises")
    expect(page.get_by_text("青阳演示商行")).to_have_count(0)
