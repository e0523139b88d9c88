"""Opening a task, and who reads it."""

import datetime as dt
from io import BytesIO

import pytest

from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.kernel.problems import Problem
from server.planning.plans.model import Campaign, Filing, PlanRow
from server.planning.tasks import actions as opening
from server.planning.tasks import offers, panels, queries, rules
from server.planning.tasks.queries import Filters
from server.planning.tasks.talks import actions
from tests.planning.files.samples import PDF
from tests.planning.tasks.conftest import NOON, form_of, open_joint, person, propose, submit, terms, words


def test_tasks_are_numbered_by_year(app, people):
    with app.app_context():
        numbers = [open_joint(year=year).number for year in (2026, 2026, 2027)]
    assert numbers == ["RW-2026-0001", "RW-2026-0002", "RW-2027-0001"]


def test_the_lead_stands_first_and_nobody_twice(app, people):
    with app.app_context():
        task = open_joint(departments=["XFJY", "SCJG", "WJW", "XFJY"])
        assert queries.departments_of(task.id) == ["SCJG", "XFJY", "WJW"]


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ({"departments": []}, "task-alone"),
        ({"departments": ["LXB"]}, "task-not-inspecting"),
        ({"lead": "LXB"}, "task-not-inspecting"),
        ({"source": "single"}, "task-single-joint"),
        ({"source": "single", "departments": []}, "task-single-reason"),
        ({"source": "single", "departments": [], "reason": "上级要求"}, "task-single-paper"),
    ],
)
def test_what_is_refused_leaves_no_task(app, people, others, code):
    with app.app_context():
        with pytest.raises(Problem) as caught:
            open_joint(**others)
        assert caught.value.code == code
        assert list(queries.all_tasks(person(people, "he"), Filters())) == []


def test_a_department_reads_its_own_tasks_and_no_others(any_db, app, people):
    with app.app_context():
        own, other = open_joint().id, open_joint(departments=["WJW"]).id
        luo = person(people, "luo")  # of the fire brigade
        assert queries.task_of(luo, own).id == own
        with pytest.raises(Problem):
            queries.task_of(luo, other)
        assert [row.task.id for row in queries.all_tasks(luo, Filters())] == [own]
        assert [row.task.id for row in queries.all_tasks(person(people, "he"), Filters())] == [other, own]


