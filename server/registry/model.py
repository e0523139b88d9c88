"""Enterprises (检查对象) and officers (执法检查人员). Who may be checked or sent is decided in rules."""

from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.catalogue.model import Industry
from server.infra.db import Model
from server.registry.rules import EntityType, OfficerState, RiskClass, SubjectStatus


def _code(kind: type[StrEnum]) -> Enum:
    """An enum kept as its plain code, so that a new member needs no change of the table."""
    return Enum(kind, native_enum=False, create_constraint=False, length=16, values_callable=_values)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Enterprise(Model):
    """One subject: premises or a project. A legal person may have several, so the code is no key (R-302)."""

    __tablename__ = "enterprise"
    __table_args__ = (Index("ix_enterprise_industry_status", "industry", "status"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    project_code: Mapped[str | None] = mapped_column(String(40))
    entity_type: Mapped[EntityType] = mapped_column(_code(EntityType))
    industry: Mapped[str] = mapped_column(ForeignKey(Industry.code))
    status: Mapped[SubjectStatus] = mapped_column(_code(SubjectStatus))
    address: Mapped[str] = mapped_column(String(300))
    town: Mapped[str] = mapped_column(String(40))
    grid: Mapped[str | None] = mapped_column(String(20), index=True)
    legal_rep: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(40))
    risk_class: Mapped[RiskClass] = mapped_column(_code(RiskClass))
    emerging_code: Mapped[str | None] = mapped_column(String(16))
    lat_e7: Mapped[int | None]
    lon_e7: Mapped[int | None]

    @property
    def emerging(self) -> bool:
        """Whether it belongs to a listed emerging industry."""
        return self.emerging_code is not None


class Inspector(Model):
    """What makes a person an officer: certificate, industries known, and what keeps them from a visit."""

    __tablename__ = "inspector"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    certificate_type: Mapped[str] = mapped_column(String(40))
    certificate_number: Mapped[str] = mapped_column(String(40), unique=True)
    issued_by: Mapped[str] = mapped_column(String(100))
    valid_from: Mapped[date]
    valid_until: Mapped[date] = mapped_column(index=True)
    specialties: Mapped[list[str]] = mapped_column(JSON, default=list)
    grids: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[OfficerState] = mapped_column(_code(OfficerState))
    can_lead: Mapped[bool] = mapped_column(default=False)
    expert: Mapped[bool] = mapped_column(default=False)
    conflict_uscc: Mapped[str | None] = mapped_column(String(18))
