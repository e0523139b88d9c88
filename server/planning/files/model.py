"""Papers that give a reason its weight: orders of a superior, reports, applications."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Instant, Model


class Attachment(Model):
    """A file of at most 10 MB, checked by its content when it came in; it is never changed."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    department: Mapped[str | None] = mapped_column(ForeignKey("department.code"))  # of who brought it
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by: Mapped[str] = mapped_column(String(36))
