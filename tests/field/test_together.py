"""Several phones on one visit: what others did appears while one types, and conflicts are settled."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.builders import a_visit
from tests.field.conftest import County, Phone


def both_answered(county: County, officer: Callable[..., Phone]) -> tuple[str, Phone, Phone]:
    """Two officers of one department answer one item differently while offline, then both come back."""
    visit = county.visit()
    zhou, wu = officer("zhou"), officer("wu")
    zhou.arrive(visit, "XFJY")
    zhou.page.wait_for_selector(".top .mark--stored", timeout=60_000)
    wu.open(visit, "/items/XF1").wait_for_selector(".verdict", timeout=60_000)
    zhou.open(visit, "/items/XF1")
    for one in (zhou, wu):
        one.context.set_offline(True)
    zhou.page.click(".verdict--pass")
    zhou.page.wait_for_selector(".answered--pass")
    wu.page.click(".verdict--fail")
    wu.page.fill("[name=remark]", "疏散指示灯不亮")
    wu.page.click("button.bar__main")
    wu.page.wait_for_selector(".answered--fail")
    for one in (zhou, wu):
        one.context.set_offline(False)
    for one in (zhou, wu):
        one.page.wait_for_selector(".conflict", timeout=60_000)
    return visit, zhou, wu


def test_two_answers_stand_side_by_side_until_one_is_chosen(county: County, officer: Callable[..., Phone]) -> None:
    visit, zhou, wu = both_answered(county, officer)
    sides = zhou.page.query_selector_all(".side")
    assert len(sides) == 2
    assert sides[0].bounding_box()["y"] == sides[1].bounding_box()["y"]
    wu.page.click(".side:has(.badge--fail) button")
    wu.page.wait_for_selector(".conflict", state="detached")
    zhou.page.wait_for_selector(".conflict", state="detached", timeout=60_000)
    zhou.page.wait_for_selector(".answered--fail")
    assert len(zhou.answers(visit, "XF1")) == 3


def test_the_lead_settles_with_a_reason(county: County, officer: Callable[..., Phone]) -> None:
    visit, zhou, _ = both_answered(county, officer)
    lin = officer("lin")
    page = lin.open(visit, "/items/XF1")
    page.wait_for_selector(".conflict", timeout=60_000)
    page.click(".side:has(.badge--pass) button")
    page.wait_for_selector("#notice .notice")
    page.fill(".side:has(.badge--pass) [name=reason]", "现场复核，指示灯正常")
    page.click(".side:has(.badge--pass) button")
    page.wait_for_selector(".conflict", state="detached")
    zhou.page.wait_for_selector(".answered--pass", timeout=60_000)


def test_a_chosen_answer_keeps_why_it_was_judged_otherwise(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    lin, ma = officer("lin"), officer("ma")
    lin.arrive(visit, "SCJG")
    lin.page.wait_for_selector(".top .mark--stored", timeout=60_000)
    ma.open(visit, "/items/SC2").wait_for_selector(".verdict", timeout=60_000)
    lin.open(visit, "/items/SC2")
    for one in (lin, ma):
        one.context.set_offline(True)
        one.page.fill("[name=value]", "0.31")
        one.page.click(".fold:has([name=override]) summary")
        one.page.fill("[name=override]", "复测在限值内")
        one.page.click("[value='override:pass']")
        one.page.wait_for_selector(".answered--pass")
    for one in (lin, ma):
        one.context.set_offline(False)
    lin.page.wait_for_selector(".conflict", timeout=60_000)
    lin.page.click(".side button >> nth=0")
    lin.page.wait_for_selector(".conflict", state="detached")
    chosen, *_ = [body for body in lin.answers(visit, "SC2") if len(body["replaces"]) == 2]
    assert chosen["override"].startswith("复测在限值内")


def test_news_of_others_do_not_disturb_who_is_typing(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou, wu = officer("zhou"), officer("wu")
    zhou.arrive(visit, "XFJY")
    zhou.page.wait_for_selector(".top .mark--stored", timeout=60_000)
    page = wu.open(visit, "?expand=1")
    page.wait_for_selector("#item-XF2 .verdict--fail", timeout=60_000)
    page.click("#item-XF2 .verdict--fail")
    field = page.locator("#remark-XF2")
    field.press_sequentially("二号门闭门器")
    field.evaluate("(field) => field.setSelectionRange(2, 2)")
    field.evaluate("(field) => { field.mine = true; }")
    zhou.open(visit, "/items/XF1").click(".verdict--pass")
    page.wait_for_selector("#item-XF1 .answered--pass", timeout=60_000)
    state = field.evaluate("(field) => [field.value, field.selectionStart, document.activeElement === field, field.mine]")
    assert state == ["二号门闭门器", 2, True, True]


def test_another_tab_shows_what_this_one_wrote(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    other = zhou.open(visit, "", zhou.tab())
    zhou.open(visit, "/items/XF1").click(".verdict--pass")
    other.wait_for_selector("#row-XF1 .badge--pass")


def test_a_visit_not_released_yet_says_when_wherever_one_comes_from(
    county: County, officer: Callable[..., Phone]
) -> None:
    release = datetime.now(UTC) + timedelta(days=400)
    visit = a_visit(county.app, county.people, release_at=release)
    zhou = officer("zhou")
    page = zhou.page
    said = release.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M")
    expect(page.locator(f"#visit-{visit.id}")).to_contain_text(f"{said} 公布")
    page.goto(f"{county.server.url}/field/visits/{visit.id}/items/XF1")
    expect(page.locator("#screen .gate")).to_contain_text(f"{said} 公布")
