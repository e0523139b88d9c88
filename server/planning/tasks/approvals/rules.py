"""The law of approvals (行政检查审批表, R-501): each department's head approves that it takes part."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.kernel.problems import Problem
from server.planning.tasks.rules import ApprovalState


@dataclass(frozen=True)
class Asked:
    """One department's approval of one task."""

    department: str
    state: str
    urgent: bool = False
    due_at: datetime | None = None

    @property
    def is_missing(self) -> bool:
        """Whether no head has approved."""
        return self.state != ApprovalState.APPROVED

    def is_overdue(self, now: datetime) -> bool:
        """Whether an approval that may come afterwards has not come in time."""
        return self.state == ApprovalState.ASKED and self.due_at is not None and self.due_at < now

    def holds_up(self, now: datetime) -> bool:
        """Whether nobody may set out yet: refused, or not approved and not urgent either."""
        if self.state == ApprovalState.ASKED and self.urgent:
            return False
        return self.is_missing


def due(now: datetime, begins_at: datetime | None, hours: int) -> datetime:
    """By when an urgent inspection has to be approved: so many hours after it begins, or after the asking."""
    return max(now, begins_at or now) + timedelta(hours=hours)


def may_decide(roles: Collection[str], own: str | None, department: str) -> bool:
    """Only the head of that department."""
    return "head" in roles and own == department


def check_decision(state: str, approves: bool, opinion: str) -> None:
    """A decision is made once; a refusal says why."""
    if state == ApprovalState.WITHDRAWN:
        raise Problem("approval-withdrawn")
    if state != ApprovalState.ASKED:
        raise Problem("approval-decided")
    if not approves and not opinion:
        raise Problem("approval-opinion", field="opinion")
