"""牵头吹哨、部门报到: a lead department calls, others answer in time."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Instant, Model
from server.planning.tasks.model import Task
from server.registry.credit.model import Trigger
from server.registry.model import Enterprise


class Call(Model):
    """Why departments are called to an enterprise, and by when they answer (R-909)."""

    __table_args__ = (Index(None, "called_at", "task_id"),)

    task_id: Mapped[str] = mapped_column(ForeignKey(Task.id), primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey(Enterprise.id), index=True)
    cause: Mapped[str] = mapped_column(String(16))  # Cause
    trigger_id: Mapped[str | None] = mapped_column(ForeignKey(Trigger.id))
    detail: Mapped[str] = mapped_column(String(1000))
    matter: Mapped[str] = mapped_column(String(200), default="")
    over_cap_reason: Mapped[str] = mapped_column(String(500), default="")
    team_by: Mapped[str] = mapped_column(String(16), default="draw")  # TeamBy
    team_reason: Mapped[str] = mapped_column(String(500), default="")
    called_at: Mapped[datetime] = mapped_column(Instant)
    called_by: Mapped[str | None] = mapped_column(String(36))
    due_at: Mapped[datetime] = mapped_column(Instant, index=True)


class CallAnswer(Model):
    """A called department's answer: it comes, or cannot and why; none in time is escalated."""

    __table_args__ = (Index(None, "department", "answered_at"),)

    task_id: Mapped[str] = mapped_column(ForeignKey(Call.task_id), primary_key=True)
    department: Mapped[str] = mapped_column(ForeignKey("department.code"), primary_key=True)
    comes: Mapped[bool | None]
    heads: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[str | None] = mapped_column(String(36))
    escalated_at: Mapped[datetime | None] = mapped_column(Instant)
    without_reason: Mapped[str] = mapped_column(String(500), default="")  # why the lead goes on without it
