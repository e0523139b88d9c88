"""The pages of calls: found by name, called, answered, sent; what was typed stays; nobody sees too much."""

import re

import pytest
from sqlalchemy import select

from server.infra.db import db, transaction
from server.planning.calls.model import Call
from server.registry.credit import triggers
from server.registry.credit.rules import TriggerKind
from server.registry.model import Enterprise
from server.visits import assigning
from server.visits.model import Visit
from tests.builders import a_visit
from tests.office.conftest import submit, words
from tests.planning.calls.conftest import leave, send

FORM = {
    "industry": "YY",
    "cause": "complaint",
    "trigger": "",
    "matter": "消防安全检查",
    "detail": "群众反映该站存在安全隐患",
    "departments": ["XFJY"],
    "due_at": "2026-05-12T12:00",
    "day": "2026-05-12",
    "half": "pm",
}


def call(client, county, **others):
    return submit(client, "/office/calls", **FORM | {"enterprise": county.enterprise} | others)


def task_of(answer):
    return re.search(r"/office/calls/([0-9a-f-]{36})", answer.location)[1]


def test_the_whole_way_through_pages(app, county, desk):
    bai, luo = desk("bai"), desk("luo")
    page = bai.get("/office/calls/new?q=演示加油站").get_data(as_text=True)
    (link,) = set(re.findall(r'href="(/office/calls/new\?enterprise=[^"]+)"', page))
    page = bai.get(link)
    assert "不得写入投诉举报人" in words(page)
    assert 'value="2026-05-13T09:00"' in page.get_data(as_text=True)
    task = task_of(call(bai, county))
    assert "待报到的吹哨" in words(luo.get("/office"))
    page = words(luo.get(f"/office/calls/{task}"))
    assert "群众反映该站存在安全隐患" in page
    assert "派出检查组" not in page
    answered = submit(luo, f"/office/calls/{task}/answers", comes="yes", heads="2", reason="")
    assert answered.status_code == 303
    assert "可派出检查组的吹哨" in words(bai.get("/office"))
    assert send(bai, task).status_code == 303
    page = words(bai.get(f"/office/calls/{task}"))
    assert "检查已下发到检查组手机" in page
    assert "林演示（市场监管局 · 组长）、" in page or "马演示（市场监管局 · 组长）、" in page
    assert "报请审批 · 消防救援大队" in page
    assert "部门已应答 · 消防救援大队 · 报到" in page
    assert "LC-2026-0001" in page
    listed = words(bai.get("/office/calls"))
    assert "青阳县演示加油站" in listed
    assert "青阳县演示加油站" in words(desk("lin").get("/office/visits"))
    assert "消防安全检查" in bai.get("/office/calls/export.csv").get_data(as_text=True)


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"detail": ""}, "请填写"),
        ({"cause": ""}, "请选择一项"),
        ({"departments": []}, "没有选择要报到的部门"),
        ({"due_at": "gestern"}, "日期时间不正确"),
        ({"due_at": "2026-05-12T09:00"}, "应答期限已经过去"),
        ({"day": "2026-05-11"}, "检查日已经过去"),
        ({"day": "31"}, "日期不正确"),
        ({"day": "0002-05-12"}, "日期不正确"),
        ({"day": "9999-12-31"}, "日期不正确"),
        ({"industry": "JYZ"}, ""),
        ({"departments": ["LXB"]}, ""),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(county, desk, app, others, said):
    answer = call(desk("bai"), county, **{"detail": "隐患线索编号甲一七", **others})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert said in page
    assert others.get("detail", "隐患线索编号甲一七") in page
    with app.app_context():
        assert db.session.scalar(db.select(Call)) is None


def test_a_trigger_leads_to_a_call(app, county, desk, who):
    with app.app_context(), transaction():
        said = "SCJG", "消防", "烟感报警 13812345678"
        noted = triggers.add(who("bai"), county.enterprise, TriggerKind.ALERT, *said)
        trigger = noted.id
    link = f"/office/calls/new?enterprise={county.enterprise}&trigger={trigger}"
    subject = desk("bai").get(f"/office/credit/{county.enterprise}").get_data(as_text=True)
    assert link.replace("&", "&amp;") in subject
    page = desk("bai").get(link)
    assert f'<option selected value="{trigger}">' in page.get_data(as_text=True)
    assert "烟感报警 138****5678" in page.get_data(as_text=True)


def test_an_answer_is_refused_at_its_field_with_what_was_typed(county, desk, called):
    luo, task = desk("luo"), called()
    for form, said in (
        ({"comes": "yes", "heads": "1", "reason": ""}, "到场人数不对"),
        ({"comes": "yes", "heads": "zwei", "reason": ""}, "不是有效的整数"),
        ({"comes": "no", "heads": "2", "reason": ""}, "不能报到须写明理由"),
        ({"heads": "2", "reason": "想一想"}, "请选择一项"),
    ):
        answer = submit(luo, f"/office/calls/{task}/answers", **form)
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
        assert form["reason"] in answer.get_data(as_text=True)


def test_a_department_sees_who_is_free_and_the_lead_goes_without_it(county, desk, called, comes):
    luo, bai, task = desk("luo"), desk("bai"), called()
    assert "届时本部门可派 3 人" in words(luo.get(f"/office/calls/{task}"))
    assert "不带某部门前往" not in words(bai.get(f"/office/calls/{task}"))
    comes(task)
    answer = submit(bai, f"/office/calls/{task}/exclusions", department="XFJY", reason="")
    assert (answer.status_code, "请填写" in words(answer)) == (422, True)
    answer = submit(bai, f"/office/calls/{task}/exclusions", department="WJW", reason="无关")
    assert answer.status_code == 422
    assert submit(luo, f"/office/calls/{task}/exclusions", department="XFJY", reason="忙").status_code == 403
    answer = submit(bai, f"/office/calls/{task}/exclusions", department="XFJY", reason="线索与消防无关")
    assert answer.status_code == 303
    assert "牵头部门不带其前往 线索与消防无关" in words(luo.get(f"/office/calls/{task}"))


