"""Terms become a task's own: negotiated, or brought by a call or by a draw made elsewhere."""

from __future__ import annotations

from datetime import datetime

from server.accounts.model import Person
from server.catalogue.actions import current_checklist
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.planning.tasks.approvals.actions import ask
from server.planning.tasks.model import Task
from server.planning.tasks.rules import TaskState, Terms


def settle(
    actor: Person | None,
    task: Task,
    terms: Terms,
    *,
    urgent: bool = False,
    begins_at: datetime | None = None,
) -> None:
    """Freeze the terms and the checklist in force (R-104), and ask the heads for their approval (R-501).

    An urgent task may be approved afterwards; `begins_at` is when it is carried out, if that is known.
    """
    task.terms = terms.document
    task.checklist_id = current_checklist(task.industry).id
    task.state = TaskState.AGREED
    task.agreed_at = now()
    task.revision += 1
    db.session.flush()
    record(actor.id if actor else None, "task-agreed", task.id, terms=terms.document)
    for share in terms.shares:
        ask(actor, task, share.department, urgent=urgent, begins_at=begins_at)
