"""The office's pages of credit risk: who may, what is refused and where it is said, two clerks at once."""

import datetime as dt
import json

import pytest

from server.infra.db import db, transaction
from server.registry.credit import assessing, policies, triggers
from server.registry.credit.model import EmergingList, RiskPoint, RiskPolicy, Trigger
from server.registry.credit.policy import DEFAULT
from server.registry.credit.rules import TriggerKind
from server.registry.model import Enterprise
from server.registry.rules import RiskClass
from tests.office.conftest import submit, words
from tests.people import INDUSTRY
from tests.registry.credit.conftest import TODAY

POLICY = {
    **{f"ratio_{code}": ratio for code, ratio in zip("ABCD", ("3", "10", "30", "100"), strict=True)},
    **{f"times_{code}": times for code, times in zip("ABCD", ("1", "1", "2", ""), strict=True)},
    **{f"years_{code}": years for code, years in zip("ABCD", ("2", "1", "1", ""), strict=True)},
    **{f"points_{code}": points for code, points in zip("BCD", ("20", "50", "80"), strict=True)},
    "unclassified_as": "B",
    "minimum": "1",
    "exempt_classes": ["A"],
    "exempt_categories": ["REG", "ANNUAL"],
    "emerging_list": "E10-2021",
    "effective_from": "2026-06-01",
    "reason": "年度调整",
    "seen": "p1",
}
AREA = "/office/credit"


def test_readers_read_and_only_the_office_writes(trusted, desk):
    for username, may_read in (("he", True), ("luo", True), ("admin", True), ("lin", False), ("shi", False)):
        client = desk(username)
        pages = (AREA, f"{AREA}/{trusted}", f"{AREA}/triggers", f"{AREA}/policies/p1", f"{AREA}/triggers.csv")
        assert {client.get(page).status_code for page in pages} == {200 if may_read else 403}, username
        writes = ("policies", "lists", f"{trusted}/points", f"{trusted}/decisions")
        refused = {submit(client, f"{AREA}/{page}").status_code for page in writes}
        assert refused == ({422} if username == "he" else {403}), username


def test_the_policy_is_told_in_words_and_counted_for_an_industry(trusted, desk):
    page = words(desk("luo").get(f"{AREA}?industry={INDUSTRY}"))
    assert "A 信用风险低 3 % 2 年不超过 1 次" in page
    assert "D 信用风险高 100 % 不设上限，每次检查须说明理由" in page
    assert "U 未分类 视同 B 类" in page
    assert "十大新兴产业 E10-2021" in page
    assert "A 信用风险低 1 3 % 1" in page
    assert "调整政策" not in page


def test_another_policy_is_set_with_its_reason(app, trusted, desk):
    he = desk("he")
    form = words(he.get(f"{AREA}/policies/new"))
    assert "调整政策" in form
    answer = submit(he, f"{AREA}/policies", **POLICY | {"ratio_A": "2.5", "minimum": "2"})
    assert answer.status_code == 303
    with app.app_context():
        held = policies.in_force(TODAY)
        assert (held.rates[RiskClass.A].ratio, held.minimum) == (250, 2)
        assert held.exempt_categories == {"REG", "ANNUAL"}
    page = words(he.get(AREA))
    assert "2.5 %" in page
    assert "年度调整" in page


def test_the_form_begins_with_what_holds(trusted, desk):
    page = desk("he").get(f"{AREA}/policies/new").get_data(as_text=True)
    for value in ('name="ratio_C"', 'value="30"', 'value="p1"'):
        assert value in page
    assert page.count("checked") == 4  # class A and three categories


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ratio_A": "11"}, "抽查比例不能低于风险较低的类别。B类的比例不得低于A类。"),
        ({"times_D": "1", "years_D": "1"}, "检查频次不能低于风险较低的类别。D类的频次不得低于C类。"),
        ({"points_C": "20"}, "记分线应逐级升高。C类的记分线须高于B类。"),
        ({"ratio_A": "101"}, "抽查比例应在 0 到 100% 之间。"),
        ({"ratio_A": "0.001"}, "抽查比例应在 0 到 100% 之间。"),
        ({"ratio_A": "三"}, "抽查比例应在 0 到 100% 之间。"),
        ({"times_A": "0"}, "频次应为至少 1 次"),
        ({"effective_from": "2026-05-31"}, "政策不能溯及既往。"),
        ({"reason": "  "}, "请填写理由。"),
        ({"emerging_list": "E99"}, "有内容需要修改"),
    ],
)
def test_a_policy_out_of_order_is_refused_at_its_field_and_nothing_typed_is_lost(
    app, trusted, desk, change, said
):
    answer = submit(desk("he"), f"{AREA}/policies", **POLICY | {"minimum": "7"} | change)
    page = words(answer)
    assert answer.status_code == 422
    assert said in page
    assert 'value="7"' in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(db.select(RiskPolicy.id)).all() == ["p1"]


