"""The annual plan through its pages: written, checked, filed, sent back, accepted, published, changed."""

import html
import re

from server.infra.db import db
from server.messages.model import Message
from server.planning.plans.model import CountyPlan, Filing, PlanRow
from tests.planning.plans.conftest import JUNE, accepted, entry, submit, words

FORM = {
    "industry": "YY",
    "name": "加油站联合抽查",
    "matters": ["SCJG:登记事项检查", "XFJY:消防安全检查"],
    "ratio_A": "3",
    "ratio_B": "10",
    "ratio_C": "30",
    "ratio_D": "100",
    "ratio_U": "10",
    "first_month": "5",
    "last_month": "9",
    "mode": "open",
    "methods": ["现场检查"],
}


def one(model):
    db.session.rollback()
    return db.session.execute(db.select(model)).scalar_one()


def test_a_plan_from_the_first_page_to_the_public(county, desk):
    fang, office = desk("fang"), desk("guan")
    assert "本部门还没有 2026 年计划" in words(fang.get("/office/plans"))
    page = submit(fang, "/office/plans", year="2026")
    filing = page.location
    form = words(fang.get(f"{filing}/rows/new?industry=YY"))
    assert "登记事项检查" in form
    assert "消防安全检查" in form
    row = submit(fang, f"{filing}/rows", **FORM).location
    shown = words(fang.get(row))
    # forty stations, ten of A, C and D each: ceil(3 % of 10), ceil(10 % of 10), 30 %, all
    assert re.search(r"合计 40 15", shown), shown
    assert submit(fang, f"{filing}/scheme", scheme="分三个阶段组织实施。", revision="1").status_code == 303
    assert "没有提醒" in words(fang.get(f"{filing}/filing"))
    assert submit(fang, f"{filing}/filing").location == filing
    assert "待审核" not in words(fang.get(filing))

    assert submit(office, f"{filing}/return", reason="请补充抽查比例的依据。").status_code == 303
    returned = words(fang.get(filing))
    assert "联席办退回了这份计划" in returned
    assert "请补充抽查比例的依据。" in returned
    submit(fang, f"{filing}/filing")
    submit(office, f"{filing}/acceptance")
    assert one(Filing).state == "accepted"

    asked = office.get("/office/plans/publication?year=2026").get_data(as_text=True)
    seen = re.search(r'name="hash" value="([0-9a-f]{64})"', asked)[1]
    unread = submit(office, "/office/plans/publication?year=2026", hash=seen)
    assert unread.status_code == 422
    assert "请先核对再发布" in words(unread)
    published = submit(office, "/office/plans/publication?year=2026", hash=seen, checked="1")
    assert published.location == "/plans/2026"
    public = words(office.get("/plans/2026"))
    assert "加油站联合抽查" in public
    assert "40 户中抽查 15 户" in public
    assert seen in public
    db.session.rollback()
    codes = set(db.session.scalars(db.select(Message.code)))
    assert {"plan-filed", "plan-returned", "plan-accepted", "county-plan-published"} <= codes


def test_a_later_version_says_why_and_what(county, desk):
    filing, _row = accepted("fang", "YY", entry())
    fang, office = desk("fang"), desk("guan")
    publish(office)
    assert submit(fang, f"/office/plans/filings/{filing}/taking-back").status_code == 303
    row = one(PlanRow)
    change = FORM | {"last_month": "10", "batch": "2"}
    submit(fang, f"/office/plans/rows/{row.id}", **change, revision=str(row.revision))
    # what is being written again stands as it was published
    assert "没有变动" in words(office.get("/office/plans/publication?year=2026"))
    submit(fang, f"/office/plans/filings/{filing}/filing")
    submit(office, f"/office/plans/filings/{filing}/acceptance")
    assert publish(office).status_code == 422
    assert publish(office, reason="夏季任务集中，延长一个月。").status_code == 303
    public = words(office.get("/plans/2026"))
    assert "夏季任务集中，延长一个月。" in public
    assert "实施月份由“5–9月”改为“5–10月”" in public
    assert "批次由“第1批”改为“第2批”" in public
    assert "已有更新的版本" in words(office.get("/plans/2026/1"))
    assert "5–9 月" in words(office.get("/plans/2026/1"))
    assert publish(office, reason="再次公布").status_code == 409
    db.session.rollback()
    assert [plan.version for plan in db.session.scalars(db.select(CountyPlan))] == [1, 2]


