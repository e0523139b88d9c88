"""Teams: everybody who can be staffed is, against every assignment there is on small cases."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.planning.draw.ceremony import Demand, Infeasible, Teams

OFFICERS = ("a", "b", "c", "d")
SLOTS = ("1", "2")

demands = st.lists(
    st.builds(
        Demand,
        slot=st.sampled_from(SLOTS),
        department=st.just("X"),
        heads=st.integers(1, 2),
        eligible=st.permutations(OFFICERS).flatmap(
            lambda order: st.integers(0, 4).map(lambda length: list(order[:length]))
        ),
    ),
    max_size=4,
)


def _all(cases: list[Demand], total: int) -> list[list[set[str]]]:
    """Every staffing that keeps all rules."""
    choices = [[set(some) for some in combinations(one.eligible, one.heads)] for one in cases]
    return [list(some) for some in product(*choices) if _holds(cases, some, total)]


def _holds(cases: list[Demand], some: tuple[set[str], ...], total: int) -> bool:
    places = [(name, case.slot) for case, names in zip(cases, some, strict=True) for name in names]
    visits = [name for name, _slot in places]
    return len(places) == len(set(places)) and all(visits.count(name) <= total for name in visits)


@given(demands, st.integers(1, 3))
def test_never_ends_dead_and_takes_the_first_that_can_be(cases: list[Demand], total: int) -> None:
    possible = _all(cases, total)
    if not possible:
        with pytest.raises(Infeasible) as refused:
            Teams(cases, total)
        assert refused.value.needed > refused.value.available
        return
    Teams(cases, total).settle()
    for at, case in enumerate(cases):
        wanted: list[str] = []
        for name in case.eligible:
            if len(wanted) < case.heads and any({*wanted, name} <= one[at] for one in possible):
                wanted.append(name)
        possible = [one for one in possible if one[at] == set(wanted)]
        assert case.settled == wanted
    assert possible


@given(demands, st.integers(1, 3))
def test_names_a_set_that_cannot_be_met_on_its_own(cases: list[Demand], total: int) -> None:
    try:
        Teams(cases, total)
    except Infeasible as short:
        named = [one for one in cases if (one.slot, one.department) in short.demands]
        assert not _all(named, total)
