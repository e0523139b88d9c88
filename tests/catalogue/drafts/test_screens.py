"""The office's pages of lists: forms that lose nothing typed, refusals, and what each may see and do."""

import re

import pytest

from server.catalogue import listing
from server.catalogue.drafts import actions, editions
from server.catalogue.drafts.model import DraftItem, Edition
from server.infra.db import db
from tests.catalogue.drafts.makers import INDUSTRY, LICENCE, WATER, a_document
from tests.office.conftest import submit, words

DRAFTS = f"/office/catalogue/{INDUSTRY}/drafts"
EDITIONS = f"/office/catalogue/{INDUSTRY}/editions"

ROW = ("value", "label", "result")
TYPED = {
    "matter": "消防器材",
    "content": "灭火器压力正常。",
    "methods": ["现场检查", "书面检查"],
    "basis-0-law": "《中华人民共和国消防法》",
    "basis-0-articles": "第十六条，第十七条",
    "answer": "verdict",
    "decimals": "0",
    "severity": "S2",
    "evidence_on_fail": "y",
    "phrases": "压力不足。\n\n已过期。",
    "revision": "0",
    # what a page sends of fields nobody touched
    "exempt_category": "",
    "listed_for": "",
    **{f"options-{at}-{name}": "pass" if name == "result" else "" for at in (0, 1) for name in ROW},
}


def stored(code="ZS-XFJY-001"):
    db.session.rollback()  # what requests have written meanwhile
    return db.session.scalar(db.select(DraftItem).filter_by(code=code))


def value(page, name):
    """What a field of the page holds."""
    text = page.get_data(as_text=True)
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text) or re.search(
        rf'value="([^"]*)"[^>]*name="{name}"', text
    )
    return found and found.group(1)


# --- items --------------------------------------------------------------------------------------------------


def test_a_liaison_adds_an_item_with_all_its_members(makers):
    luo = makers.desk("luo")
    assert luo.get(f"{DRAFTS}/new").status_code == 200
    more = {
        "exempt_category": "REG",
        "listed_for": "hot",
        "frequency": "每年一次",
        "supervision_code": "QY-1",
        "help_standard": "压力在绿区。",
        "compulsory": "y",
    }
    assert submit(luo, DRAFTS, **TYPED | more).status_code == 303
    document = stored().document
    assert document == {
        "matter": "消防器材",
        "content": "灭火器压力正常。",
        "applies_to": "全部检查对象",
        "methods": ["现场检查", "书面检查"],
        "basis": [{"law": "中华人民共和国消防法", "articles": ["第十六条", "第十七条"]}],
        "answer": {"type": "verdict"},
        "evidence_on_fail": True,
        "severity": "S2",
        "exempt_category": "REG",
        "phrases": ["压力不足。", "已过期。"],
        "compulsory": True,
        "frequency": "每年一次",
        "listed_for": "hot",
        "supervision_code": "QY-1",
        "help": {"standard": "压力在绿区。"},
    }
    page = words(luo.get(DRAFTS))
    assert "消防器材" in page and "ZS-XFJY-001" in page  # noqa: PT018


NUMBER = {"answer": "number", "unit": "MPa", "decimals": "2", "minimum": "1.0", "maximum": "1.2"}


def test_limits_are_typed_as_people_write_them_and_kept_in_steps(makers):
    luo = makers.desk("luo")
    submit(luo, DRAFTS, **TYPED | NUMBER)
    assert stored().document["answer"] == {
        "type": "number",
        "unit": "MPa",
        "decimals": 2,
        "min": 100,
        "max": 120,
        "limit_text": "≥1.0MPa，≤1.2MPa",
        "allow_na": False,
    }
    page = luo.get(f"{DRAFTS}/{stored().id}")
    assert (value(page, "minimum"), value(page, "maximum")) == ("1.00", "1.20")


CHOICE = {
    "answer": "choice",
    "options-0-label": "一致",
    "options-0-result": "pass",
    "options-1-label": "不一致",
    "options-1-result": "fail",
}


