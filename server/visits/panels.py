"""The parts of a visit's page. Rooms above hang theirs in here; the page itself knows none of them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app
from markupsafe import Markup

from server.accounts.model import Person
from server.visits.model import Visit

Panel = Callable[[Visit, Person], Markup | None]


def register(app: Flask, panel: Panel) -> None:
    """Add a part: asked with the visit and its reader, it answers with markup, or with nothing to show."""
    app.extensions.setdefault("visit_panels", []).append(panel)


def panels_of(visit: Visit, person: Person) -> list[Markup]:
    """What the rooms have to show of a visit."""
    panels: list[Panel] = current_app.extensions.get("visit_panels", [])
    return [shown for panel in panels if (shown := panel(visit, person)) is not None]
