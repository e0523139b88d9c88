"""What dispatch and approvals tell each other: the phones hear what a head decided."""

from __future__ import annotations

from sqlalchemy import select

from server.infra.db import db
from server.planning.dispatch.model import Sending
from server.planning.tasks.approvals.queries import bundle_member
from server.visits.assigning import tell_approvals


def refresh(task_id: str) -> None:
    """A head has decided: every visit of the task that is not over carries it from now on."""
    member = bundle_member(task_id)
    query = select(Sending.visit_id).where(Sending.task_id == task_id).order_by(Sending.visit_id)
    for visit_id in db.session.scalars(query).all():
        tell_approvals(visit_id, member)
