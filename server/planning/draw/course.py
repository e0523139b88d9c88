"""The course of a draw: who may do what when, how many are drawn, what counts as randomness.

Pure, like `rules`; the numbers (R-…) are those of the domain rules.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.kernel.problems import Problem

WHOLE = 10_000  # 100 % in hundredths of a percent
LEAST_BITS = 64

OFFICE, OBSERVER = "office", "observer"
EXPERTS = "expert"
"""What the experts are called among the departments of a draw."""


class DrawState(StrEnum):
    """How far a draw is."""

    FROZEN = "frozen"  # waits for a second person
    APPROVED = "approved"  # its parties commit themselves
    COMMITTED = "committed"  # they open their secrets, then the randomness falls
    SETTLING = "settling"
    SETTLED = "settled"
    VOID = "void"


OPEN = (DrawState.FROZEN, DrawState.APPROVED, DrawState.COMMITTED, DrawState.SETTLING)


class Ceremony(StrEnum):
    """Who contributes secrets."""

    OBSERVED = "observed"  # the office and an observer
    FULL = "full"  # the lead and every department that takes part


class Step(StrEnum):
    """What the work of settling is at."""

    READING = "reading"
    DRAWING = "drawing"
    WRITING = "writing"


class VoidCode(StrEnum):
    """Why a draw came to nothing."""

    GIVEN_UP = "given-up"
    INFEASIBLE = "infeasible"  # no way to staff all that was drawn
    CHANGED = "changed"  # what is stored is not what was committed to


class Standing(StrEnum):
    """How somebody drawn stands."""

    IN = "in"
    REPLACED = "replaced"
    SHORT = "short"  # nobody left in the reserve


class PassedOver(StrEnum):
    """Why one of the reserve did not come, though it was next."""

    CLOSED = "closed"
    INDUSTRY = "industry"  # not of the task's any more
    CAP = "cap"  # visited, or to be, as often as it may


class Decision(StrEnum):
    """How a substitution stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True)
class Way:
    """A way of writing randomness down: the signs it has, and how many there must be for 64 bits."""

    signs: str
    least: int


class Writing(StrEnum):
    """How the public randomness is written down."""

    DICE = "dice"
    DIGITS = "digits"
    HEX = "hex"


WAYS = {
    Writing.DICE: Way("123456", 25),
    Writing.DIGITS: Way("0123456789", 20),
    Writing.HEX: Way("0123456789abcdef", 16),
}

SEPARATORS = " \t\n\r,，、.-"


def read_randomness(writing: Writing, typed: str, again: str) -> str:
    """What fell, without what parts it for the eye; typed twice alike, and long enough."""
    way = WAYS[writing]
    said, repeated = (_squeezed(text) for text in (typed, again))
    for at, sign in enumerate(said, 1):
        if sign not in way.signs:
            raise Problem("randomness-sign", field="randomness", position=at, sign=sign, signs=way.signs)
    if len(said) < way.least:
        raise Problem("randomness-short", field="randomness", least=way.least, length=len(said))
    if said != repeated:
        raise Problem("randomness-differs", field="again", position=_first_difference(said, repeated))
    return said


def _squeezed(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign not in SEPARATORS)


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False), 1)
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)) + 1)


def quotas(sizes: Mapping[str, int], ratios: Mapping[str, int], minimum: int) -> dict[str, int]:
    """R-401: of each stratum the ratio, rounded up, at least the minimum, at most all; 0 is none."""
    return {
        stratum: min(size, max(minimum, -(-ratios[stratum] * size // WHOLE))) if ratios[stratum] else 0
        for stratum, size in sizes.items()
    }


def parties(ceremony: Ceremony, departments: Sequence[str]) -> list[str]:
    """Who contributes, in the order of the commitment; `departments` has the lead first."""
    return [OFFICE, OBSERVER] if ceremony is Ceremony.OBSERVED else list(departments)


SPEAKERS = {OFFICE: {"office"}, OBSERVER: {"supervisor"}}
DEPARTMENT_SPEAKERS = {"head", "planner", "liaison"}


def speaks_for(party: str, roles: Collection[str], department: str | None) -> bool:
    """Whether somebody commits and opens for a party."""
    if party in SPEAKERS:
        return not SPEAKERS[party].isdisjoint(roles)
    return department == party and not DEPARTMENT_SPEAKERS.isdisjoint(roles)


def runs(roles: Collection[str], department: str | None, lead: str) -> bool:
    """Whether somebody conducts the draws of a task: the office, the lead's planner and liaison."""
    return "office" in roles or (department == lead and not {"planner", "liaison"}.isdisjoint(roles))


def may_approve(roles: Collection[str], department: str | None, lead: str) -> bool:
    """Whether somebody may be the second person: whoever conducts, and the lead's head."""
    return runs(roles, department, lead) or (department == lead and "head" in roles)


def must_be(state: str, *wanted: DrawState) -> None:
    """Refuse what a draw is not ready for, or past."""
    if state not in wanted:
        raise Problem("draw-not-now")


def refuse_same(actor: str, before: str | None) -> None:
    """R-412: two persons, not one."""
    if actor == before:
        raise Problem("draw-second-person")


REASONS = ("SB1", "SB2", "SB3", "SB4", "SB5", "SB6", "SB7")
SUBJECT_REASONS = ("SB5", "SB6", "SB7")
OFFICER_REASONS = ("SB1", "SB2", "SB3", "SB4", "SB7")