def test_pages_follow_each_other_both_ways(any_db, app, people, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    with app.app_context():
        ids = [open_joint().id for _ in range(5)][::-1]
        he = person(people, "he")
        first = queries.page_of_tasks(he, Filters(), after=None, before=None)
        second = queries.page_of_tasks(he, Filters(), after=first.next, before=None)
        third = queries.page_of_tasks(he, Filters(), after=second.next, before=None)
        pages = [[row.task.id for row in page.rows] for page in (first, second, third)]
        assert pages == [ids[:2], ids[2:4], ids[4:]]
        assert first.previous is None
        assert third.next is None
        back = queries.page_of_tasks(he, Filters(), after=None, before=third.previous)
        assert [row.task.id for row in back.rows] == ids[2:4]


def test_the_list_is_narrowed_and_exported(desk, task):
    he = desk("he")
    assert "加油站联合抽查" in words(he.get("/office/tasks"))
    assert "没有符合条件的任务" in words(he.get("/office/tasks?state=sent"))
    narrowed = he.get("/office/tasks?state=talks&source=plan&department=XFJY&year=2026")
    assert "加油站联合抽查" in words(narrowed)
    exported = he.get("/office/tasks/export.csv?source=plan")
    assert "RW-2026-0001" in exported.text
    assert "RW-2026-0001" not in he.get("/office/tasks/export.csv?source=call").text


def test_the_page_of_a_task_shows_what_rooms_hang_in(app, desk, task):
    panels.register(app, lambda shown, reader: f"{reader.username} reads {shown.number}")
    panels.register(app, lambda shown, reader: None)
    assert "he reads RW-2026-0001" in words(desk("he").get(f"/office/tasks/{task}"))
    assert desk("luo").get(f"/office/tasks/{task}").status_code == 200


PERCENT = ("3", "10", "30", "100", "10")


def by_hand(**change):
    """The form of a task opened by hand, as the page sends it."""
    said = {
        "source": "single",
        "name": "单部门抽查",
        "industry": "YY",
        "lead": "SCJG",
        "basis": "《计量法》第十八条",
        "reason": "上级书面要求",
        "release_hours": "2",
        **{f"ratios-{one}": value for one, value in zip("ABCDU", PERCENT, strict=True)},
    }
    return said | change


def test_a_single_department_goes_once_the_office_approves(app, desk, county):
    zhao, he = desk("zhao"), desk("he")
    no_pdf = by_hand(attachment=(BytesIO(b"<html>"), "令.pdf"))
    refused = submit(zhao, "/office/tasks/new", **no_pdf)
    assert (refused.status_code, "不能附这种文件" in words(refused)) == (422, True)
    assert "上级书面要求" in refused.text
    opened = submit(zhao, "/office/tasks/new", **by_hand(attachment=(BytesIO(PDF), "令.pdf")))
    assert opened.status_code == 303
    page = zhao.get(opened.location)
    assert "等待联席办批准" in words(page)
    assert "令.pdf" in words(page)
    assert submit(zhao, f"{opened.location}/approval").status_code == 403
    assert submit(he, f"{opened.location}/approval").status_code == 303
    assert submit(he, f"{opened.location}/approval").status_code == 409
    assert "等待联席办批准" not in words(zhao.get(opened.location))
    task = opened.location.rpartition("/")[2]
    with app.app_context():
        round = propose(county, task, terms(("SCJG",))).round
        with transaction():
            assert actions.settle(person(county, "zhao"), task, round=round).state == "agreed"


def test_a_single_department_is_asked_nothing_of_a_campaign_and_the_other_way_round(desk, county):
    zhao = desk("zhao")
    single, joint = zhao.get("/office/tasks/new?source=single"), zhao.get("/office/tasks/new?source=campaign")
    assert [f'name="{name}"' in single.text for name in ("reason", "campaign", "departments")] == [1, 0, 0]
    assert [f'name="{name}"' in joint.text for name in ("reason", "campaign", "departments")] == [0, 1, 1]


def test_all_that_is_wrong_with_a_task_of_a_single_department_is_said_at_once(desk, county):
    html = (BytesIO(b"<html>"), "令.pdf")
    wrong = by_hand(name="", reason="", attachment=html, **{"ratios-A": "50"})
    answer = submit(desk("zhao"), "/office/tasks/new", **wrong)
    assert answer.status_code == 422
    assert words(answer).count("请填写") == 2  # the name, the reason
    for said in ("抽查比例不能低于风险较低的类别", "不能附这种文件"):
        assert said in words(answer)
    assert "请选择文件" in words(submit(desk("zhao"), "/office/tasks/new", **by_hand()))
    assert submit(desk("luo"), "/office/tasks/new", **by_hand()).status_code == 422  # not its own


def test_all_that_is_wrong_with_a_task_of_a_campaign_is_said_at_once(desk, county):
    wrong = by_hand(source="campaign", name="", departments=[], **{"ratios-B": "101"})
    answer = words(submit(desk("zhao"), "/office/tasks/new", **wrong))
    for said in ("请选择专项行动", "应在 0 到 100 之间", "请填写", "至少"):
        assert said in answer


def test_a_campaign_brings_a_task(app, desk, county):
    with app.app_context(), transaction():
        campaign = Campaign(
            id=new_id(), year=2026, name="夏季专项", issuer="省厅", document_number="1号", department="SCJG",
            industries=["YY"], since=dt.date(2026, 6, 1), until=dt.date(2026, 8, 31), created_at=NOON,
        )  # fmt: skip
        db.session.add(campaign)
        chosen = campaign.id
    form = by_hand(source="campaign", campaign=chosen, departments=["XFJY"])
    opened = submit(desk("zhao"), "/office/tasks/new", **form)
    assert "夏季专项" in words(desk("luo").get(opened.location))
    offered = desk("zhao").get(f"{opened.location}/proposal").text
    assert 'value="2026-06-01"' in offered
    assert 'value="2026-08-31"' in offered
    late = submit(desk("zhao"), f"{opened.location}/proposal", **form_of(until="2026-09-10"))
    assert late.status_code == 422
    assert "超出专项行动的期限。请写明理由；专项行动自 2026-06-01 至 2026-08-31。" in words(late)
    with app.app_context(), transaction():
        db.session.get_one(Campaign, chosen).industries = ["JYZ"]
    refused = submit(desk("zhao"), "/office/tasks/new", **form)
    assert refused.status_code == 422
    assert "不涉及这个行业" in words(refused)


@pytest.mark.parametrize(
    ("source", "state", "may"),
    [
        ("plan", "talks", True),
        ("plan", "agreed", True),
        ("plan", "drawn", False),
        ("elsewhere", "drawn", True),
        ("elsewhere", "sent", False),
        ("call", "drawn", False),
    ],
)
def test_when_a_task_can_be_given_up(source, state, may):
    assert rules.may_be_closed(source, state) is may


@pytest.mark.parametrize(
    ("roles", "source", "state", "may"),
    [
        ({"office"}, "plan", "drawn", True),
        ({"office"}, "campaign", "drawn", True),
        ({"liaison", "planner"}, "plan", "drawn", False),
        ({"office"}, "plan", "sent", False),
        ({"office"}, "call", "drawn", False),  # called off, on a page of its own
    ],
)
def test_who_gives_up_what_was_drawn_and_a_head_refuses(roles, source, state, may):
    assert rules.may_end_refused(roles, source, state) is may


def test_a_row_of_the_plan_becomes_one_task(app, county, monkeypatch):
    with app.app_context():
        with transaction():
            filing = Filing(id=new_id(), year=2026, department="SCJG", state="accepted")
            db.session.add(filing)
            db.session.flush()
            row = PlanRow(
                id=new_id(), filing_id=filing.id, position=1, year=2026, department="SCJG", industry="YY",
                name="计划任务", source="plan", departments=["XFJY"], matters={}, base=9, strata={},
                ratios={"A": 300}, first_month=6, last_month=7, mode="open", scope={}, method="现场检查",
                changed_at=NOON,
            )  # fmt: skip
            db.session.add(row)
        zhao, luo = person(county, "zhao"), person(county, "luo")
        with app.test_request_context():
            assert offers.task_of_row(row, luo) is None
            assert offers.task_of_row(row, zhao).posts
        with pytest.raises(Problem, match="task-of-others"), transaction():
            opening.open_of_row(luo, row)
        with pytest.raises(Problem, match="plan-row-unpublished"), transaction():
            opening.open_of_row(zhao, row)
        monkeypatch.setattr(opening, "is_published", lambda row: True)
        with transaction():
            task = opening.open_of_row(zhao, row)
        assert (task.plan_row_id, task.ratios, task.name) == (row.id, {"A": 300}, "计划任务")
        with app.test_request_context():
            assert offers.task_of_row(row, luo).url == f"/office/tasks/{task.id}"
        with pytest.raises(Problem, match="task-known"), transaction():
            opening.open_of_row(zhao, row)
