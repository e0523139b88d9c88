"""Canonical JSON, digests, and what a journal may hold."""

import hashlib
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.canonical import (
    SAFE_INTEGER,
    canonical,
    canonical_of_plain,
    check_plain,
    digest,
    sha256_hex,
)
from server.kernel.problems import Problem

TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
LEAVES = st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | TEXTS
PLAIN = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@given(PLAIN)
def test_canonical_json_is_json_for_the_same_value(value: Any) -> None:
    assert json.loads(canonical(value)) == value


@given(PLAIN)
def test_the_quick_way_gives_the_same_bytes(value: Any) -> None:
    assert canonical_of_plain(value) == canonical(value)


@given(st.dictionaries(TEXTS, st.integers(-5, 5)))
def test_the_order_of_members_makes_no_difference(members: dict[str, int]) -> None:
    assert digest(members) == digest(dict(reversed(members.items())))


@given(PLAIN)
def test_plain_values_pass(value: Any) -> None:
    check_plain(value)


def test_members_sort_by_utf_16_as_rfc_8785_has_it() -> None:
    # U+20BB7 (𠮷) is D842 DFB7 in UTF-16, which sorts before U+FF01; by code points it would come after.
    assert canonical({"\uff01": 1, "\U00020bb7": 2}) == '{"𠮷":2,"！":1}'.encode()


def test_the_digest_is_the_sha_256_of_those_bytes() -> None:
    assert (
        digest({"b": [True, None], "a": "甲"})
        == hashlib.sha256('{"a":"甲","b":[true,null]}'.encode()).hexdigest()
    )
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        SAFE_INTEGER + 1,
        -SAFE_INTEGER - 1,
        "e\u0301",
        "\ud800",
        b"",
        {1: 2},
        {"e\u0301": 1},
        nested(17),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_everything_else_is_malformed(value: Any) -> None:
    with pytest.raises(Problem) as caught:
        check_plain([value] if not isinstance(value, list) else value)
    assert caught.value.code == "malformed"


def test_sixteen_levels_are_deep_enough() -> None:
    check_plain(nested(16))
