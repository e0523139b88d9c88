"""Papers on the spot: samples, inquiries, surveys and served papers, each with the photos taken for it."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from server.visits.findings import Case
from tests.field.conftest import County, Phone
from tests.field.test_closing import draw


def entries(phone: Phone, visit: str, kind: str) -> list[dict[str, Any]]:
    """The entries of a kind in this phone's store, in order."""
    return phone.page.evaluate(
        """async ([visit, kind]) => {
          const { app } = await import("/field/app/local/app.js");
          return (await app.store.entries(visit)).filter((one) => one.kind === kind);
        }""",
        [visit, kind],
    )


def bodies(phone: Phone, visit: str, kind: str) -> list[dict[str, Any]]:
    """What they say."""
    return [one["body"] for one in entries(phone, visit, kind)]


def blockers(page: Page, visit: str) -> set[str]:
    """What this phone's fold says stands in the way."""
    return set(
        page.evaluate(
            """async (id) => {
              const { app } = await import("/field/app/local/app.js");
              const { openVisit } = await import("/field/app/local/visits.js");
              return (await openVisit(app.store, id)).state.blockers.map((one) => one.code);
            }""",
            visit,
        )
    )


def drafted(page: Page, visit: str, form: str) -> None:
    """Wait until what is typed into a form would outlive the page."""
    page.evaluate(
        """async ([visit, form]) => {
          const { app } = await import("/field/app/local/app.js");
          while (!(await app.store.draft(`drafts/${visit}`))?.[form]) await new Promise((done) => setTimeout(done, 50));
        }""",
        [visit, form],
    )


def photograph(page: Page, where: str) -> None:
    """One photo with the camera of the page, from the buttons inside `where`."""
    page.click(f"{where} [data-do=camera]")
    page.wait_for_selector(".camera__shutter:enabled")
    page.click(".camera__shutter")
    page.wait_for_selector(".camera__count:has-text('已存 1 张')")
    page.click(".camera__done")
    page.wait_for_selector(f"{where} .thumb")


def test_a_sample_is_recorded_offline_with_its_photo_and_leaves_its_item_pending(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit)
    zhou.context.set_offline(True)
    page.click("#records > summary")
    page.click("#records a[href$='/papers/sample']")
    photograph(page, "#paper")
    page.fill("#sample-number", "CY-2026-001")
    page.click("#paper-sample button[type=submit]")
    page.wait_for_selector("#notice .notice:has-text('数量')")
    drafted(page, visit, "paper-sample")
    page.reload()
    page.wait_for_selector("#paper .thumb")
    assert page.input_value("#sample-number") == "CY-2026-001"
    page.fill("#sample-quantity", "2 瓶")
    page.fill("#sample-seal", "F-17")
    page.fill("#sample-laboratory", "演示检测中心")
    page.check("#sample-pending")
    page.click("#paper-sample button[type=submit]")
    page.wait_for_selector("#notice .notice:has-text('哪一项')")
    page.select_option("#sample-item", "XF2")
    page.click("#paper-sample button[type=submit]")
    page.wait_for_selector("#recorded .mark--local")
    (sample,) = bodies(zhou, visit, "sample")
    (photo,) = bodies(zhou, visit, "evidence")
    assert (sample["item"], sample["evidence"], photo["caption"]) == ("XF2", [photo["sha256"]], "抽样取证")
    assert page.input_value("#sample-number") == ""
    assert page.query_selector("#paper .thumb") is None  # the next sample takes its own
    assert zhou.answers(visit, "XF2")[-1]["verdict"] == "pending"
    zhou.context.set_offline(False)
    page.reload()
    page.wait_for_selector("#recorded .mark--stored", timeout=60_000)


