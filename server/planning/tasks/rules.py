"""The law of tasks: where they come from, how far they are, what is agreed for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from server.kernel.problems import Problem

READERS = ("office", "head", "planner", "liaison", "supervisor", "admin")
"""Who reads tasks at a desk: the department's people those it takes part in, the others all."""

OVERSEERS = frozenset({"office", "supervisor", "admin"})
"""Who reads every task."""

SPEAKERS = ("office", "liaison", "planner")
"""Who acts for a department, each for the own one; the office for any that leads."""

ALONE = frozenset({"single", "call", "elsewhere"})
"""Sources of tasks that one department may carry out alone (R-101)."""


class TaskSource(StrEnum):
    """Where a task comes from. Each is counted apart; only the first two are 双随机 of the county."""

    PLAN = "plan"  # the annual plan
    CAMPAIGN = "campaign"  # a superior's special campaign
    SINGLE = "single"  # one department alone
    ELSEWHERE = "elsewhere"  # drawn on the province's platform
    CALL = "call"  # 吹哨报到: a complaint, a transfer, an alert; names its subject


class TaskState(StrEnum):
    """How far a task is."""

    CALLED = "called"  # of a call: not negotiated, but answered
    TALKS = "talks"  # under negotiation
    AGREED = "agreed"
    DRAWN = "drawn"
    SENT = "sent"  # dispatched
    CLOSED = "closed"


def check_reopening(state: str) -> None:
    """Settled terms may be talked over again until the draw."""
    if state == TaskState.TALKS:
        raise Problem("talks-moved")
    if state != TaskState.AGREED:
        raise Problem("talks-drawn")


def may_be_closed(source: str, state: str) -> bool:
    """Whether a task can be given up: before its draw; one that was drawn elsewhere until it is dispatched,
    for what its file says cannot be mended here."""
    return state in (TaskState.TALKS, TaskState.AGREED) or (
        source == TaskSource.ELSEWHERE and state == TaskState.DRAWN
    )


def may_end_refused(roles: Collection[str], source: str, state: str) -> bool:
    """Whether a drawn task can be given up where a head refuses that the department takes part: by the joint
    office, as neither talks nor a dispatch go on from there. A call is called off."""
    return "office" in roles and state == TaskState.DRAWN and source != TaskSource.CALL


class Answer(StrEnum):
    """How a department stands to what is on the table."""

    OPEN = "open"
    AGREED = "agreed"
    COUNTERED = "countered"
    DECLINED = "declined"
    DROPPED = "dropped"  # declined, and the lead goes on without it


class TurnKind(StrEnum):
    """What was said."""

    PROPOSE = "propose"
    AGREE = "agree"
    COUNTER = "counter"
    DECLINE = "decline"
    REMIND = "remind"
    DROP = "drop"  # the lead goes on without one that declined
    SETTLE = "settle"  # the agreed terms
    REOPEN = "reopen"  # settled terms are talked over again
    NOTE = "note"


class ApprovalState(StrEnum):
    """How a head decided."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # nothing to decide any more: terms opened again, or the task given up


@dataclass(frozen=True)
class Share:
    """What one department brings to every visit."""

    department: str
    heads: int
    vehicles: int = 0


@dataclass(frozen=True)
class Terms:
    """What is agreed for a task: between which days, in which halves of a day, who brings what.

    `total` is the most visits of one officer; `experts` how many come along on each visit.
    """

    since: date
    until: date
    halves: tuple[str, ...]  # am, pm
    shares: tuple[Share, ...]  # the lead first
    total: int
    experts: int = 0

    @property
    def document(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "halves": list(self.halves),
            "departments": [
                {"department": one.department, "heads": one.heads, "vehicles": one.vehicles}
                for one in self.shares
            ],
            "total": self.total,
            "experts": self.experts,
        }

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Terms:
        """The terms a document says."""
        return cls(
            since=date.fromisoformat(document["since"]),
            until=date.fromisoformat(document["until"]),
            halves=tuple(document["halves"]),
            shares=tuple(Share(**one) for one in document["departments"]),
            total=document["total"],
            experts=document["experts"],
        )


def speaks_for(roles: Collection[str], own: str | None, department: str) -> bool:
    """Whether somebody answers for a department: its liaison and its planner, nobody else's."""
    return own == department and bool({"liaison", "planner"} & {*roles})


def may_lead(roles: Collection[str], own: str | None, lead: str) -> bool:
    """Whether somebody directs a task: the office, and who answers for the department that leads it."""
    return "office" in roles or speaks_for(roles, own, lead)


def may_go_alone(source: str, approved: bool) -> bool:
    """Whether a lead may do without others: of a campaign where the joint office approved it (R-105)."""
    return source in ALONE or (source == TaskSource.CAMPAIGN and approved)


def check_departments(
    source: str, lead: str, departments: Collection[str], inspecting: Collection[str], approved: bool = False
) -> None:
    """Only departments that inspect take part (R-106), and at least one beside the lead (R-101)."""
    foreign = sorted({lead, *departments} - {*inspecting})
    if foreign:
        raise Problem("task-not-inspecting", field="departments", departments="、".join(foreign))
    if source == TaskSource.SINGLE and {*departments} - {lead}:
        raise Problem("task-single-joint", field="departments")
    if not may_go_alone(source, approved) and not {*departments} - {lead}:
        raise Problem("task-alone", field="departments")


def check_ratios(ratios: Mapping[str, int]) -> None:
    """A higher risk is never drawn less (R-402)."""
    for lower, higher in pairwise("ABCD"):
        if ratios.get(lower, 0) > ratios.get(higher, 0):
            raise Problem("risk-ratio-order", field="ratios", lower=lower, higher=higher)


def check_campaign(closed: bool, industries: Collection[str], industry: str) -> None:
    """A campaign brings tasks of its own industries, until it is closed."""
    if closed or industry not in industries:
        raise Problem("campaign-closed", field="industry")


def check_single(source: str, reason: str, attachment: object) -> None:
    """A task of one department needs a reason and the paper that orders it (R-105)."""
    if source != TaskSource.SINGLE:
        return
    if not reason:
        raise Problem("task-single-reason", field="reason")
    if attachment is None:
        raise Problem("task-single-paper", field="attachment")