def test_what_is_wrong_in_a_row_stands_at_its_field_and_nothing_is_lost(county, desk):
    fang = desk("fang")
    filing = submit(fang, "/office/plans", year="2026").location
    for change, said in (
        ({"name": ""}, "请填写"),
        ({"matters": ["XFJY:消防安全检查"]}, "没有选牵头部门自己的抽查事项"),
        ({"ratio_B": "2"}, "抽查比例不能低于风险较低的类别"),
        ({"ratio_B": "viel"}, "抽查比例应在 0 到 100% 之间"),
        ({"last_month": "4"}, "结束月份早于开始月份"),
        ({"last_month": "12"}, "实施月份超出 5 月至 11 月。请填写理由"),
        ({"mode": "fixed"}, "定向抽取须写明范围"),
        ({"matters": ["SCJG:登记事项检查"]}, "只有一个部门，须说明理由"),
        ({"matters": ["SCJG:登记事项检查"], "single_reason": "上级部署"}, "须附上级文件"),
    ):
        answer = submit(fang, f"{filing}/rows", **FORM | change)
        assert answer.status_code == 422, change
        assert said in words(answer), change
        if "name" not in change:
            assert 'value="加油站联合抽查"' in answer.get_data(as_text=True)
    assert not db.session.scalars(db.select(PlanRow)).all()
    assert submit(fang, f"{filing}/rows", **FORM | {"matters": ["XFJY:伪造事项"]}).status_code == 422


def test_two_who_write_one_row_lose_nothing(county, desk):
    filing, row_id = accepted("fang", "YY", entry())
    fang, deng = desk("fang"), desk("deng")
    submit(fang, f"/office/plans/filings/{filing}/taking-back")
    opened = fang.get(f"/office/plans/rows/{row_id}/form").get_data(as_text=True)
    began = html.unescape(re.search(r'name="opened"[^>]*value="([^"]*)"', opened)[1])
    revision = re.search(r'name="revision"[^>]*value="([^"]*)"', opened)[1]
    base = FORM | {"matters": ["SCJG:登记事项检查", "SCJG:计量器具检查", "XFJY:消防安全检查"]}
    submit(deng, f"/office/plans/rows/{row_id}", **base | {"last_month": "8"}, revision=revision)
    late = submit(fang, f"/office/plans/rows/{row_id}", **base | {"name": "加油站夏季联查"},
                  revision=revision, opened=began)  # fmt: skip
    assert late.status_code == 409
    text = late.get_data(as_text=True)
    assert "加油站夏季联查" in text
    assert re.search(r'id="last_month".*?<option selected value="8">', text, re.S)
    assert submit(fang, f"/office/plans/rows/{row_id}", **base | {"name": "加油站夏季联查"},
                  revision="9").status_code == 409  # fmt: skip


def test_after_april_it_is_marked_and_not_refused(app, county, desk):
    app.config["CLOCK"] = lambda: JUNE
    fang = desk("fang")
    filing = submit(fang, "/office/plans", year="2026").location
    submit(fang, f"{filing}/rows", **FORM)
    submit(fang, f"{filing}/scheme", scheme="略", revision="1")
    assert "已过 4 月 30 日" in words(fang.get(f"{filing}/filing"))
    assert submit(fang, f"{filing}/filing").status_code == 303
    assert "4 月 30 日后报送" in words(fang.get(filing))


def publish(office, **more):
    asked = office.get("/office/plans/publication?year=2026").get_data(as_text=True)
    found = re.search(r'name="hash" value="([0-9a-f]{64})"', asked)
    seen = found[1] if found else "0" * 64
    return submit(office, "/office/plans/publication?year=2026", hash=seen, checked="1", **more)
