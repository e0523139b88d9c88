"""What the plan reads of the registers, on both databases."""

import datetime as dt

from server.catalogue.actions import publish_checklist
from server.catalogue.model import Industry
from server.infra.db import db, transaction
from server.planning.plans import queries
from server.planning.plans.forewarning import over_cap
from server.planning.plans.rules import Scope
from server.registry.credit.policy import DEFAULT
from server.registry.model import Enterprise, EnterpriseIndustry, Town
from server.registry.rules import RiskClass, SubjectStatus
from server.visits.model import Visit
from tests.builders import a_visit
from tests.people import an_item
from tests.planning.plans.conftest import accepted, entry
from tests.registry.subjects import entered

TODAY = dt.date(2026, 3, 20)


def test_the_base_by_class_within_a_scope(any_db, app, people):
    with app.app_context():
        with transaction():
            db.session.add(Town(code="T1", name="一镇"))
        entered(
            {"risk_class": "A", "town_code": "T1", "tags": ["夜间营业"]},
            {"risk_class": "A", "town_code": "T2", "tags": ["学校周边", "夜间营业"]},
            {"risk_class": "C", "town_code": "T1", "tags": ["夜间"]},
            {"risk_class": "C", "status": SubjectStatus.SUSPENDED},
            {"risk_class": "D", "status": SubjectStatus.CANCELLED},
        )

        def base(towns=(), tags=()):
            return queries.strata("YY", Scope(frozenset(towns), frozenset(tags)))

        assert base() == {"A": 2, "B": 1, "C": 2}  # B is the enterprise of the cast
        assert base(["T1"]) == {"A": 1, "C": 1}
        assert base(tags=["夜间营业"]) == {"A": 2}
        assert base(tags=["夜间", "学校周边"]) == {"A": 1, "C": 1}
        assert base(["T1"], ["夜间营业"]) == {"A": 1}
        assert base(tags=['"', "%", "夜"]) == {}
        assert queries.strata("ZZ", Scope()) == {}


def test_the_matters_of_the_newest_list_merged_ones_with_all_who_own_them(any_db, app, people):
    with app.app_context():
        assert queries.matters_of("YY") == {
            "SCJG": ["登记事项检查", "计量器具检查"],
            "XFJY": ["消防安全检查"],
        }
        also = [{"department": "WJW", "matter": "公共场所卫生检查", "item": "WJ9"}]
        items = [an_item("SC1", "SCJG", "登记事项检查", also=also), an_item("XF1", "XFJY", "疏散通道检查")]
        with transaction():
            publish_checklist(None, db.session.get_one(Industry, "YY"), "二", items, sample=True)
        assert queries.matters_of("YY") == {
            "SCJG": ["登记事项检查"],
            "WJW": ["公共场所卫生检查"],
            "XFJY": ["疏散通道检查"],
        }
        assert queries.matters_of("ZZ") == {}


def test_subjects_are_told_apart_by_what_the_warnings_need(any_db, app, county):
    with transaction():
        some = db.select(Enterprise).filter_by(risk_class=RiskClass.B, industry="YY")
        one = db.session.scalars(some).first()
        db.session.add(EnterpriseIndustry(industry="ZS", seq=one.seq))
    found = queries.subjects({"YY"}, 2026, TODAY)
    assert sum(found.values()) == 40
    assert sum(number for subject, number in found.items() if "ZS" in subject.industries) == 1
    assert {subject.risk_class for subject in found} == {RiskClass(one) for one in "ABCD"}
    assert all(subject.visits == () for subject in found)


def test_of_a_visit_only_its_year_tells_subjects_apart(any_db, app, county):
    visits = [a_visit(app, county, date=day).id for day in (dt.date(2026, 6, 1), dt.date(2026, 9, 1))]
    with transaction():
        alike = db.select(Enterprise).filter_by(risk_class=RiskClass.C, industry="YY").limit(2)
        for visit, enterprise in zip(visits, db.session.scalars(alike).all(), strict=True):
            db.session.get_one(Visit, visit).enterprise_id = enterprise.id
    found = queries.subjects({"YY"}, 2026, TODAY)
    assert [number for subject, number in found.items() if subject.visits] == [2]


def test_what_the_registers_say_of_the_industries_of_rows(any_db, app, county):
    accepted("fang", "YY", entry())
    with transaction():
        for one in db.session.scalars(db.select(Enterprise).filter_by(industry="ZS")).all()[:4]:
            db.session.add(EnterpriseIndustry(industry="YY", seq=one.seq))
    rows = queries.reviewed_rows(2026)
    found = queries.county(rows, 1)
    assert found.leads == {"YY": "SCJG"}
    assert found.shared == {("YY", "YY"): 44}
    assert list(found.listed["YY"]) == ["SCJG", "XFJY"]


def test_officers_with_a_certificate_and_working_days(any_db, app, county):
    assert queries.officers(TODAY) == {"SCJG": 2, "XFJY": 3, "WJW": 1}
    days = queries.working_days(2026)
    assert sorted(days) == list(range(1, 13))
    assert days[10] < days[7]  # the National Day holiday


def test_who_holds_no_post(any_db, app, county):
    assert queries.posts_lacking(["SCJG", "XFJY"]) == {}
    assert queries.posts_lacking(["YJGL"]) == {"YJGL": ["principal", "in-charge", "liaison"]}


def test_a_visit_counts_for_a_subject_and_the_departments_that_took_part(any_db, app, county):
    a_visit(app, county)
    visited = [subject for subject in queries.subjects({"YY"}, 2026, TODAY) if subject.visits]
    assert [one.departments for subject in visited for one in subject.visits] == [
        frozenset({"SCJG", "XFJY"})
    ]
    _filing, row = accepted("fang", "YY", entry())
    subjects = queries.subjects({"YY"}, 2026, TODAY)
    found = over_cap(queries.as_rule(queries.row(row)), [], subjects, DEFAULT)
    assert [(one.department, one.risk_class, one.subjects) for one in found] == [
        ("SCJG", "B", 1),
        ("XFJY", "B", 1),
    ]
