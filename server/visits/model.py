"""The tables of a visit: who goes where, the journal as it was received, and what is derived from it.

The journal (`Entry`, `Aside`, `LostEntry`, `Bundle`) is the record: its rows are written once. `Visit`
carries the head of the server's chain beside them. Everything marked *projection* is derived from the fold
and may be made again at any time. No decision is taken here.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.model import Person
from server.infra.db import Instant, Model
from server.registry.model import Enterprise

CHAIN_START = "0" * 64
"""`chain_0`: 32 zero bytes (DESIGN §3, on the server)."""


class NumberSeries(Model):
    """The last number given out in a series and year; its row is locked while the next one is taken."""

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(String(24), primary_key=True)
    """`LC` for visits, `YL` for training visits (演练); papers that go out have a series per department."""
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class Visit(Model):
    """One joint visit to one enterprise, and the head of its journal."""

    __tablename__ = "visit"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey("enterprise.id"), index=True)
    industry: Mapped[str] = mapped_column(String(32))
    date: Mapped[dt.date] = mapped_column(Date)
    slot: Mapped[str] = mapped_column(String(5))
    lead_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    bundle_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    code: Mapped[str | None] = mapped_column(String(32), unique=True, default=None)
    """What the party's copy leads to the public page with: 128 random bits. None on visits of before."""
    training: Mapped[bool] = mapped_column(default=False)
    """演练: watermarked, with numbers of its own, never drawn, counted, published or archived."""
    release_at: Mapped[dt.datetime | None] = mapped_column(Instant, default=None)
    """Until then its team knows only the date and who goes (R-414); null is at once."""
    cancelled_at: Mapped[dt.datetime | None] = mapped_column(Instant, default=None)
    cancel_reason: Mapped[str | None] = mapped_column(Text, default=None)

    # the head of the journal: the last position given, and the chain up to it
    position: Mapped[int] = mapped_column(default=0)
    chain: Mapped[str] = mapped_column(String(64), default=CHAIN_START)

    # projection
    journal_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16), default="assigned")
    sealed: Mapped[str | None] = mapped_column(String(64), default=None)
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant, default=None)
    items: Mapped[int] = mapped_column(default=0)
    """Those somebody present has to answer; one that several departments share counts once."""
    answered: Mapped[int] = mapped_column(default=0)

    enterprise: Mapped[Enterprise] = relationship()
    lead: Mapped[Person] = relationship()
    members: Mapped[list[VisitMember]] = relationship(
        back_populates="visit", order_by="VisitMember.joined_at"
    )
    departments: Mapped[list[VisitDepartment]] = relationship(
        back_populates="visit", order_by="VisitDepartment.order"
    )

    __table_args__ = (
        CheckConstraint(
            "status in ('assigned','open','aborted','signed','conflict','cancelled')", name="status"
        ),
        CheckConstraint("position >= 0", name="position"),
        Index(None, "date", "id"),
        Index(None, "status", "date"),
        Index(None, "closed_at", "id"),
    )


class VisitMember(Model):
    """A person on the team of a visit, as certified on the day they joined. Who left stays, with the time."""

    __tablename__ = "visit_member"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    department: Mapped[str] = mapped_column(ForeignKey("department.code"))
    certificate: Mapped[str] = mapped_column(String(64), default="")
    lead: Mapped[bool] = mapped_column(default=False)
    deputy: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[dt.datetime] = mapped_column(Instant)
    left_at: Mapped[dt.datetime | None] = mapped_column(Instant, default=None)
    left_reason: Mapped[str | None] = mapped_column(Text, default=None)

    visit: Mapped[Visit] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()

    __table_args__ = (Index(None, "person_id", "visit_id"),)


class Bundle(Model):
    """One version of what a visit needs offline, kept for ever: sealed states are folded over it."""

    __tablename__ = "bundle"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    document: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class Entry(Model):
    """A genuine journal entry, byte for byte; the columns beside `document` repeat what queries ask for."""

    __tablename__ = "entry"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"))
    device_id: Mapped[str] = mapped_column(String(36))
    seq: Mapped[int]
    entry_id: Mapped[str] = mapped_column(String(36))
    prev: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(36))
    document: Mapped[str] = mapped_column(Text)
    standing: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(64), default=None)
    position: Mapped[int | None] = mapped_column(default=None)
    chain: Mapped[str | None] = mapped_column(String(64), default=None)
    received_at: Mapped[dt.datetime] = mapped_column(Instant)
    carried_by: Mapped[str] = mapped_column(String(36))
    nonce_issued_at: Mapped[dt.datetime | None] = mapped_column(Instant, default=None)
    received_after: Mapped[str | None] = mapped_column(String(16), default=None)
    """What had already happened to the visit or its author when this came in: `left`, `cancelled` or
    `signed`."""
    admitted_at: Mapped[dt.datetime | None] = mapped_column(Instant, default=None)
    admitted_by: Mapped[str | None] = mapped_column(String(36), default=None)
    admit_reason: Mapped[str | None] = mapped_column(Text, default=None)

    __table_args__ = (
        UniqueConstraint("visit_id", "position"),
        UniqueConstraint("visit_id", "entry_id"),
        CheckConstraint("standing in ('accepted','quarantined','provisional')", name="standing"),
        CheckConstraint("(standing = 'accepted') = (position is not null)", name="position_if_accepted"),
        CheckConstraint("(position is null) = (chain is null)", name="chain_with_position"),
        CheckConstraint("seq >= 1", name="seq"),
        Index(None, "visit_id", "device_id", "seq"),
        Index(None, "device_id", "standing"),
    )


class Aside(Model):
    """What was pushed and is not a genuine entry: kept by its digest for the office, in no chain."""

    __tablename__ = "aside"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    problem: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[dt.datetime] = mapped_column(Instant)
    carried_by: Mapped[str] = mapped_column(String(36))


class LostEntry(Model):
    """A place in a chain whose entry its phone no longer has; its hash is known from the entry after it, else
    "".

    The hash is part of the key: where a chain forked, a place may be lost on both branches.
    """

    __tablename__ = "lost_entry"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    declared_at: Mapped[dt.datetime] = mapped_column(Instant)
    declared_by: Mapped[str] = mapped_column(String(36))


class VisitDepartment(Model):
    """Projection: how far one department is, for lists and statistics."""

    __tablename__ = "visit_department"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    department: Mapped[str] = mapped_column(ForeignKey("department.code"), primary_key=True)
    order: Mapped[int] = mapped_column(default=0)
    items: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    conflicts: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(16), default="open")

    visit: Mapped[Visit] = relationship(back_populates="departments")

    __table_args__ = (Index(None, "department", "state"),)
