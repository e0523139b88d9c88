"""What the platform tells its people, and where their browsers may be woken."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Instant, Model


class Message(Model):
    """One thing told to one person. It is kept as a code and its particulars, so that everyone reads it in
    their own language. `key` names what it is about, so that who has seen it can be asked."""

    __table_args__ = (
        Index(None, "person_id", "seen_at", "at"),
        Index(None, "person_id", "at", "id"),
        Index(None, "key"),
        Index(None, "at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    code: Mapped[str] = mapped_column(String(40))
    particulars: Mapped[dict[str, Any]] = mapped_column(JSON)
    link: Mapped[str] = mapped_column(String(300), default="")
    key: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    mailed_at: Mapped[datetime | None] = mapped_column(Instant)
    pushed_at: Mapped[datetime | None] = mapped_column(Instant)


class PushPlace(Model):
    """A browser that asked to be woken (RFC 8030)."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    endpoint: Mapped[str] = mapped_column(String(500), unique=True)
    p256dh: Mapped[str] = mapped_column(String(100))
    auth: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime] = mapped_column(Instant)
