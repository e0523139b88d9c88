"""Files from outside, what each of their rows would change, and where files come from by themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.clock import now
from server.infra.db import Instant, Model


class ImportBatch(Model):
    """One file of enterprises, read into rows first and then written as one, or undone as one."""

    __table_args__ = (Index(None, "created_at", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16), index=True)
    layout: Mapped[dict[str, Any]] = mapped_column(JSON)  # heads, examples, and more of the file
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # column of the file: field
    total: Mapped[int | None]  # rows, once known
    done: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # verdict: rows
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # code and params
    seen_seq: Mapped[int | None] = mapped_column(BigInteger)  # how far the register went at the dry run
    rejects_left_out: Mapped[bool] = mapped_column(default=False)  # rejected rows: chosen to be left out
    touched_at: Mapped[datetime] = mapped_column(Instant, default=now)  # a sign of life of the work on it
    source_id: Mapped[str | None] = mapped_column(ForeignKey("import_source.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str | None] = mapped_column(String(36))
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    applied_by: Mapped[str | None] = mapped_column(String(36))
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_by: Mapped[str | None] = mapped_column(String(36))


class ImportRow(Model):
    """One row of a file: what it says, and what it would do (added, changed, unchanged, rejected).

    `reason` says why it was rejected, or why an undone import kept its subject: column, code and params of
    each fault. `before` holds the members a changed row changes.
    """

    __table_args__ = (Index(None, "batch_id", "verdict", "row"),)

    batch_id: Mapped[str] = mapped_column(ForeignKey(ImportBatch.id, ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(String(12))
    enterprise_id: Mapped[str | None] = mapped_column(String(36))
    column: Mapped[str | None] = mapped_column(String(60))  # of a rejected row
    reason: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)  # as they would be written; rejected: cells
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    ordinal: Mapped[int | None]  # of an added row: its place among them
    revision: Mapped[int | None]  # of the subject a changed row was compared with


class ImportMapping(Model):
    """How the columns of a file were understood, remembered for the next file with the same heads."""

    heads: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the heads in order
    mapping: Mapped[dict[str, str]] = mapped_column(JSON)
    used_at: Mapped[datetime] = mapped_column(Instant)


class ImportSource(Model):
    """A folder or an HTTPS address looked at by itself, such as the provincial platform's export."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(500))  # a folder under DATA_DIR/inbox, or https://…
    every_hours: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str | None] = mapped_column(String(36))
    looked_at: Mapped[datetime | None] = mapped_column(Instant)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # what went wrong last
