"""Approvals: asked of every head, decided once, afterwards only where urgent; and the form on paper."""

import datetime as dt

import pytest

from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.planning.tasks import queries as tasks
from server.planning.tasks.approvals import actions, facts, paper, queries
from server.planning.tasks.approvals.facts import Chosen, Object
from server.planning.tasks.approvals.rules import Asked, due
from server.planning.tasks.model import Approval, Task
from server.planning.tasks.signals import approval_decided
from tests.planning.tasks.conftest import NOON, agreed, open_joint, person, submit, words
from tests.planning.tasks.test_talks import told

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def settled(app, county, task):
    """The id of a task whose terms are settled."""
    with app.app_context():
        agreed(county, task)
    return task


def decide(ids, task_id, username="gao", department="XFJY", approves=True, opinion=""):
    with transaction():
        actor, task = person(ids, username), db.session.get(Task, task_id)
        return actions.decide(actor, task, department, approves=approves, opinion=opinion)


@pytest.mark.parametrize(
    ("asked", "missing", "overdue", "holds_up"),
    [
        (Asked("XFJY", "asked"), True, False, True),
        (Asked("XFJY", "approved"), False, False, False),
        (Asked("XFJY", "refused"), True, False, True),
        (Asked("XFJY", "asked", True, NOON + HOUR), True, False, False),
        (Asked("XFJY", "asked", True, NOON - HOUR), True, True, False),
        (Asked("XFJY", "approved", True, NOON - HOUR), False, False, False),
        (Asked("XFJY", "refused", True, NOON + HOUR), True, False, True),
    ],
)
def test_how_an_approval_stands(asked, missing, overdue, holds_up):
    assert (asked.is_missing, asked.is_overdue(NOON), asked.holds_up(NOON)) == (missing, overdue, holds_up)


def test_an_urgent_one_is_due_so_many_hours_after_it_begins():
    assert due(NOON, None, 24) == NOON + 24 * HOUR
    assert due(NOON, NOON + 5 * HOUR, 24) == NOON + 29 * HOUR
    assert due(NOON, NOON - 5 * HOUR, 2) == NOON + 2 * HOUR


def test_every_head_is_asked_and_each_decides_for_the_own_department(any_db, app, county):
    with app.app_context():
        task = open_joint().id
        agreed(county, task)
        assert [one.department for one in queries.approvals_of(task)] == ["SCJG", "XFJY"]
        for username in ("sun", "luo", "he"):
            with pytest.raises(Problem, match="approval-of-others"):
                decide(county, task, username)
        heard = []
        with approval_decided.connected_to(heard.append):
            decide(county, task)
        assert heard == [task]
        assert [one.department for one in queries.missing_approvals(task)] == ["SCJG"]
        with pytest.raises(Problem, match="approval-decided"):
            decide(county, task, approves=False, opinion="反悔")
        decide(county, task, "sun", "SCJG")
        assert queries.missing_approvals(task) == []
        assert told(county, "zhao")[-1] == "approval-given"


def test_a_refusal_says_why_and_may_be_asked_for_again(app, county, settled):
    with app.app_context():
        with pytest.raises(Problem, match="approval-opinion"):
            decide(county, settled, approves=False)
        decide(county, settled, approves=False, opinion="与专项重复")
        assert told(county, "luo")[-1] == "approval-refused"
        with transaction():
            actions.ask_again(person(county, "luo"), db.session.get(Task, settled), "XFJY")
        found = db.session.get(Approval, (settled, "XFJY"))
        assert (found.state, found.opinion, found.decided_at) == ("asked", "", None)
        assert told(county, "gao") == ["approval-asked", "approval-asked"]
        with pytest.raises(Problem, match="approval-not-refused"), transaction():
            actions.ask_again(person(county, "luo"), db.session.get(Task, settled), "XFJY")
        deeds = [entry.deed for entry, _name in tasks.history(settled)]
        assert deeds[:2] == ["approval-asked", "approval-refused"]


def test_phones_are_told_in_one_order(app, county, task):
    app.config["APPROVAL_HOURS"] = 6
    with app.app_context():
        agreed(county, task, urgent=True)
        decide(county, task)
        until = "2026-05-12T10:00:00.000Z"
        assert queries.bundle_member(task) == [
            {"department": "SCJG", "state": "asked", "urgent": True, "due_at": until},
            {"department": "XFJY", "state": "approved", "urgent": True, "due_at": until},
        ]


def test_a_head_sees_what_waits_and_decides_on_the_page(app, desk, county, settled):
    gao = desk("gao")
    listed = words(gao.get("/office/approvals"))
    assert "加油站联合抽查" in listed
    assert listed.count("RW-2026-0001") == 1  # not the other department's
    address = f"/office/approvals/{settled}/XFJY"
    shown = words(gao.get(address))
    for said in ("消防安全检查", "《消防法》第十六条", "现场检查", "2026-06-01 – 2026-06-30", "待抽取"):
        assert said in shown
    assert "登记事项检查" not in shown  # the market regulation bureau's matter
    refused = submit(gao, f"{address}/decision", decision="refuse", opinion="")
    assert (refused.status_code, "不同意须写明意见" in words(refused)) == (422, True)
    assert submit(gao, f"{address}/decision", opinion="好").status_code == 422
    assert submit(gao, f"{address}/decision", decision="approve", opinion="同意派员").status_code == 303
    assert "同意派员" in words(gao.get(address))
    assert "没有待审批的检查" in words(gao.get("/office/approvals"))
    assert "加油站联合抽查" in words(gao.get("/office/approvals?state=approved"))
    again = submit(gao, f"{address}/decision", decision="approve")
    assert again.status_code == 409


