"""Merged items on two departments' phones, what the handbook says of an item offline, and exempt items."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.builders import a_merged_visit
from tests.field.conftest import County, Phone
from tests.field.test_closing import answer_all
from tests.field.test_copy import make_copy, saved
from tests.people import HELP


def merged(county: County) -> str:
    return str(a_merged_visit(county.app, county.people).id)


def marks(page: Page, code: str) -> list[str]:
    """The numbers of the rows of a department's section."""
    page.evaluate("(code) => { document.getElementById(`dept-${code}`).open = true; }", code)
    return page.locator(f"#dept-{code} .row b.figures").all_text_contents()


def test_one_answer_of_either_department_serves_both(county: County, officer: Callable[..., Phone]) -> None:
    visit = merged(county)
    lin, zhou = officer("lin"), officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit)
    assert marks(page, "XFJY") == ["1", "3", "4"]
    assert marks(page, "SCJG") == ["1", "2", "4"]
    expect(page.locator("#row-SC1")).to_contain_text("合并项 · 同时对应市场监管局")
    expect(page.locator("#row-SC1")).to_contain_text("消防安全检查")
    expect(page.locator("#row-SC1-SCJG")).to_contain_text("登记事项检查")
    page.click("#bar .bar__main")
    page.wait_for_selector("#item-SC1 .merged")
    expect(page.locator("#item-SC1 .merged")).to_contain_text("市场监管局 · 登记事项检查")
    page.click(".verdict--pass")
    page.wait_for_selector(".answered--pass")
    page.click("#bar .bar__main")  # the next is its own: nothing is asked twice
    page.wait_for_selector("#item-XF1")
    zhou.open(visit)
    expect(page.locator(".visit-head .meter")).to_contain_text("1/3")
    expect(page.locator("#dept-head-XFJY .figures")).to_have_text("1/3")
    expect(page.locator("#dept-head-SCJG .figures")).to_have_text("1/2")
    page.wait_for_selector(".top .mark--stored", timeout=60_000)
    lin.arrive(visit, "SCJG")
    page = lin.open(visit)
    page.wait_for_selector("#row-SC1 .badge--pass", timeout=60_000)
    page.click("#bar .bar__main")
    page.wait_for_selector("#item-XF2 .verdict--fail")
    assert [body["verdict"] for body in lin.answers(visit, "SC1")] == ["pass"]


def test_two_owners_who_differ_settle_it_as_any_conflict(county: County, officer: Callable[..., Phone]) -> None:
    visit = merged(county)
    lin, zhou = officer("lin"), officer("zhou")
    for one, code in ((lin, "SCJG"), (zhou, "XFJY")):
        one.arrive(visit, code)
        one.page.wait_for_selector(".top .mark--stored", timeout=60_000)
        one.open(visit, "/items/XF2").wait_for_selector(".verdict", timeout=60_000)
    for one in (lin, zhou):
        one.context.set_offline(True)
    lin.page.click(".verdict--pass")
    lin.page.wait_for_selector(".answered--pass")
    zhou.page.click(".verdict--fail")
    zhou.page.fill("[name=remark]", "通道堆放纸箱")
    zhou.page.click("button.bar__main")
    zhou.page.wait_for_selector(".answered--fail")
    for one in (lin, zhou):
        one.context.set_offline(False)
    for one in (lin, zhou):
        one.page.wait_for_selector(".conflict", timeout=60_000)
    expect(lin.page.locator(".side:has(.badge--fail)")).to_contain_text("消防救援大队 周演示")
    lin.page.click(".side:has(.badge--fail) button")
    lin.page.wait_for_selector(".conflict", state="detached")
    zhou.page.wait_for_selector(".conflict", state="detached", timeout=60_000)
    expect(zhou.page.locator(".answered")).to_contain_text("市场监管局 林演示")


def test_a_measure_of_one_owner_completes_both_sections(county: County, officer: Callable[..., Phone]) -> None:
    visit = merged(county)
    lin = officer("lin")
    lin.arrive(visit, "SCJG")
    page = lin.open(visit, "/items/SC1")
    page.click(".verdict--fail")
    page.fill("[name=remark]", "执照过期")
    page.click("button.bar__main")
    page.wait_for_selector(".answered--fail")
    lin.open(visit, "/items/XF2")
    page.click(".verdict--pass")
    page.wait_for_selector(".answered--pass")
    lin.open(visit, "/close")
    page.fill("#demand-SC1", "限期换照")
    page.click("#measure-SC1 button[type=submit]")
    page.wait_for_selector("#own .said")
    expect(page.locator("#own .result", has_text="登记事项检查").locator("select")).to_have_value("R5")
    expect(page.locator("#own .result", has_text="场所许可检查").locator("select")).to_have_value("R1")
    expect(page.locator("#own .result", has_text="商标使用检查")).to_contain_text("X2")
    page.click("#complete button[type=submit]")
    page.wait_for_selector("#own .fine:has-text('本部门已完成')")


def test_what_the_handbook_says_is_read_without_network(county: County, officer: Callable[..., Phone]) -> None:
    visit = merged(county)
    wu = officer("wu")
    page = wu.open(visit, "/items/SC1")
    page.wait_for_selector("#item-SC1", timeout=60_000)
    wu.context.set_offline(True)
    wu.open(visit, "/items/SC1")
    page.click(".guidance summary")
    for text in (*HELP.values(), "怎样算合规", "常见问题", "怎样整改", "法律后果", "合规手册 合并版"):
        expect(page.locator(".guidance")).to_contain_text(text)
    wu.open(visit, "/items/XF1")
    page.wait_for_selector("#item-XF1")
    assert page.query_selector(".guidance") is None
    wu.open(visit)
    page.click(".visit-head summary")
    expect(page.locator(".visit-head .facts")).to_contain_text("合并版")
    wu.context.set_offline(False)


def test_an_exempt_item_is_shown_with_the_reason(county: County, officer: Callable[..., Phone]) -> None:
    visit = merged(county)
    lin = officer("lin")
    page = lin.open(visit)
    expect(page.locator("#row-SC3 .badge--exempt")).to_have_text("守信免查")
    expect(page.locator("#visit-head .exempt")).to_contain_text("1 项守信免查")
    expect(page.locator("#visit-head .exempt")).to_contain_text("新兴产业（新材料）企业，信用风险A类")
    lin.open(visit, "/items/SC3")
    expect(page.locator("#item-SC3 .exempt")).to_contain_text("十大新兴产业；信用风险分类截至 2026-05-31")
    assert page.query_selector("#item-SC3 .verdict") is None


def test_the_partys_copy_tells_a_merged_item_once(
    county: County, officer: Callable[..., Phone], tmp_path: Path
) -> None:
    visit = merged(county)
    zhou = officer("zhou")
    answer_all(zhou, visit, "XFJY", {"SC1": None})
    page = zhou.open(visit, "/close")
    page.click("#copy a")
    page.wait_for_selector("#make-copy")
    make_copy(page)
    text = saved(page, tmp_path).read_text("utf-8")
    assert text.count("SC1 是否符合规定") == 1
    assert "同时对应：消防救援大队" in text
    assert "<b>消防安全检查</b> 合并项</td><td>合格</td><td>见市场监管局部分" in text
    assert "守信免查依据：新兴产业（新材料）企业" in text
