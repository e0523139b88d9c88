"""The parts of a task's page. Rooms above hang theirs in here; the page itself knows none of them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app
from markupsafe import Markup

from server.accounts.model import Person
from server.planning.tasks.model import Task

Panel = Callable[[Task, Person], Markup | None]


def register(app: Flask, panel: Panel, order: int = 100) -> None:
    """Add a part: asked with the task and its reader, it answers with markup, or with nothing to show."""
    app.extensions.setdefault("task_panels", []).append((order, panel))


def panels_of(task: Task, person: Person) -> list[Markup]:
    """What the rooms have to show of a task, in order."""
    panels = sorted(current_app.extensions.get("task_panels", []), key=lambda one: one[0])
    return [shown for _order, panel in panels if (shown := panel(task, person)) is not None]
