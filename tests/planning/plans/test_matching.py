"""撮合: what is proposed keeps every department and matter, costs no visit, and saves what it says."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from server.planning.plans.matching import County, Moved, fits, proposals, saves
from server.planning.plans.rules import Row, RowSource, Scope, quotas, source_of
from server.registry.rules import RiskClass

LISTED = {
    "X": {"P": ["p1", "p2"], "Q": ["q1"], "R": ["r1"]},
    "Y": {"P": ["p1"], "Q": ["q1"], "R": ["r2"]},
}
LEADS = {"X": "P", "Y": "Q"}
TOWNS = ("t1", "t2")


def a_row(key="a", **change):
    said = {
        "id": key,
        "name": key,
        "year": 2026,
        "department": "P",
        "industry": "X",
        "departments": ("Q",),
        "matters": {"P": ("p1",), "Q": ("q1",)},
        "strata": {"A": 100, "B": 50},
        "ratios": {"A": 300, "B": 1000},
        "first_month": 5,
        "last_month": 9,
    }
    return Row(**(said | change))


def alone(key="b", **change):
    """A row of one department."""
    said = {
        "department": "R",
        "departments": (),
        "matters": {"R": ("r1",)},
        "source": RowSource.SINGLE,
        "ratios": {"A": 500, "B": 500},
        "first_month": 7,
        "last_month": 11,
    }
    return a_row(key, **(said | change))


def found(*rows, **more):
    return proposals(rows, County(LEADS, LISTED, **more))


def test_two_that_go_to_the_same_subjects_become_one():
    [one] = found(a_row(), alone())
    assert (one.host.id, [row.id for row in one.guests]) == ("a", ["b"])
    # apart: 3 + 5 and 5 + 3; together the higher ratio of each class, 5 + 5
    assert (one.apart, one.together, one.saved) == ((8, 8), 10, 6)
    assert one.joined.departments == ("Q", "R")
    assert one.joined.matters == {"P": ("p1",), "Q": ("q1",), "R": ("r1",)}
    assert one.joined.source is RowSource.PLAN
    assert [(move.kind, move.row.id, move.before, move.after) for move in one.moves] == [
        (Moved.RATIOS, "a", "A 300", "A 500"),
        (Moved.MONTHS, "a", "5–9", "7–9"),
        (Moved.LEAD, "b", "R", "P"),
        (Moved.MONTHS, "b", "7–11", "7–9"),
    ]
    assert (one.joined.first_month, one.joined.last_month) == (7, 9)


def test_all_that_become_one_visit_have_a_month_in_common():
    early = alone(first_month=5, last_month=6)
    late = alone("c", department="Q", matters={"Q": ("q1",)}, first_month=6, last_month=8)
    after = alone("d", department="Q", matters={"Q": ("q1",)}, first_month=8, last_month=9)
    [one] = found(a_row(), early, late, after)
    assert [row.id for row in one.guests] == ["b", "c"]
    assert [(move.row.id, move.after) for move in one.moves if move.kind is Moved.MONTHS] == [
        ("a", "6"), ("b", "6"), ("c", "6")
    ]  # fmt: skip


def test_months_that_are_over_are_not_proposed():
    assert found(a_row(), alone(), first_month=9)  # both run in September still
    assert found(a_row(), alone(), first_month=10) == []


def test_what_cannot_be_one_visit_is_not_proposed():
    for other in (
        alone(first_month=10, last_month=11),  # never in the same month
        alone(industry="Y"),  # other subjects
        alone(year=2027),
        alone(matters={"R": ("r9",)}),  # not on the list of what is visited
        alone(department="P", matters={"P": ("p2",)}),  # two rounds of one department
        alone(scope=Scope(frozenset({"t1"})), ratios={"A": 9000}),  # more than the host draws
    ):
        assert found(a_row(), other) == [], other


def test_a_campaign_of_the_own_department_is_offered_as_well():
    campaign = alone(department="P", matters={"P": ("p2",)}, source=RowSource.CAMPAIGN)
    [one] = found(a_row(), campaign)
    assert one.joined.matters["P"] == ("p1", "p2")


def test_a_part_of_the_industry_goes_with_all_of_it():
    [one] = found(a_row(), alone(scope=Scope(frozenset({"t1"})), strata={"A": 20}, ratios={"A": 1000}))
    assert one.together == 8
    assert Moved.SCOPE in {move.kind for move in one.moves}
    assert one.joined.ratios == a_row().ratios


def test_subjects_of_two_industries_are_visited_once_where_all_are_of_both():
    guest = alone(industry="Y", department="Q", matters={"Q": ("q1",)}, strata={"A": 10}, ratios={"A": 1000})
    assert found(a_row(), guest, shared={("Y", "Y"): 10, ("Y", "X"): 9}) == []
    [one] = found(a_row(), guest, shared={("Y", "Y"): 10, ("Y", "X"): 10})
    assert (one.saved, one.joined.departments) == (1, ("Q",))
    assert Moved.INDUSTRY in {move.kind for move in one.moves}


def test_an_unannounced_visit_stays_unannounced():
    [one] = found(a_row(), alone(unannounced=True))
    assert one.joined.unannounced
    assert [move.row.id for move in one.moves if move.kind is Moved.NOTICE] == ["a"]


# --- properties over small counties -------------------------------------------------------------------------


@dataclass(frozen=True)
class Subject:
    risk: str
    town: str
    industries: frozenset


SUBJECTS = st.builds(
    Subject,
    st.sampled_from([str(one) for one in RiskClass]),
    st.sampled_from(TOWNS),
    st.sampled_from([frozenset("X"), frozenset("Y"), frozenset("XY")]),
)


@st.composite
def counties(draw):
    """A register, and rows whose bases are counted from it."""
    register = draw(st.lists(SUBJECTS, max_size=25))
    rows = [draw(rows_of(register, f"r{at}")) for at in range(draw(st.integers(0, 5)))]
    shared = {
        (one, other): sum({one, other} <= subject.industries for subject in register)
        for one in "XY"
        for other in "XY"
    }
    return register, rows, County(LEADS, LISTED, shared, draw(st.integers(0, 3)))


@st.composite
def rows_of(draw, register, key):
    industry = draw(st.sampled_from("XY"))
    scope = Scope(frozenset(draw(st.sets(st.sampled_from(TOWNS), max_size=2))))
    taking_part = draw(st.permutations(sorted(LISTED[industry])).flatmap(
        lambda codes: st.integers(1, 3).map(lambda n: codes[:n])))  # fmt: skip
    months = sorted(draw(st.lists(st.integers(5, 11), min_size=2, max_size=2)))
    strata = {}
    for one in frame(register, industry, scope):
        strata[one.risk] = strata.get(one.risk, 0) + 1
    return Row(
        id=key,
        name=key,
        year=2026,
        department=taking_part[0],
        industry=industry,
        departments=tuple(taking_part[1:]),
        matters={code: tuple(LISTED[industry][code]) for code in taking_part},
        strata=strata,
        ratios={str(one): draw(st.sampled_from([0, 300, 2000, 10000])) for one in RiskClass},
        first_month=months[0],
        last_month=months[1],
        source=source_of(draw(st.booleans()), taking_part[1:]),
        scope=scope,
        unannounced=draw(st.booleans()),
    )


def frame(register, industry, scope):
    """The subjects a row draws from, one by one."""
    return [one for one in register if industry in one.industries and scope.holds(one.town, ())]


def drawn(register, row, minimum):
    """The subjects a row visits, one by one: of each class the first so many."""
    visited = []
    for risk, number in quotas(row.strata, row.ratios, minimum).items():
        candidates = [at for at, one in enumerate(register) if one in frame([one], row.industry, row.scope)]
        visited += [at for at in candidates if register[at].risk == risk][:number]
    return visited


@given(counties())
@settings(max_examples=80, deadline=None)
def test_no_department_and_no_matter_is_lost_and_no_visit_added(case):
    _register, rows, county = case
    for one in proposals(rows, county):
        for row in (one.host, *one.guests):
            assert set(row.all_departments) <= set(one.joined.all_departments)
            for code, matters in row.matters.items():
                assert set(matters) <= set(one.joined.matters[code])
                assert set(matters) <= set(LISTED[one.joined.industry][code])
            assert row.unannounced <= one.joined.unannounced
            assert set(one.joined.months) <= set(row.months)
        assert one.joined.months
        assert one.saved > 0
        assert one.joined.department == one.host.department
        assert len(set(one.joined.all_departments)) == len(one.joined.all_departments)


@given(counties())
@settings(max_examples=80, deadline=None)
def test_savings_are_those_of_a_count_one_by_one(case):
    register, rows, county = case
    for one in proposals(rows, county):
        apart = [len(drawn(register, row, county.minimum)) for row in (one.host, *one.guests)]
        together = len(drawn(register, one.joined, county.minimum))
        assert list(one.apart) == apart
        assert one.saved == sum(apart) - together


@given(counties())
@settings(max_examples=80, deadline=None)
def test_nobody_gets_less_than_was_planned(case):
    """Every subject a guest may draw is one the visit may draw, and of each class as many are visited."""
    register, rows, county = case
    for one in proposals(rows, county):
        theirs = frame(register, one.joined.industry, one.joined.scope)
        together = quotas(one.joined.strata, one.joined.ratios, county.minimum)
        for row in (one.host, *one.guests):
            assert all(subject in theirs for subject in frame(register, row.industry, row.scope))
            for risk, number in quotas(row.strata, row.ratios, county.minimum).items():
                assert number <= together.get(risk, 0)


@given(counties(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_rows_is_no_matter_and_each_stands_once(case, chance):
    _register, rows, county = case
    found = proposals(rows, county)
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert proposals(shuffled, county) == found
    named = [row.id for one in found for row in (one.host, *one.guests)]
    assert len(named) == len(set(named))


@given(counties())
@settings(max_examples=60, deadline=None)
def test_where_any_two_fit_and_save_something_is_proposed(case):
    _register, rows, county = case
    pairs = ((host, guest) for host in rows for guest in rows if host is not guest)
    could = any(fits(host, guest, county) and saves(host, guest, county) for host, guest in pairs)
    assert bool(proposals(rows, county)) == could
