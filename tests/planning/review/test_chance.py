"""Honest draws look like chance, crooked ones do not."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.planning.review import chance

TOWNS = {"Rongcheng": 400, "Mulan": 150, "Dingqiao": 90, "Xinhe": 60}


def fell(drawn):
    """One stratum of the towns, in which so many fell to each."""
    return {"B": {town: [size, drawn.get(town, 0)] for town, size in TOWNS.items()}}


def honest(seed, quota=70):
    everyone = [town for town, size in TOWNS.items() for _one in range(size)]
    return fell(Counter(random.Random(seed).sample(everyone, quota)))


def test_honest_draws_fall_below_a_bound_as_often_as_the_bound_says():
    found = [chance.verdict([honest(seed)], str(seed)).p for seed in range(300)]
    assert 5 <= sum(p < 0.1 for p in found) <= 60  # 30 on the average; beyond one time in a million


@pytest.mark.parametrize(
    "crooked",
    [
        {"Mulan": 70},  # one town only
        {"Rongcheng": 10, "Mulan": 30, "Dingqiao": 20, "Xinhe": 10},
    ],
)
def test_a_crooked_draw_is_seen(crooked):
    assert chance.verdict([fell(crooked)], "x").suspicious


def test_a_small_leaning_is_seen_over_a_year_of_draws():
    leaning = fell({"Rongcheng": 32, "Mulan": 19, "Dingqiao": 11, "Xinhe": 8})
    assert not chance.verdict([leaning], "x").suspicious
    assert chance.verdict([leaning] * 30, "x").suspicious


@pytest.mark.parametrize("drawn", [{}, dict(TOWNS)])
def test_where_nothing_or_everything_is_drawn_chance_decides_nothing(drawn):
    verdict = chance.verdict([fell(drawn)], "x")
    assert verdict.p is None
    assert not verdict.suspicious


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=3))
def test_shares_add_up_and_the_same_seed_finds_the_same(seeds):
    draws = [honest(seed) for seed in seeds]
    verdict = chance.verdict(draws, "x")
    assert sum(part.drawn for part in verdict.parts) == 70 * len(seeds)
    assert sum(part.due for part in verdict.parts) == pytest.approx(70 * len(seeds))
    assert 0 < verdict.p <= 1
    assert chance.verdict(draws, "x") == verdict
