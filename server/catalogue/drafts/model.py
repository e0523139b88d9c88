"""Checklists in the making: what each department drafts, and the list's way to publication (R-104)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.catalogue.model import Industry
from server.infra.db import Instant, Model


class DraftItem(Model):
    """One item as its department drafts it; `catalogue.rules.item_of` makes a version's item of `document`.

    An item that asks what another asks is merged into that one, which then answers for both.
    """

    __table_args__ = (Index(None, "industry", "department", "position"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    industry: Mapped[str] = mapped_column(ForeignKey(Industry.code))
    department: Mapped[str] = mapped_column(ForeignKey("department.code"))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    position: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("draft_item.id"), index=True)
    dropped: Mapped[bool] = mapped_column(default=False)  # not to be in the next version
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str | None] = mapped_column(String(36))


class KeptApart(Model):
    """Two items that look alike and are to stay two all the same; `one` has the lesser id."""

    one: Mapped[str] = mapped_column(ForeignKey(DraftItem.id), primary_key=True)
    other: Mapped[str] = mapped_column(ForeignKey(DraftItem.id), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str | None] = mapped_column(String(36))


class Edition(Model):
    """A list on its way: draft, countersigning, review, then published or given up. One open at a time."""

    __table_args__ = (Index(None, "industry", "opened_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    industry: Mapped[str] = mapped_column(ForeignKey(Industry.code))
    state: Mapped[str] = mapped_column(String(16), index=True)
    hash: Mapped[str | None] = mapped_column(String(64))  # of the items sent round; agreement is to these
    items: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)  # as sent round
    reason: Mapped[str] = mapped_column(String(500))  # why the list changes
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[str | None] = mapped_column(String(36))
    sent_round_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(String(36))
    version_id: Mapped[str | None] = mapped_column(ForeignKey("checklist_version.id"))


class Countersignature(Model):
    """A department's answer to an edition sent round: agreed, or objected with a reason."""

    __table_args__ = (Index(None, "edition_id", "department"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    edition_id: Mapped[str] = mapped_column(ForeignKey(Edition.id))
    department: Mapped[str] = mapped_column(ForeignKey("department.code"))
    hash: Mapped[str] = mapped_column(String(64))  # what was answered to
    agrees: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str | None] = mapped_column(String(36))
