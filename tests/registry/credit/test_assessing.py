"""What changes a class, so that the register can tell where each comes from. On both databases."""

import datetime as dt

import pytest

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.kernel.problems import Problem
from server.registry import editing
from server.registry.credit import assessing, example, exempting, jobs, panel, policies, triggers
from server.registry.credit.model import RiskAssessment, Trigger
from server.registry.credit.policy import DEFAULT
from server.registry.credit.rules import TriggerKind
from server.registry.enterprises import enter
from server.registry.model import Enterprise, RegistryChange
from server.registry.rules import EntityType, RiskClass, SubjectStatus
from server.visits import bundle
from server.visits.model import Visit
from tests.builders import a_visit
from tests.people import INDUSTRY
from tests.registry.credit.conftest import TODAY

pytestmark = pytest.mark.usefixtures("any_db")


@pytest.fixture
def at(any_db, trusted, app):
    """Inside the app, as the office."""
    with app.app_context():
        yield


def held(enterprise_id):
    db.session.expire_all()
    one = db.session.get_one(Enterprise, enterprise_id)
    return one.risk_class, one.risk_as_of


def give(people, enterprise_id, points, until=None, since=TODAY):
    with transaction():
        row = assessing.add_points(people["he"], enterprise_id, points, since, until, "查实的问题")
        db.session.flush()
        return row.id


def test_points_make_a_class_and_taking_them_back_undoes_it(at, people, trusted):
    first = give(people, trusted, 30)
    assert held(trusted) == (RiskClass.B, TODAY)
    give(people, trusted, 25)
    assert held(trusted) == (RiskClass.C, TODAY)
    with transaction():
        assessing.withdraw_points(people["he"], trusted, first, "登记有误")
    assert held(trusted) == (RiskClass.B, TODAY)
    stated = db.session.scalars(db.select(RiskAssessment).order_by(RiskAssessment.id)).all()
    assert [(one.source, one.risk_class, one.points) for one in stated] == [
        ("imported", "A", None),
        ("points", "B", 30),
        ("points", "C", 55),
        ("points", "B", 25),
    ]
    noted = db.session.scalars(db.select(RegistryChange).order_by(RegistryChange.id)).all()
    assert [
        (one.source, one.before["risk_class"], one.after["risk_class"])
        for one in noted
        if one.source == "assessment"
    ] == [("assessment", "A", "B"), ("assessment", "B", "C"), ("assessment", "C", "B")]
    with pytest.raises(Problem, match="risk-points-withdrawn"), transaction():
        assessing.withdraw_points(people["he"], trusted, first, "再次撤销")


def test_a_decision_counts_until_its_day_and_can_be_lifted(at, people, trusted, clock):
    give(people, trusted, 60)
    newest = assessing.sources_of(trusted).newest
    until = TODAY + dt.timedelta(days=30)
    with transaction():
        assessing.decide(people["he"], trusted, RiskClass.A, until, "已整改到位", newest)
    assert held(trusted)[0] is RiskClass.A
    clock(days=30)
    jobs.settle()
    assert held(trusted)[0] is RiskClass.A, "its last day counts"
    clock(days=1)
    assert jobs.settle() == 1
    assert held(trusted)[0] is RiskClass.C
    assert jobs.settle() == 0, "once a day"
    with pytest.raises(Problem, match="risk-decision-none"), transaction():
        assessing.lift_decision(people["he"], trusted, "不再适用")


def test_lifting_a_decision_lets_the_other_sources_count(at, people, trusted):
    with transaction():
        assessing.decide(people["he"], trusted, RiskClass.D, TODAY, "重大隐患", 0)
    assert held(trusted)[0] is RiskClass.D
    with transaction():
        assessing.lift_decision(people["he"], trusted, "隐患已排除")
    assert held(trusted) == (RiskClass.A, dt.date(2026, 5, 31))
    assert panel.of(trusted).standing.source == "imported"


def test_two_clerks_deciding_at_once_the_second_is_told(at, people, trusted):
    with transaction():
        assessing.decide(people["he"], trusted, RiskClass.C, TODAY, "甲的认定", 0)
    with pytest.raises(Problem, match="risk-class-stale"), transaction():
        assessing.decide(people["he"], trusted, RiskClass.A, TODAY, "乙的认定", 0)
    assert held(trusted)[0] is RiskClass.C


