"""What a draw has to know from rooms above it. They set these functions at start; it never imports them.

Call them through the module (`ports.visits_over(ids)`), so that the one set last is the one asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

VisitsOver = Callable[[Collection[str]], set[str]]


def _none_over(subjects: Collection[str]) -> set[str]:
    return set()


visits_over: VisitsOver = _none_over
"""Ids of drawn subjects -> those of them whose visit is over; set by dispatch."""
