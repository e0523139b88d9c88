"""Changes of people: a department that comes late, an officer who stands in, a deputy who takes over and signs off."""

from collections.abc import Callable

from tests.field.conftest import County, Phone
from tests.field.test_closing import answer_all, close_department, draw
from tests.field.test_papers import bodies


def test_a_department_that_comes_late_undoes_its_absence_by_arriving(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    lin, zhou = officer("lin"), officer("zhou")
    page = lin.open(visit, "/close")
    page.click(".fold:has(#absent-XFJY) > summary")
    page.check("#absent-XFJY input[value=emergency]")
    page.fill("#absent-XFJY textarea", "出警")
    page.click("#absent-XFJY button[type=submit]")
    page.wait_for_selector("#departments .pill--absent")
    page = zhou.open(visit)
    page.wait_for_selector("#dept-gate-XFJY .needs", timeout=60_000)
    page.click("#dept-gate-XFJY a")
    page.wait_for_selector("#late:has-text('林演示'):has-text('出警')")
    zhou.context.set_offline(True)
    page.click("#form-arrived button[type=submit]")
    page.wait_for_selector("#step-arrived .said")
    page.wait_for_selector("#late:not(:has(*))", state="attached")
    zhou.context.set_offline(False)
    (reopened,) = bodies(zhou, visit, "department.reopened")
    assert (reopened["department"], len(reopened["replaces"])) == ("XFJY", 1)
    lin.open(visit, "/close").wait_for_selector("#departments .pill--open >> nth=1", timeout=60_000)


def test_an_officer_stands_in_and_is_shown_and_signs(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    page = zhou.open(visit)
    zhou.context.set_offline(True)
    page.click("#records > summary")
    page.click("#records a[href$='/people']")
    page.wait_for_selector("#substitution")
    assert page.locator("#substitution-person option").all_inner_texts() == ["请选择", "唐演示 340005"]
    page.check(f"#substitution input[value='{county.people['wu']}']")
    page.select_option("#substitution-person", county.people["tang"])
    page.click("#substitution button[type=submit]")
    page.wait_for_selector("#notice .notice:has-text('批准人')")
    page.fill("#substitution-approver", "孙演示 大队长")
    page.fill("#substitution-reason", "临时出警")
    page.click("#substitution button[type=submit]")
    page.wait_for_selector("#substitutions .said:has-text('唐演示'):has-text('吴演示')")
    zhou.context.set_offline(False)
    answer_all(zhou, visit, "XFJY", {"XF1": None, "XF2": None})
    (shown,) = bodies(zhou, visit, "identity.shown")
    assert {one["person"] for one in shown["officers"]} == {county.people["zhou"], county.people["tang"]}
    close_department(zhou, visit)
    signers = zhou.page.inner_text("#signatures")
    assert ("唐演示" in signers, "吴演示" in signers) == (True, False)


def test_the_deputy_takes_over_and_signs_off_in_force(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    ma, zhou = officer("ma"), officer("zhou")
    answer_all(ma, visit, "SCJG", {"SC1": None, "SC2": "0.05"})
    close_department(ma, visit)
    answer_all(zhou, visit, "XFJY", {"XF1": None, "XF2": None})
    close_department(zhou, visit)
    page = ma.open(visit, "/people")
    page.click("#lead .fold summary")
    page.click("#takeover button[type=submit]")
    page.wait_for_selector("#notice .notice:has-text('理由')")
    page.fill("#takeover-reason", "林演示突发疾病离开")
    page.click("#takeover button[type=submit]")
    page.wait_for_selector("#lead .said")
    page.click("#lead a[href$='/close#lead']")
    page.wait_for_selector("#departments .pill--completed >> nth=1", timeout=60_000)
    page.click("#signatures .pair a >> nth=0")
    draw(page)
    page.wait_for_selector("#signoff", timeout=60_000)
    page.click("#signoff button[type=submit]")
    page.wait_for_selector("#blockers .sealed")
    zhou.open(visit, "/close").wait_for_selector("#lead:has-text('马演示')", timeout=60_000)
    zhou.page.wait_for_selector("#blockers .sealed", timeout=60_000)
