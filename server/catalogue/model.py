"""Industries and the published versions of their checklists. What may be published is decided in rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Instant, Model


class Industry(Model):
    """A kind of business checked in one visit (一业一查); `document` holds what its list says about it."""

    __tablename__ = "industry"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    lead_department: Mapped[str] = mapped_column(ForeignKey("department.code"), index=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=1)


class IndustryDepartment(Model):
    """A department of an industry, the lead or one that cooperates, and its share of the work."""

    industry: Mapped[str] = mapped_column(ForeignKey(Industry.code), primary_key=True)
    department: Mapped[str] = mapped_column(ForeignKey("department.code"), primary_key=True, index=True)
    lead: Mapped[bool] = mapped_column(default=False)
    division: Mapped[str] = mapped_column(String(500), default="")  # 部门任务分工


class SupervisionMatter(Model):
    """A matter of the “互联网+监管” list, to which ours are to correspond."""

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    department: Mapped[str | None] = mapped_column(ForeignKey("department.code"), index=True)


class ChecklistVersion(Model):
    """One published checklist of an industry, known by the digest of its items. It is never changed again."""

    __tablename__ = "checklist_version"
    __table_args__ = (UniqueConstraint("industry", "version"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    industry: Mapped[str] = mapped_column(ForeignKey("industry.code"))
    version: Mapped[str] = mapped_column(String(40))
    hash: Mapped[str] = mapped_column(String(64), index=True)
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str | None] = mapped_column(String(36))
    reason: Mapped[str] = mapped_column(String(500), default="")  # why it differs from the one before
    departments: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # code, lead, division
    sample: Mapped[bool] = mapped_column(default=False)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


@event.listens_for(ChecklistVersion, "before_update")
@event.listens_for(ChecklistVersion, "before_delete")
def _refuse_change(mapper: object, connection: object, version: ChecklistVersion) -> None:
    raise TypeError("a published checklist version is never changed; publish another")
