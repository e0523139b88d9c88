"""What tasks have to know from rooms above them. They set these functions at start; tasks never import them.

Call them through the module (`ports.draw_is_open(…)`), so that the one set last is the one asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select

DrawIsOpen = Callable[[str], bool]
IsDispatched = Callable[[str], bool]
Subjects = Callable[[str], list[Select[Any]]]


def _not_open(task_id: str) -> bool:
    return False


def _not_dispatched(task_id: str) -> bool:
    return False


def _nothing(task_id: str) -> list[Select[Any]]:
    return []


draw_is_open: DrawIsOpen = _not_open
"""Whether a draw of a task was begun and is not over; set by the draw."""

is_dispatched: IsDispatched = _not_dispatched
"""Whether any visit of a task was dispatched; set by dispatch."""

drawn_with: Subjects = _nothing
"""What the draws of a task are noted under in the audit: queries of ids; set by the draw."""