def test_points_that_lapse_or_begin_have_their_effect_by_themselves(at, people, trusted, clock):
    give(people, trusted, 60, until=TODAY)
    give(people, trusted, 90, since=TODAY + dt.timedelta(days=5))
    assert held(trusted)[0] is RiskClass.C
    clock(days=1)
    assert jobs.settle() == 1
    assert held(trusted)[0] is RiskClass.A
    clock(days=4)
    assert jobs.settle() == 1
    assert held(trusted)[0] is RiskClass.D


def test_many_are_settled_in_pieces(at, people, trusted, clock, monkeypatch):
    monkeypatch.setattr(assessing, "AT_ONCE", 2)
    ids = [another(f"T-m{n}") for n in range(5)]
    for one in ids:
        give(people, one, 60, until=TODAY)
    clock(days=1)
    assert jobs.settle() == 5
    assert {held(one)[0] for one in ids} == {RiskClass.B}


def another(reference, **more):
    with transaction():
        about = {
            "id": new_id(),
            "reference": reference,
            "uscc": "91341723MA2TEST01X",
            "name": f"青阳县演示{reference}",
            "entity_type": EntityType.ENTERPRISE,
            "industry": INDUSTRY,
            "status": SubjectStatus.ACTIVE,
            "address": "演示路",
            "town": "蓉城镇",
            "legal_rep": "演示人",
            "phone": "0566-0000000",
            "risk_class": RiskClass.B,
            **more,
        }
        return enter(Enterprise(**about)).id


def test_what_is_no_enterprise_is_not_classified(at, people, trusted):
    shop = another("T-9", entity_type=EntityType.INDIVIDUAL, risk_class=RiskClass.U)
    with pytest.raises(Problem, match="risk-not-classified"):
        give(people, shop, 60)
    assert panel.of(shop).standing.risk_class is RiskClass.U


def imported(people, batch_id, enterprise_id, before, after):
    """An import that changed a class, as it writes it."""
    with transaction():
        said = {"source": "imported", "risk_class": after, "as_of": TODAY, "reason": "x.csv"}
        db.session.add(
            RiskAssessment(
                enterprise_id=enterprise_id, batch_id=batch_id, at=dt.datetime.now(dt.UTC), **said
            )
        )
        one = db.session.get_one(Enterprise, enterprise_id)
        one.risk_class, one.risk_as_of = RiskClass(after), TODAY
        db.session.flush()
        concerned = assessing.concerned_by_import(batch_id)
        assessing.note_imported(people["he"], [(enterprise_id, before, after)])
        assessing.settle(people["he"], concerned, "x.csv")
        return concerned


def test_an_import_states_a_class_and_points_still_count(at, people, trusted):
    give(people, trusted, 60)
    assert imported(people, "b1", trusted, "C", "B") == [trusted]
    assert held(trusted)[0] is RiskClass.C
    assert panel.of(trusted).standing.imported.risk_class is RiskClass.B
    with transaction():  # undone
        concerned = assessing.concerned_by_import("b1")
        db.session.execute(db.delete(RiskAssessment).filter_by(batch_id="b1"))
        assessing.settle(people["he"], concerned, "x.csv")
    assert panel.of(trusted).standing.imported.risk_class is RiskClass.A


def test_an_import_alone_is_the_class_and_ends_an_exemption(at, people, trusted):
    assert imported(people, "b2", trusted, "A", "D") == []
    assert panel.of(trusted).standing.source == "imported"
    assert db.session.scalars(db.select(Trigger.kind)).all() == ["class-change"]


# --- 守信免查 and 触发式监管 ------------------------------------------------------------------------------


