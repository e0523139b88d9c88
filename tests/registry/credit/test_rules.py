"""The tables of credit risk, each row citing its rule of the domain, and what holds for any numbers."""

import json
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.problems import Problem
from server.registry.credit import policy, rules
from server.registry.credit.policy import CLASSES, DEFAULT, Policy, Rate
from server.registry.credit.rules import (
    EmergingIndustries,
    Ground,
    Inspection,
    Points,
    Statement,
    Subject,
    TriggerKind,
)
from server.registry.rules import EntityType, RiskClass, SubjectStatus

LIST = EmergingIndustries("E10-2021", "安徽省十大新兴产业", {"E10-09": "新材料"})
TRUSTED = Subject(
    EntityType.ENTERPRISE, RiskClass.A, date(2026, 10, 31), SubjectStatus.ACTIVE, emerging_code="E10-09"
)
DAY = date(2026, 6, 1)


def rows(name):
    table = json.loads((Path(__file__).parent / "vectors" / f"{name}.json").read_text(encoding="utf-8"))
    assert {row["rule"] for row in table["rows"]} <= set(re.findall(r"R-\d+", table["about"]))
    return [pytest.param(row, id=f"{row['rule']}: {row['why']}") for row in table["rows"]]


@pytest.mark.parametrize("row", rows("quota"))
def test_how_many_of_a_class_are_drawn(row):
    assert rules.quota(row["candidates"], row["ratio_bp"], row["minimum"]) == row["drawn"]


@pytest.mark.parametrize("row", rows("quota"))
def test_the_table_s_ratios_are_the_default_policy_s_but_where_it_says_another(row):
    assert row["ratio_bp"] in (DEFAULT.rate(RiskClass(row["class"])).ratio, 0, 1)


@pytest.mark.parametrize("row", rows("frequency"))
def test_how_often_a_class_may_be_inspected(row):
    done = [
        Inspection(visit, date.fromisoformat(day), department, Ground(ground))
        for visit, day, department, ground in row["inspections"]
    ]
    day, ground = date.fromisoformat(row["day"]), Ground(row["ground"])
    found = rules.frequency(DEFAULT, RiskClass(row["class"]), done, row["department"], day, ground)
    assert (found.allowed, list(found.hindrances)) == (row["allowed"], row["hindrances"])
    assert found.beyond is row.get("beyond", False)
    assert found.reason_needed is row.get("reason_needed", False)


@pytest.mark.parametrize("row", rows("order"))
def test_what_the_office_may_set(row):
    changed = _changed(row["change"])
    assert [one.field for one in policy.faults(changed)] == row["refused_at"]
    for problem in policy.faults(changed):
        assert problem.detail("zh_Hans_CN")
        with pytest.raises(Problem):
            policy.check(changed)


def _changed(change):
    rates, thresholds, more = dict(DEFAULT.rates), dict(DEFAULT.thresholds), {}
    for name, value in change.items():
        field, _, code = name.partition("_")
        if field == "ratio":
            rates[RiskClass(code)] = replace(rates[RiskClass(code)], ratio=value)
        elif field == "times":
            times, years = value or (None, 1)
            rates[RiskClass(code)] = replace(rates[RiskClass(code)], times=times, years=years)
        elif field == "points":
            thresholds[RiskClass(code)] = value
        else:
            more[name] = RiskClass(value)
    return replace(DEFAULT, rates=rates, thresholds=thresholds, **more)


@pytest.mark.parametrize("row", rows("standing"))
def test_which_class_counts(row):
    day = date.fromisoformat(row["day"])
    points = [Points(one[0], _day(one[1]), _day(one[2]), len(one) > 3) for one in row["points"]]
    found = rules.standing(
        EntityType(row["entity_type"]),
        _statement(row["imported"]),
        points,
        _statement(row["decision"]),
        DEFAULT,
        day,
    )
    assert (found.risk_class, found.source) == (row["class"], row["source"])


def _day(text):
    return date.fromisoformat(text) if text else None


def _statement(said):
    return said and Statement(RiskClass(said[0]), *map(_day, said[1:]))


