"""The blank record and checklist: all items and officers, nothing of what was found, for its readers only."""

import io
import re

from pypdf import PdfReader

from server.infra.clock import now
from server.infra.db import db, transaction
from server.visits.model import Visit
from tests.builders import a_visit


def printed(client, visit):
    """All that is printed, without the spaces and line ends that layout puts in."""
    answer = client.get(f"/office/visits/{visit.id}/blank.pdf")
    assert answer.mimetype == "application/pdf", answer.text
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def test_it_holds_every_item_and_officer_and_nothing_that_was_found(app, people, desk, any_db):
    visit = a_visit(app, people)
    zhou = visit.phone("zhou")
    zhou.arrive()
    zhou.answer("XF1", "fail", remark="通道堆物")
    visit.sent()
    text = printed(desk("he"), visit)
    for part in (
        "LC-2026-0001",
        "青阳县演示加油站",
        "91341723MA2TEST01X",
        "青阳县市场监督管理局",
        "青阳县消防救援大队",
        "马演示340002",
        "周演示340003",
        "SC1是否符合规定",
        "XF2是否符合规定",
        "实测＿＿＿＿%（限值±0.30）",
        "不适用",
        "拒绝签名",
        "情况属实",
        "演示样例",
        "第1页共",
    ):
        assert part in text, part
    assert "通道堆物" not in text


def test_only_who_may_read_the_visit_gets_it_and_its_team_not_before_the_release(app, people, desk):
    visit = a_visit(app, people)
    address = f"/office/visits/{visit.id}/blank.pdf"
    assert desk("qian").get(address).status_code == 404
    zhou = desk("zhou")
    assert zhou.get(address).status_code == 200
    with app.app_context(), transaction():
        row = db.session.get_one(Visit, visit.id)
        row.release_at = now().replace(year=2100)
    assert zhou.get(address).status_code == 404
    assert desk("he").get(address).status_code == 200
