"""How often a subject may be visited (R-206, R-405).

Pure: the visits it had come as arguments. Re-inspections and exercises are no visits here; special checks
ordered by a superior and checks on complaints stand outside the cap, but are counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from server.registry.credit.policy import Policy
from server.registry.rules import RiskClass


@dataclass(frozen=True)
class Visited:
    """One visit a subject had or will have, and the departments that took part."""

    day: date
    departments: frozenset[str]


@dataclass(frozen=True)
class Standing:
    """How a subject stands to its cap: `used` of `allowed` visits since `since`; no cap where `allowed` is
    None."""

    used: int
    allowed: int | None
    since: date

    @property
    def reached(self) -> bool:
        """Whether one more would exceed it."""
        return self.allowed is not None and self.used >= self.allowed


def standing(
    policy: Policy, risk_class: RiskClass, visits: Iterable[Visited], day: date, department: str | None = None
) -> Standing:
    """How a subject stands on the day of a visit to come, for one department or for all taken together.

    A cap of `times` in `years` counts the calendar year of `day` and those before it.
    """
    rate = policy.rate(risk_class)
    since = date(day.year - rate.years + 1, 1, 1)
    used = sum(
        since <= one.day <= date(day.year, 12, 31) and (department is None or department in one.departments)
        for one in visits
    )
    return Standing(used, rate.times, since)
