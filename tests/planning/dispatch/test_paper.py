"""What stands in a 行政检查通知书 (paper-forms §1)."""

import datetime as dt

import pytest

from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.planning.dispatch import paper, queries
from server.planning.draw.model import DrawnOfficer
from server.registry.people.model import Expert
from tests.builders import a_visit
from tests.planning.dispatch.conftest import NOW


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
