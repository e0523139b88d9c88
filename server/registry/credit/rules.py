"""The law of credit risk: which class counts, how many are drawn of it, how often, and who is spared what.

Pure: dates, inspections and what is open come as arguments. Rule numbers (R-…) are those of the domain rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.registry.credit.policy import CATEGORIES, MADE_BY_POINTS, WHOLE, Policy
from server.registry.rules import EntityType, RiskClass, SubjectStatus

RISK = {RiskClass.A: 0, RiskClass.B: 1, RiskClass.U: 1, RiskClass.C: 2, RiskClass.D: 3}
"""From low to high; what is unclassified stands beside B (R-403)."""


# --- how many -----------------------------------------------------------------------------------------------


def quota(candidates: int, ratio: int, minimum: int) -> int:
    """R-401: max(minimum, ceil(ratio × N)), never more than N; none where N or the ratio is 0."""
    if candidates <= 0 or ratio <= 0:
        return 0
    return min(candidates, max(minimum, -(-ratio * candidates // WHOLE)))


# --- how often ----------------------------------------------------------------------------------------------


class Ground(StrEnum):
    """Why an inspection takes place; the codes of `task_source`."""

    PLAN = "T1"
    COMPLAINT = "T2"
    TRANSFER = "T3"
    ALERT = "T4"
    CAMPAIGN = "T5"
    REINSPECTION = "T6"


CAPPED = frozenset({Ground.PLAN, Ground.CAMPAIGN})
"""What the cap keeps from a subject. The others may exceed it and are counted all the same (R-206)."""


@dataclass(frozen=True)
class Inspection:
    """One department's part in one visit that has taken place."""

    visit: str
    day: date
    department: str
    ground: Ground = Ground.PLAN


@dataclass(frozen=True)
class Frequency:
    """Whether one more inspection may take place, and what was counted.

    `hindrances` names every cap that is reached: `department` (R-206), `subject` (R-405). An inspection they
    do not bind is allowed beyond them, and `beyond` says so to whoever supervises.
    """

    allowed: bool
    hindrances: tuple[str, ...]
    done: int
    at_most: int | None
    reason_needed: bool

    @property
    def beyond(self) -> bool:
        """Allowed although a cap is reached."""
        return self.allowed and bool(self.hindrances)


def frequency(
    policy: Policy,
    risk_class: RiskClass,
    inspections: Iterable[Inspection],
    department: str,
    day: date,
    ground: Ground = Ground.PLAN,
) -> Frequency:
    """How a department's inspection on `day` stands to the caps of the class.

    R-206 counts the department's own, in calendar years that end with this one. R-405 counts visits of all
    departments in this year. Re-inspections are counted apart and bound by neither.
    """
    rate = policy.rate(risk_class)
    counted = [one for one in inspections if one.ground is not Ground.REINSPECTION and one.day <= day]
    since = day.year - rate.years + 1
    own = {one.visit for one in counted if one.department == department and one.day.year >= since}
    this_year = {one.visit for one in counted if one.day.year == day.year}
    reached = {
        "department": rate.times is not None and len(own) >= rate.times,
        "subject": rate.times is not None and len(this_year) >= rate.times,
    }
    hindrances = tuple(name for name, holds in reached.items() if holds)
    return Frequency(
        allowed=not hindrances or ground not in CAPPED,
        hindrances=hindrances,
        done=len(own),
        at_most=rate.times,
        reason_needed=rate.times is None,
    )


# --- which class counts -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Points:
    """Points given for a reason, from a day until another, the last one included."""

    points: int
    since: date
    until: date | None
    withdrawn: bool = False

    def count_on(self, day: date) -> bool:
        """Whether they count that day."""
        return not self.withdrawn and self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Statement:
    """A class somebody stated: of a day, and for a decision until another."""

    risk_class: RiskClass
    as_of: date
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Standing:
    """The class that counts and where it comes from: `decision`, `points`, `imported` or `none`.

    `points` and `by_points` are always said, so that a page can show what lies beneath a decision.
    """

    risk_class: RiskClass
    source: str
    as_of: date | None
    points: int
    by_points: RiskClass | None
    imported: Statement | None
    decision: Statement | None


def by_points(points: int, thresholds: Mapping[RiskClass, int]) -> RiskClass | None:
    """The class so many points make; none below the first threshold: a lack of points proves nothing good."""
    reached = [one for one in MADE_BY_POINTS if points >= thresholds[one]]
    return reached[-1] if reached else None


