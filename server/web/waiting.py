"""What waits for a person (我的待办). Each room registers what it knows; the home page shows all of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app


@dataclass(frozen=True)
class Waiting:
    """One line: what is to be done, in the reader's language, how many there are, where to go, by when."""

    label: str
    count: int
    url: str
    due: str = ""
    overdue: bool = False


Source = Callable[[Any], Iterable[Waiting]]


def register(app: Flask, source: Source) -> None:
    """Add a source; it is asked with the person and answers with a few queries, whatever their number."""
    app.extensions.setdefault("waiting", []).append(source)


def waiting_for(person: Any) -> list[Waiting]:
    """All that waits for this person, what is overdue first."""
    found = [line for source in current_app.extensions.get("waiting", []) for line in source(person)]
    return sorted(found, key=lambda line: not line.overdue)
