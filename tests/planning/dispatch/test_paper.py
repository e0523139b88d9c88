"""What stands in a 行政检查通知书 (paper-forms §1)."""

import datetime as dt

import pytest
from flask_babel import force_locale

from server.accounts.model import Person
from server.catalogue import words
from server.catalogue.rules import METHODS
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.planning.dispatch import paper, queries
from server.planning.draw.model import DrawnOfficer
from server.planning.plans.model import Filing, PlanRow
from server.planning.tasks.approvals.facts import facts_of
from server.planning.tasks.model import Approval, Task
from server.registry.people.model import Expert
from tests.builders import a_visit
from tests.planning.dispatch.conftest import NOW


def a_plan_row(app, method):
    with app.app_context(), transaction():
        filing = Filing(id=new_id(), year=2026, department="SCJG", state="accepted")
        db.session.add(filing)
        db.session.flush()
        row = PlanRow(
            id=new_id(), filing_id=filing.id, position=1, year=2026, department="SCJG", industry="YY",
            name="计划任务", source="plan", departments=["XFJY"], matters={}, base=9, strata={}, ratios={},
            first_month=6, last_month=7, mode="open", scope={}, method=method, changed_at=NOW,
        )  # fmt: skip
        db.session.add(row)
        return row.id


def notice(app, visit, variant=paper.PRIOR):
    with app.app_context():
        (found,) = paper.notices(queries.wholes([visit.id]), variant)
        return found


def test_departments_with_matters_bases_and_officers(app, dispatched):
    _task, (visit,) = dispatched()
    shown = notice(app, visit)
    assert [
        (
            part.department["code"],
            [name for name, _ in part.matters],
            sorted(one["certificate"] for one in part.officers),
        )
        for part in shown.parts
    ] == [
        ("SCJG", ["登记事项检查", "计量器具检查"], ["340001", "340002"]),
        ("XFJY", ["消防安全检查"], ["340003", "340004"]),
    ]
    assert shown.parts[1].matters[0][1] == ["《消防法》第十六条"]
    assert (shown.agency, shown.category) == ("青阳县市场监督管理局", "计划")
    assert shown.methods == {"现场检查"}


def test_where_the_plan_names_the_method_all_papers_say_that(app, people, dispatched):
    row = a_plan_row(app, "书面检查、网络监测")
    task, (visit,) = dispatched(plan_row_id=row)
    assert notice(app, visit).methods == {"书面检查", "网络监测"}
    with app.app_context(), transaction():
        found = db.session.get(Task, task)
        approval = Approval(task_id=task, department="XFJY", state="asked")
        facts = facts_of(approval, found, db.session.get(Person, people["he"]))
        assert facts.methods == ["书面检查", "网络监测"]


def test_the_ways_to_inspect_are_said_in_the_readers_language(app):
    assert tuple(words.METHODS) == METHODS
    with app.test_request_context(), force_locale("en"):
        assert words.methods({"网络监测", "现场检查", ""}) == "Inspection on site, Monitoring online"
    with app.test_request_context():
        assert words.methods(["网络监测", "现场检查"]) == "现场检查、网络监测"


def test_how_often_it_was_visited_this_year(app, people, dispatched):
    a_visit(app, people, date=dt.date(2026, 3, 1))
    _task, (visit,) = dispatched(source="call")
    shown = notice(app, visit)
    assert (shown.standing.used, shown.standing.allowed, shown.category) == (2, 1, "触发")


@pytest.mark.parametrize("variant", [paper.PRIOR, paper.ON_SITE])
def test_an_unannounced_visit_has_only_the_paper_of_the_day(app, dispatched, variant):
    _task, (visit,) = dispatched(unannounced=True)
    assert notice(app, visit, variant).on_site


def test_experts_are_named_and_go_as_no_officers(app, people, dispatched):
    _task, (visit,) = dispatched()
    with app.app_context(), transaction():
        expert = Expert(
            id=new_id(), name="郑演示", unit="池州演示学院", title="高级工程师", phone="", fields=[],
            industries=[], inviters=[], appointed_from=dt.date(2026, 1, 1),
            appointed_until=dt.date(2027, 1, 1),
        )  # fmt: skip
        db.session.add(expert)
        db.session.flush()
        subject = queries.whole(visit.id).subject_id
        drawn = DrawnOfficer(
            id=new_id(), subject_id=subject, department="expert", expert_id=expert.id, place=9,
            state="in", at=NOW,
        )  # fmt: skip
        db.session.add(drawn)
    shown = notice(app, visit)
    with app.app_context():
        assert [one.name for one in shown.experts] == ["郑演示"]
    assert "郑演示" not in {one["name"] for part in shown.parts for one in part.officers}


def test_its_code_names_nobody_and_changes_with_the_visit(app, people, dispatched):
    _task, (visit,) = dispatched()
    before = notice(app, visit).code
    assert before.startswith("青市监检通〔2026〕第1号 ")
    visit.reassigned(leaves=["wu"], joins=["tang"])
    assert notice(app, visit).code != before
