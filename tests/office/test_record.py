"""The joint inspection record on paper: all of it, nothing that came later, drafts marked as such."""

import datetime as dt
import io
import re

import pytest
from pypdf import PdfReader

from server.infra.db import db
from server.visits import ports, queries
from server.visits.model import Visit
from server.visits.paper import sweep_printed
from server.visits.record import record
from tests.builders import DRAWING, a_visit
from tests.office.conftest import words

PHOTO = "5e" * 32
VIDEO = "7f" * 32


def printed(client, visit, query=""):
    answer = client.get(f"/office/visits/{visit.id}/record.pdf{query}")
    assert answer.mimetype == "application/pdf", answer.text
    return answer


def text_of(answer):
    """All that is printed, without the spaces and line ends that layout puts in."""
    return re.sub(
        r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    )


def evidence(phone, sha256, **more):
    fields = {
        "sha256": sha256,
        "bytes": 52_302,
        "type": "image/jpeg",
        "captured_at": "2026-11-24T09:40:00.000+08:00",
    }
    return phone.write("evidence", {**fields, "location": None, "caption": "压力表", "source": "app", **more})


@pytest.fixture
def visit(app, people, any_db):
    """Fails, numbers, photos, words, a refusal and signatures: one of everything that is printed."""
    visit = a_visit(app, people)
    lin, zhou, wu = visit.phone("lin"), visit.phone("zhou"), visit.phone("wu")
    lin.arrive()
    lin.answer("SC1")
    lin.answer("SC2", value=-12, instrument="JL-䶮-01")
    lin.write("note", {"department": "SCJG", "text": "加油机四台 𠮷"})
    zhou.arrive()
    zhou.answer("XF1", "na", reason="没有配置")
    zhou.answer("XF2", "fail", remark="灭火器压力不足 <b>两具</b>")
    evidence(zhou, PHOTO, item="XF2")
    evidence(zhou, VIDEO, moment="refusal", department="XFJY", type="video/mp4", caption="拒签录像")
    zhou.write(
        "measure", {"item": "XF2", "department": "XFJY", "demand": "更换灭火器", "deadline": "2026-12-09"}
    )
    zhou.write("clue", {"department": "XFJY", "text": "疑似另有油罐"})
    wu.write("note", {"department": "XFJY", "text": "同行检查"})
    visit.phone("ma").write("note", {"department": "SCJG", "text": "同行检查"})
    lin.write("statement", {"department": "SCJG", "name": "演示人", "text": "三天内整改"})
    lin.complete()
    zhou.complete({"消防安全检查": "R5"})
    lin.sign("inspector")
    zhou.sign("inspector")
    refusal = {
        "code": "RS3",
        "text": "对压力表读数有异议",
        "officers": [visit.people["zhou"], visit.people["wu"]],
        "witness": {"name": "沈见证", "unit": "社区居委会"},
        "video": VIDEO,
    }
    body = {"role": "party", "scope": "XFJY", "method": "refused", "name": "演示人", "refusal": refusal}
    zhou.write("signature", {**body, "covers": visit.covers()})
    lin.sign("party", "SCJG")
    results = {"SCJG": {"登记事项检查": "R1", "计量器具检查": "R1"}, "XFJY": {"消防安全检查": "R5"}}
    lin.write("visit.signed", {"results": results, "covers": visit.covers(), "replaces": []})
    visit.sent()
    assert visit.state()["sealed"], visit.state()["signoffs"]
    return visit


@pytest.fixture
def he(desk, visit):
    return desk("he")


def test_the_paper_holds_every_answer_hash_and_signature(he, visit):
    text = text_of(printed(he, visit))
    for part in (
        "青阳县市场监督管理局",
        "青阳县消防救援大队",
        "LC-2026-0001",
        "青阳县演示加油站",
        "91341723MA2TEST01X",
        "实测-0.12%（限值±0.30）",
        "JL-䶮-01",
        "加油机四台𠮷",
        "没有配置",
        "灭火器压力不足<b>两具</b>",
        "责令改正1：第4项",
        "2026年12月9日",
        "三天内整改",
        "演示人",
        "340001",
        "340003",
        "对压力表读数有异议",
        "沈见证",
        PHOTO,
        VIDEO,
        "发现问题已责令改正（R5）",
        "未发现问题（R1）",
        "演示样例",
        "以下空白",
        "情况属实",
        "第1页共",
    ):
        assert re.sub(r"\s", "", part) in text, part
    for item in ("SC1", "SC2", "XF1", "XF2"):
        assert f"{item}是否符合规定" in text
    assert "未签结草稿" not in text


def test_it_names_no_coordinating_body_and_tells_no_clue(he, visit):
    text = text_of(printed(he, visit))
    assert "联席会议办公室" not in text
    assert "疑似另有油罐" not in text
    assert "另有清单外线索1条" in text


def test_it_is_sealed_by_chain_and_digest(app, he, visit):
    with app.app_context():
        row = db.session.get_one(Visit, visit.id)
        _, seal = queries.sealed_case(row)
        assert (seal.position, seal.chain, seal.journal_digest) == (
            row.position,
            row.chain,
            row.journal_digest,
        )
        assert seal.entries == len(visit.entries)
    text = text_of(printed(he, visit))
    assert seal.chain in text
    assert seal.journal_digest in text
    assert seal.code("LC-2026-0001").split()[:3] == ["LIANCHA/1", "LC-2026-0001", str(seal.position)]


