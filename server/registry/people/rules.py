"""The law of the people's registers: who may change them, what a certificate, an absence, a recusal must be.

Pure: days and roles come as arguments. Rule numbers (R-…) are those of the domain rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from server.kernel.problems import Problem
from server.registry.rules import certificate_valid_on

READERS = ("admin", "office", "head", "planner", "liaison", "supervisor")
"""Who reads the registers of officers and experts."""

WRITERS = ("office", "planner", "liaison")
"""Who changes them: the office all, planner and liaison what is the own department's."""

EXPIRES_SOON = timedelta(days=60)

# loose on purpose: series differ by issuer, and a number that looks odd may be right all the same
CERTIFICATE_NUMBER = re.compile(r"[0-9A-Z一-龥（）()\-]{4,24}")
CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")
PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{4,24}")


class CertificateState(StrEnum):
    """Where a certificate stands on a day."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    WITHDRAWN = "withdrawn"


class AppointmentState(StrEnum):
    """Where an expert's appointment stands on a day."""

    APPOINTED = "appointed"
    EXPIRING = "expiring"
    ENDED = "ended"
    NOT_YET = "not-yet"


class RecusalType(StrEnum):
    """Why an officer keeps away from a legal person (R-409), by the codes of the domain."""

    RELATIVE = "RC1"
    INTEREST = "RC2"
    REQUESTED = "RC3"
    LAST_ROUND = "RC4"


DECLARED = (RecusalType.RELATIVE, RecusalType.INTEREST)
"""What officers declare of themselves; a party's request and the rotation are for the office to enter."""


def may_change(roles: Collection[str], own_department: str | None, department: str | None) -> bool:
    """Whether somebody may change what is a department's: the office, and that department's planner and
    liaison."""
    if "office" in roles:
        return True
    return own_department is not None and own_department == department and bool({*WRITERS} & {*roles})


def refuse_foreign(roles: Collection[str], own_department: str | None, department: str | None) -> None:
    """Each department keeps its own officers, and nobody else's."""
    if not may_change(roles, own_department, department):
        raise Problem("officers-of-others")


def may_keep_expert(roles: Collection[str], own_department: str | None, inviters: Collection[str]) -> bool:
    """Whether somebody may change an expert: the office all; a department those only it may invite."""
    if "office" in roles:
        return True
    return own_department is not None and [*inviters] == [own_department] and bool({*WRITERS} & {*roles})


def refuse_foreign_expert(
    roles: Collection[str], own_department: str | None, inviters: Collection[str]
) -> None:
    """Experts of several departments are the county's: its office keeps them."""
    if not may_keep_expert(roles, own_department, inviters):
        raise Problem("experts-of-others", field="inviters")


def check_phone(typed: str) -> None:
    """A phone number, or none."""
    if typed and not PHONE.fullmatch(typed):
        raise Problem("phone-odd", field="phone")


def may_see_phone(roles: Collection[str], own_department: str | None, inviters: Collection[str]) -> bool:
    """An expert's phone is for those who may invite: the office, the departments named, or all (R-1401)."""
    return "office" in roles or (own_department is not None and (not inviters or own_department in inviters))


def masked(phone: str) -> str:
    """A phone as others see it: 138****0000; of a short number only the ends remain (R-1401)."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) < 9:
        return f"{digits[0]}****{digits[-1]}" if len(digits) > 2 else "****" * bool(digits)
    return f"{digits[:3]}****{digits[-4:]}"


def check_certificate(number: str, valid_from: date, valid_until: date) -> None:
    """A number of the usual signs, and a first day that is not after the last."""
    if not CERTIFICATE_NUMBER.fullmatch(number):
        raise Problem("certificate-number-odd", field="certificate_number")
    check_span(valid_from, valid_until, "valid_until")


def check_span(first: date, last: date | None, field: str) -> None:
    """Days in their order."""
    if last is not None and last < first:
        raise Problem("days-reversed", field=field)


def certificate_state(
    valid_from: date, valid_until: date, today: date, *, withdrawn: bool = False
) -> CertificateState:
    """What the lists say of a certificate (R-304)."""
    if withdrawn:
        return CertificateState.WITHDRAWN
    if certificate_valid_on(valid_from, valid_until, today):
        ends = valid_until - today <= EXPIRES_SOON
        return CertificateState.EXPIRING if ends else CertificateState.VALID
    return CertificateState.NOT_YET if today < valid_from else CertificateState.EXPIRED


def appointment_state(first: date, last: date, today: date, *, ended: bool = False) -> AppointmentState:
    """What the lists say of an expert's appointment."""
    if ended or last < today:
        return AppointmentState.ENDED
    if today < first:
        return AppointmentState.NOT_YET
    return AppointmentState.EXPIRING if last - today <= EXPIRES_SOON else AppointmentState.APPOINTED


def tidy_credit_code(typed: str) -> str:
    """A credit code as it is kept; one whose check digit is wrong passes: those in use are known to fail."""
    code = "".join(typed.split()).upper()
    if not CREDIT_CODE.fullmatch(code):
        raise Problem("credit-code-odd", field="uscc")
    return code


def check_declared(kind: str, *, own: bool) -> None:
    """What officers say of themselves is a relation or an interest; anything else is for others to enter."""
    allowed = DECLARED if own else tuple(RecusalType)
    if kind not in allowed:
        raise Problem("choice-needed", field="type")


def refuse_own(actor: str, officer: str) -> None:
    """Nobody lifts the own recusal (R-409: the head of the agency decides)."""
    if actor == officer:
        raise Problem("recusal-own")
