"""Departments, people, their roles and devices, and failed sign-ins."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.rules import Role
from server.infra.db import Instant, Model
from server.infra.ids import new_id


class Department(Model):
    """A bureau. Its name changes with institutional reform, its code does not."""

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    short_name: Mapped[str] = mapped_column(String(32))
    name_en: Mapped[str] = mapped_column(String(128))
    can_inspect: Mapped[bool]
    order: Mapped[int]


class DepartmentPost(Model):
    """Who holds one of the three posts of a department (R-108): Post of rules."""

    department: Mapped[str] = mapped_column(ForeignKey("department.code"), primary_key=True)
    post: Mapped[str] = mapped_column(String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)


class Person(Model, UserMixin):
    """Somebody with an account."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(128))
    password_once: Mapped[bool] = mapped_column(default=False)  # opens nothing but the choice of a new one
    department: Mapped[str | None] = mapped_column(ForeignKey("department.code"))
    locale: Mapped[str | None] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    session_key: Mapped[str] = mapped_column(
        String(36), unique=True, default=new_id
    )  # a new one ends all sessions

    role_rows: Mapped[list["PersonRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def roles(self) -> frozenset[str]:
        """The roles held."""
        return frozenset(row.role for row in self.role_rows)

    @roles.setter
    def roles(self, roles: frozenset[str] | set[str]) -> None:
        self.role_rows = [PersonRole(role=Role(role)) for role in sorted(roles)]

    @property
    def is_active(self) -> bool:
        """Whether the account may be used (asked by Flask-Login)."""
        return self.active

    def get_id(self) -> str:
        """What a session cookie holds instead of the id, so that sessions can be ended."""
        return self.session_key


class PersonRole(Model):
    """One role of one person."""

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)


class Device(Model):
    """An enrolment: one person in one browser, with its own key."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    public_key: Mapped[str]  # a JWK as canonical JSON
    label: Mapped[str] = mapped_column(String(128))
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by: Mapped[str | None] = mapped_column(String(36), default=None)
    revoke_reason: Mapped[str | None] = mapped_column(String(500), default=None)

    # what the phone said last of what is on it only; null until it says something
    reported_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    unsent_entries: Mapped[int | None] = mapped_column(default=None)
    unsent_files: Mapped[int | None] = mapped_column(default=None)
    unsent_bytes: Mapped[int | None] = mapped_column(BigInteger, default=None)
    app_version: Mapped[str | None] = mapped_column(String(32), default=None)

    __table_args__ = (Index(None, "last_seen_at", "id"),)


class SignInFailure(Model):
    """A wrong password, remembered until it no longer counts."""

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
