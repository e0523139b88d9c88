"""What tasks say elsewhere: on a row of the plan, and among what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, true

from server.accounts.model import Person
from server.planning.plans.model import PlanRow
from server.planning.plans.row_links import RowLink
from server.planning.tasks import queries, rules, words
from server.planning.tasks.approvals import queries as approvals
from server.planning.tasks.model import Task
from server.planning.tasks.talks import queries as talks
from server.web.waiting import Waiting


def task_of_row(row: PlanRow, person: Person) -> RowLink | None:
    """Open the task of a row of the plan, or go to the one that was opened."""
    known = queries.of_row(row.id)
    if known is not None:
        label = _("Task %(number)s", number=known.number)
        return RowLink(label, url_for("tasks.show", task_id=known.id), "clipboard-check")
    if not rules.may_lead(person.roles, person.department, row.department):
        return None
    return RowLink(_("Open the task"), url_for("tasks.open_of_row", row_id=row.id), "plus", posts=True)


def waiting_for(person: Person) -> Iterator[Waiting]:
    """Answers a department owes, talks that are the lead's to go on with, approvals of its head."""
    if {"liaison", "planner"} & person.roles and person.department:
        waits = talks.waits_of(person.department)
        counts = {
            "answer": waits.answers,
            "counter": waits.countered,
            "settle": waits.to_settle,
            "propose": waits.to_propose,
        }
        for kind, count in counts.items():
            if count:
                late = kind == "answer" and waits.overdue > 0
                url = url_for("tasks.index", waits=kind)
                yield Waiting(str(words.WAITS[kind]), count, url, overdue=late)
    if "office" in person.roles and (single := queries.unapproved_singles()):
        url = url_for("tasks.index", source="single", state="talks")
        yield Waiting(_("Tasks of a single department to approve"), single, url)
    yield from _refused(person)
    waiting, overdue = approvals.waiting_for_head(person)
    if waiting:
        yield Waiting(_("Inspections to approve"), waiting, url_for("approvals.index"), overdue=overdue > 0)


def _refused(person: Person) -> Iterator[Waiting]:
    """Refusals that keep a task this person leads from being drawn or dispatched."""
    if "office" in person.roles:
        led: ColumnElement[bool] = true()
    elif person.department and {"liaison", "planner"} & person.roles:
        led = Task.lead == person.department
    else:
        return
    count, task = approvals.tasks_refused(led)
    if count:
        url = url_for("tasks.show", task_id=task, _anchor="approvals")
        yield Waiting(_("Refused approvals"), count, url)
