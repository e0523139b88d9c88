"""Closing: words, orders, signatures, and the lead's sign-off with what stands in its way."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.field.conftest import County, Phone


def draw(page: Page) -> None:
    """Sign on the pad."""
    page.wait_for_selector("#pad svg")
    box = page.locator("#pad").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 160, steps=6)
    page.mouse.move(box["x"] + 240, box["y"] + 50, steps=6)
    page.mouse.up()
    page.click("#sign button[type=submit]")
    page.wait_for_selector("#signatures")


def answer_all(phone: Phone, visit: str, department: str, items: dict[str, str | None]) -> None:
    """Arrive, then answer every item of a department as passed; a value is a reading."""
    phone.arrive(visit, department)
    for item, value in items.items():
        page = phone.open(visit, f"/items/{item}")
        if value:
            page.fill("[name=value]", value)
            page.click("[name=say][value=number]")
        else:
            page.click(".verdict--pass")
        page.wait_for_selector(".answered--pass")


def close_department(phone: Phone, visit: str) -> None:
    """Confirm the results, let both officers sign."""
    page = phone.open(visit, "/close")
    page.click("#complete button[type=submit]")
    page.wait_for_selector("#own .fine >> nth=1")
    for number in range(2):
        page.click(f"#signatures .signers li:nth-child({number + 1}) a")
        draw(page)
        page.wait_for_selector(f"#signatures .signers li:nth-child({number + 1}) svg.signature")


def test_a_visit_is_answered_signed_and_sealed(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    lin, zhou = officer("lin"), officer("zhou")
    answer_all(lin, visit, "SCJG", {"SC1": None, "SC2": "0.05"})
    answer_all(zhou, visit, "XFJY", {"XF1": None, "XF2": None})
    close_department(zhou, visit)
    close_department(lin, visit)
    page = lin.open(visit, "/close")
    page.fill("#statement-text", "以后一定注意。")
    page.click("#statement button[type=submit]")
    page.wait_for_selector("#statements blockquote")
    page.wait_for_selector("#departments .pill--completed >> nth=1", timeout=60_000)
    assert page.query_selector("#signoff") is None
    page.click("#signatures .pair a >> nth=0")
    draw(page)
    page.wait_for_selector("#signoff", timeout=60_000)
    page.click("#signoff button[type=submit]")
    page.wait_for_selector("#blockers .sealed")
    assert page.is_visible("#lead .said")
    zhou.page.goto(page.url)
    zhou.page.wait_for_selector("#blockers .sealed", timeout=60_000)
    zhou.open(visit, "/clues")
    zhou.page.fill("#note-text", "签结后才记的备注")
    zhou.page.click("#note button[type=submit]")
    zhou.page.wait_for_selector("#clues article")
    zhou.open(visit, "/close").wait_for_selector("#blockers .needs:has-text('1 条记录')")
    assert zhou.open(visit, "/items/XF1").query_selector(".verdict") is None


def test_a_failed_item_is_ordered_to_be_corrected(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF1")
    page.click(".verdict--fail")
    page.fill("[name=remark]", "消防车通道被占用")
    page.click("button.bar__main")
    page.wait_for_selector(".answered--fail")
    page = zhou.open(visit, "/items/XF2")
    page.click(".verdict--pass")
    page.wait_for_selector(".answered--pass")
    page = zhou.open(visit, "/close")
    assert page.is_checked("#when-XF1 input[value=date]")
    page.click("#measure-XF1 button[type=submit]")
    page.wait_for_selector("#notice .notice")
    page.fill("#demand-XF1", "立即清理消防车通道。")
    page.fill("#deadline-XF1", "2020-01-01")
    page.click("#measure-XF1 button[type=submit]")
    page.wait_for_selector("#notice .notice:has-text('早于检查日期')")
    page.check("#when-XF1 input[value=now]")
    page.click("#measure-XF1 button[type=submit]")
    page.wait_for_selector(".disposal .said")
    assert page.input_value("#complete select >> nth=0") == "R5"


def test_a_refusal_needs_two_officers_and_a_witness(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/refusal?scope=XFJY")
    page.check("#refusal-code input >> nth=0")
    page.click("#refusal button[type=submit]")
    page.wait_for_selector("#notice .notice")
    for box in page.query_selector_all("#refusal input[name=officer]"):
        box.check()
    page.fill("[name=witness_name]", "见证演示")
    page.fill("[name=witness_unit]", "演示社区居委会")
    page.fill("#refusal-name", "")
    page.click("#refusal button[type=submit]")
    page.wait_for_selector("#notice .notice:has-text('姓名')")
    page.fill("#refusal-name", "演示人")
    page.click("#refusal button[type=submit]")
    page.wait_for_selector("#signatures .tag")
    assert "拒绝签名" in page.inner_text("#signatures")


def test_a_department_may_be_absent_with_a_reason(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    lin = officer("lin")
    page = lin.open(visit, "/close")
    page.click(".fold:has(#absent-XFJY) > summary")
    page.click("#absent-XFJY button[type=submit]")
    page.wait_for_selector("#notice .notice")
    page.check("#absent-XFJY input[value=too-few-officers]")
    page.fill("#absent-XFJY textarea", "另一名人员在外培训")
    page.click("#absent-XFJY button[type=submit]")
    page.wait_for_selector("#departments li:has(.pill--absent):has-text('另一名人员在外培训')")
    assert (
        page.query_selector("#lead [id^=reopen-]") is None
    )  # only the department itself may, when it comes after all


def test_a_clue_is_referred(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    page = zhou.open(visit, "/clues")
    page.fill("#clue-text", "站内设有未申报的充电桩")
    page.select_option("#clue-to", "SCJG")
    page.click("#clue button[type=submit]")
    page.wait_for_selector("#clues .card")
    assert page.input_value("#clue-text") == ""


def test_signing_out_warns_and_keeps_the_work(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    page = zhou.open(visit, "/arrive/XFJY")
    zhou.context.set_offline(True)
    page.click("#form-arrived button[type=submit]")
    page.wait_for_selector("#step-arrived .said")
    page.goto(f"{county.server.url}/field/leave")
    page.wait_for_selector(".needs")
    page.click("#sign-out button")
    page.wait_for_selector(".gate")
    assert "周演示" in page.inner_text(".gate")
    zhou.context.set_offline(False)
    page.goto(f"{county.server.url}/field/")
    page.wait_for_selector(".gate #sign-in")
    zhou.sign_in("zhou")
    page = zhou.open(visit, "/arrive/XFJY")
    page.wait_for_selector("#step-arrived .said .mark--stored", timeout=60_000)


def test_a_sign_off_not_in_force_says_why(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    lin = officer("lin")
    page = lin.open(visit, "/close")
    page.evaluate(
        """async (id) => {
          const { app } = await import("/field/app/local/app.js");
          const { openVisit } = await import("/field/app/local/visits.js");
          const visit = await openVisit(app.store, id);
          await app.store.append(id, "visit.signed", { results: {}, covers: visit.covers(), replaces: [] });
        }""",
        visit,
    )
    page.wait_for_selector("#lead .reasons")
    reasons = page.locator("#lead .reasons li").all_inner_texts()
    assert "没有部门完成检查" in reasons
    assert len(set(reasons)) == len(reasons)