def test_what_was_asked_seen_and_served_is_listed_with_its_author(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    lin, zhou = officer("lin"), officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/papers/inquiry")
    assert page.input_value("#inquiry-name") == "演示人"
    page.fill("#inquiry-text", "问：何时检修？\n答：上月。")
    page.click("#paper-inquiry button[type=submit]")
    page.wait_for_selector("#recorded li")
    page = zhou.open(visit, "/papers/survey")
    page.fill("#survey-text", "通道净宽 1.1 米")
    page.click("#paper-survey button[type=submit]")
    page.wait_for_selector("#recorded li")
    page = zhou.open(visit, "/papers/served")
    page.click(".phrases summary")
    page.click(".phrase:has-text('责令改正通知书')")
    page.fill("#served-number", "青消责〔2026〕第1号")
    page.click("#paper-served button[type=submit]")
    page.wait_for_selector("#notice .notice:has-text('送达方式')")
    page.check("#served-way input >> nth=0")
    page.click("#paper-served button[type=submit]")
    page.wait_for_selector("#recorded li")
    (served,) = bodies(zhou, visit, "served")
    assert (served["document"], served["recipient"], served["way"]) == (
        "责令改正通知书",
        "演示人",
        "直接送达",
    )
    page = lin.open(visit)
    page.click("#records > summary")
    page.wait_for_selector("#records li >> nth=2", timeout=60_000)
    listed = page.inner_text("#records ol")
    assert all(
        text in listed
        for text in (
            "询问笔录",
            "答：上月。",
            "通道净宽 1.1 米",
            "青消责〔2026〕第1号",
            "消防救援大队",
            "周演示",
        )
    )


def test_a_signed_page_is_photographed_once_and_counts_for_each_who_signed_it(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/sign?role=party&scope=XFJY")
    page.click(".chip:has-text('纸质签字拍照')")
    page.wait_for_selector("#pages")
    page.click("#sign button[type=submit]")
    page.wait_for_selector("#notice .notice:has-text('签字页')")
    page.click("#pages [data-do=camera]")
    page.wait_for_selector(".camera__shutter:enabled")
    page.click(".camera__shutter")
    page.wait_for_selector(".camera__count:has-text('已存 1 张')")
    page.click(".camera__done")
    page.wait_for_selector("#sign input[name=page]")
    page.click("#sign button[type=submit]")
    page.wait_for_selector("#signatures .thumb")
    page.click("#signatures .signers li:first-child a.button")
    page.click(".chip:has-text('纸质签字拍照')")
    page.wait_for_selector("#sign input[name=page]")
    page.click("#sign button[type=submit]")
    page.wait_for_selector("#signatures .signers li:first-child .thumb")
    (photo,) = entries(zhou, visit, "evidence")
    signed = bodies(zhou, visit, "signature")
    assert [(one["role"], one["method"], one["page"]) for one in signed] == [
        ("party", "paper", photo["hash"]),
        ("inspector", "paper", photo["hash"]),
    ]
    assert "要件不全" not in page.inner_text("#signatures")


def test_a_supplement_explains_a_change_after_the_signature(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF1")
    page.click(".verdict--pass")
    page.wait_for_selector(".answered--pass")
    page = zhou.open(visit, "/sign?role=party&scope=XFJY")
    draw(page)
    page = zhou.open(visit, "/items/XF1")
    page.click(".verdict--na")
    page.fill("[name=reason]", "没有这类设施")
    page.click("button.bar__main")
    page.wait_for_selector(".answered--na")
    page = zhou.open(visit, "/close")
    assert "signature-outdated" in blockers(page, visit)
    page.click("#signatures a[href$='/papers/supplement']")
    page.wait_for_selector("#paper .needs:has-text('演示人')")
    page.fill("#supplement-text", "第 1 项改为不适用，原因已告知当事人。")
    page.click("#paper-supplement button[type=submit]")
    page.wait_for_selector("#recorded li")
    assert "signature-outdated" not in blockers(page, visit)


def test_a_paper_form_is_photographed_and_typed_in_with_each_answer_naming_its_page(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/transcription")
    assert page.get_attribute("#blank a", "href") == f"/office/visits/{visit}/blank.pdf"
    zhou.context.set_offline(True)
    page.reload()
    page.wait_for_selector("#blank .needs:has-text('离线')")
    photograph_page(page)
    page.click("#transcription-begin button[type=submit]")
    page.wait_for_selector("#notice .notice:has-text('内容')")
    page.fill("#transcription-about", "周演示在现场填写，手机没电。")
    page.click("#transcription-begin button[type=submit]")
    page.wait_for_selector("#checklist")
    page = zhou.open(visit, "/items/XF1")
    page.wait_for_selector(".needs:has-text('补录中')")
    page.click(".verdict--pass")
    page.wait_for_selector(".answered--pass .tag:has-text('补录')")
    page.click(".needs a[href$='/transcription']")
    page.click("#transcription-end button[type=submit]")
    page.wait_for_selector("#transcription-begin")
    page = zhou.open(visit, "/items/XF2")
    page.click(".verdict--pass")
    page.wait_for_selector(".answered--pass")
    (written,) = bodies(zhou, visit, "transcribed")
    (photo,) = bodies(zhou, visit, "evidence")
    assert written["of"] == photo["sha256"]
    assert zhou.answers(visit, "XF1")[0]["paper"] == photo["sha256"]
    assert "paper" not in zhou.answers(visit, "XF2")[0]


def photograph_page(page: Page) -> None:
    """The page of the paper form, to choose from."""
    page.click("#transcription [data-do=camera]")
    page.wait_for_selector(".camera__shutter:enabled")
    page.click(".camera__shutter")
    page.wait_for_selector(".camera__count:has-text('已存 1 张')")
    page.click(".camera__done")
    page.wait_for_selector("#transcription input[name=page]")


def test_items_bear_the_same_number_on_phone_paper_and_record(county: County, officer: Callable[..., Phone]) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.open(visit)
    bundle = zhou.page.evaluate(
        """async (id) => {
          const { app } = await import("/field/app/local/app.js");
          const { openVisit } = await import("/field/app/local/visits.js");
          return (await openVisit(app.store, id)).bundle;
        }""",
        visit,
    )
    for one in (bundle, out_of_order(bundle)):
        numbers = zhou.page.evaluate(
            """async (bundle) => {
              const { numbersOf } = await import("/field/app/local/visits.js");
              return Object.fromEntries(numbersOf(bundle));
            }""",
            one,
        )
        assert numbers == Case(one, {}, {}).item_numbers


def out_of_order(bundle: dict[str, Any]) -> dict[str, Any]:
    """The same visit with departments and items listed backwards."""
    checklist = bundle["checklist"] | {"items": bundle["checklist"]["items"][::-1]}
    return bundle | {"departments": bundle["departments"][::-1], "checklist": checklist}
