"""What a draw has to know from rooms above it. They set these functions at start; it never imports them.

Call them through the module (`ports.visits_over(ids)`), so that the one set last is the one asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

VisitsOver = Callable[[Collection[str]], set[str]]


@dataclass(frozen=True)
class Present:
    """How the visit to a drawn subject stands now: it may have been moved, its lead handed over."""

    day: date
    half: str
    lead: str
    called_off: bool


PresentVisits = Callable[[Collection[str]], Mapping[str, Present]]


def _none_over(subjects: Collection[str]) -> set[str]:
    return set()


visits_over: VisitsOver = _none_over
"""Ids of drawn subjects -> those of them whose visit is over; set by dispatch."""


def _none_sent(subjects: Collection[str]) -> Mapping[str, Present]:
    return {}


present_visits: PresentVisits = _none_sent
"""Ids of drawn subjects -> how the visits of those that are dispatched stand; set by dispatch."""
