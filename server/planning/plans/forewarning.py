"""What is said before a plan is filed: caps that would be exceeded, subjects planned twice, months too full.

Pure, and nothing here refuses: a department files all the same, knowing it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.planning.frequency.rules import Visited, standing
from server.planning.plans.rules import Row, RowSource, target
from server.registry.credit.policy import Policy
from server.registry.rules import RiskClass

HEADS = 2
"""Officers of each department on a visit, at least (R-406)."""


@dataclass(frozen=True)
class Subject:
    """A subject of a row's industry: what decides which rows may draw it, and the visits it had."""

    risk_class: RiskClass
    town: str | None
    tags: tuple[str, ...]
    industries: frozenset[str]
    visits: tuple[Visited, ...] = ()

    def is_of(self, row: Row) -> bool:
        """Whether a row may draw it."""
        return row.industry in self.industries and row.scope.holds(self.town, self.tags)


@dataclass(frozen=True)
class CapWarning:
    """R-206: so many subjects of a class would be over their cap with a department if every row drew them."""

    row: Row
    department: str
    risk_class: RiskClass
    times: int
    years: int
    subjects: int


@dataclass(frozen=True)
class RepeatWarning:
    """R-205: two rows would check the same matters of the same subjects in the same months."""

    row: Row
    other: Row
    matters: tuple[str, ...]
    subjects: int


@dataclass(frozen=True)
class LoadWarning:
    """A month in which a department would need more days of officers than it has."""

    department: str
    month: int
    needed: int
    officers: int
    days: int


Subjects = Mapping[Subject, int]
"""How many subjects there are that these rules cannot tell apart: an industry has few kinds of them."""


def over_cap(row: Row, others: Sequence[Row], subjects: Subjects, policy: Policy) -> list[CapWarning]:
    """By department and class: those that could be visited once too often, this row's visit included.

    What a superior orders stands outside the cap, but is counted (R-206).
    """
    if row.source is RowSource.CAMPAIGN:
        return []
    found: Counter[tuple[str, RiskClass]] = Counter()
    day = date(row.year, 12, 31)
    for subject, alike in subjects.items():
        if not subject.is_of(row):
            continue
        planned = Counter(code for one in others if subject.is_of(one) for code in one.all_departments)
        for code in row.all_departments:
            now = standing(policy, subject.risk_class, subject.visits, day, code)
            if now.allowed is not None and now.used + planned[code] + 1 > now.allowed:
                found[code, subject.risk_class] += alike
    return [
        CapWarning(row, code, one, policy.rate(one).times or 0, policy.rate(one).years, number)
        for (code, one), number in sorted(found.items())
    ]


def repeats(row: Row, others: Iterable[Row], subjects: Subjects) -> Iterator[RepeatWarning]:
    """Other rows with a matter and subjects in common, at the same time."""
    mine = [(subject, alike) for subject, alike in subjects.items() if subject.is_of(row)]
    own = {name for names in row.matters.values() for name in names}
    for other in others:
        matters = own & {name for names in other.matters.values() for name in names}
        if not matters or set(row.months).isdisjoint(other.months):
            continue
        if number := sum(alike for subject, alike in mine if subject.is_of(other)):
            yield RepeatWarning(row, other, tuple(sorted(matters)), number)


def too_full(
    rows: Iterable[Row], officers: Mapping[str, int], days: Mapping[int, int], minimum: int
) -> list[LoadWarning]:
    """Months in which visits × officers on each exceed officers × working days; a row's visits are spread
    evenly over its months, and an officer makes one visit a day."""
    load: Counter[tuple[str, int]] = Counter()
    for row in rows:
        if not row.months:
            continue
        monthly = -(-target(row, minimum) * HEADS // len(row.months))
        for code in row.all_departments:
            for month in row.months:
                load[code, month] += monthly
    return [
        LoadWarning(code, month, needed, officers.get(code, 0), days[month])
        for (code, month), needed in sorted(load.items())
        if needed > officers.get(code, 0) * days[month]
    ]
