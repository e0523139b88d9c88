"""Draws: what was frozen and committed to, who committed, what fell, and what took its place later."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.infra.db import Instant, Model
from server.planning.files.model import Attachment
from server.planning.tasks.model import Task
from server.registry.model import Enterprise
from server.registry.people.model import Expert


class Draw(Model):
    """One draw of a task. What is large is deferred.

    `frame`, `eligibility` and `result` are as a transcript publishes them, `members` the registry ids (16
    bytes each) in the order of the frame's lines, `capped` those left out, `salts` the key each candidate's
    salt is made with: one salt tells nothing of others.
    """

    __table_args__ = (
        UniqueConstraint("task_id", "attempt"),
        Index(None, "state", "id"),
        Index(None, "randomness"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey(Task.id))
    attempt: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))  # DrawState
    ceremony: Mapped[str] = mapped_column(String(16))  # observed, full
    source: Mapped[str] = mapped_column(String(200))  # where the public randomness will come from
    writing: Mapped[str] = mapped_column(String(16))  # Writing: and how it will be written down
    minutes: Mapped[int]  # for opening the secrets, once all have committed
    deadline: Mapped[datetime | None] = mapped_column(Instant)  # when they are over
    ratios: Mapped[dict[str, int]] = mapped_column(JSON)  # in hundredths of a percent, by stratum
    quotas: Mapped[dict[str, int]] = mapped_column(JSON)
    sizes: Mapped[dict[str, int]] = mapped_column(JSON)  # candidates by stratum
    left_out: Mapped[int] = mapped_column(default=0)  # over their cap: how many `capped`
    frame_hash: Mapped[str] = mapped_column(String(64))
    eligibility_hash: Mapped[str] = mapped_column(String(64))
    commit: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    commit_hash: Mapped[str | None] = mapped_column(String(64))
    randomness: Mapped[str | None] = mapped_column(String(500))
    frozen_at: Mapped[datetime] = mapped_column(Instant)
    frozen_by: Mapped[str | None] = mapped_column(String(36))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)  # by a second person
    approved_by: Mapped[str | None] = mapped_column(String(36))
    committed_at: Mapped[datetime | None] = mapped_column(Instant)
    settling_at: Mapped[datetime | None] = mapped_column(Instant)
    step: Mapped[str | None] = mapped_column(String(16))  # of the work of settling: Step
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    void_at: Mapped[datetime | None] = mapped_column(Instant)
    void_by: Mapped[str | None] = mapped_column(String(36))
    void_code: Mapped[str | None] = mapped_column(String(16))  # VoidCode
    void_reason: Mapped[str | None] = mapped_column(String(500))
    void_detail: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # who is too few, or what was changed

    frame: Mapped[str] = mapped_column(Text, deferred=True)
    eligibility: Mapped[str] = mapped_column(Text, deferred=True)
    members: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    capped: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, default=b"")
    salts: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    result: Mapped[str | None] = mapped_column(Text, deferred=True)

    parties: Mapped[list["DrawParty"]] = relationship(order_by="DrawParty.position")


class DrawParty(Model):
    """One who contributes a secret: its commitment first, then the secret itself, or that it stayed away."""

    draw_id: Mapped[str] = mapped_column(ForeignKey(Draw.id), primary_key=True)
    party: Mapped[str] = mapped_column(String(32), primary_key=True)  # office, observer, a department's code
    position: Mapped[int]
    commitment: Mapped[str | None] = mapped_column(String(64))
    committed_at: Mapped[datetime | None] = mapped_column(Instant)
    secret: Mapped[str | None] = mapped_column(String(64))  # hex, once opened
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    missing: Mapped[bool] = mapped_column(default=False)
    actor: Mapped[str | None] = mapped_column(String(36))


class DrawnSubject(Model):
    """A subject a task goes to: drawn, or the next of the reserve in the place of another (R-410, R-411).

    Where no reserve was left the place stays `short` (缺额). `passed_over` are those of the reserve who were
    next and could not come: `[{"name", "why"}]`. Of a task drawn elsewhere there is no draw.
    """

    __table_args__ = (
        Index(None, "task_id", "place"),
        Index(None, "enterprise_id", "task_id"),
        UniqueConstraint("draw_id", "name"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey(Task.id))
    draw_id: Mapped[str | None] = mapped_column(ForeignKey(Draw.id))
    place: Mapped[int]  # in the order in which officers were found; a substitute has its forerunner's
    stratum: Mapped[str] = mapped_column(String(8))
    name: Mapped[str | None] = mapped_column(String(64))  # the pseudonym
    enterprise_id: Mapped[str | None] = mapped_column(ForeignKey(Enterprise.id))
    day: Mapped[date] = mapped_column(Date)
    half: Mapped[str] = mapped_column(String(4))  # am, pm
    state: Mapped[str] = mapped_column(String(16))  # Standing: in, replaced, short
    replaces: Mapped[str | None] = mapped_column(ForeignKey("drawn_subject.id"))
    passed_over: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    reason_code: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(500))
    attachment_id: Mapped[str | None] = mapped_column(ForeignKey(Attachment.id))
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str | None] = mapped_column(String(36))
    approved_by: Mapped[str | None] = mapped_column(String(36))


class DrawnOfficer(Model):
    """An officer (or expert) who goes to a drawn subject, or went out for another (R-410)."""

    __table_args__ = (
        Index(None, "subject_id", "department", "place"),
        Index(None, "person_id", "subject_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey(DrawnSubject.id))
    department: Mapped[str] = mapped_column(String(16))  # a department's code, or `expert`
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    expert_id: Mapped[str | None] = mapped_column(ForeignKey(Expert.id))
    name: Mapped[str | None] = mapped_column(String(64))  # the pseudonym
    place: Mapped[int]  # in the order chosen
    lead: Mapped[bool] = mapped_column(default=False)
    widening: Mapped[int] = mapped_column(default=0)  # 0 grid, 1 town, 2 county
    state: Mapped[str] = mapped_column(String(16))  # Standing
    replaces: Mapped[str | None] = mapped_column(ForeignKey("drawn_officer.id"))
    reason_code: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(500))
    attachment_id: Mapped[str | None] = mapped_column(ForeignKey(Attachment.id))
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str | None] = mapped_column(String(36))
    approved_by: Mapped[str | None] = mapped_column(String(36))


class Substitution(Model):
    """That somebody be replaced: asked with a coded reason, decided by another person (R-410, R-412).

    Nobody says who comes instead: that follows from the draw.
    """

    __table_args__ = (Index(None, "task_id", "id"), Index(None, "department", "state"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey(Task.id))
    department: Mapped[str] = mapped_column(ForeignKey("department.code"))  # whose head decides
    subject_id: Mapped[str] = mapped_column(ForeignKey(DrawnSubject.id))
    officer_id: Mapped[str | None] = mapped_column(ForeignKey(DrawnOfficer.id))  # none: the subject itself
    state: Mapped[str] = mapped_column(String(16))  # Decision: asked, approved, refused
    reason_code: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(500))
    attachment_id: Mapped[str | None] = mapped_column(ForeignKey(Attachment.id))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[str] = mapped_column(String(36))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(36))
    opinion: Mapped[str] = mapped_column(String(500), default="")
