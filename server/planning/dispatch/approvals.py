"""What dispatch and approvals tell each other: the phones hear what a head decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, or_, select

from server.infra.db import db
from server.planning.dispatch import rules
from server.planning.dispatch.model import Sending
from server.planning.tasks.approvals.queries import bundle_member
from server.visits.assigning import tell_approvals

_GOES_ON = func.coalesce(Sending.merged_into, Sending.visit_id)


def refresh(task_id: str) -> None:
    """A head has decided: every visit of the task that is not over carries it from now on, and so does one
    that it was merged into."""
    query = select(_GOES_ON).where(Sending.task_id == task_id)
    for visit_id, member in sorted(of_visits(set(db.session.scalars(query))).items()):
        tell_approvals(visit_id, member)


def of_visits(visit_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """By visit, how the heads decided for the tasks it is done for: its own, and those of visits merged into
    it."""
    own = or_(Sending.visit_id.in_(visit_ids), Sending.merged_into.in_(visit_ids))
    pairs = db.session.execute(select(_GOES_ON, Sending.task_id).where(own)).all()
    decided = {task: bundle_member(task) for task in {task for _visit, task in pairs}}
    tasks: defaultdict[str, set[str]] = defaultdict(set)
    for visit, task in pairs:
        tasks[visit].add(task)
    return {
        visit: rules.strictest([one for task in some for one in decided[task]])
        for visit, some in tasks.items()
    }
