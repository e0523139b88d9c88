"""Arriving and answering, with and without a network; nothing typed is ever lost."""

from collections.abc import Callable

from tests.field.conftest import County, Phone
from tests.pins import unlock


def test_items_wait_for_the_steps_and_the_page_says_where(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    page = zhou.open(visit, "/items/XF1")
    assert page.query_selector(".verdict") is None
    page.click(".needs a")
    page.wait_for_selector("#form-arrived")
    zhou.arrive(visit, "XFJY")
    page.click(".bar__main")
    page.click("#row-XF1")
    page.click(".verdict--pass")
    page.wait_for_selector(".answered--pass")
    assert [body["verdict"] for body in zhou.answers(visit, "XF1")] == ["pass"]


def test_a_double_tap_answers_once(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF1")
    page.evaluate("""() => { const button = document.querySelector(".verdict--pass"); button.click(); button.click(); }""")
    page.wait_for_selector(".answered--pass")
    page.dblclick(".verdict--pass")
    page.wait_for_timeout(600)
    assert len(zhou.answers(visit, "XF1")) == 1


def test_a_fail_asks_for_words_and_a_photo(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF2")
    page.click(".verdict--fail")
    page.wait_for_selector(".unsaved")
    page.click("button.bar__main")
    page.wait_for_selector("#notice .notice")
    assert zhou.answers(visit, "XF2") == []
    page.fill("[name=remark]", "灭火器压力不足 2 具")
    page.click("button.bar__main")
    page.wait_for_selector(".answered--fail")
    assert page.is_visible(".photos .needs")
    page.click("[data-do=camera]")
    page.wait_for_selector(".camera__shutter:not([disabled])")
    for number in (1, 2):
        page.click(".camera__shutter:not([disabled])")
        page.wait_for_selector(f".camera__count:has-text('已存 {number} 张')")
        page.wait_for_timeout(400)  # for another picture
    page.click(".camera__done")
    page.wait_for_selector(".strip li:nth-child(2) img[src^='blob:']")
    assert not page.is_visible(".photos .needs")


def test_a_number_judges_itself_and_another_judgement_needs_its_reason(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    lin = officer("lin")
    lin.arrive(visit, "SCJG")
    page = lin.open(visit, "/items/SC2")
    page.fill("[name=value]", "0.31")
    page.wait_for_selector(".judged .badge--fail")
    page.fill("[name=value]", "0.30")
    page.wait_for_selector(".judged .badge--pass")
    page.click("[data-do=negate]")
    assert page.input_value("[name=value]") == "-0.30"
    page.click("[data-do=negate]")
    assert page.input_value("[name=value]") == "0.30"
    page.click(".fold:has([name=override]) summary")
    page.click("[value='override:fail']")
    page.wait_for_selector("#notice .notice")
    page.fill("[name=override]", "量器超过检定有效期")
    page.click("[value='override:fail']")
    page.fill("[name=remark]", "标准量器过期")
    page.click("button.bar__main")
    page.wait_for_selector(".answered--fail")
    (body,) = lin.answers(visit, "SC2")
    assert (body["value"], body["verdict"], body["override"]) == (30, "fail", "量器超过检定有效期")


def test_other_words_keep_the_reason_of_another_judgement(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    lin = officer("lin")
    lin.arrive(visit, "SCJG")
    page = lin.open(visit, "/items/SC2")
    page.fill("[name=value]", "0.31")
    page.click(".fold:has([name=override]) summary")
    page.fill("[name=override]", "复测在限值内")
    page.click("[value='override:pass']")
    page.wait_for_selector(".answered--pass:has-text('复测在限值内')")
    page.click("summary:has-text('修改说明')")
    page.fill("[name=remark]", "复测三次")
    page.click("[value=again]")
    page.wait_for_selector(".answered--pass:has-text('复测三次')")
    assert [body["override"] for body in lin.answers(visit, "SC2")] == ["复测在限值内"] * 2
    page.fill("[name=override]", "换了量器复测")
    page.click("[value='override:pass']")
    page.wait_for_selector(".answered--pass:has-text('换了量器复测')")


def test_a_refusal_is_not_shown_longer_than_it_holds(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF1")
    page.click(".verdict--fail")
    page.click("button.bar__main")
    page.wait_for_selector("#notice .notice")
    page.click(".bar a.tab")
    page.wait_for_selector("#item-XF1", state="detached")
    page.wait_for_selector("#notice .notice", state="detached")
    page.go_back()
    page.wait_for_selector("#item-XF1")
    page.click("button.bar__main")
    page.wait_for_selector("#notice .notice")
    page.fill("[name=remark]", "疏散指示灯不亮")
    page.click("button.bar__main")
    page.wait_for_selector(".answered--fail")
    page.wait_for_selector("#notice .notice", state="detached")


def test_what_a_search_finds_is_not_folded_away(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    page = zhou.open(visit)
    assert not page.is_visible("#row-SC2")
    page.fill("[type=search]", "SC2")
    page.wait_for_selector("#row-XF1", state="detached")
    page.wait_for_selector("#row-SC2")
    page.fill("[type=search]", "")
    page.wait_for_selector("#row-XF1")
    assert not page.is_visible("#row-SC2")


def test_not_applicable_needs_a_reason(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF1")
    page.click(".verdict--na")
    page.click(".phrases summary")
    page.click(".phrase >> nth=0")
    page.click("button.bar__main")
    page.wait_for_selector(".answered--na")
    (body,) = zhou.answers(visit, "XF1")
    assert body["verdict"] == "na"
    assert body["reason"]


def test_a_matter_not_carried_on_is_one_act(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/not-carried-on")
    page.check("[name=matter]")
    page.fill("[name=reason]", "该站未设消防控制室")
    page.click("#not-carried button[type=submit]")
    page.wait_for_selector("#row-XF2 .badge--na")
    first, second = zhou.answers(visit, "XF1")[0], zhou.answers(visit, "XF2")[0]
    assert first["act"] == second["act"]


def test_all_goes_on_without_a_network(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    zhou.page.wait_for_function("() => navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready.then(() => true)")
    page = zhou.open(visit)
    page.wait_for_timeout(1500)
    zhou.context.set_offline(True)
    page.click("#row-XF1")
    page.wait_for_selector("#item-XF1")
    page.click(".verdict--pass")
    page.wait_for_selector(".answered--pass")
    page.wait_for_selector(".top .mark--local")
    page.reload()
    page.wait_for_selector(".answered--pass")
    page.click(".top__back")
    page.wait_for_selector("#row-XF1 .badge--pass")
    page.go_back()
    page.wait_for_selector("#item-XF1 .answered--pass")
    page.go_forward()
    page.wait_for_selector("#row-XF2")
    page.goto(f"{county.server.url}/field/visits/{visit}/items/XF2")
    page.wait_for_selector("#item-XF2 .verdict")
    zhou.context.set_offline(False)
    page.wait_for_selector(".top .mark--stored", timeout=60_000)


def test_what_is_typed_survives_a_kill(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF1")
    page.click(".verdict--fail")
    page.fill("[name=remark]", "通道被杂物占")
    page.wait_for_timeout(600)
    page.close()
    again = zhou.open(visit, "/items/XF1", zhou.tab())
    again.wait_for_selector(".unsaved")
    assert again.input_value("[name=remark]") == "通道被杂物占"


def test_a_page_killed_with_the_camera_open_comes_back_to_its_item(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF2")
    page.click("[data-do=camera]")
    page.click(".camera__shutter:not([disabled])")
    page.wait_for_selector(".camera__count:has-text('已存 1 张')")
    page.close()
    again = zhou.tab()
    again.goto(f"{county.server.url}/field/")
    unlock(again)
    again.wait_for_selector("#item-XF2 .thumb")
    again.wait_for_selector("#notice .notice")


def test_others_items_are_only_to_be_read(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/SC1")
    assert page.query_selector(".verdict") is None
