"""Who did what to what, when. Deeds write it themselves, in their transaction: no caller can forget it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.clock import now
from server.infra.db import Instant, Model, db


class AuditEntry(Model):
    """One deed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor: Mapped[str | None] = mapped_column(
        String(36), index=True
    )  # a person's id; none: the system itself
    deed: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(128), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


def record(actor: str | None, deed: str, subject: str, **detail: Any) -> None:
    """Add a line to the audit, within the running transaction."""
    db.session.add(AuditEntry(at=now(), actor=actor, deed=deed, subject=subject, detail=detail))
