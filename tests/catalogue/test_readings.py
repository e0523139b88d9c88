"""Readings: typed, kept in whole steps, judged and written, as the phones do it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.catalogue import readings
from tests.catalogue.readings import TYPED

STEPS, DECIMALS = st.integers(-(10**11), 10**11), st.integers(0, 3)


@pytest.mark.parametrize(("text", "decimals", "value"), TYPED)
def test_what_is_typed_becomes_whole_steps(text, decimals, value):
    assert readings.typed_reading(text, decimals) == value


@given(STEPS, DECIMALS)
def test_what_is_written_reads_as_what_it_was(value, decimals):
    assert readings.typed_reading(readings.decimal_text(value, decimals), decimals) == value


def test_none_is_written_as_nothing_and_zero_as_zero():
    written = [readings.decimal_text(*one) for one in ((None, 2), (0, 2), (-5, 2), (120, 0))]
    assert written == ["", "0.00", "-0.05", "120"]


@given(STEPS, STEPS, STEPS)
def test_limits_are_inclusive(low, high, value):
    answer = {"min": low, "max": high}
    assert readings.judge_number(answer, low) == ("pass" if low <= high else "fail")
    assert readings.judge_number(answer, value) == ("pass" if low <= value <= high else "fail")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"type": "verdict"}, ""),
        ({"type": "number", "limit_text": "±0.30", "min": -30, "max": 30}, "±0.30"),
        ({"type": "number", "unit": "℃", "decimals": 1, "min": 0, "max": 80}, "0.0～8.0 ℃"),
        ({"type": "number", "unit": "h", "decimals": 0, "min": 48, "max": None}, "≥48 h"),
        ({"type": "number", "unit": "Ω", "decimals": 1, "min": None, "max": 40}, "≤4.0 Ω"),
        ({"type": "number", "unit": "箱", "decimals": 0, "min": None, "max": None}, ""),
    ],
)
def test_limits_in_words(answer, words):
    assert readings.limit(answer) == words
