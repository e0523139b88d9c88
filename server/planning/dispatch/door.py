"""What the code at the door tells: nothing before arrival, then who is there and why, later without names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.infra.clock import now
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.planning.dispatch import queries, rules
from server.planning.dispatch.model import Sending
from server.visits import bundle
from server.visits.model import Visit

CODE = re.compile(r"[0-9a-f]{32}")
Json = dict[str, Any]


@dataclass(frozen=True)
class Door:
    """A visit as an enterprise sees it that scans the code; `sending` only once it is open."""

    sending: Sending | None
    document: Json
    departments: Sequence[tuple[Json, Sequence[Json]]]
    named: bool

    @property
    def visit(self) -> Visit:
        """The visit, of an open one."""
        if self.sending is None:
            raise LookupError("not open")
        return self.sending.visit


SHUT = Door(None, {}, (), False)


def at(code: str) -> Door:
    """What a code leads to. A code of nothing is not found; one of a visit to come says nothing of it."""
    if not CODE.fullmatch(code):
        raise Problem("code-unknown")
    sending = queries.sending_at_door(code)
    if sending.merged_into:  # the code stands in a notice the enterprise may have
        sending = queries.whole(sending.merged_into)
    if queries.arrived_at(sending.visit_id) is None:
        return SHUT
    document = bundle.load(sending.visit.bundle_digest)
    named = rules.names_shown(_ended(sending.visit), local(now()).date())
    team = document["team"] if named else []
    return Door(
        sending,
        document,
        [
            (one, [officer for officer in team if officer["department"] == one["code"]])
            for one in document["departments"]
        ],
        named,
    )


def _ended(visit: Visit) -> date:
    """The day a visit ended, or was to: a visit nobody closes does not name officers for ever."""
    return local(visit.closed_at).date() if visit.closed_at else visit.date
