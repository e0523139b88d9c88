"""The rescue files that were taken in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Instant, Model
from server.infra.ids import new_id


class RescueImport(Model):
    """One rescue file: whose it was, who brought it in, and what came of it."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    device_id: Mapped[str] = mapped_column(String(36))
    person_id: Mapped[str] = mapped_column(String(36))
    label: Mapped[str] = mapped_column(String(128))
    made_at: Mapped[datetime] = mapped_column(Instant)
    imported_at: Mapped[datetime] = mapped_column(Instant)
    imported_by: Mapped[str] = mapped_column(String(36))
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`{"visits": {id: {"accepted", "held_back", "refused", "files"}}, "damaged": [place…]}`"""

    __table_args__ = (Index(None, "imported_at", "id"),)
