"""What a head looks at before approving: objects, matters, basis, method, time, officers, visits this year.

Which objects and officers were drawn or named is known to rooms above; they say so through `register`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask, current_app

from server.accounts.model import Person
from server.catalogue.actions import current_checklist
from server.catalogue.model import ChecklistVersion
from server.infra.db import db
from server.planning.tasks import queries as tasks
from server.planning.tasks.model import Approval, Task
from server.planning.tasks.rules import Terms
from server.planning.tasks.talks import queries as talks
from server.visits.roster import owners


@dataclass(frozen=True)
class Object:
    """An enterprise that is to be visited, and how often it was visited this year before."""

    name: str
    uscc: str
    address: str
    day: date | None = None
    half: str = ""
    visits: int = 0


@dataclass(frozen=True)
class Chosen:
    """What was drawn or named: how many objects, the first of them where they may be told, and the officers
    of the department (name and certificate)."""

    total: int
    objects: Sequence[Object] = ()
    officers: Sequence[tuple[str, str]] = ()


Source = Callable[[Task, str, Person], Chosen | None]


@dataclass(frozen=True)
class Facts:
    """All that stands on the form."""

    task: Task
    department: str
    checklist: ChecklistVersion
    terms: Terms | None
    reason_for_days: str = ""
    matters: Sequence[str] = field(default_factory=list)
    basis: Sequence[str] = field(default_factory=list)
    methods: Sequence[str] = field(default_factory=list)
    chosen: Chosen | None = None


def register(app: Flask, source: Source) -> None:
    """Add a room that may know the objects of a task. `Chosen.objects` stays empty where the reader may not
    know them yet (an unannounced visit before its release)."""
    app.extensions.setdefault("approval_facts", []).append(source)


def facts_of(approval: Approval, task: Task, person: Person) -> Facts:
    """The facts of one approval, as far as this person may know them."""
    checklist = db.session.get(ChecklistVersion, task.checklist_id) if task.checklist_id else None
    checklist = checklist or current_checklist(task.industry)
    items = [item for item in checklist.items if approval.department in owners(item)]
    sources: list[Source] = current_app.extensions.get("approval_facts", [])
    chosen = (source(task, approval.department, person) for source in sources)
    terms = Terms.parse(task.terms) if task.terms else None
    planned = tasks.planned_methods([task.id]).get(task.id)
    return Facts(
        task=task,
        department=approval.department,
        checklist=checklist,
        terms=terms,
        reason_for_days=talks.reason_for_days(task, terms),
        matters=_each(_matters(items, approval.department)),
        basis=_each(item["basis"] for item in items),
        methods=planned or _each(one for item in items for one in item["method"].split("、")),
        chosen=next((one for one in chosen if one is not None), None),
    )


def _matters(items: Iterable[Mapping[str, Any]], department: str) -> Iterable[str]:
    """Those of a department's own items, and those that merged items answer for it."""
    for item in items:
        for one in (item, *item.get("also", ())):
            if one["department"] == department:
                yield one["matter"]


def _each(said: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(said))
