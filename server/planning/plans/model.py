"""The annual plan: what each lead department files, and the county plan made of it, by version."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.catalogue.model import Industry
from server.infra.db import Instant, Model
from server.planning.files.model import Attachment


class Campaign(Model):
    """A special campaign of a superior (专项行动): a source of tasks, offered for matching, counted apart."""

    __table_args__ = (Index(None, "year", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    year: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(200))
    document_number: Mapped[str] = mapped_column(String(100))
    department: Mapped[str] = mapped_column(ForeignKey("department.code"))  # whose superior asks for it
    industries: Mapped[list[str]] = mapped_column(JSON)
    since: Mapped[date]
    until: Mapped[date]
    demands: Mapped[str] = mapped_column(Text, default="")
    attachment_id: Mapped[str | None] = mapped_column(ForeignKey(Attachment.id))
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str | None] = mapped_column(String(36))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day."""
        return self.since, self.until


class Filing(Model):
    """The joint plan and scheme of one lead department for one year (R-201)."""

    __table_args__ = (UniqueConstraint("year", "department"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    year: Mapped[int]
    department: Mapped[str] = mapped_column(ForeignKey("department.code"))
    state: Mapped[str] = mapped_column(String(16))  # FilingState
    scheme: Mapped[str] = mapped_column(Text, default="")  # 检查方案
    revision: Mapped[int] = mapped_column(default=1)
    filed_at: Mapped[datetime | None] = mapped_column(Instant)
    filed_by: Mapped[str | None] = mapped_column(String(36))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(36))
    return_reason: Mapped[str | None] = mapped_column(String(500))

    rows: Mapped[list["PlanRow"]] = relationship(back_populates="filing", order_by="PlanRow.position")


class PlanRow(Model):
    """One joint inspection that is planned: who, what, whom, how many and when (R-204).

    `ratios` are hundredths of a percent by class, U included; `matters` the names of matters by department.
    """

    __table_args__ = (
        Index(None, "filing_id", "position"),
        Index(None, "year", "industry"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    filing_id: Mapped[str] = mapped_column(ForeignKey(Filing.id))
    position: Mapped[int]
    year: Mapped[int]
    department: Mapped[str] = mapped_column(ForeignKey("department.code"))  # the lead
    industry: Mapped[str] = mapped_column(ForeignKey(Industry.code))
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(16))  # TaskSource: plan, campaign, single
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey(Campaign.id), index=True)
    departments: Mapped[list[str]] = mapped_column(JSON)  # those that cooperate, in order
    matters: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    base: Mapped[int]  # 基数: subjects of the industry when the row was written
    strata: Mapped[dict[str, int]] = mapped_column(JSON)  # the base by class
    ratios: Mapped[dict[str, int]] = mapped_column(JSON)
    first_month: Mapped[int]
    last_month: Mapped[int]
    batch: Mapped[int] = mapped_column(default=1)  # 批次: which draw of the year from its industry
    mode: Mapped[str] = mapped_column(String(16))  # PlanMode: fixed (定向), open (不定向)
    scope: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # of a fixed-scope row: `towns`, `tags`
    method: Mapped[str] = mapped_column(String(100))  # 检查方式
    unannounced: Mapped[bool] = mapped_column(default=False)
    window_reason: Mapped[str] = mapped_column(String(500), default="")  # outside May to November
    single_reason: Mapped[str] = mapped_column(String(500), default="")  # of a single department
    attachment_id: Mapped[str | None] = mapped_column(ForeignKey(Attachment.id))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)  # by the joint office
    approved_by: Mapped[str | None] = mapped_column(String(36))
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("plan_row.id"), index=True)
    merge_note: Mapped[str] = mapped_column(String(500), default="")
    host_before: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # what that row said until then
    dropped_at: Mapped[datetime | None] = mapped_column(Instant)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str | None] = mapped_column(String(36))

    filing: Mapped[Filing] = relationship(back_populates="rows")
    campaign: Mapped[Campaign | None] = relationship(lazy="selectin")


class CountyPlan(Model):
    """One published version of the county's plan of a year; another follows it, with a reason."""

    __table_args__ = (UniqueConstraint("year", "version"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    year: Mapped[int]
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500), default="")
    notice: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str | None] = mapped_column(String(36))
