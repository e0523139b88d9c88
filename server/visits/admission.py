"""The answers table of DESIGN §4: which pushed entry takes a place in the journal, and with what standing.

Pure: what is held, what is pushed and who may write come as arguments. Whether the visit's work is complete
is none of its business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]
Place = tuple[str, int]
"""A device and a seq: one place in a chain."""


class Standing(StrEnum):
    """What an entry that was kept counts for."""

    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    PROVISIONAL = "provisional"


Verdict = tuple[Standing, str | None]
"""A standing, and the reason where it is not `accepted`."""


@dataclass(frozen=True)
class Candidate:
    """One element of a pushed batch: an entry, or (then `entry` is empty) the problem that it is none.

    `document`: its canonical text, where the journal does not hold it yet; `verified`: its signature was
    checked with the key that is registered for its device.
    """

    index: int
    raw: Any
    entry: Json = field(default_factory=dict)
    problem: str | None = None
    document: str = ""
    verified: bool = False


@dataclass(frozen=True)
class Refusal:
    """A candidate that takes no place."""

    candidate: Candidate
    problem: str
    resend_from: int | None = None


@dataclass
class Held:
    """What the journal holds already: places and standings by hash, hashes by id, and what is lost."""

    places: dict[str, Place] = field(default_factory=dict)
    standings: dict[str, Verdict] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    lost: set[tuple[str, int, str]] = field(default_factory=set)
    filled: dict[str, set[int]] = field(default_factory=dict)

    def lose(self, device: str, seq: int, entry_hash: str) -> None:
        """Know one place to be lost; its hash may be unknown ("")."""
        self.lost.add((device, seq, entry_hash))
        self.filled.setdefault(device, set()).add(seq)

    def add(self, entry: Json, verdict: Verdict) -> None:
        """Hold one more entry."""
        self.places[entry["hash"]] = (entry["device"], entry["seq"])
        self.standings[entry["hash"]] = verdict
        self.ids[entry["id"]] = entry["hash"]
        self.filled.setdefault(entry["device"], set()).add(entry["seq"])


@dataclass
class Sorting:
    """What becomes of a batch: what to keep (in the order of its chains), what is known, what is refused."""

    kept: list[tuple[Candidate, Verdict]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    again: list[tuple[Candidate, Verdict]] = field(default_factory=list)


def sort_out(candidates: Iterable[Candidate], held: Held, judge: Callable[[Candidate], Verdict]) -> Sorting:
    """Sort a batch, whatever its order; `held` grows by what is kept."""
    sorting = Sorting()
    sorting.refused = [Refusal(one, one.problem) for one in candidates if one.problem]
    genuine = [one for one in candidates if one.entry]
    for candidate in sorted(
        genuine, key=lambda one: (one.entry["device"], one.entry["seq"], one.entry["hash"])
    ):
        _sort_one(candidate, held, judge, sorting)
    return sorting


def _sort_one(
    candidate: Candidate, held: Held, judge: Callable[[Candidate], Verdict], sorting: Sorting
) -> None:
    entry = candidate.entry
    if entry["hash"] in held.places:
        sorting.again.append((candidate, held.standings[entry["hash"]]))
    elif entry["id"] in held.ids:
        sorting.refused.append(Refusal(candidate, "id-reused"))
    elif not _linked(entry, held):
        sorting.refused.append(_unlinked(candidate, held))
    else:
        verdict = judge(candidate)
        held.add(entry, verdict)
        sorting.kept.append((candidate, verdict))


def _linked(entry: Json, held: Held) -> bool:
    """Whether the entry before this one is here, or is known to be lost."""
    if entry["seq"] == 1:
        return entry["prev"] is None
    before = (entry["device"], entry["seq"] - 1)
    return held.places.get(entry["prev"]) == before or (*before, entry["prev"]) in held.lost


def _unlinked(candidate: Candidate, held: Held) -> Refusal:
    """A chain that contradicts itself was made by no phone; one with a piece missing is asked for again."""
    entry = candidate.entry
    if (entry["prev"] is None) or entry["seq"] == 1 or entry["prev"] in held.places:
        return Refusal(candidate, "malformed")
    return Refusal(candidate, "seq-gap", resend_from=_resend_from(entry["device"], entry["seq"], held))


def _resend_from(device: str, seq: int, held: Held) -> int:
    """The first place of the chain that is not filled; 1 where all are, for then the chain has forked."""
    filled = held.filled.get(device, set())
    return next((place for place in range(1, seq) if place not in filled), 1)


def standing_of(*, enrolled: bool, revoked: bool, allowed: bool, member: bool, substitute: bool) -> Verdict:
    """The standing of a genuine entry.

    `enrolled`: its key is registered; `revoked`: the enrolment was revoked; `allowed`: its author may write
    it; `member`: the author is or was on the team; `substitute`: the author was named in an
    `officer.substituted` of this visit.
    """
    if not enrolled:
        return Standing.PROVISIONAL, "device-unknown"
    if revoked:
        return Standing.QUARANTINED, "revoked"
    if allowed:
        return Standing.ACCEPTED, None
    if substitute:
        return Standing.PROVISIONAL, "substitute"
    return Standing.QUARANTINED, "not-allowed" if member else "not-member"
