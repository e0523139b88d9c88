"""The law of accounts, as tables."""

from datetime import UTC, datetime, timedelta

import pytest

from server.accounts import rules
from server.kernel.problems import Problem

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)
KEY = {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "B" * 42 + "A"}


def ago(*minutes: float) -> list[datetime]:
    return [NOON - timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("of_account", "of_address", "wait"),
    [
        ([], [], 0),
        (ago(1, 2, 3, 4), [], 0),
        (ago(1, 2, 3, 4, 5), [], 10),  # the oldest of five counts for ten minutes more
        (ago(0, 0, 0, 0, 0), [], 15),
        (ago(1, 2, 3, 4, 14.5), [], 1),
        (ago(1, 2, 3, 4, 15), [], 0),
        (ago(1, 2, 3, 4, 5, 14), [], 10),  # the newest five decide
        ([], ago(*[1] * 29), 0),
        ([], ago(*[1] * 30), 14),
        (ago(1, 1, 1, 1, 1), ago(*[5] * 30), 14),
    ],
)
def test_a_sign_in_waits(of_account: list[datetime], of_address: list[datetime], wait: int) -> None:
    assert rules.minutes_to_wait(NOON, of_account, of_address) == wait


@pytest.mark.parametrize(
    ("roles", "on_phone", "where"),
    [
        ({"inspector"}, False, "/field/"),
        ({"office"}, False, "/office"),
        ({"office", "inspector"}, False, "/office"),
        ({"office"}, True, "/office"),
        ({"head", "liaison"}, True, "/office"),
        ({"office", "inspector"}, True, "/field/"),
        ({"expert"}, True, "/field/"),
        (set(), False, "/field/"),
    ],
)
def test_people_begin_where_their_work_is(roles: set[str], on_phone: bool, where: str) -> None:
    assert rules.landing(frozenset(roles), on_phone) == where


@pytest.mark.parametrize(
    ("typed", "name"),
    [(" wang ", "wang"), ("a" * 64, "a" * 64), ("a" * 65, ""), ("wa\0ng", ""), ("𠮷田", "𠮷田")],
)
def test_a_user_name_is_tidied(typed: str, name: str) -> None:
    assert rules.tidy_username(typed) == name


def test_a_key_is_reduced_to_what_it_is() -> None:
    assert rules.public_key(KEY | {"ext": True, "key_ops": ["verify"]}) == KEY


@pytest.mark.parametrize(
    "key",
    [
        None,
        "key",
        {},
        KEY | {"kty": "RSA"},
        KEY | {"crv": "P-384"},
        KEY | {"d": "secret"},
        KEY | {"x": "short"},
        KEY | {"x": "A" * 42 + "="},
        KEY | {"y": 7},
        KEY | {"y": "甲" * 43},
    ],
)
def test_other_keys_are_refused(key: object) -> None:
    with pytest.raises(Problem) as caught:
        rules.public_key(key)
    assert (caught.value.code, caught.value.field) == ("malformed", "public_key")
