"""Tasks (任务): what is negotiated, agreed, approved, drawn and dispatched as one."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.catalogue.model import ChecklistVersion, Industry
from server.infra.db import Instant, Model
from server.planning.files.model import Attachment
from server.planning.plans.model import Campaign, PlanRow


class Task(Model):
    """One draw run, or what stands in its place: industry, period, departments.

    `terms` are what was agreed (`rules.Terms.document`); `on_table` what is proposed until then, with the
    `round` it belongs to. `scope` narrows whom is drawn from. The checklist is the version frozen when the
    terms were agreed (R-104).
    """

    __table_args__ = (
        Index(None, "year", "id"),
        Index(None, "state", "id"),
        Index(None, "lead", "state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    year: Mapped[int]
    source: Mapped[str] = mapped_column(String(16))  # TaskSource
    state: Mapped[str] = mapped_column(String(16))  # TaskState
    name: Mapped[str] = mapped_column(String(200))
    industry: Mapped[str] = mapped_column(ForeignKey(Industry.code))
    lead: Mapped[str] = mapped_column(ForeignKey("department.code"))
    plan_row_id: Mapped[str | None] = mapped_column(ForeignKey(PlanRow.id), index=True)
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey(Campaign.id), index=True)
    ratios: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    scope: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    basis: Mapped[str] = mapped_column(String(500), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    attachment_id: Mapped[str | None] = mapped_column(ForeignKey(Attachment.id))
    unannounced: Mapped[bool] = mapped_column(default=False)
    release_hours: Mapped[int] = mapped_column(default=2)  # how long before it an unannounced visit is shown
    on_table: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    round: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    agreed_at: Mapped[datetime | None] = mapped_column(Instant)
    checklist_id: Mapped[str | None] = mapped_column(ForeignKey(ChecklistVersion.id))
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str | None] = mapped_column(String(36))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)  # by the joint office
    approved_by: Mapped[str | None] = mapped_column(String(36))
    sending_since: Mapped[datetime | None] = mapped_column(Instant)  # while it is being dispatched
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    close_reason: Mapped[str | None] = mapped_column(String(500))


class TaskDepartment(Model):
    """A department that is asked to take part, and how it stands to what is on the table."""

    task_id: Mapped[str] = mapped_column(ForeignKey(Task.id), primary_key=True)
    department: Mapped[str] = mapped_column(ForeignKey("department.code"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str] = mapped_column(String(16), default="open")  # Answer

    __table_args__ = (Index(None, "department", "answer"),)


class Turn(Model):
    """One thing said in a negotiation (线上磋商); nothing said is changed."""

    __table_args__ = (Index(None, "task_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey(Task.id))
    round: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))  # TurnKind
    department: Mapped[str | None] = mapped_column(ForeignKey("department.code"))
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str | None] = mapped_column(String(36))


class Approval(Model):
    """Whether the head of a department approves that it takes part in a task (行政检查审批表, R-501).

    An urgent one may come after the visit, by `due_at`.
    """

    task_id: Mapped[str] = mapped_column(ForeignKey(Task.id), primary_key=True)
    department: Mapped[str] = mapped_column(ForeignKey("department.code"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))  # ApprovalState
    urgent: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[str | None] = mapped_column(String(36))  # 承办人, of the department itself
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(36))
    opinion: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (Index(None, "department", "state"),)
