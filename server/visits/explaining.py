"""What happened to a visit's journal on its way, in terms a reader can act on.

Pure: it arranges what the fold and the receipts say. The words for each sort are in `words.EXPLAINED`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.kernel import instants
from server.visits.findings import Case, Json

SKEW_LIMIT = dt.timedelta(minutes=5)
SORTS = ("lost-unknown", "lost-known", "hole", "fork", "clock", "late")
"""From what needs somebody most to what needs somebody least."""


@dataclass(frozen=True)
class Receipt:
    """What was noted when an entry came in: the bounds between which it was surely made."""

    hash: str
    earliest: dt.datetime | None
    """When the server issued the nonce it carries."""
    received: dt.datetime


@dataclass(frozen=True)
class Concern:
    """One place concerned: whose phone, which of its entries, and by how much its clock is surely wrong."""

    who: str
    device: str
    seq: int | None = None
    hash: str | None = None
    count: int = 1
    skew: dt.timedelta = dt.timedelta(0)


@dataclass(frozen=True)
class Explanation:
    """One sort of thing that happened, with all places concerned."""

    sort: str
    concerns: list[Concern]


def explanations(case: Case, receipts: Iterable[Receipt]) -> list[Explanation]:
    """All that is to be explained of a visit; an uneventful one has none."""
    owners = {entry["device"]: case.name(entry["author"]) for entry in case.entries.values()}
    found: dict[str, list[Concern]] = {sort: [] for sort in SORTS}
    for problem in case.state["problems"]:
        sort = _sort_of(problem)
        if sort:
            found[sort].append(_concern(problem, owners))
    found["clock"] = _clocks(case, receipts, owners)
    found["late"] = _by_device(case, case.state["late"], owners)
    return [Explanation(sort, concerns) for sort, concerns in found.items() if concerns]


def is_explained(code: str) -> bool:
    """Whether problems of this code are told here."""
    return code in ("hole", "lost", "fork")


def skew(claimed: dt.datetime | None, earliest: dt.datetime | None, received: dt.datetime) -> dt.timedelta:
    """By how much a phone's clock is surely wrong: negative is slow, positive is fast."""
    if claimed and claimed > received:
        return claimed - received
    if claimed and earliest and claimed < earliest:
        return claimed - earliest
    return dt.timedelta(0)


def _sort_of(problem: Json) -> str | None:
    if problem["problem"] == "lost":
        return "lost-known" if problem.get("hash") else "lost-unknown"
    return problem["problem"] if problem["problem"] in ("hole", "fork") else None


def _concern(problem: Json, owners: Mapping[str, str]) -> Concern:
    device = problem["device"]
    count = len(problem.get("hashes") or [0])
    return Concern(owners.get(device, ""), device, problem["seq"], problem.get("hash"), count)


def _clocks(case: Case, receipts: Iterable[Receipt], owners: Mapping[str, str]) -> list[Concern]:
    """The phones whose clock was surely wrong by more than SKEW_LIMIT, each with its worst case."""
    worst: dict[str, tuple[dt.timedelta, int]] = {}
    for one in receipts:
        entry = case.entries.get(one.hash)
        if entry is None:
            continue
        wrong = skew(instants.read(entry["at"]), one.earliest, one.received)
        if abs(wrong) > SKEW_LIMIT:
            before, count = worst.get(entry["device"], (dt.timedelta(0), 0))
            worst[entry["device"]] = (max(before, wrong, key=abs), count + 1)
    return [
        Concern(owners[device], device, count=count, skew=wrong)
        for device, (wrong, count) in sorted(worst.items())
    ]


def _by_device(case: Case, hashes: Iterable[str], owners: Mapping[str, str]) -> list[Concern]:
    counts: dict[str, int] = {}
    for name in hashes:
        device = case.entries[name]["device"]
        counts[device] = counts.get(device, 0) + 1
    return [Concern(owners[device], device, count=count) for device, count in sorted(counts.items())]