def standing(
    entity_type: EntityType,
    imported: Statement | None,
    points: Iterable[Points],
    decision: Statement | None,
    policy: Policy,
    day: date,
) -> Standing:
    """Which of several sources counts on a day.

    Only enterprises are classified; all others are U (R-403). A decision of the office counts as long as it
    holds. Else the imported class counts, unless the county's own points make a higher risk: points never
    make a class better.
    """
    total = sum(one.points for one in points if one.count_on(day))
    made = by_points(total, policy.thresholds)
    base = imported.risk_class if imported else RiskClass.U

    def counts(risk_class: RiskClass, source: str, as_of: date | None) -> Standing:
        return Standing(risk_class, source, as_of, total, made, imported, decision)

    if entity_type is not EntityType.ENTERPRISE:
        return counts(RiskClass.U, "none", None)
    if decision and decision.as_of <= day and (decision.until is None or day <= decision.until):
        return counts(decision.risk_class, "decision", decision.as_of)
    if made and RISK[made] > RISK[base]:
        return counts(made, "points", day)
    if imported:
        return counts(base, "imported", imported.as_of)
    return counts(RiskClass.U, "none", None)


# --- who is spared what -------------------------------------------------------------------------------------


class TriggerKind(StrEnum):
    """What ends an exemption at once (R-1004). The last two the register notes by itself."""

    COMPLAINT = "complaint"
    TRANSFER = "transfer"
    ALERT = "alert"
    CLASS_CHANGE = "class-change"
    ABNORMAL = "abnormal"


@dataclass(frozen=True)
class EmergingIndustries:
    """A published list of emerging industries: an exemption names the one it relied on (R-1001)."""

    code: str
    name: str
    industries: Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """What the rules need to know of a subject."""

    entity_type: EntityType
    risk_class: RiskClass
    risk_as_of: date | None
    status: SubjectStatus
    emerging_code: str | None


@dataclass(frozen=True)
class Condition:
    """One condition of an exemption, by its rule, and whether it holds."""

    name: str
    rule: str
    holds: bool


@dataclass(frozen=True)
class Exemption:
    """Whether a subject is spared, of what, and every condition with its outcome."""

    granted: bool
    reasons: tuple[Condition, ...]
    categories: frozenset[str]
    emerging: EmergingIndustries | None
    subject: Subject
    day: date

    @property
    def lost(self) -> bool:
        """Whether all of R-1001 holds and only a trigger (R-1004) stands in the way."""
        return not self.granted and all(one.holds for one in self.reasons if one.rule == "R-1001")

    @property
    def missing(self) -> tuple[str, ...]:
        """The conditions that fail."""
        return tuple(one.name for one in self.reasons if not one.holds)


def exemption(
    subject: Subject,
    policy: Policy,
    emerging: EmergingIndustries | None,
    day: date,
    *,
    open_corrections: int,
    open_cases: int,
    open_triggers: Sequence[TriggerKind],
) -> Exemption:
    """守信免查 on a day: all of R-1001, and nothing of R-1004; of what, R-1002. `emerging` is the policy's
    list."""
    listed = emerging is not None and subject.emerging_code in emerging.industries
    reasons = (
        Condition("enterprise", "R-1001", subject.entity_type is EntityType.ENTERPRISE),
        Condition("low-risk", "R-1001", subject.risk_class in policy.exempt_classes),
        Condition("emerging", "R-1001", listed),
        Condition("no-correction", "R-1001", open_corrections == 0),
        Condition("no-case", "R-1001", open_cases == 0),
        Condition("not-abnormal", "R-1004", subject.status is not SubjectStatus.ABNORMAL),
        Condition("no-trigger", "R-1004", not open_triggers),
    )
    granted = all(one.holds for one in reasons)
    categories = policy.exempt_categories if granted else frozenset()
    return Exemption(granted, reasons, categories, emerging, subject, day)


def class_change_triggers(before: RiskClass, after: RiskClass, exempt_classes: Collection[RiskClass]) -> bool:
    """R-1004: from a class that may be spared to C or D."""
    return before in exempt_classes and after in (RiskClass.C, RiskClass.D)


def grounds_in_chinese(found: Exemption) -> str:
    """Why a subject is spared, or no longer is, as papers and phones say it.

    It is read on the subject's premises: that there is a trigger is said, never what or by whom (R-1406).
    """
    if found.lost:
        abnormal = found.subject.status is SubjectStatus.ABNORMAL
        cause = "已列入经营异常名录" if abnormal else "有未办结的触发事项"
        return f"{cause}，不再免查，各项照常检查。"
    listed = found.emerging.industries[str(found.subject.emerging_code)] if found.emerging else ""
    spared = "、".join(name for code, name in CATEGORIES.items() if code in found.categories)
    return (
        f"新兴产业（{listed}）企业，信用风险{found.subject.risk_class}类，"
        f"无未办结的责令改正、案件和触发事项；免查：{spared}。"
    )
