"""What a published row can become: higher rooms say which act they offer on its page.

The room of tasks offers to open a task of it; this room knows nothing of tasks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import LazyString

from server.accounts.model import Person
from server.planning.plans.model import PlanRow


@dataclass(frozen=True)
class RowLink:
    """An act offered on a row: its words, its icon, where it leads. `posts` it where it writes."""

    label: LazyString | str
    url: str
    icon: str
    posts: bool = False


Offer = Callable[[PlanRow, Person], RowLink | None]


def register(app: Flask, offer: Offer) -> None:
    """Add an offer; it is asked with the row and the reader, on the page of a row that may become a task."""
    app.extensions.setdefault("row_links", []).append(offer)


def links_for(row: PlanRow, person: Person) -> list[RowLink]:
    """The acts offered to this reader."""
    found = (offer(row, person) for offer in current_app.extensions.get("row_links", []))
    return [link for link in found if link is not None]
