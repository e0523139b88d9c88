"""Merged and exempt items, and the handbook: what the server takes in, shows the office, and prints."""

import io
import re

import pytest
from pypdf import PdfReader

from server.infra.db import db
from server.visits import bundle
from server.visits.model import Visit
from tests.builders import a_merged_visit, a_visit
from tests.office.conftest import words
from tests.people import HELP

PHOTO = {
    "sha256": "5e" * 32,
    "bytes": 9,
    "type": "image/jpeg",
    "captured_at": "2026-11-24T09:40:00+08:00",
    "location": None,
    "caption": "通道",
    "source": "app",
    "item": "XF2",
}
MEASURE = {"item": "XF2", "department": "SCJG", "demand": "清理通道", "deadline": "2026-12-09"}
RESULTS = {
    "SCJG": {"登记事项检查": "R1", "商标使用检查": "X2", "场所许可检查": "R5"},
    "XFJY": {"消防安全检查": "R1", "疏散通道检查": "R5"},
}


@pytest.fixture
def visit(app, people, any_db):
    return a_merged_visit(app, people)


def document(app, visit):
    with app.app_context():
        return bundle.load(db.session.get_one(Visit, visit.id).bundle_digest)


def paper(client, visit, name):
    """All that is printed, without the spaces and line ends that layout puts in."""
    answer = client.get(f"/office/visits/{visit.id}/{name}")
    assert answer.mimetype == "application/pdf", answer.text
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def both_found(visit):
    """Each department answered an item of the other's section, the fire brigade one that fails."""
    lin, zhou = visit.phone("lin"), visit.phone("zhou")
    for first, second in ((lin, visit.phone("ma")), (zhou, visit.phone("wu"))):
        first.arrive()
        second.write("note", {"department": second.department, "text": "同行检查"})
    zhou.answer("SC1")
    zhou.answer("XF1")
    lin.answer("XF2", "fail", remark="通道堆放纸箱")
    lin.write("evidence", PHOTO)
    lin.write("measure", MEASURE)
    return visit.sent()


def signed(visit):
    for name, code in (("lin", "SCJG"), ("zhou", "XFJY")):
        visit.phone(name).complete(RESULTS[code])
    lin = visit.phone("lin")
    lin.sign("party", "visit")
    lin.write("visit.signed", {"results": RESULTS, "covers": visit.covers(), "replaces": []})
    return visit.sent()


def test_any_owner_is_taken_in_and_nobody_else(app, people, any_db):
    visit = a_merged_visit(app, people, ("lin", "ma", "zhou", "shi"))
    visit.phone("zhou").answer("SC1")
    visit.phone("lin").answer("XF2", "na", reason="未设通道")
    visit.sent()
    shi = visit.phone("shi")
    shi.answer("SC1", "fail")
    assert shi.push()["rejected"][0]["reason"] == "not-allowed"
    state = visit.state()
    assert state["items"]["SC1"]["heads"][0]["department"] == "XFJY"
    assert [state["departments"][code]["counts"]["answered"] for code in ("SCJG", "XFJY")] == [2, 2]


def test_a_visit_whose_merged_items_each_answered_once_is_in_force(visit):
    assert signed(both_found(visit)).state()["status"] == "signed", visit.state()["blockers"]


def test_the_office_counts_a_merged_item_once_and_with_each_owner(visit, desk):
    text = words(desk("he").get(f"/office/visits/{both_found(visit).id}"))
    assert "已答检查项 3/3" in text  # three of four items; one is exempt
    assert "合并项 同时对应 消防救援大队“消防安全检查”" in text.replace("青阳县", "")
    assert "合并项 见青阳县消防救援大队部分" in text
    assert "守信免查，不作检查：新兴产业（新材料）企业，信用风险A类" in text
    assert "依据：十大新兴产业；信用风险分类截至 2026-05-31" in text
    assert "检查单 合并版 · " + document(visit.app, visit)["checklist"]["hash"][:8] in text


def test_the_list_of_visits_counts_it_once_too(visit, desk):
    text = words(desk("he").get("/office/visits")) if both_found(visit) else ""
    assert "3/3 市场监管局 2/2 · 不合格 1 消防救援大队 3/3 · 不合格 1" in text


def test_the_record_prints_a_merged_item_once_and_names_it_in_the_other_section(visit, desk):
    text = paper(desk("he"), signed(both_found(visit)), "record.pdf")
    assert text.count("SC1是否符合规定") == text.count("XF2是否符合规定") == 1
    assert "同时对应：青阳县消防救援大队“消防安全检查”" in text
    assert text.count("合并项，列于青阳县") == 2
    assert "共4项" in text
    assert text.count("通道堆放纸箱") == 2  # in the list of problems and on the checklist
    assert "（青阳县市场监督管理局）" in text  # who ordered the correction
    assert "合计3项（其中列于其他部门部分的合并项1项）" in text
    assert "守信免查依据：新兴产业（新材料）企业，信用风险A类" in text
    assert "（十大新兴产业；信用风险分类截至2026-05-31）" in text


def test_where_the_own_department_is_absent_the_other_owner_prints_it(visit, desk):
    zhou = visit.phone("zhou")
    zhou.arrive()
    zhou.answer("SC1", "fail", remark="执照过期")
    body = {"department": "SCJG", "reason": "leave", "text": "", "replaces": []}
    visit.phone("lin").write("department.absent", body)
    text = paper(desk("he"), visit.sent(), "record.pdf?draft=1")
    assert text.count("SC1是否符合规定") == 1
    assert "同时对应：青阳县市场监督管理局“登记事项检查”" in text
    assert "共3项" in text
    assert "列于" not in text


def test_the_blank_form_has_it_once(visit, desk):
    text = paper(desk("he"), visit, "blank.pdf")
    assert text.count("SC1是否符合规定") == 1
    assert "同时对应：青阳县消防救援大队“消防安全检查”" in text
    assert "合并项，填于青阳县市场监督管理局部分；该部门未到场的，由本部门填写" in text
    assert "守信免查依据" in text


def test_the_bundle_brings_the_handbook_and_the_reason_of_an_exemption(app, visit):
    made = document(app, visit)
    checklist = made["checklist"]
    assert made["handbook"] == {
        "version": checklist["version"],
        "hash": checklist["hash"],
        "items": {"SC1": HELP},
    }
    assert all("help" not in item for item in checklist["items"])
    assert made["exemption"].keys() == {"reason", "list", "as_of"}
    assert [item["id"] for item in checklist["items"] if item["exempt"]] == ["SC3"]


def test_a_list_without_help_or_exemption_is_told_as_before(app, people, any_db):
    made = document(app, a_visit(app, people))
    assert made["handbook"] == {}
    assert "exemption" not in made
