"""Credit risk: the policy in force, where a subject's class comes from, and what ends an exemption."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Instant, Model
from server.registry.model import Enterprise


class RiskPolicy(Model):
    """How classes set ratio and frequency, what points make which class, who is exempt of what; by date.

    `document`: `{"classes": {"A": {"ratio_bp": 300, "per_years": [1, 2]}, …}, "minimum": 1, "thresholds":
    {"B": 20, …}, "unclassified_as": "B", "exemption": {"classes": ["A"], "categories": ["REG", …],
    "emerging_list": "E8"}}`; ratios in hundredths of a percent. Read by `credit.policy`.
    """

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    effective_from: Mapped[date] = mapped_column(index=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500))
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by: Mapped[str | None] = mapped_column(String(36))


class EmergingList(Model):
    """A published list of emerging industries; an exemption names the list it relied on (R-1001)."""

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(300))
    industries: Mapped[list[dict[str, str]]] = mapped_column(JSON)  # code, name


class RiskAssessment(Model):
    """One statement of a subject's class by one source; what counts is decided in rules.

    A decision that is lifted stays and is followed by a statement that says so.
    """

    __table_args__ = (Index(None, "enterprise_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey(Enterprise.id))
    source: Mapped[str] = mapped_column(String(16))  # imported, points, decision, lifted
    risk_class: Mapped[str] = mapped_column(String(1))
    points: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500))
    as_of: Mapped[date]
    until: Mapped[date | None] = mapped_column(index=True)  # of a decision: its last day
    batch_id: Mapped[str | None] = mapped_column(String(36), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str | None] = mapped_column(String(36))


class RiskPoint(Model):
    """Points the county gives a subject for a reason, until they lapse or are taken back."""

    __table_args__ = (Index(None, "enterprise_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey(Enterprise.id))
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    since: Mapped[date]
    until: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str | None] = mapped_column(String(36))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by: Mapped[str | None] = mapped_column(String(36))
    withdraw_reason: Mapped[str | None] = mapped_column(String(500))


class Trigger(Model):
    """触发式监管: what makes an exempt subject eligible again, for the matter it concerns (R-1004)."""

    __table_args__ = (
        Index(None, "enterprise_id", "closed_at"),
        Index(None, "at", "id"),
        Index(None, "department", "at", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey(Enterprise.id))
    kind: Mapped[str] = mapped_column(String(16))  # complaint, transfer, alert, class-change, abnormal
    department: Mapped[str | None] = mapped_column(ForeignKey("department.code"))
    matter: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str | None] = mapped_column(String(36))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(String(36))
    close_reason: Mapped[str | None] = mapped_column(String(500))
