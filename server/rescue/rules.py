"""The law of rescue files: what one may say of itself, how its chains are sent, and how its outcome adds up.

Pure: what was found in a file comes as arguments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.kernel import instants
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.visits.entry import is_hash

Json = dict[str, Any]

BATCH = 500
MOST_FRAMES = 200_000
"""No phone holds more; each costs a line of memory while a file is looked through."""

MOST_PLACES = 1_000_000
"""As many as a phone may name in a chain."""

MOST_FORMER = 100
"""Enrolments a phone had before."""

DAMAGES_NAMED = 200


@dataclass(frozen=True)
class About:
    """Whose work a file holds."""

    device: str
    devices: tuple[str, ...]
    person: str
    label: str
    public_key: Json
    made_at: dt.datetime
    data_keys: Any


@dataclass(frozen=True, order=True)
class Link:
    """An entry of the file: its place in a chain, and where it lies."""

    device: str
    seq: int
    hash: str
    prev: str | None = field(compare=False)
    at: int = field(compare=False)


def read_about(said: Json, now: dt.datetime) -> About:
    """What the file says of itself; a file that does not even say whose it is was made by no phone."""
    person, key = said.get("person"), said.get("public_key")
    former = said.get("former")
    devices = [said.get("device"), *(former[:MOST_FORMER] if isinstance(former, list) else [])]
    person_id = person.get("id") if isinstance(person, dict) else None
    if not all(is_uuid(one) for one in (*devices, person_id)):
        raise Problem("rescue-unreadable")
    return About(
        device=str(devices[0]),
        devices=tuple(map(str, devices)),
        person=str(person_id),
        label=str(said.get("label") or "")[:128].replace("\0", ""),
        public_key=key if isinstance(key, dict) else {},
        made_at=_instant(said.get("made_at"), now),
        data_keys=said.get("data_keys"),
    )


def _instant(text: Any, now: dt.datetime) -> dt.datetime:
    """When it was made, by the phone's clock; a clock that runs ahead is not believed."""
    try:
        return min(instants.parse(str(text)), now)
    except (ValueError, OverflowError):
        return now


def link_of(entry: Json, at: int) -> Link | None:
    """The place in its chain an entry claims; none if it claims none that can be."""
    device, seq, name, prev = (entry.get(member) for member in ("device", "seq", "hash", "prev"))
    named = is_uuid(entry.get("visit")) and is_uuid(device) and is_hash(name)
    if not named or type(seq) is not int or not (prev is None or is_hash(prev)):
        return None
    return Link(str(device), seq, str(name), prev, at)


def batches(links: Iterable[Link]) -> Iterator[Sequence[Link]]:
    """Chains in their order, as many entries at once as a phone sends."""
    ordered = sorted(links)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def lost_places(links: Iterable[Link], own: Iterable[str], held: set[tuple[str, int]]) -> list[Json]:
    """The places of this phone's own chains that neither the file nor the server (`held`) has any more.

    The entry that follows one names its hash.
    """
    devices = set(own)
    lost: list[Json] = []
    last: dict[str, int] = {}
    for link in sorted(links):
        if len(lost) >= BATCH:
            break
        if link.device not in devices or link.seq > MOST_PLACES:
            continue
        first = max(last.get(link.device, 0) + 1, link.seq - BATCH)
        last[link.device] = link.seq
        lost += [
            {"device": link.device, "seq": seq, "hash": link.prev if seq == link.seq - 1 else None}
            for seq in range(first, link.seq)
            if (link.device, seq) not in held
        ]
    return lost[:BATCH]


def new_visit() -> Json:
    """The outcome of one visit before anything of it was taken in."""
    return {"accepted": 0, "known": 0, "held_back": 0, "refused": {}, "files": 0, "files_known": 0,
            "files_refused": {}, "segments": 0}  # fmt: skip


def count_answer(outcome: Json, answer: Json, known: set[str]) -> None:
    """Add the answer to one batch; `known` are the hashes that were held before."""
    for name in answer["accepted"]:
        outcome["known" if name in known else "accepted"] += 1
    for one in answer["rejected"]:
        if one["hash"] in known:
            outcome["known"] += 1
        elif one["problem"] in ("quarantined", "provisional"):
            outcome["held_back"] += 1
        else:
            count(outcome["refused"], one["problem"])


def count(tally: Json, name: str) -> None:
    """One more of this name."""
    tally[name] = tally.get(name, 0) + 1