def test_a_complaint_ends_an_exemption_until_it_is_closed(at, people, trusted, he):
    assert exempting.exemption_of(found(trusted), TODAY).granted
    with transaction():
        made = triggers.add(he, trusted, TriggerKind.COMPLAINT, "SCJG", "商品标价", "标价与结算不符")
        trigger_id = made.id
    lost = exempting.exemption_of(found(trusted), TODAY)
    assert (lost.granted, lost.lost, lost.missing) == (False, True, ("no-trigger",))
    with transaction():
        triggers.close(he, trigger_id, "已核查，不属实")
    assert exempting.exemption_of(found(trusted), TODAY).granted
    with pytest.raises(Problem, match="trigger-closed"), transaction():
        triggers.close(he, trigger_id, "再次办结")


def found(enterprise_id):
    return db.session.get_one(Enterprise, enterprise_id)


@pytest.fixture
def he(app, at, people):
    return db.session.get_one(Person, people["he"])


def test_coming_to_c_or_d_is_a_trigger_that_outlives_the_points(at, people, trusted):
    points = give(people, trusted, 60)
    with transaction():
        assessing.withdraw_points(people["he"], trusted, points, "登记有误")
    assert held(trusted)[0] is RiskClass.A
    noted = db.session.scalars(db.select(Trigger)).one()
    assert (noted.kind, noted.closed_at) == ("class-change", None)
    assert exempting.exemption_of(found(trusted), TODAY).missing == ("no-trigger",)


def test_being_listed_as_abnormal_is_a_trigger_that_outlives_the_listing(at, people, trusted, he):
    for state in (SubjectStatus.ABNORMAL, SubjectStatus.ACTIVE):
        with transaction():
            editing.change_state(he, found(trusted), state, found(trusted).revision, "未按期公示年报")
    assert db.session.scalars(db.select(Trigger.kind)).all() == ["abnormal"]
    assert exempting.exemption_of(found(trusted), TODAY).missing == ("no-trigger",)


def test_what_turns_out_to_be_no_enterprise_becomes_unclassified(at, people, trusted, he):
    with transaction():
        one = found(trusted)
        values = editing.current(one, [INDUSTRY]) | {"entity_type": EntityType.INDIVIDUAL}
        editing.amend(he, one, values, one.revision, "登记类型有误")
    assert held(trusted)[0] is RiskClass.U


def test_a_visit_says_why_items_are_exempt_and_a_triggered_one_that_they_no_longer_are(
    app, people, trusted, any_db, he
):
    def said():
        scene = a_visit(app, people)
        db.session.rollback()  # and read what is there now
        return bundle.load(db.session.get_one(Visit, scene.id).bundle_digest).get("exemption")

    before = said()
    assert (before["list"], before["as_of"]) == ("十大新兴产业", "2026-05-31")
    assert "新材料" in before["reason"]
    assert "免查：企业登记事项" in before["reason"]
    with transaction():
        triggers.add(he, trusted, TriggerKind.ALERT, "SCJG", "年报", "地址无法联系")
    after = said()
    assert after["reason"] == "有未办结的触发事项，不再免查，各项照常检查。"
    assert "年报" not in str(after), "the party may read it"


# --- the policy ------------------------------------------------------------------------------------------


def test_the_policy_in_force_is_the_one_that_took_effect_last(at, people, trusted, clock):
    later = TODAY + dt.timedelta(days=10)
    with transaction():
        coming = policies.set_policy(people["he"], DEFAULT, later, "改用新名单", policies.newest().id)
        coming_id = coming.id
    assert policies.in_force(TODAY).emerging_list == "E10-2021"
    assert policies.row_in_force(later).id == coming_id
    assert not exempting.exemption_of(found(trusted), later).granted
    clock(days=20)
    with pytest.raises(Problem, match="risk-policy-past"), transaction():
        policies.set_policy(people["he"], DEFAULT, TODAY, "倒签", coming_id)


def test_what_a_policy_comes_to_counts_who_may_be_drawn(at, people, trusted):
    for n in range(11):
        another(f"T-b{n}")
    another("T-gone", status=SubjectStatus.CANCELLED)
    another("T-shop", entity_type=EntityType.INDIVIDUAL, risk_class=RiskClass.U)
    counted = {one.risk_class: (one.registered, one.drawn) for one in example.shares(INDUSTRY, DEFAULT)}
    assert counted == {"A": (1, 1), "B": (11, 2), "C": (0, 0), "D": (0, 0), "U": (1, 1)}
