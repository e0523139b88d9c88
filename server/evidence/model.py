"""The table of blobs: which visit holds which bytes. The bytes themselves lie in the evidence store."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.evidence.rules import Preview
from server.infra.db import Instant, Model


def _values(kind: type[Preview]) -> list[str]:
    return [member.value for member in kind]


class Blob(Model):
    """One verified file of one visit. A row exists only once its bytes are complete, checked and fsynced."""

    __tablename__ = "blob"
    __table_args__ = (
        CheckConstraint("bytes > 0", name="bytes_positive"),
        Index("ix_blob_stored_at", "stored_at"),
        Index("ix_blob_uploaded_by", "uploaded_by"),
    )

    visit_id: Mapped[str] = mapped_column(String(36), ForeignKey("visit.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int | None]
    height: Mapped[int | None]
    stored_at: Mapped[datetime] = mapped_column(Instant)
    backed_up_at: Mapped[datetime | None] = mapped_column(Instant)
    uploaded_by: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"))
    preview: Mapped[Preview] = mapped_column(
        Enum(Preview, native_enum=False, length=10, values_callable=_values), default=Preview.DUE
    )
