"""Who may be sent to whom."""

from dataclasses import replace
from datetime import date

import pytest

from server.registry import rules
from server.registry.rules import Officer, OfficerState

DRAW, VISIT = date(2026, 5, 4), date(2026, 5, 12)
QIAN = Officer(
    person="qian",
    department="SCJG",
    valid_from=date(2024, 4, 4),
    valid_until=date(2029, 4, 3),
    specialties=frozenset({"JYZ", "XXST"}),
    state=OfficerState.ON_DUTY,
    conflict_uscc="92341723XXXX01978X",
)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"valid_until": VISIT}, []),
        ({"valid_until": date(2026, 5, 11)}, ["certificate"]),  # valid at the draw, not at the visit
        ({"valid_from": date(2026, 5, 5)}, ["certificate"]),  # the other way round
        ({"specialties": frozenset({"XXST"})}, ["specialty"]),
        ({"state": OfficerState.IN_TRAINING}, ["away"]),
        ({"conflict_uscc": "91341723XXXX00019K"}, ["recusal"]),
        ({"state": OfficerState.ON_LEAVE, "specialties": frozenset()}, ["specialty", "away"]),
    ],
)
def test_hindrances_are_named(change, found):
    officer = replace(QIAN, **change)
    assert (
        rules.hindrances(officer, industry="JYZ", days=[DRAW, VISIT], subject_uscc="91341723XXXX00019K")
        == found
    )


def test_eligible_keeps_the_order_given():
    sun, li = replace(QIAN, person="sun", state=OfficerState.SECONDED), replace(QIAN, person="li")
    found = rules.eligible([li, sun, QIAN], industry="JYZ", days=iter([DRAW, VISIT]))
    assert [one.person for one in found] == ["li", "qian"]


@pytest.mark.parametrize(
    ("team", "short"),
    [
        (["SCJG", "SCJG", "XFJY", "XFJY"], []),
        (["SCJG", "XFJY"], ["SCJG", "XFJY"]),  # one of each does not make two
        (["SCJG", "SCJG"], ["XFJY"]),
    ],
)
def test_two_officers_of_each_department(team, short):
    assert rules.short_departments(["XFJY", "SCJG"], team) == short


@pytest.mark.parametrize(
    ("code", "doubt"), [("91350100M000100Y43", False), ("91350100M000100Y44", True), ("", True)]
)
def test_a_credit_code_is_doubted_never_refused(code, doubt):
    assert rules.credit_code_in_doubt(code) is doubt