def test_a_head_sees_the_own_apart_from_those_of_others(app, desk, county, settled):
    sun = desk("sun")  # whose department leads the task
    own, others = "/office/approvals", "/office/approvals?of=others"
    assert f"{settled}/SCJG" in sun.get(own).text
    assert f"{settled}/XFJY" not in sun.get(own).text
    shown = sun.get(others)
    assert f"{settled}/XFJY" in shown.text
    assert f"{settled}/SCJG" not in shown.text
    assert "由各部门负责人审批" in words(shown)
    assert f"{settled}/SCJG" not in desk("gao").get(others).text  # leads nothing
    office = desk("he").get(others)
    assert f"{settled}/SCJG" in office.text
    assert "由各部门负责人审批" not in words(office)


def test_who_sees_an_approval(app, desk, county, settled):
    address = f"/office/approvals/{settled}/XFJY"
    for username, status in (("luo", 200), ("zhao", 200), ("he", 200), ("bai", 404), ("lin", 403)):
        assert desk(username).get(address).status_code == status, username
    assert desk("sun").get(f"/office/approvals/{settled}/WJW").status_code == 404
    assert submit(desk("luo"), f"{address}/decision", decision="approve").status_code == 403
    assert submit(desk("sun"), f"{address}/decision", decision="approve").status_code == 403
    assert submit(desk("luo"), f"{address}/request").status_code == 409


def test_the_form_names_who_undertakes_it_in_the_own_department(app, county, task):
    with app.app_context():
        agreed(county, task)  # settled by the lead's liaison
        with app.test_request_context():
            for department, name in (("SCJG", "赵演示"), ("XFJY", "罗演示")):
                approval = db.session.get(Approval, (task, department))
                known = facts.facts_of(approval, db.session.get(Task, task), person(county, "gao"))
                assert f"承办人：{name}" in paper.page(approval, known), department
        with transaction():  # of a call nothing was negotiated, and no liaison is known
            asked = actions.ask(person(county, "zhao"), db.session.get(Task, task), "WJW")
        assert asked.asked_by is None


def test_a_task_links_only_the_approvals_its_reader_may_open(app, desk, county, settled):
    address = f"/office/tasks/{settled}"
    approvals = f"/office/approvals/{settled}"
    own = desk("luo").get(address).text
    assert (f'href="{approvals}/XFJY"' in own, f'href="{approvals}/SCJG"' in own) == (True, False)
    led = desk("zhao").get(address).text
    assert (f'href="{approvals}/XFJY"' in led, f'href="{approvals}/SCJG"' in led) == (True, True)


def test_a_task_that_was_drawn_is_called_so(app, desk, county, settled):
    with app.app_context(), transaction():
        db.session.get(Task, settled).state = "drawn"
    for address in ("/office/tasks", f"/office/tasks/{settled}"):
        shown = words(desk("zhao").get(address))
        assert ("已抽取" in shown, "抽取户数" in shown) == (True, False)


def test_an_urgent_one_that_is_late_is_said_in_red(app, desk, county, task):
    with app.app_context():
        agreed(county, task, urgent=True)
    gao = desk("gao")
    address = f"/office/approvals/{task}/XFJY"
    assert "紧急检查可先行开展" in words(gao.get(address))
    app.config["CLOCK"] = lambda: NOON + 24 * HOUR + HOUR
    gao = desk("gao")
    assert "审批逾期" in words(gao.get("/office/approvals"))
    late = gao.get(address)
    assert "现已逾期" in words(late)
    assert 'class="notice fail"' in late.text


def test_what_was_drawn_stands_on_page_and_paper(app, desk, county, settled):
    objects = [Object("青阳县演示加油站", "91341723MA2TEST01X", "演示路1号", dt.date(2026, 6, 3), "am", 1)]
    facts.register(app, lambda task, department, reader: None)
    facts.register(app, lambda task, department, reader: Chosen(3, objects, [("周演示", "340003")]))
    shown = words(desk("gao").get(f"/office/approvals/{settled}/XFJY"))
    for said in ("共 3 户", "青阳县演示加油站", "本年已查 1 次", "另有 2 户", "周演示"):
        assert said in shown
    with app.test_request_context():
        gao, approval = person(county, "gao"), db.session.get(Approval, (settled, "XFJY"))
        task = db.session.get(Task, settled)
        printed = paper.page(approval, facts.facts_of(approval, task, gao))
    period = "2026年6月1日至2026年6月30日"
    for said in ("行政检查审批表", "青阳县消防救援大队（协同）", "共 3 户（见附表）", "340003", period):
        assert said in printed


def test_the_form_is_a_pdf(app, desk, county, settled):
    answer = desk("gao").get(f"/office/approvals/{settled}/XFJY.pdf")
    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF-")


def test_pages_of_approvals_follow_each_other(any_db, app, county, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    with app.app_context():
        ids = []
        for _ in range(3):
            task = open_joint().id
            agreed(county, task)
            ids.append(task)
        he = person(county, "he")
        wanted = [(task, code) for task in ids[::-1] for code in ("XFJY", "SCJG")]
        seen, page = [], queries.page_of(he, "asked", None)
        while True:
            seen += [(row.task.id, row.approval.department) for row in page.rows]
            if page.next is None:
                break
            last = page.next.approval
            page = queries.page_of(he, "asked", (last.task_id, last.department))
        assert seen == wanted
        first = page.previous.approval
        back = queries.page_of(he, "asked", (first.task_id, first.department), backwards=True)
        assert [(row.task.id, row.approval.department) for row in back.rows] == wanted[2:4]
        assert queries.waiting_for_head(person(county, "gao")) == (3, 0)