def test_who_was_there_lately_is_not_counted_among_those_to_be_drawn(app, county, desk, called, comes):
    """They could only be appointed."""
    a_visit(app, county, team=("lin", "ma", "zhou"))
    task = called(over_cap_reason="再次投诉")
    assert "届时本部门可派 2 人" in words(page := desk("luo").get(f"/office/calls/{task}"))
    assert "另有 1 人近期去过" in words(page)
    comes(task, heads=3)
    assert "消防救援大队答复来 3 人，现只有 2 人可抽取" in words(desk("bai").get(f"/office/calls/{task}"))


def test_a_team_that_cannot_be_drawn_is_said_and_the_choice_stays(app, county, desk, called, comes):
    bai, task = desk("bai"), called()
    comes(task, heads=3)
    with app.app_context(), transaction():
        leave(county, "tang")
    assert "消防救援大队答复来 3 人，现只有 2 人可抽取" in words(bai.get(f"/office/calls/{task}"))
    answer = send(bai, task, reason="以防万一")
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "缺人的部门：消防救援大队" in page
    assert "以防万一" in page
    answer = send(bai, task, way="appointed", officers=[county["lin"]], lead=county["lin"], reason="熟悉情况")
    assert answer.status_code == 422
    assert f'value="{county["lin"]}" checked' in answer.get_data(as_text=True)


def test_another_open_call_is_told_and_a_cap_reached_since_is_asked_about(app, county, desk, called, comes):
    with app.app_context(), transaction():
        db.session.get_one(Enterprise, county.enterprise).risk_class = "A"
    bai, form = desk("bai"), f"/office/calls/new?enterprise={county.enterprise}"
    assert "另有尚未派出的吹哨" not in words(bai.get(form))
    first, second = called(), called()
    assert "另有尚未派出的吹哨：RW-2026-0001，牵头部门市场监管局" in words(bai.get(form))
    assert "另有尚未派出的吹哨：RW-2026-0002" in words(bai.get(f"/office/calls/{first}"))
    for task in (first, second):
        comes(task)
    assert send(bai, first).status_code == 303
    page = words(bai.get(f"/office/calls/{second}"))
    assert "吹哨之后，该对象今年的检查次数已达上限" in page
    assert "另有尚未派出的吹哨" not in page
    answer = send(bai, second, reason="以防万一", over_cap_reason="")
    assert answer.status_code == 422
    assert "投诉举报等线索可以超过，但须写明理由" in words(answer)
    assert "以防万一" in answer.get_data(as_text=True)


def test_who_is_called_unannounced_learns_where_with_the_release(county, desk, called, comes, at):
    """Neither the name nor what tells it, of a call open or sent, until two hours before (R-414)."""
    task = called(unannounced=True, detail="青阳县演示加油站堵塞通道")
    known = {f"/office/calls/{task}", "/office/calls", "/office/calls/export.csv"}
    pages = {*known, f"/office/tasks/{task}", "/office/tasks", "/office/messages", "/office"}

    def telling(client):
        texts = {page: client.get(page).get_data(as_text=True) for page in pages}
        told = ("演示加油站", "91341723", "堵塞通道")
        return {page for page, text in texts.items() if any(one in text for one in told)}

    luo, bai = desk("luo"), desk("bai")
    assert telling(luo) == set()
    for client, told in ((luo, False), (bai, True)):
        form = client.get(f"/office/calls/new?enterprise={county.enterprise}")
        assert ("另有尚未派出的吹哨" in words(form)) is told
    comes(task)
    assert send(bai, task).status_code == 303
    assert telling(luo) == set()
    for client in (bai, desk("he")):
        assert telling(client) >= known
    at(hours=3)  # the visit is at 14:30
    assert telling(desk("luo")) >= known


def test_a_visit_that_was_called_off_is_not_said_to_be_on_phones(app, county, desk, called, comes):
    task = called()
    comes(task)
    bai = desk("bai")
    assert send(bai, task).status_code == 303
    with app.app_context(), transaction():
        assigning.cancel_visit(county["he"], db.session.scalars(select(Visit.id)).one(), "企业停业")
    page = words(bai.get(f"/office/calls/{task}"))
    assert ("检查已下发到检查组手机" in page, "本次检查已取消" in page) == (False, True)


def test_others_do_not_see_a_call(county, desk, called):
    task = called()
    assert desk("jia").get(f"/office/calls/{task}").status_code == 404
    assert "演示加油站" not in words(desk("jia").get("/office/calls"))
    assert desk("he").get(f"/office/calls/{task}").status_code == 200


def test_a_task_that_is_no_call_has_no_page_here(county, desk):
    assert desk("he").get("/office/calls/0193a9b2-0000-7000-8000-00000000000f").status_code == 404


@pytest.mark.parametrize(
    "query", ["?after=x", "?before=2026-05-12T00:00:00Z,x", "?state=x&cause=x&year=x", "?year=0000"]
)
def test_a_mangled_address_begins_at_the_top(county, desk, called, query):
    called()
    answer = desk("he").get(f"/office/calls{query}")
    assert answer.status_code == 200
    assert "演示加油站" in words(answer)
