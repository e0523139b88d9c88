"""Enterprises (检查对象), where they lie, and officers (执法检查人员); rules decide who may be sent."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Enum, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.catalogue.model import Industry
from server.infra.clock import now
from server.infra.db import Instant, Model
from server.registry.rules import EntityType, RiskClass, SubjectStatus
from server.registry.terms import LONGEST


def _code(kind: type[StrEnum]) -> Enum:
    """An enum kept as its plain code, so that a new member needs no change of the table."""
    return Enum(kind, native_enum=False, create_constraint=False, length=16, values_callable=_values)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Town(Model):
    """A town or township of the county."""

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    lat_e7: Mapped[int | None]
    lon_e7: Mapped[int | None]


class Grid(Model):
    """A part of a town (网格): where a subject belongs and which officers are near."""

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    town_code: Mapped[str] = mapped_column(ForeignKey(Town.code), index=True)


class Enterprise(Model):
    """One subject: premises or a project. A legal person may have several, so the code is no key (R-302).

    `seq` is the place in every list: it only grows, so that a page is found by it and not by counting.
    `terms` are the words of its texts in the search index (`terms.terms_of`). Of what is indexed the former
    value is always read before it changes (`active_history`).
    """

    __tablename__ = "enterprise"
    __table_args__ = (
        Index(None, "status", "changed_at"),
        Index(None, "changed_at", "seq"),
        Index(None, "risk_as_of", "seq"),
        Index(None, "name", "address", "seq"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, unique=True)
    revision: Mapped[int] = mapped_column(default=1)
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    uscc: Mapped[str] = mapped_column(String(18), index=True, active_history=True)
    name: Mapped[str] = mapped_column(String(200))
    project_code: Mapped[str | None] = mapped_column(String(40))
    entity_type: Mapped[EntityType] = mapped_column(_code(EntityType))
    industry: Mapped[str] = mapped_column(ForeignKey(Industry.code))
    status: Mapped[SubjectStatus] = mapped_column(_code(SubjectStatus), active_history=True)
    address: Mapped[str] = mapped_column(String(300))
    town: Mapped[str] = mapped_column(String(40))
    town_code: Mapped[str | None] = mapped_column(String(12), active_history=True)
    grid: Mapped[str | None] = mapped_column(String(20), active_history=True)
    legal_rep: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(40))
    contacts: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # name, post, phone
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    registrar: Mapped[str | None] = mapped_column(String(40))
    registered_on: Mapped[date | None]
    last_inspected_on: Mapped[date | None]
    staff_count: Mapped[int | None]
    risk_class: Mapped[RiskClass] = mapped_column(_code(RiskClass), active_history=True)
    risk_as_of: Mapped[date | None]
    emerging_code: Mapped[str | None] = mapped_column(String(16), active_history=True)
    lat_e7: Mapped[int | None] = mapped_column(active_history=True)
    lon_e7: Mapped[int | None] = mapped_column(active_history=True)
    terms: Mapped[str] = mapped_column(Text, active_history=True)
    changed_at: Mapped[datetime] = mapped_column(Instant, default=now)

    @property
    def emerging(self) -> bool:
        """Whether it belongs to a listed emerging industry."""
        return self.emerging_code is not None


class EnterpriseIndustry(Model):
    """An industry of a subject, the main one (`Enterprise.industry`) among them: a list is drawn by this."""

    industry: Mapped[str] = mapped_column(ForeignKey(Industry.code), primary_key=True)
    seq: Mapped[int] = mapped_column(
        BigInteger, ForeignKey(Enterprise.seq, ondelete="CASCADE"), primary_key=True, index=True
    )


class SearchPosting(Model):
    """The subjects of a block of the register that have a word (`search`; derived, can be made anew)."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    block: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    members: Mapped[bytes] = mapped_column(LargeBinary)


class SearchPlace(Model):
    """Where the subjects of a block of the register lie, beside their words (`search`; derived as well)."""

    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    places: Mapped[bytes] = mapped_column(LargeBinary)  # `positions`


class Twin(Model):
    """A subject that shared name and address with another when that was last looked for; `first` is the
    oldest of them. To find them takes a look at the whole register, so it is done ahead (`review`)."""

    __table_args__ = (Index(None, "first", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(BigInteger)


class RegistryChange(Model):
    """One change of one subject, officer or expert: what it was before and after, why, by whom (R-305)."""

    __table_args__ = (Index("ix_registry_change_of", "kind", "subject", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # enterprise, officer, expert
    subject: Mapped[str] = mapped_column(String(36))
    deed: Mapped[str] = mapped_column(String(16))  # added, changed, undone
    source: Mapped[str] = mapped_column(String(16))  # form, import, trigger, assessment
    reason: Mapped[str] = mapped_column(String(500))
    batch_id: Mapped[str | None] = mapped_column(String(36), index=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor: Mapped[str | None] = mapped_column(String(36))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # only the fields that changed
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class ReviewMark(Model):
    """That a line of the monthly review was gone through: when, by whom, and how many it had found."""

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    line: Mapped[str] = mapped_column(String(32), primary_key=True)
    found: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(36))


class Inspector(Model):
    """What makes a person an officer: a certificate. Industries and grids known, and whether they may lead.

    What keeps an officer from a visit for a time is in `people/model.py`. Whoever stops being one keeps the
    row: `ended_at` says since when the certificate is withdrawn.
    """

    __tablename__ = "inspector"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    certificate_type: Mapped[str] = mapped_column(String(40))
    certificate_number: Mapped[str] = mapped_column(String(40), unique=True)
    issued_by: Mapped[str] = mapped_column(String(100))
    valid_from: Mapped[date]
    valid_until: Mapped[date] = mapped_column(index=True)
    specialties: Mapped[list[str]] = mapped_column(JSON, default=list)
    grids: Mapped[list[str]] = mapped_column(JSON, default=list)
    can_lead: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(String(36))
    end_reason: Mapped[str | None] = mapped_column(String(500))
