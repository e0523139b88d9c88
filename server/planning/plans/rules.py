"""The law of the annual plan."""

from enum import StrEnum


class FilingState(StrEnum):
    """How far a department's plan is."""

    DRAFT = "draft"
    FILED = "filed"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class PlanMode(StrEnum):
    """Whether subjects are drawn from a named part of the industry (定向) or from all of it (不定向)."""

    FIXED = "fixed"
    OPEN = "open"


class RowSource(StrEnum):
    """Where a row comes from; each is counted apart. The names are those of the sources of tasks."""

    PLAN = "plan"
    CAMPAIGN = "campaign"  # a superior's special campaign
    SINGLE = "single"  # one department alone