def test_options_keep_the_value_they_were_given_first(makers):
    luo = makers.desk("luo")
    submit(luo, DRAFTS, **TYPED | CHOICE)
    values = [one["value"] for one in stored().document["answer"]["options"]]
    assert values == ["O1", "O2"]
    changed = CHOICE | {
        "options-0-value": "O2",
        "options-0-label": "不一致",
        "options-0-result": "fail",
        "options-1-value": "",
        "options-1-label": "无法联系",
        "revision": "1",
    }
    submit(luo, f"{DRAFTS}/{stored().id}", **TYPED | changed)
    assert [(one["value"], one["label"]) for one in stored().document["answer"]["options"]] == [
        ("O2", "不一致"),
        ("O1", "无法联系"),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"matter": "   "}, "请填写此项"),
        ({"content": ""}, "请填写此项"),
        ({"methods": []}, "至少选择一项"),
        ({"basis-0-law": ""}, "至少需要一条法律法规或标准依据"),
        ({"matter": "长" * 101}, "最多 100 字"),
        (NUMBER | {"minimum": "1.234"}, "小数位数超出规定"),
        (NUMBER | {"minimum": "十"}, "不是数字"),
        (NUMBER | {"minimum": "NaN"}, "不是数字"),
        (NUMBER | {"maximum": "1e99"}, "不是数字"),
        (NUMBER | {"maximum": "0.5"}, "小于下限"),
        (NUMBER | {"unit": ""}, "请填写此项"),
        (CHOICE | {"options-1-label": ""}, "至少需要两个文字不同的选项"),
        (CHOICE | {"options-1-label": "一致"}, "至少需要两个文字不同的选项"),
        ({"supervision_code": "a b<c"}, "只能用字母"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(makers, change, said):
    luo = makers.desk("luo")
    page = submit(luo, DRAFTS, **TYPED | {"frequency": "每两年一次"} | change)
    assert page.status_code == 422
    assert said in words(page)
    assert "每两年一次" in page.get_data(as_text=True)
    assert stored() is None


def test_rows_come_and_go_without_anything_being_written_or_lost(makers):
    luo = makers.desk("luo")
    page = submit(luo, DRAFTS, **TYPED, rows="more-basis")
    assert page.status_code == 200
    assert value(page, "basis-0-law") == "《中华人民共和国消防法》"
    assert value(page, "basis-1-law") == ""
    two = {"basis-1-law": "安全生产法", "basis-1-note": "备注"}
    page = submit(luo, DRAFTS, **TYPED | two, rows="less-basis-0")
    assert (value(page, "basis-0-law"), value(page, "basis-0-note")) == ("安全生产法", "备注")
    assert value(page, "basis-1-law") is None
    for odd in ("less-basis-9", "less-basis-x", "more-answer", "less-basis-0"):
        assert submit(luo, DRAFTS, **TYPED, rows=odd).status_code == 200
    assert stored() is None


def test_two_clerks_at_one_item_see_both_sides_and_may_go_on(makers):
    makers.adds("luo", a_document())
    own = stored()
    luo = makers.desk("luo")
    assert value(luo.get(f"{DRAFTS}/{own.id}"), "revision") == "1"
    colleague = a_document(content="灭火器压力在绿区。")
    makers.does("luo", actions.change, own.id, colleague, 1)
    page = submit(luo, f"{DRAFTS}/{own.id}", **TYPED | {"content": "灭火器每月检查一次。", "revision": "1"})
    assert page.status_code == 409
    told = words(page)
    assert "灭火器压力在绿区。" in told
    assert "灭火器每月检查一次。" in told
    assert "最近修改人：罗演示" in told
    assert stored().document["content"] == "灭火器压力在绿区。"
    assert value(page, "revision") == "2"
    again = submit(luo, f"{DRAFTS}/{own.id}", **TYPED | {"content": "灭火器每月检查一次。", "revision": "2"})
    assert again.status_code == 303
    assert stored().document["content"] == "灭火器每月检查一次。"


def test_of_two_clerks_who_order_items_the_second_sees_the_first_s_order(makers):
    for _ in range(3):
        makers.adds("luo", a_document())
    places = [stored(f"ZS-XFJY-00{number}").id for number in (1, 2, 3)]
    luo = makers.desk("luo")
    seen = {"order": value(luo.get(DRAFTS), "order")}
    assert submit(luo, f"{DRAFTS}/{places[2]}/position", to="up", **seen).status_code == 303
    refused = submit(luo, f"{DRAFTS}/{places[1]}/position", to="up", **seen)
    assert refused.status_code == 409
    assert "检查项的顺序刚刚有人改动" in words(refused)
    page = refused.get_data(as_text=True)
    assert page.index('id="ZS-XFJY-003"') < page.index('id="ZS-XFJY-002"')
    now = {"order": value(refused, "order")}
    assert submit(luo, f"{DRAFTS}/{places[1]}/position", to="up", **now).status_code == 303
    assert [stored(f"ZS-XFJY-00{number}").position for number in (1, 2, 3)] == [1, 2, 3]


def test_another_department_reads_an_item_and_cannot_write_it(makers):
    makers.adds("luo", a_document())
    fang, path = makers.desk("fang"), f"{DRAFTS}/{stored().id}"
    assert "此项由消防救援大队编写" in words(fang.get(path))
    for address, form in ((path, TYPED), (f"{path}/removal", {}), (f"{path}/position", {"to": "up"})):
        refused = submit(fang, address, **form)
        assert refused.status_code == 403
        assert "只能编写本部门的检查项" in words(refused)
    assert stored().document == a_document()


def test_an_item_is_found_only_under_its_own_industry(makers):
    makers.adds("luo", a_document())
    luo = makers.desk("luo")
    for address in (f"/office/catalogue/YY/drafts/{stored().id}", f"{DRAFTS}/none", f"{EDITIONS}/none"):
        assert luo.get(address).status_code == 404


# --- editions -----------------------------------------------------------------------------------------------


def test_the_way_to_publication_through_the_pages(drafted):
    fang, luo, hu, he = (drafted.desk(name) for name in ("fang", "luo", "hu", "he"))
    assert submit(fang, EDITIONS, reason="  ").status_code == 422
    edition = submit(fang, EDITIONS, reason="首次编制").location
    assert "将送会签 3 项" in words(fang.get(edition))
    assert submit(luo, f"{edition}/round").status_code == 403
    assert submit(fang, f"{edition}/round").status_code == 303
    fingerprint = value(luo.get(edition), "hash")
    nothing_said = submit(luo, f"{edition}/answers", answer="object", hash=fingerprint, reason="")
    assert nothing_said.status_code == 422
    submit(luo, f"{edition}/answers", answer="object", hash=fingerprint, reason="依据不全")
    assert "依据不全" in words(fang.get(edition))
    for client in (luo, hu, fang):
        assert submit(client, f"{edition}/answers", answer="agree", hash=fingerprint).status_code == 303
    assert submit(fang, f"{edition}/publication", version="V1").status_code == 403  # not a department's to do
    page = he.get(edition)
    assert re.fullmatch(r"青阳ZS-\d{4}-01", value(page, "version"))
    assert submit(he, f"{edition}/publication", version="", checked="on").status_code == 422
    unchecked = submit(he, f"{edition}/publication", version="青阳ZS-2026-07")
    assert (unchecked.status_code, "请先核对再发布" in words(unchecked)) == (422, True)
    assert value(unchecked, "version") == "青阳ZS-2026-07"
    assert submit(he, f"{edition}/publication", version="青阳ZS-2026-01", checked="on").status_code == 303
    late = submit(he, f"{edition}/publication", version="青阳ZS-2026-02", checked="on")
    assert (late.status_code, "已经发布或终止" in words(late)) == (409, True)


def test_merging_is_offered_only_to_those_who_may_merge(drafted):
    edition = f"{EDITIONS}/{drafted.opens()}"
    lead, other = (words(drafted.desk(name).get(edition)) for name in ("fang", "luo"))
    assert ("合并重复的检查项" in lead, "查看合并" in lead) == (True, False)
    assert ("合并重复的检查项" in other, "查看合并" in other) == (False, True)


def test_before_merging_it_says_what_is_not_kept(makers):
    makers.adds("luo", a_document("疏散通道", "疏散通道畅通。", frequency="每年一次", listed_for="key"))
    makers.adds("hu", a_document("疏散通道", "疏散通道保持畅通。", frequency="每季一次"))
    path = f"{EDITIONS}/{makers.opens()}/merging"
    assert "另一项的不保留：检查内容、检查频次。" in words(makers.desk("fang").get(path))


def test_drafts_changed_after_the_round_are_said_on_the_page(drafted):
    edition_id = drafted.opens()
    drafted.does("fang", editions.send_round, edition_id)
    drafted.adds("hu", WATER)
    page = words(drafted.desk("fang").get(f"{EDITIONS}/{edition_id}"))
    assert "送会签之后草稿又有改动" in page
    assert "重新送会签" in page


def test_merging_side_by_side_and_a_refusal_with_both_limits(makers):
    makers.adds("fang", LICENCE)
    asked = {"type": "number", "unit": "m", "decimals": 1, "min": 14, "max": None, "allow_na": True}
    makers.adds("luo", a_document("疏散通道", "疏散通道净宽。", answer=asked))
    makers.adds("hu", a_document("疏散通道", "疏散通道净宽度。", answer=asked | {"min": 11}))
    edition_id = makers.opens()
    fang, path = makers.desk("fang"), f"{EDITIONS}/{edition_id}/merging"
    page = words(fang.get(path))
    assert "由 ZS-XFJY-001 一并作答" in page
    pair = {"one": stored("ZS-XFJY-001").id, "other": stored("ZS-WJW-001").id}
    refused = submit(fang, path, deed="merge", **pair)
    assert refused.status_code == 422
    assert "≥1.4" in words(refused)
    assert "≥1.1" in words(refused)
    assert submit(makers.desk("luo"), path, deed="merge", **pair).status_code == 403
    assert submit(fang, path, deed="apart", **pair).status_code == 303
    assert "没有内容相近的检查项" in words(fang.get(path))
    assert submit(fang, path, deed="sing", **pair).status_code == 422


# --- the public ---------------------------------------------------------------------------------------------


@pytest.fixture
def twice_published(drafted):
    """A second version that adds, changes and removes, for a reason."""
    drafted.publishes("V1")
    licence = stored("ZS-SCJG-001")
    drafted.does("fang", actions.change, licence.id, LICENCE | {"severity": "S3"}, licence.revision)
    drafted.does("luo", actions.drop, stored("ZS-XFJY-001").id)
    drafted.adds("luo", a_document("疏散", "安全出口畅通。"))
    edition_id = drafted.opens(reason="消防事项调整，合并重复内容")
    drafted.does("fang", editions.send_round, edition_id)
    drafted.all_agree(edition_id)
    drafted.does("he", editions.publish, edition_id, "V2")
    return drafted


def test_the_notice_of_adjustment_tells_everybody_what_changed(app, twice_published):
    anybody = app.test_client()
    newest = listing.newest_version(INDUSTRY)
    told = words(anybody.get(f"/lists/notices/{newest.id}"))
    assert "V2 版取代 V1 版" in told
    assert "消防事项调整，合并重复内容" in told
    assert "新增 1 项" in told
    assert re.search(r"严重程度 一般 重大", told)
    assert "灭火器配置齐全" in told  # what was removed
    names = [row[1] for row in twice_published.ids.items()] + ["何演示", "方演示", "罗演示"]
    assert not [name for name in names if name in told]  # nobody's name or id
    assert "V2" in words(anybody.get("/lists/notices"))
    assert "住宿业" in words(anybody.get("/lists"))


def test_the_first_version_has_a_notice_as_well(app, drafted):
    version_id = drafted.publishes("V1")
    assert "首次发布" in words(app.test_client().get(f"/lists/notices/{version_id}"))


def test_the_public_list_has_matters_basis_departments_and_no_account(app, drafted):
    anybody = app.test_client()
    assert anybody.get(f"/lists/{INDUSTRY}").status_code == 404
    drafted.publishes("V1")
    told = words(anybody.get(f"/lists/{INDUSTRY}"))
    for text in ("营业执照", "《公司法》", "消防救援大队", "V1", "旅馆"):
        assert text in told
    assert anybody.get("/lists/NONE").status_code == 404
    assert anybody.get("/lists/notices/none").status_code == 404


def test_any_two_versions_are_compared_and_files_handed_out(twice_published):
    he = twice_published.desk("he")
    assert "V1 → V2" in words(he.get(f"/office/catalogue/{INDUSTRY}/comparison"))
    old, new = (one.id for one in reversed(listing.versions(INDUSTRY)))
    back = words(he.get(f"/office/catalogue/{INDUSTRY}/comparison?before={new}&after={old}"))
    assert "V2 → V1" in back
    same = words(he.get(f"/office/catalogue/{INDUSTRY}/comparison?before={new}&after={new}"))
    assert "两个版本内容相同" in same
    sheet = he.get(f"/office/catalogue/{INDUSTRY}/versions/{new}.csv").get_data(as_text=True)
    assert "安全出口畅通" in sheet
    assert he.get(f"/office/catalogue/{INDUSTRY}/versions/{new}.json").status_code == 200
    assert he.get(f"/office/catalogue/{INDUSTRY}/versions/{new}.exe").status_code == 404
    assert he.get(f"{DRAFTS}/table.xlsx").data[:2] == b"PK"
    assert he.get(f"/office/catalogue/{INDUSTRY}/versions/{new}").status_code == 200


def test_what_is_typed_is_text_wherever_it_is_shown(app, makers):
    script = "<script>alert(1)</script>"
    makers.adds("fang", LICENCE | {"matter": script, "content": script, "help": {"standard": script}})
    makers.adds("luo", a_document())
    makers.adds("hu", WATER)
    version_id = makers.publishes("V1")
    edition_id = db.session.scalar(db.select(Edition.id))
    fang = makers.desk("fang")
    for address in (
        DRAFTS,
        f"{DRAFTS}/{stored('ZS-SCJG-001').id}",
        f"{EDITIONS}/{edition_id}",
        f"{EDITIONS}/{edition_id}/merging",
        f"/lists/{INDUSTRY}",
        f"/lists/notices/{version_id}",
    ):
        assert script not in fang.get(address).get_data(as_text=True)
