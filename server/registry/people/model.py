"""What keeps officers from a visit for a time, and the experts who may be asked to come along."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Instant, Model


class Absence(Model):
    """Leave, secondment or study of an officer, by days, the last one included (R-306).

    Without `until` it lasts until further notice.
    """

    __table_args__ = (Index(None, "person_id", "until"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("inspector.person_id"))
    kind: Mapped[str] = mapped_column(String(16))  # AbsenceKind
    since: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500))
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by: Mapped[str | None] = mapped_column(String(36))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by: Mapped[str | None] = mapped_column(String(36))


class Recusal(Model):
    """An interest of an officer in a legal person: such an officer never goes there (R-409)."""

    __table_args__ = (Index(None, "person_id", "uscc"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("inspector.person_id"))
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    type: Mapped[str] = mapped_column(String(4))  # RecusalType
    reason: Mapped[str] = mapped_column(String(500))
    declared_at: Mapped[datetime] = mapped_column(Instant)
    declared_by: Mapped[str | None] = mapped_column(String(36))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(String(36))


class Expert(Model):
    """Somebody who advises and signs as an expert, never as an officer (R-303)."""

    __table_args__ = (Index(None, "appointed_until", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(64), index=True)
    unit: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(40))
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)  # free words
    industries: Mapped[list[str]] = mapped_column(JSON, default=list)
    inviters: Mapped[list[str]] = mapped_column(JSON, default=list)  # departments that may invite; none: all
    appointed_from: Mapped[date]
    appointed_until: Mapped[date]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(String(36))
    end_reason: Mapped[str | None] = mapped_column(String(500))
