"""The law of the people's registers, as tables."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.problems import Problem
from server.registry.people import rules

TODAY = dt.date(2026, 5, 12)


def day(offset):
    return TODAY + dt.timedelta(days=offset)


def code_of(deed, *args, **more):
    """The code and field of the problem a rule raises, or none."""
    try:
        deed(*args, **more)
    except Problem as problem:
        return problem.code, problem.field
    return None


@pytest.mark.parametrize(
    ("roles", "own", "department", "may"),
    [
        ({"office"}, "LXB", "SCJG", True),  # the office keeps all
        ({"liaison"}, "SCJG", "SCJG", True),
        ({"planner"}, "SCJG", "SCJG", True),
        ({"liaison"}, "XFJY", "SCJG", False),  # another department's
        ({"head"}, "SCJG", "SCJG", False),  # a head approves, and does not keep the register
        ({"supervisor"}, None, "SCJG", False),
        ({"liaison"}, None, None, False),  # nobody's department is nobody's
    ],
)
def test_who_keeps_whose_officers(roles, own, department, may):
    assert rules.may_change(roles, own, department) is may
    assert code_of(rules.refuse_foreign, roles, own, department) == (
        None if may else ("officers-of-others", None)
    )


@pytest.mark.parametrize(
    ("first", "last", "withdrawn", "state"),
    [
        (-100, 61, False, "valid"),
        (-100, 60, False, "expiring"),
        (-100, 0, False, "expiring"),  # it holds on its last day
        (0, 100, False, "valid"),  # and on its first
        (-100, -1, False, "expired"),
        (1, 100, False, "not-yet"),
        (-100, 100, True, "withdrawn"),
        (-100, -1, True, "withdrawn"),
    ],
)
def test_where_a_certificate_stands(first, last, withdrawn, state):
    assert rules.certificate_state(day(first), day(last), TODAY, withdrawn=withdrawn) == state


@pytest.mark.parametrize(
    ("first", "last", "ended", "state"),
    [
        (-100, 100, False, "appointed"),
        (-100, 60, False, "expiring"),
        (-100, -1, False, "ended"),
        (-100, 100, True, "ended"),
        (1, 100, False, "not-yet"),
    ],
)
def test_where_an_appointment_stands(first, last, ended, state):
    assert rules.appointment_state(day(first), day(last), TODAY, ended=ended) == state


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("12179901001", True),
        ("皖执法（2024）-001", True),
        ("X1", False),
        ("1217 9901", False),
        ("a1217990", False),
        ("1" * 25, False),
        ("", False),
    ],
)
def test_the_number_of_a_certificate_is_held_to_a_loose_form(number, fits):
    problem = code_of(rules.check_certificate, number, TODAY, TODAY)
    assert problem == (None if fits else ("certificate-number-odd", "certificate_number"))


def test_days_stand_in_their_order():
    assert code_of(rules.check_certificate, "12179901001", day(1), day(0)) == ("days-reversed", "valid_until")
    assert code_of(rules.check_span, day(0), None, "until") is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 91341723ma2test01x ", "91341723MA2TEST01X"),
        ("9134 1723 XXXX 0001 9K", "91341723XXXX00019K"),  # the check digit is no reason to refuse
        ("91341723", None),
        ("青阳示例加油站", None),
    ],
)
def test_a_credit_code_as_typed(typed, kept):
    if kept is None:
        assert code_of(rules.tidy_credit_code, typed) == ("credit-code-odd", "uscc")
    else:
        assert rules.tidy_credit_code(typed) == kept


@pytest.mark.parametrize(
    ("kind", "own", "fits"),
    [
        ("RC1", True, True),
        ("RC2", True, True),
        ("RC3", True, False),
        ("RC4", True, False),
        ("RC3", False, True),
        ("RC9", False, False),
    ],
)
def test_what_officers_may_declare_of_themselves(kind, own, fits):
    assert code_of(rules.check_declared, kind, own=own) == (None if fits else ("choice-needed", "type"))


@pytest.mark.parametrize(
    ("roles", "own", "inviters", "sees"),
    [
        ({"office"}, "LXB", ["XFJY"], True),
        ({"liaison"}, "XFJY", ["XFJY"], True),
        ({"head"}, "SCJG", ["XFJY"], False),
        ({"head"}, "SCJG", [], True),  # all may invite
        ({"supervisor"}, None, [], False),  # who invites nobody needs no number
        ({"admin"}, None, ["XFJY"], False),
    ],
)
def test_whose_eyes_a_phone_is_for(roles, own, inviters, sees):
    """R-1401: the minimum."""
    assert rules.may_see_phone(roles, own, inviters) is sees


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812340000", "138****0000"),
        ("0566-5021234", "056****1234"),
        ("12345", "1****5"),
        ("0----", "****"),
        ("", ""),
    ],
)
def test_a_masked_phone(phone, shown):
    assert rules.masked(phone) == shown


@given(st.from_regex(rules.PHONE, fullmatch=True))
def test_no_masked_phone_can_be_dialled(phone):
    masked, digits = re.sub(r"\D", "", rules.masked(phone)), re.sub(r"\D", "", phone)
    assert len(masked) < len(digits) or not digits


@pytest.mark.parametrize(
    ("roles", "own", "inviters", "may"),
    [
        ({"office"}, "LXB", [], True),
        ({"liaison"}, "XFJY", ["XFJY"], True),
        ({"liaison"}, "XFJY", ["SCJG", "XFJY"], False),
        ({"liaison"}, "XFJY", [], False),  # one for all is the county's
        ({"head"}, "XFJY", ["XFJY"], False),
    ],
)
def test_who_keeps_which_experts(roles, own, inviters, may):
    assert rules.may_keep_expert(roles, own, inviters) is may


def test_nobody_lifts_the_own_recusal():
    assert code_of(rules.refuse_own, "a", "a") == ("recusal-own", None)
    assert code_of(rules.refuse_own, "a", "b") is None