def test_two_clerks_setting_a_policy_the_second_sees_both(app, people, trusted, desk):
    he = desk("he")
    with app.app_context(), transaction():
        policies.set_policy(people["he"], DEFAULT, TODAY, "甲的政策", "p1")
    answer = submit(he, f"{AREA}/policies", **POLICY | {"reason": "乙的政策"})
    page = words(answer)
    assert answer.status_code == 409
    assert "政策已被他人更新" in page
    assert "甲的政策" in page
    assert "乙的政策" in page
    with app.app_context():
        fresh = policies.newest().id
    assert f'value="{fresh}"' in answer.get_data(as_text=True)
    assert submit(he, f"{AREA}/policies", **POLICY | {"seen": fresh}).status_code == 303


def test_a_list_is_entered_once(app, trusted, desk):
    he = desk("he")
    form = {"code": "N-2026", "name": "新名单", "source": "省政府", "industries": "N-01 机器人\nN-02 低空"}
    assert submit(he, f"{AREA}/lists", **form).status_code == 303
    again = submit(he, f"{AREA}/lists", **form)
    assert (again.status_code, "这个名单编号已经使用" in words(again)) == (409, True)
    wrong = submit(he, f"{AREA}/lists", **form | {"code": "N-2", "industries": "N-01 机器人\n无编号"})
    assert (wrong.status_code, "第 2 行应为编号" in words(wrong)) == (422, True)
    with app.app_context():
        assert db.session.get_one(EmergingList, "N-2026").industries[1] == {"code": "N-02", "name": "低空"}


def test_points_and_a_decision_by_form(app, trusted, desk):
    he = desk("he")
    given = {"points": "60", "since": "2026-06-01", "until": "", "reason": "立案查处"}
    assert submit(he, f"{AREA}/{trusted}/points", **given).status_code == 303
    page = words(he.get(f"{AREA}/{trusted}"))
    assert "C 信用风险较高 县内记分 60 分，达到本类。 2026-05-31 导入的分类为 A 类。" in page
    assert "类别变为 C、D" in page
    wrong = submit(he, f"{AREA}/{trusted}/points", **given | {"until": "2026-05-01"})
    assert (wrong.status_code, "截止日期不能早于起始日期" in words(wrong)) == (422, True)
    with app.app_context():
        newest = assessing.sources_of(trusted).newest
        point = db.session.scalars(db.select(RiskPoint.id)).one()
    decided = {"risk_class": "B", "until": "2026-12-31", "reason": "已整改", "seen": str(newest)}
    assert submit(he, f"{AREA}/{trusted}/decisions", **decided).status_code == 303
    assert "联席办 2026-06-01 认定，有效期至 2026-12-31：已整改" in words(he.get(f"{AREA}/{trusted}"))
    stale = submit(he, f"{AREA}/{trusted}/decisions", **decided | {"risk_class": "D", "reason": "另有问题"})
    assert stale.status_code == 409
    assert "现在：B 类。" in words(stale)
    assert "您选择的：D 类。 另有问题" in words(stale)
    assert submit(he, f"{AREA}/{trusted}/decisions/lifting", reason="不再适用").status_code == 303
    assert submit(he, f"{AREA}/{trusted}/points/{point}/withdrawal", reason="误记").status_code == 303
    assert submit(he, f"{AREA}/{trusted}/points/{point}/withdrawal", reason="误记").status_code == 409
    with app.app_context():
        assert db.session.get_one(Enterprise, trusted).risk_class is RiskClass.A


def test_other_thresholds_hold_at_once_for_the_points_that_count(app, people, trusted, desk):
    with app.app_context(), transaction():
        assessing.add_points(people["he"], trusted, 60, TODAY, None, "立案查处")
    assert submit(desk("he"), f"{AREA}/policies", **POLICY | {"points_C": "70"}).status_code == 303
    with app.app_context():
        assert db.session.get_one(Enterprise, trusted).risk_class is RiskClass.B


TRIGGER = {"kind": "complaint", "department": "XFJY", "matter": "消防通道", "detail": "堆放杂物"}


