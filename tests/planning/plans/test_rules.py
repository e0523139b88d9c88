"""The law of the annual plan: who may what, what a row must say, what is warned of."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

from server.accounts.rules import Post
from server.kernel.problems import Problem
from server.planning.frequency.rules import Visited
from server.planning.plans import rules
from server.planning.plans.forewarning import Subject, over_cap, repeats, too_full
from server.planning.plans.rules import PlanMode, Reasons, RowSource, Scope
from server.registry.credit.policy import DEFAULT
from server.registry.rules import RiskClass
from tests.planning.plans.test_matching import a_row, alone

LISTED = {"P": ["p1", "p2"], "Q": ["q1"], "R": ["r1"]}
ORDERLY = {"A": 300, "B": 1000, "C": 3000, "D": 10000}


def codes(row, mode=PlanMode.OPEN, reasons=None):
    reasons = reasons or Reasons()
    return [one.code for one in rules.faults(row, mode, LISTED, 1, reasons)]


def test_a_row_in_order_has_no_faults():
    assert codes(a_row(ratios=ORDERLY)) == []
    given = Reasons(alone="上级部署", order=True)
    assert codes(alone(ratios=ORDERLY), reasons=given) == []


@pytest.mark.parametrize(
    ("change", "mode", "code"),
    [
        ({"matters": {"P": ("p9",), "Q": ("q1",)}}, PlanMode.OPEN, "plan-matter-unlisted"),
        ({"matters": {"Q": ("q1",)}}, PlanMode.OPEN, "plan-lead-matter"),
        ({"ratios": ORDERLY | {"B": 200}}, PlanMode.OPEN, "risk-ratio-order"),
        ({"ratios": {}}, PlanMode.OPEN, "plan-nothing-drawn"),
        ({"strata": {}}, PlanMode.OPEN, "plan-nothing-drawn"),
        ({"first_month": 10}, PlanMode.OPEN, "plan-months-reversed"),
        ({"first_month": 4}, PlanMode.OPEN, "plan-window-reason"),
        ({"last_month": 12}, PlanMode.OPEN, "plan-window-reason"),
        ({}, PlanMode.FIXED, "plan-scope-needed"),
        ({"departments": (), "matters": {"P": ("p1",)}}, PlanMode.OPEN, "plan-alone-reason"),
        ({"departments": (), "matters": {"P": ("p1",)}}, PlanMode.OPEN, "plan-alone-attachment"),
    ],
)
def test_each_fault_of_a_row_is_found(change, mode, code):
    assert code in codes(a_row(**{"ratios": ORDERLY, **change}), mode)


def test_may_and_november_lie_inside_the_window():
    assert codes(a_row(ratios=ORDERLY, first_month=5, last_month=11)) == []
    assert codes(a_row(ratios=ORDERLY, last_month=12), reasons=Reasons(window="年底集中")) == []


@pytest.mark.parametrize(
    ("since", "until", "months", "beyond"),
    [
        ((2026, 6, 15), (2026, 8, 10), (6, 8), False),
        ((2026, 6, 15), (2026, 8, 10), (5, 8), True),
        ((2026, 6, 15), (2026, 8, 10), (6, 9), True),
        ((2025, 12, 1), (2026, 6, 30), (5, 6), False),
        ((2026, 9, 1), (2027, 3, 31), (9, 11), False),
        ((2026, 9, 1), (2027, 3, 31), (8, 11), True),
    ],
)
def test_a_campaign_binds_the_months_of_what_is_planned_for_it(since, until, months, beyond):
    days = (dt.date(*since), dt.date(*until))
    row = a_row(ratios=ORDERLY, first_month=months[0], last_month=months[1], campaign=days)
    assert codes(row) == (["plan-campaign-months"] if beyond else [])
    assert codes(row, reasons=Reasons(window="省厅要求提前")) == []
    offered = rules.months_within(days, 2026)
    assert not rules.is_outside_campaign(replace(row, first_month=offered[0], last_month=offered[1]))


def test_the_first_month_of_a_year_that_is_not_over():
    today = dt.date(2026, 9, 30)
    assert [rules.first_month_left(year, today) for year in (2025, 2026, 2027)] == [13, 9, 1]


def test_what_is_merged_runs_in_the_months_both_have():
    joined = rules.join(a_row(), alone())
    assert (joined.first_month, joined.last_month) == (7, 9)
    with pytest.raises(Problem) as refused:
        rules.check_merge(a_row(), alone(first_month=10), LISTED, "P")
    assert (refused.value.code, refused.value.field) == ("plan-merge-months", "host")


@pytest.mark.parametrize(
    ("strata", "ratio", "minimum", "drawn"),
    [(100, 300, 1, 3), (101, 300, 1, 4), (10, 100, 1, 1), (10, 100, 3, 3), (2, 100, 5, 2), (10, 0, 1, 0)],
)
def test_the_number_of_a_class(strata, ratio, minimum, drawn):
    assert rules.quotas({"A": strata}, {"A": ratio}, minimum) == {"A": drawn}


@pytest.mark.parametrize(
    ("day", "late"), [((2026, 4, 30), False), ((2026, 5, 1), True), ((2025, 12, 1), False)]
)
def test_the_end_of_april(day, late):
    assert rules.is_late(dt.date(*day), 2026) is late


@pytest.mark.parametrize(
    ("campaign", "departments", "source"),
    [
        (False, ["Q"], RowSource.PLAN),
        (False, [], RowSource.SINGLE),
        (True, [], RowSource.CAMPAIGN),
        (True, ["Q"], RowSource.CAMPAIGN),
    ],
)
def test_what_a_row_is_counted_as(campaign, departments, source):
    assert rules.source_of(campaign, departments) is source


def test_only_its_own_people_write_a_plan_and_not_once_it_is_filed():
    rules.check_writer({"liaison"}, "P", "P", "draft")
    rules.check_writer({"planner"}, "P", "P", "returned")
    for roles, own, state, code in (
        ({"liaison"}, "Q", "draft", "plan-of-others"),
        ({"head"}, "P", "draft", "plan-of-others"),
        ({"office"}, "P", "draft", "plan-of-others"),
        ({"liaison"}, "P", "filed", "plan-filed"),
        ({"liaison"}, "P", "accepted", "plan-filed"),
    ):
        with pytest.raises(Problem) as refused:
            rules.check_writer(roles, own, "P", state)
        assert refused.value.code == code


def test_a_post_that_nobody_holds_is_named():
    filled = {"P": set(Post), "Q": {Post.PRINCIPAL, Post.IN_CHARGE}}
    assert rules.lacking_posts(filled, ["P", "Q", "R"]) == {"Q": [Post.LIAISON], "R": list(Post)}


@pytest.mark.parametrize(
    ("mine", "theirs", "covers"),
    [
        (Scope(), Scope(), True),
        (Scope(), Scope(frozenset("a")), True),
        (Scope(frozenset("a")), Scope(), False),
        (Scope(frozenset("ab")), Scope(frozenset("a")), True),
        (Scope(frozenset("a")), Scope(frozenset("ab")), False),
        (Scope(frozenset("a")), Scope(frozenset("a"), frozenset("t")), True),
        (Scope(frozenset("a"), frozenset("t")), Scope(frozenset("a")), False),
    ],
)
def test_which_scope_lies_within_another(mine, theirs, covers):
    assert mine.covers(theirs) is covers


def test_a_scope_holds_who_is_of_a_town_and_has_a_tag():
    scope = Scope(frozenset({"t1"}), frozenset({"夜间", "学校"}))
    assert scope.holds("t1", ["学校"])
    assert not scope.holds("t2", ["学校"])
    assert not scope.holds("t1", ["河边"])
    assert not scope.holds(None, ["学校"])


# --- warnings -----------------------------------------------------------------------------------------------


def a_subject(risk="B", industries="X", town="t1", visits=()):
    return Subject(RiskClass(risk), town, (), frozenset(industries), tuple(visits))


def visit(year, *departments):
    return Visited(dt.date(year, 6, 1), frozenset(departments))


@pytest.mark.parametrize(
    ("risk", "visits", "others", "warned"),
    [
        ("B", (), (), []),  # once a year, and this is the once
        ("B", (visit(2026, "P"),), (), ["P"]),
        ("B", (visit(2025, "P"),), (), []),
        ("A", (visit(2025, "P"),), (), ["P"]),  # once in two years
        ("A", (visit(2024, "P"),), (), []),
        ("C", (visit(2026, "P"),), (), []),
        ("C", (visit(2026, "P"), visit(2026, "P", "Q")), (), ["P"]),
        ("D", (visit(2026, "P"),) * 9, (), []),  # no cap
        ("B", (), ("p",), ["P"]),
        ("B", (visit(2026, "R"),), (), []),  # a department that does not take part in this
        ("U", (visit(2026, "Q"),), (), ["Q"]),  # treated as B
    ],
)
def test_a_cap_that_would_be_exceeded(risk, visits, others, warned):
    plans = {"p": a_row("p", departments=(), matters={"P": ("p1",)})}
    subjects = Counter([a_subject(risk, visits=visits), a_subject(risk, industries="Y", visits=visits)])
    found = over_cap(a_row(), [plans[one] for one in others], subjects, DEFAULT)
    assert [(one.department, one.subjects) for one in found] == [(code, 1) for code in warned]


def test_a_campaign_stands_outside_the_cap_but_is_counted():
    often = {a_subject(visits=(visit(2026, "P"),)): 1}
    campaign = a_row("c", source=RowSource.CAMPAIGN)
    assert over_cap(campaign, [], often, DEFAULT) == []
    assert [one.department for one in over_cap(a_row(), [campaign], {a_subject(): 1}, DEFAULT)] == ["P", "Q"]


def test_a_row_of_another_part_of_the_industry_counts_for_no_cap():
    other = a_row("o", scope=Scope(frozenset({"t2"})))
    assert over_cap(a_row(), [other], {a_subject(): 7}, DEFAULT) == []


def test_the_same_matter_of_the_same_subjects_at_the_same_time_is_told():
    row = a_row()
    subjects = {a_subject(): 2, a_subject(industries="XY"): 1, a_subject(industries="Y"): 5}
    same = a_row("o", department="R", departments=("Q",), matters={"R": ("r1",), "Q": ("q1",)})
    [one] = repeats(row, [same], subjects)
    assert (one.other, one.matters, one.subjects) == (same, ("q1",), 3)
    [across] = repeats(row, [replace(same, industry="Y")], subjects)
    assert across.subjects == 1
    for change in (
        {"matters": {"R": ("r1",)}},
        {"first_month": 10, "last_month": 11},
        {"scope": Scope(frozenset({"t2"}))},
    ):
        assert list(repeats(row, [replace(same, **change)], subjects)) == []


def test_a_month_is_too_full_where_visits_need_more_officers_than_there_are():
    # 8 visits over five months, two officers each: four days of officers a month (3.2 rounded up)
    days = dict.fromkeys(range(1, 13), 2)
    assert too_full([a_row()], {"P": 2, "Q": 2}, days, 1) == []
    full = too_full([a_row()], {"P": 2, "Q": 1}, days, 1)
    assert [(one.department, one.month, one.needed, one.officers, one.days) for one in full] == [
        ("Q", month, 4, 1, 2) for month in range(5, 10)
    ]
    september = a_row("b", departments=(), first_month=9, last_month=9)
    both = too_full([a_row(), september], {"P": 2, "Q": 2}, days, 1)
    assert [(one.department, one.month, one.needed) for one in both] == [("P", 9, 20)]
