"""The law of the draw: who stands in the frame, how many are drawn, and which officers may go where.

Pure: what the registers hold comes as arguments, what is drawn from comes out as plain documents that
`ceremony` hashes and recomputes. Rule numbers (R-…) are those of the domain rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.planning.draw import ceremony
from server.planning.draw.course import EXPERTS

Json = dict[str, Any]

LEAST_OFFICERS = 2
"""Of every department that takes part (R-406); two of different departments are not two."""


@dataclass(frozen=True)
class Span:
    """Days, the last one included; without a last one until further notice."""

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Slot:
    """Half a day on which one team goes to one enterprise."""

    day: date
    half: str  # am, pm

    @property
    def code(self) -> str:
        """As it stands in a transcript."""
        return f"{self.day}/{self.half}"


@dataclass(frozen=True)
class Officer:
    """What the draw needs to know of an officer or expert; `name` is the pseudonym, `called` what people say.

    By `called` alone is somebody known who stands in both registers: they have nothing else in common.
    """

    name: str
    department: str
    certificate: Span
    called: str = ""
    industries: frozenset[str] = frozenset()  # specialties; none: all
    grids: frozenset[str] = frozenset()
    towns: frozenset[str] = frozenset()  # those the grids lie in
    away: tuple[Span, ...] = ()
    booked: frozenset[str] = frozenset()  # codes of slots
    recused: frozenset[str] = frozenset()  # credit codes


@dataclass(frozen=True, slots=True)
class Subject:
    """A candidate of the frame; `name` is the pseudonym."""

    name: str
    stratum: str
    uscc: str
    grid: str | None
    town: str | None
    met: frozenset[str] = frozenset()  # officers who were there within the set time


@dataclass(frozen=True)
class Terms:
    """What was agreed upon for a task: departments in order with their heads, slots, and limits."""

    industry: str
    heads: tuple[tuple[str, int], ...]
    slots: tuple[Slot, ...]
    total: int  # the most visits of one officer
    drawn_on: date


def may_be_drawn(officer: Officer, terms: Terms) -> bool:
    """R-303, R-304, R-407: certified when drawn, of a department that takes part, and of the trade."""
    return (
        officer.department in dict(terms.heads)
        and officer.certificate.holds(terms.drawn_on)
        and (not officer.industries or terms.industry in officer.industries)
    )


def drawable(officers: Iterable[Officer], terms: Terms) -> list[Officer]:
    """Those who may be drawn. An expert who may be drawn as an officer goes as that alone (R-303): nobody is
    to be two members of a team, or in two places in one half day."""
    able = [one for one in officers if may_be_drawn(one, terms)]
    called = {one.called for one in able if one.department != EXPERTS} - {""}
    return [one for one in able if one.department != EXPERTS or one.called not in called]


def is_away(officer: Officer, slot: Slot) -> bool:
    """R-304, R-306: without certificate that day, on leave, or on another visit."""
    return (
        not officer.certificate.holds(slot.day)
        or any(span.holds(slot.day) for span in officer.away)
        or slot.code in officer.booked
    )


def eligibility(subjects: Sequence[Subject], officers: Iterable[Officer], terms: Terms) -> Json:
    """All that decides who may go where, for `ceremony.draw_officers`."""
    able = sorted(drawable(officers, terms), key=lambda one: one.name)
    ordered = sorted(subjects, key=lambda one: f"{one.stratum}\0{one.name}".encode())
    places = sorted({(one.town or "", one.grid or "") for one in ordered})
    number = {place: at for at, place in enumerate(places)}
    return {
        "heads": [list(one) for one in terms.heads],
        "total": terms.total,
        "officers": [one.name for one in able],
        "slots": rounds(able, terms),
        "away": _away(able, terms),
        "areas": [_area(town, grid, able, terms) for town, grid in places],
        "lines": [number[one.town or "", one.grid or ""] for one in ordered],
        "barred": _barred(ordered, able),
    }


def _away(able: Sequence[Officer], terms: Terms) -> dict[str, list[int]]:
    away = {
        slot.code: [at for at, one in enumerate(able) if is_away(one, slot)] for slot in terms.slots
    }
    return {code: some for code, some in away.items() if some}


def rounds(able: Sequence[Officer], terms: Terms) -> list[str]:
    """The slots in the order in which lines take them in turn: first each that all departments can staff,
    then each that they can staff twice, and so on. So no slot gets more to do than its officers can."""
    teams = {slot.code: _teams(able, terms, slot) for slot in terms.slots}
    return [
        code
        for turn in range(max(teams.values(), default=0))
        for code, most in teams.items()
        if most > turn
    ]


def _teams(able: Sequence[Officer], terms: Terms, slot: Slot) -> int:
    """How many teams there can be in a slot: as many as the department with the fewest officers free has."""
    free = Counter(one.department for one in able if not is_away(one, slot))
    return min(free[department] // heads for department, heads in terms.heads)


def _area(town: str, grid: str, able: Sequence[Officer], terms: Terms) -> Json:
    """R-408: those of the grid first, then those of the town, then all others."""
    tiers: dict[str, list[list[int]]] = {code: [[], [], []] for code, _heads in terms.heads}
    for at, one in enumerate(able):
        tier = 0 if grid and grid in one.grids else 1 if town and town in one.towns else 2
        tiers[one.department][tier].append(at)
    return {"tiers": tiers}


def _barred(subjects: Iterable[Subject], able: Sequence[Officer]) -> dict[str, list[int]]:
    """R-407, R-409: who has an interest in a subject's legal person, or was there within the set time."""
    recused: dict[str, set[int]] = {}
    for at, one in enumerate(able):
        for uscc in one.recused:
            recused.setdefault(uscc, set()).add(at)
    number = {one.name: at for at, one in enumerate(able)}
    barred = {
        one.name: recused.get(one.uscc, set()) | {number[name] for name in one.met if name in number}
        for one in subjects
        if one.met or one.uscc in recused
    }
    return {name: sorted(some) for name, some in barred.items() if some}