def test_the_page_of_the_enterprise_shows_its_credit_risk_and_the_history_in_words(
    app, people, trusted, desk
):
    with app.app_context(), transaction():
        triggers.note(people["he"], trusted, TriggerKind.ALERT, "SCJG", "年报", "无法联系")
        assessing.add_points(people["he"], trusted, 30, TODAY, None, "查实的问题")
    page = words(desk("luo").get(f"/office/enterprises/{trusted}"))
    assert "B 信用风险一般 县内记分 30 分，达到本类。" in page
    assert "分类来源、记分和触发事项" in page
    assert "触发类型 监测异常" in page


def test_a_liaison_notes_the_own_department_s_triggers_only(app, people, trusted, desk):
    luo = desk("luo")
    page = luo.get(f"{AREA}/{trusted}").get_data(as_text=True)
    assert "不得填写投诉举报人" in page, "R-1406 is said where one would write it"
    assert submit(luo, f"{AREA}/{trusted}/triggers", **TRIGGER | {"department": "SCJG"}).status_code == 422
    assert submit(luo, f"{AREA}/{trusted}/triggers", **TRIGGER | {"kind": "class-change"}).status_code == 422
    assert submit(luo, f"{AREA}/{trusted}/triggers", **TRIGGER).status_code == 303
    shown = words(luo.get(f"{AREA}/{trusted}"))
    assert "不再免查" in shown
    assert "消防通道" in shown
    with app.app_context(), transaction():
        own = db.session.scalars(db.select(Trigger.id)).one()
        other = triggers.note(people["he"], trusted, TriggerKind.ALERT, "SCJG", "年报", "无法联系").id
    refused = submit(luo, f"{AREA}/{trusted}/triggers/{other}/closure", reason="代为办结")
    assert (refused.status_code, "只能登记和办结本部门" in words(refused)) == (403, True)
    assert submit(luo, f"{AREA}/{trusted}/triggers/{own}/closure", reason="").status_code == 422
    assert submit(luo, f"{AREA}/{trusted}/triggers/{own}/closure", reason="已清理").status_code == 303
    again = submit(luo, f"{AREA}/{trusted}/triggers/{own}/closure", reason="再来")
    assert (again.status_code, "已经办结" in words(again)) == (409, True)


def test_an_individual_business_is_shown_as_unclassified_and_cannot_be_assessed(app, people, trusted, desk):
    with app.app_context(), transaction():
        db.session.get_one(Enterprise, trusted).entity_type = "individual"
    he = desk("he")
    page = words(he.get(f"{AREA}/{trusted}"))
    assert "U 未分类 只有企业参加分类，本对象视同 B 类。" in page
    given = {"points": "60", "since": "2026-06-01", "reason": "立案"}
    assert submit(he, f"{AREA}/{trusted}/points", **given).status_code == 409


@pytest.mark.usefixtures("any_db")
def test_the_list_of_triggers_by_page_and_filter(any_db, app, people, trusted, desk):
    with app.app_context(), transaction():
        for n in range(triggers.PAGE + 3):
            app.config["CLOCK"] = lambda n=n: dt.datetime(2026, 6, 1, 3, n % 60, tzinfo=dt.UTC)
            kind = TriggerKind.ALERT if n % 2 else TriggerKind.COMPLAINT
            triggers.note(people["he"], trusted, kind, "XFJY" if n % 3 else "SCJG", f"事项{n:02d}", "说明")
    he = desk("he")
    first = he.get(f"{AREA}/triggers")
    assert ("事项52" in words(first), "事项02" in words(first)) == (True, False)
    after = first.get_data(as_text=True).split("after=")[1].split('"')[0]
    second = he.get(f"{AREA}/triggers?after={after}")
    assert ("事项02" in words(second), "事项03" in words(second)) == (True, False)
    before = second.get_data(as_text=True).split("before=")[1].split('"')[0]
    back = words(he.get(f"{AREA}/triggers?before={before}"))
    assert ("事项52" in back, "事项03" in back, "事项02" in back) == (True, True, False)
    assert "没有符合条件的触发事项" in words(he.get(f"{AREA}/triggers?state=closed"))
    narrowed = words(he.get(f"{AREA}/triggers?kind=alert&department=SCJG&q=演示加油站"))
    assert ("事项03" in narrowed, "事项01" in narrowed) == (True, False)
    for address in ("after=x", "after=2026,1", "kind=x", "state=x", "q=%00"):
        assert he.get(f"{AREA}/triggers?{address}").status_code == 200
    rows = json.loads(he.get(f"{AREA}/triggers.json?kind=alert").get_data(as_text=True))
    assert "事项01" in str(rows)
    assert "事项02" not in str(rows)
    assert he.get(f"{AREA}/triggers.pdf").status_code == 404