def test_what_comes_later_changes_nothing(app, he, visit):
    before = printed(he, visit)
    zhou = visit.phone("zhou")
    first = next(entry for entry in zhou.chain if entry["body"].get("item") == "XF1")
    zhou.answer("XF1", "fail", remark="签结后才写", replaces=[first])
    visit.sent()
    after = printed(he, visit)
    assert after.data == before.data
    assert after.headers["ETag"] == before.headers["ETag"]
    assert "签结后才写" not in text_of(after)


def test_a_blob_that_arrives_later_is_shown(he, visit, monkeypatch):
    assert "待上传" in text_of(printed(he, visit))
    monkeypatch.setattr(ports, "evidence_of", lambda _: {PHOTO: "stored", VIDEO: "stored"})
    text = text_of(printed(he, visit))
    assert "待上传" not in text
    assert "原件已入库" in text


def test_an_unsealed_visit_says_so_and_prints_only_a_marked_draft(app, people, desk, any_db):
    visit = a_visit(app, people).answered()
    client = desk("he")
    refused = client.get(f"/office/visits/{visit.id}/record.pdf")
    assert refused.status_code == 409
    assert "尚未签结" in refused.text
    pages = PdfReader(io.BytesIO(printed(client, visit, "?draft=1").data)).pages
    for page in pages:
        assert "未签结草稿" in re.sub(r"\s", "", page.extract_text())


def test_a_draft_claims_nothing_it_cannot_know(app, people):
    visit = a_visit(app, people).answered()
    with app.app_context():
        draft = record(queries.case_of(db.session.get_one(Visit, visit.id)), None)
    assert draft.draft
    assert not draft.clean
    assert draft.seal is None


def test_outdated_signatures_give_way_to_fresh_ones(app, people):
    visit = a_visit(app, people)
    lin = visit.phone("lin")
    lin.arrive()
    first = lin.answer("SC1")
    lin.sign("party", "SCJG")
    lin.answer("SC1", "fail", replaces=[first])
    lin.sign("party", "SCJG")
    visit.sent()
    with app.app_context():
        draft = record(queries.case_of(db.session.get_one(Visit, visit.id)), None)
    (party,) = draft.signatures
    assert (party.outdated, party.drawing) == ([], DRAWING)


def test_an_absent_department_is_named_with_its_reason_and_issues_nothing(app, people):
    visit = a_visit(app, people)
    body = {"department": "XFJY", "reason": "too-few-officers", "text": "一人请假", "replaces": []}
    visit.phone("lin").write("department.absent", body)
    visit.sent()
    with app.app_context():
        draft = record(queries.case_of(db.session.get_one(Visit, visit.id)), None)
    assert draft.agencies == ["青阳县市场监督管理局"]
    (absent,) = draft.absences
    assert (absent.department, absent.reason, absent.text) == (
        "青阳县消防救援大队",
        "too-few-officers",
        "一人请假",
    )


def test_old_papers_are_forgotten_and_made_again(app, people, desk):
    he, visit = desk("he"), a_visit(app, people)
    draft = f"/office/visits/{visit.id}/record.pdf?draft=1"
    assert he.get(draft).status_code == 200
    with app.app_context():
        assert sweep_printed() == 0
        app.config["CLOCK"] = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=8)
        assert sweep_printed() == 1
    del app.config["CLOCK"]
    assert he.get(draft).status_code == 200


def test_people_who_changed_and_papers_beside_the_answers_are_printed(app, people, desk):
    visit = a_visit(app, people)
    zhou, ma = visit.phone("zhou"), visit.phone("ma")
    zhou.arrive()
    page = evidence(zhou, PHOTO, caption="纸质检查表", department="XFJY")["body"]["sha256"]
    zhou.write("transcribed", {"of": page, "text": "周演示现场填写", "department": "XFJY"})
    zhou.answer("XF1", paper=page)
    sample = {"number": "CY-1", "quantity": "2 瓶", "seal": "", "laboratory": "演示检测中心", "item": "XF2"}
    zhou.write("sample", {"department": "XFJY", **sample, "evidence": [PHOTO]})
    zhou.write("inquiry", {"department": "XFJY", "text": "问：何时检修？", "name": "演示人", "post": "站长"})
    zhou.write("survey", {"department": "XFJY", "text": "净宽 1.1 米"})
    zhou.write("supplement", {"department": "XFJY", "text": "补正一处", "covers": visit.covers()})
    substitute = {"person": people["tang"], "name": "唐演示", "certificate": "340005"}
    change = {"replaces_person": people["wu"], "approver": "孙演示", "reason": "出警"}
    zhou.write("officer.substituted", {"department": "XFJY", **substitute, **change})
    ma.write("lead.taken-over", {"reason": "林演示生病"})
    visit.sent()
    he = desk("he")
    text, live = text_of(printed(he, visit, "?draft=1")), words(he.get(f"/office/visits/{visit.id}"))
    for part in (
        "样品编号CY-1",
        "封条/",
        "照片01",
        "询问演示人（站长）",
        "勘验：净宽1.1米",
        "补正1：补正一处",
        "唐演示（340005）替换吴演示",
        "马演示接任组长",
        "纸质表补录1：周演示现场填写",
        "据纸质表补录，见证据01",
    ):
        assert part in text, part
    for part in ("CY-1", "净宽 1.1 米", "补正一处", "替换 吴演示", "林演示生病", "据纸质表补录"):
        assert part in live, part
