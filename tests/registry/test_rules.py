"""Who may be sent to whom."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.registry import rules
from server.registry.rules import Away, Officer

DRAW, VISIT = date(2026, 5, 4), date(2026, 5, 12)
SUBJECT = "91341723XXXX00019K"
QIAN = Officer(
    person="qian",
    department="SCJG",
    valid_from=date(2024, 4, 4),
    valid_until=date(2029, 4, 3),
    specialties=frozenset({"JYZ", "XXST"}),
    conflicts=frozenset({"92341723XXXX01978X"}),
)


def away(since, until=None):
    return {"absences": (Away(since, until),)}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"valid_until": VISIT}, []),
        ({"valid_until": date(2026, 5, 11)}, ["certificate"]),  # valid at the draw, not at the visit
        ({"valid_from": date(2026, 5, 5)}, ["certificate"]),  # the other way round
        ({"withdrawn": True}, ["certificate"]),
        ({"specialties": frozenset({"XXST"})}, ["specialty"]),
        (away(VISIT, VISIT), ["away"]),
        (away(date(2026, 5, 1), DRAW), ["away"]),
        (away(date(2026, 5, 5), date(2026, 5, 11)), []),  # back in time
        (away(date(2026, 5, 13), date(2026, 6, 1)), []),
        (away(date(2020, 1, 1)), ["away"]),  # until further notice
        ({"conflicts": frozenset({"92341723XXXX01978X", SUBJECT})}, ["recusal"]),
        (away(VISIT) | {"specialties": frozenset()}, ["specialty", "away"]),
    ],
)
def test_hindrances_are_named(change, found):
    officer = replace(QIAN, **change)
    assert rules.hindrances(officer, industry="JYZ", days=[DRAW, VISIT], subject_uscc=SUBJECT) == found


def test_without_an_industry_no_specialty_is_asked_for():
    assert rules.hindrances(replace(QIAN, specialties=frozenset()), days=[VISIT]) == []


def test_eligible_keeps_the_order_given():
    sun, li = replace(QIAN, person="sun", **away(VISIT)), replace(QIAN, person="li")
    found = rules.eligible([li, sun, QIAN], industry="JYZ", days=iter([DRAW, VISIT]))
    assert [one.person for one in found] == ["li", "qian"]


DAYS = st.integers(0, 20).map(lambda n: DRAW + timedelta(days=n))
SOME_DAYS = st.lists(DAYS, min_size=1, max_size=3)
SPANS = st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=4)


@given(days=SOME_DAYS, spans=SPANS, begin=DAYS, end=DAYS, withdrawn=st.booleans())
def test_who_goes_is_there_and_certified_on_every_day(days, spans, begin, end, withdrawn):
    """Day by day and span by span, written out: no other reason counts, and none is forgotten."""
    officer = replace(
        QIAN,
        valid_from=begin,
        valid_until=end,
        withdrawn=withdrawn,
        absences=tuple(Away(since, until) for since, until in spans),
    )
    found = rules.hindrances(officer, days=days)
    calendar = {DRAW + timedelta(days=n) for n in range(21)}
    gone = {day for since, until in spans for day in calendar if since <= day <= (until or max(calendar))}
    certified = set() if withdrawn else {day for day in calendar if begin <= day <= end}
    assert ("away" in found) == bool(gone & set(days))
    assert ("certificate" in found) == (not set(days) <= certified)
    assert set(found) <= {"away", "certificate"}
    assert (rules.eligible([officer], days=days) == [officer]) == (found == [])


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
