"""What goes out with a visit: its task, its notices, and what the enterprise does before it."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text, and_, exists
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from server.infra.db import Instant, Model
from server.planning.dispatch.rules import TO_BE_TOLD
from server.planning.draw.model import DrawnSubject
from server.planning.tasks.model import Task
from server.visits.model import Visit


class Sending(Model):
    """A visit that was dispatched for a task; `door` is what its code at the door leads to.

    One that was merged is called off itself; those drawn for it go on the visit it was `merged_into`.
    """

    __table_args__ = (
        Index(None, "task_id", "visit_id"),
        Index(None, "unannounced", "visit_id"),
        Index(None, "merged_into"),
    )

    visit_id: Mapped[str] = mapped_column(ForeignKey(Visit.id), primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey(Task.id))
    subject_id: Mapped[str | None] = mapped_column(ForeignKey(DrawnSubject.id), unique=True)
    door: Mapped[str] = mapped_column(String(32), unique=True)  # 128 random bits
    unannounced: Mapped[bool] = mapped_column(default=False)
    notice_number: Mapped[str] = mapped_column(String(60), unique=True)  # of the 行政检查通知书
    over_cap_reason: Mapped[str] = mapped_column(String(500), default="")
    sent_at: Mapped[datetime] = mapped_column(Instant)
    sent_by: Mapped[str | None] = mapped_column(String(36))
    merged_into: Mapped[str | None] = mapped_column(ForeignKey(Visit.id), default=None)

    visit: Mapped[Visit] = relationship(foreign_keys=visit_id)
    task: Mapped[Task] = relationship()


class PriorNotice(Model):
    """That the enterprise was told beforehand, how, and when it said it knew (R-502).

    It is `outdated` once the visit was moved, or another merged into it, until it is given anew or the
    enterprise says it knows.
    """

    if TYPE_CHECKING:
        outdated: Mapped[bool]

    visit_id: Mapped[str] = mapped_column(ForeignKey(Visit.id), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)  # of its page for the enterprise
    materials: Mapped[str] = mapped_column(Text, default="")  # 一次告知材料清单, one a line
    way: Mapped[str] = mapped_column(String(16))  # NoticeWay: link, phone, paper, post
    recipient: Mapped[str] = mapped_column(String(100))
    given_at: Mapped[datetime] = mapped_column(Instant)
    given_by: Mapped[str | None] = mapped_column(String(36))
    received_at: Mapped[datetime | None] = mapped_column(Instant)


class SelfCorrection(Model):
    """What an enterprise says it put right before the visit: noted, and no exemption (R-504)."""

    __table_args__ = (Index(None, "visit_id", "at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey(Visit.id))
    item: Mapped[str] = mapped_column(String(40), default="")
    said: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime] = mapped_column(Instant)


class VisitChange(Model):
    """A change of a dispatched visit: moved, an officer replaced, merged, called off."""

    __table_args__ = (Index(None, "visit_id", "at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey(Visit.id))
    kind: Mapped[str] = mapped_column(String(16))  # ChangeKind
    reason: Mapped[str] = mapped_column(String(500))
    before: Mapped[str] = mapped_column(String(200), default="")
    after: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str | None] = mapped_column(String(36))


PriorNotice.outdated = column_property(
    and_(
        PriorNotice.received_at.is_(None),
        exists()
        .where(VisitChange.visit_id == PriorNotice.visit_id, VisitChange.kind.in_(TO_BE_TOLD))
        .where(VisitChange.at > PriorNotice.given_at)
        .correlate_except(VisitChange),
    )
)
