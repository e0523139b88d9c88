"""UUIDv7."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.ids import is_uuid, uuid7

MOMENTS = st.integers(min_value=0, max_value=2**48 - 1)
CHANCE = st.binary(min_size=10, max_size=10)


@given(MOMENTS, CHANCE)
def test_it_is_a_version_7_uuid_that_holds_its_moment(moment: int, chance: bytes) -> None:
    made = uuid.UUID(uuid7(moment, chance))
    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, moment)


@given(MOMENTS, CHANCE, MOMENTS, CHANCE)
def test_ids_sort_by_their_moments(first: int, one: bytes, second: int, other: bytes) -> None:
    if first < second:
        assert uuid7(first, one) < uuid7(second, other)


@given(MOMENTS, CHANCE)
def test_what_it_makes_is_a_uuid_as_we_write_them(moment: int, chance: bytes) -> None:
    made = uuid7(moment, chance)
    assert is_uuid(made)
    assert not is_uuid(made.upper() + " ")


@pytest.mark.parametrize(
    "other", ["", None, 7, "0193", "0193A9B2-0000-7000-8000-00000000000F", "{" + "0" * 36 + "}"]
)
def test_other_things_are_no_uuid(other: object) -> None:
    assert not is_uuid(other)


def test_chance_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="ten random bytes"):
        uuid7(0, b"short")
