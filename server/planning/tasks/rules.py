"""The law of tasks: where they come from, how far they are, what is agreed for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class TaskSource(StrEnum):
    """Where a task comes from. Each is counted apart; only the first two are 双随机 of the county."""

    PLAN = "plan"  # the annual plan
    CAMPAIGN = "campaign"  # a superior's special campaign
    SINGLE = "single"  # one department alone
    ELSEWHERE = "elsewhere"  # drawn on the province's platform
    CALL = "call"  # 吹哨报到: a complaint, a transfer, an alert; names its subject


class TaskState(StrEnum):
    """How far a task is."""

    TALKS = "talks"  # under negotiation
    AGREED = "agreed"
    DRAWN = "drawn"
    SENT = "sent"  # dispatched
    CLOSED = "closed"


class Answer(StrEnum):
    """How a department stands to what is on the table."""

    OPEN = "open"
    AGREED = "agreed"
    COUNTERED = "countered"
    DECLINED = "declined"


class TurnKind(StrEnum):
    """What was said."""

    PROPOSE = "propose"
    AGREE = "agree"
    COUNTER = "counter"
    DECLINE = "decline"
    REMIND = "remind"
    SETTLE = "settle"  # the agreed terms
    NOTE = "note"


class ApprovalState(StrEnum):
    """How a head decided."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


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