def frame(subjects: Iterable[Subject]) -> list[Json]:
    """The frame as a transcript publishes it."""
    by_stratum: dict[str, list[str]] = {}
    for one in subjects:
        by_stratum.setdefault(one.stratum, []).append(one.name)
    return [
        {"stratum": stratum, "candidates": sorted(names)} for stratum, names in sorted(by_stratum.items())
    ]


def widening(team: Json, area: Json, officers: Sequence[str]) -> dict[str, int]:
    """How far from its grid each department had to look for a team (R-408): 0 grid, 1 town, 2 county."""
    number = {name: at for at, name in enumerate(officers)}
    return {
        department: max((_tier(number[name], area["tiers"][department]) for name in members), default=0)
        for department, members in team["members"].items()
    }


def _tier(officer: int, tiers: Sequence[Collection[int]]) -> int:
    return next(at for at, tier in enumerate(tiers) if officer in tier)


def commit(
    task: str, frame_hash: str, quotas: Mapping[str, int], eligibility_hash: str, randomness: Json,
    parties: Mapping[str, str],
) -> Json:  # fmt: skip
    """What is committed to before the randomness exists; `parties` are their commitments, in order."""
    return {
        "format": ceremony.FORMAT,
        "task": task,
        "frame_hash": frame_hash,
        "quotas": dict(quotas),
        "eligibility_hash": eligibility_hash,
        "randomness": randomness,
        "parties": [{"party": party, "commitment": said} for party, said in parties.items()],
    }


def capacities(officers: Iterable[Officer], terms: Terms) -> dict[str, int]:
    """How many subjects each department can go to at most, by its officers' free slots and their total."""
    able = drawable(officers, terms)
    return {
        department: _capacity([one for one in able if one.department == department], heads, terms)
        for department, heads in terms.heads
    }


def _capacity(own: Sequence[Officer], heads: int, terms: Terms) -> int:
    free = {one.name: [slot.code for slot in terms.slots if not is_away(one, slot)] for one in own}
    by_slot = Counter(code for codes in free.values() for code in codes)
    by_officer = sum(min(terms.total, len(codes)) for codes in free.values())
    return min(sum(count // heads for count in by_slot.values()), by_officer // heads)
