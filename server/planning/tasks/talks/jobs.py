"""Deadlines of answers are watched: a reminder a day before, and one after, which the lead is told of too."""

from __future__ import annotations

from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.jobs import crontab, every
from server.messages.actions import answering_for, tell
from server.planning.tasks.model import Task
from server.planning.tasks.talks import actions, queries
from server.planning.tasks.talks.rules import reminder_due


@every(crontab(minute="7", hour="8-18"))
def remind_all() -> int:
    """Remind whoever is due; how many tasks that were."""
    due = [one.id for one in queries.waiting_for_answers() if _is_due(one)]
    return sum(_remind(task_id) for task_id in due)


def _remind(task_id: str) -> bool:
    with transaction():
        task = db.session.get(Task, task_id, with_for_update=True, populate_existing=True)
        if task is None or not _is_due(task):
            return False
        late = actions.remind(None, task)
        if late and task.due_at and task.due_at <= now():
            particulars: dict[str, str | int] = {"number": task.number, "name": task.name, "count": len(late)}
            link, key = f"/office/tasks/{task.id}", f"task:{task.id}"
            tell(answering_for(task.lead), "talks-overdue", link=link, key=key, **particulars)
        return bool(late)


def _is_due(task: Task) -> bool:
    return task.due_at is not None and reminder_due(now(), task.due_at, task.reminded_at)