@pytest.mark.parametrize("row", rows("exemption"))
def test_who_is_spared(row):
    change = dict(row["change"])
    emerging = change.pop("list", LIST)
    given_open = {"open_corrections": 0, "open_cases": 0, "open_triggers": []}
    given_open |= {name: change.pop(name) for name in list(change) if name in given_open}
    given_open["open_triggers"] = list(map(TriggerKind, given_open["open_triggers"]))
    kinds = {"entity_type": EntityType, "risk_class": RiskClass, "status": SubjectStatus}
    change |= {name: kind(change[name]) for name, kind in kinds.items() if name in change}
    subject = replace(TRUSTED, **change)
    found = rules.exemption(subject, DEFAULT, emerging, DAY, **given_open)
    assert (found.granted, list(found.missing)) == (row["granted"], row["missing"])
    assert found.categories == (DEFAULT.exempt_categories if row["granted"] else frozenset())
    assert found.lost == (bool(row["missing"]) and set(row["missing"]) <= {"not-abnormal", "no-trigger"})


def test_what_papers_say_of_an_exemption_and_of_one_that_is_lost():
    def said(subject, triggers):
        found = rules.exemption(
            subject, DEFAULT, LIST, DAY, open_corrections=0, open_cases=0, open_triggers=triggers
        )
        return rules.grounds_in_chinese(found)

    assert said(TRUSTED, []) == (
        "新兴产业（新材料）企业，信用风险A类，无未办结的责令改正、案件和触发事项；"
        "免查：企业登记事项、年报公示信息、商标使用。"
    )
    assert said(TRUSTED, [TriggerKind.COMPLAINT]) == "有未办结的触发事项，不再免查，各项照常检查。"
    abnormal = replace(TRUSTED, status=SubjectStatus.ABNORMAL)
    assert said(abnormal, []) == "已列入经营异常名录，不再免查，各项照常检查。"


@pytest.mark.parametrize(
    ("before", "after", "ends"),
    [("A", "C", True), ("A", "D", True), ("A", "B", False), ("A", "U", False), ("B", "D", False)],
)
def test_a_change_of_class_is_a_trigger_where_it_ends_an_exemption(before, after, ends):
    assert rules.class_change_triggers(RiskClass(before), RiskClass(after), DEFAULT.exempt_classes) is ends


def test_a_policy_is_kept_as_it_was_set():
    assert Policy.parse(json.loads(json.dumps(DEFAULT.document))) == DEFAULT


COUNTS, RATIOS = st.integers(0, 10**7), st.integers(0, 10_000)


@given(candidates=COUNTS, ratio=RATIOS, minimum=st.integers(0, 100))
def test_a_quota_is_the_exact_formula(candidates, ratio, minimum):
    drawn = rules.quota(candidates, ratio, minimum)
    exact = max(minimum, ceil(Fraction(ratio, 10_000) * candidates)) if candidates and ratio else 0
    assert drawn == min(candidates, exact)
    assert 0 <= drawn <= candidates


@given(candidates=COUNTS, ratios=st.lists(RATIOS, min_size=2, max_size=2), minimum=st.integers(0, 100))
def test_a_higher_ratio_never_draws_less(candidates, ratios, minimum):
    low, high = sorted(ratios)
    assert rules.quota(candidates, low, minimum) <= rules.quota(candidates, high, minimum)


RATES = st.builds(
    Rate, ratio=RATIOS, times=st.one_of(st.none(), st.integers(1, 6)), years=st.integers(1, 5)
)


@given(rates=st.lists(RATES, min_size=4, max_size=4), candidates=COUNTS)
def test_a_policy_that_passes_never_favours_the_higher_risk(rates, candidates):
    """Whatever the office sets: if it is not refused, more risk is drawn no less and as often at least."""
    tried = replace(DEFAULT, rates=dict(zip(CLASSES, rates, strict=True)))
    refused = {one.field for one in policy.faults(tried)}
    drawn = [rules.quota(candidates, tried.rate(one).ratio, 1) for one in CLASSES]
    often = [
        float("inf") if rate.times is None else Fraction(rate.times, rate.years)
        for rate in map(tried.rate, CLASSES)
    ]
    ratios = [one.ratio for one in rates]
    assert bool(refused) == (ratios != sorted(ratios) or often != sorted(often))
    if not refused:
        assert drawn == sorted(drawn)


@given(
    imported=st.sampled_from(RiskClass),
    points=st.lists(st.integers(1, 100), max_size=4),
    more=st.integers(1, 100),
)
def test_more_points_never_make_a_class_better(imported, points, more):
    def risk(given_points):
        dated = [Points(one, DAY, None) for one in given_points]
        found = rules.standing(EntityType.ENTERPRISE, Statement(imported, DAY), dated, None, DEFAULT, DAY)
        return rules.RISK[found.risk_class]

    assert rules.RISK[imported] <= risk(points) <= risk([*points, more])
