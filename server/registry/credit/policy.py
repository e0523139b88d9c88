"""The policy of credit risk: how often and how many of each class are drawn, and who is spared what.

Pure: it is read from the document the office set (`RiskPolicy.document`), checked, and written back. Ratios
are whole hundredths of a percent, so that nothing is ever rounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from server.kernel.problems import Problem
from server.registry.rules import RiskClass

Json = dict[str, Any]

CLASSES = (RiskClass.A, RiskClass.B, RiskClass.C, RiskClass.D)
"""From low to high risk. U is no class of its own: it is treated as one of these (R-403)."""

MADE_BY_POINTS = (RiskClass.B, RiskClass.C, RiskClass.D)
WHOLE = 10_000
"""100 % in hundredths of a percent."""

CATEGORIES = {"REG": "企业登记事项", "ANNUAL": "年报公示信息", "TRADEMARK": "商标使用"}
"""Kinds of matter that may be spared (R-1002); which of them are is the policy's to say."""


@dataclass(frozen=True)
class Rate:
    """How many of a class are drawn and how often one subject may be: `times` within `years` calendar years.

    Without `times` there is no cap, but each check gives its reason (R-206, class D).
    """

    ratio: int
    times: int | None
    years: int = 1

    def rarer_than(self, other: Rate) -> bool:
        """Whether this allows fewer checks in the long run than another."""
        if other.times is None or self.times is None:
            return self.times is not None
        return self.times * other.years < other.times * self.years


@dataclass(frozen=True)
class Policy:
    """What holds for every class. `minimum` is R-401's min_1; `thresholds` are the points from which on an
    enterprise is in a class."""

    rates: Mapping[RiskClass, Rate]
    unclassified_as: RiskClass
    minimum: int
    thresholds: Mapping[RiskClass, int]
    exempt_classes: frozenset[RiskClass]
    exempt_categories: frozenset[str]
    emerging_list: str | None

    @classmethod
    def parse(cls, document: Json) -> Policy:
        """The policy a document says; ValueError or KeyError where it says none."""
        exemption = document["exemption"]
        return cls(
            rates={one: _rate(document["classes"][one]) for one in CLASSES},
            unclassified_as=RiskClass(document["unclassified_as"]),
            minimum=int(document["minimum"]),
            thresholds={one: int(document["thresholds"][one]) for one in MADE_BY_POINTS},
            exempt_classes=frozenset(map(RiskClass, exemption["classes"])),
            exempt_categories=frozenset(exemption["categories"]),
            emerging_list=exemption["emerging_list"],
        )

    @property
    def document(self) -> Json:
        """The document it is kept as."""
        return {
            "classes": {
                str(one): {
                    "ratio_bp": rate.ratio,
                    "per_years": None if rate.times is None else [rate.times, rate.years],
                }
                for one, rate in self.rates.items()
            },
            "unclassified_as": str(self.unclassified_as),
            "minimum": self.minimum,
            "thresholds": {str(one): points for one, points in self.thresholds.items()},
            "exemption": {
                "classes": sorted(map(str, self.exempt_classes)),
                "categories": sorted(self.exempt_categories),
                "emerging_list": self.emerging_list,
            },
        }

    def treated_as(self, risk_class: RiskClass) -> RiskClass:
        """The class whose rate holds: the own one, and for U the one it is treated as (R-403)."""
        return self.unclassified_as if risk_class is RiskClass.U else risk_class

    def rate(self, risk_class: RiskClass) -> Rate:
        """The rate that holds for a class, U included."""
        return self.rates[self.treated_as(risk_class)]


DEFAULT = Policy(
    rates={
        RiskClass.A: Rate(300, 1, 2),
        RiskClass.B: Rate(1_000, 1),
        RiskClass.C: Rate(3_000, 2),
        RiskClass.D: Rate(10_000, None),
    },
    unclassified_as=RiskClass.B,
    minimum=1,
    thresholds={RiskClass.B: 20, RiskClass.C: 50, RiskClass.D: 80},
    exempt_classes=frozenset({RiskClass.A}),
    exempt_categories=frozenset(CATEGORIES),
    emerging_list=None,
)
"""The code list's defaults, until the office sets its own. No list of industries counts before it says so."""


def faults(policy: Policy) -> Iterator[Problem]:
    """All that forbids a policy, each at its field: nothing may favour a higher risk over a lower (R-402)."""
    yield from _out_of_range(policy)
    for lower, higher in pairwise(CLASSES):
        less, more = policy.rates[lower], policy.rates[higher]
        if less.ratio > more.ratio:
            yield _disorder("risk-ratio-order", "ratio", lower, higher)
        if more.rarer_than(less):
            yield _disorder("risk-frequency-order", "times", lower, higher)
    for lower, higher in pairwise(MADE_BY_POINTS):
        if policy.thresholds[lower] >= policy.thresholds[higher]:
            yield _disorder("risk-points-order", "points", lower, higher)
    if policy.unclassified_as not in MADE_BY_POINTS:
        yield Problem("risk-unclassified-as", field="unclassified_as")


def _disorder(code: str, field: str, lower: RiskClass, higher: RiskClass) -> Problem:
    return Problem(code, field=f"{field}_{higher}", lower=str(lower), higher=str(higher))


def _out_of_range(policy: Policy) -> Iterator[Problem]:
    for one, rate in policy.rates.items():
        if not 0 <= rate.ratio <= WHOLE:
            yield Problem("risk-ratio-range", field=f"ratio_{one}")
        if rate.times is not None and (rate.times < 1 or not 1 <= rate.years <= 5):
            yield Problem("risk-frequency-range", field=f"times_{one}")
    for one, points in policy.thresholds.items():
        if points < 1:
            yield Problem("risk-points-range", field=f"points_{one}")
    if policy.minimum < 0:
        yield Problem("risk-minimum-range", field="minimum")


def check(policy: Policy) -> None:
    """Refuse a policy that may not be set."""
    for problem in faults(policy):
        raise problem


def _rate(said: Json) -> Rate:
    times, years = said["per_years"] or (None, 1)
    return Rate(int(said["ratio_bp"]), times, int(years))
