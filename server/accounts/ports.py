"""What an enrolment has to show from rooms above this one. They set the function at start (as in visits).

Call it through the module (`ports.chains_of(…)`), so that the one set last is the one asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.accounts.model import Person


@dataclass(frozen=True)
class Chain:
    """What one device wrote on one visit: how many entries count and how many are held back."""

    visit_id: str
    number: str
    subject: str
    date: date
    accepted: int
    held_back: int
    received_at: datetime
    """When the last of them came."""


ChainsOf = Callable[[Person, str], Sequence[Chain]]


def _no_chains(reader: Person, device_id: str) -> Sequence[Chain]:
    return ()


chains_of: ChainsOf = _no_chains
"""reader, device id -> its chains on the visits the reader may see, newest visit first; set by visits."""
