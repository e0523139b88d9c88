"""The draw (双随机): which subjects are inspected and by whom, so that anyone can recompute it.

This file needs nothing but Python's standard library, and is published as it is: what draws in the office is
what an outsider runs. `python liancha-verify.py transcript.json` recomputes a published transcript and says
whether everything in it follows from what was committed before the randomness existed.

References: RFC 2104 and RFC 5869 (HMAC, HKDF), RFC 8785 (canonical JSON), RFC 3797 (public random draws),
DB35/T 2223-2024 (random inspection). Rule numbers (R-…) are those of the domain rules.
"""

import hashlib
import hmac
import json
import re
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT = "liancha-draw/1"
SECRET_BYTES = 32

Json = dict[str, Any]
Candidate = tuple[str, str]  # stratum, pseudonym


class Mismatch(Exception):
    """What a transcript says does not follow from what was committed; the message names the part."""


class Infeasible(Exception):
    """No way to staff all lines. `demands` names slot and department of a set that is too large for the
    officers it may have, `needed` how many it needs, `available` how many it can get."""

    def __init__(self, demands: Sequence[tuple[str, str]], needed: int, available: int) -> None:
        super().__init__(f"{needed} needed, {available} available")
        self.demands, self.needed, self.available = demands, needed, available


# --- hashes -------------------------------------------------------------------------------------------------


def sha256(content: bytes) -> str:
    """In hex."""
    return hashlib.sha256(content).hexdigest()


def canonical(document: Any) -> bytes:
    """RFC 8785 for what stands in a transcript: texts, whole numbers, lists, and names in ASCII."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def pseudonym(salt: bytes, identifier: str) -> str:
    """What a subject or an officer is called in a draw until it is over."""
    return sha256(salt + identifier.encode())


def frame_lines(candidates: Iterable[Candidate]) -> list[bytes]:
    """One line per candidate, `stratum NUL pseudonym`, sorted by bytes."""
    return sorted(f"{stratum}\0{name}".encode() for stratum, name in candidates)


def frame_hash(lines: Sequence[bytes]) -> str:
    """Of all lines, joined by line feeds."""
    return sha256(b"\n".join(lines))


def commitment(party: str, secret: bytes) -> str:
    """What a party publishes before the draw about the secret it opens in it."""
    return sha256("\0".join((FORMAT, party, "")).encode() + secret)


class Positions:
    """Where everything falls: HKDF of the opened secrets and the public randomness.

    HMAC is written out by RFC 2104: what is the same for all positions is hashed once, which makes a draw of
    a million subjects four times as quick. The key has at most one block.
    """

    def __init__(self, key: bytes, commit: str) -> None:
        self.commit = commit
        block = key.ljust(hashlib.sha256().block_size, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
        self._inner.update("\0".join((FORMAT, commit, "")).encode())

    @classmethod
    def of(cls, secrets: Sequence[bytes], randomness: str, commit: str) -> "Positions":
        """`secrets` in the order of the commitments; `randomness` as written down."""
        inner = hashlib.sha256(b"".join(secrets)).digest()
        return cls(hmac.digest(inner, randomness.encode(), "sha256"), commit)

    def __call__(self, kind: str, *parts: str) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update("\0".join((kind, *parts)).encode() + b"\1")
        outer.update(inner.digest())
        return outer.digest()


# --- subjects -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stratum:
    """What fell to one stratum: the drawn in order, and the others in the order of the reserve."""

    drawn: list[str]
    reserve: list[str]


def draw_subjects(
    lines: Sequence[bytes], quotas: Mapping[str, int], positions: Positions
) -> dict[str, Stratum]:
    """R-401: in each stratum the first `quota` by position are drawn, the rest is the reserve."""
    by_stratum: dict[str, list[str]] = {stratum: [] for stratum in quotas}
    for line in lines:
        stratum, _nul, name = line.decode().partition("\0")
        if stratum not in by_stratum:
            raise Mismatch(f"quota of stratum {stratum}: none")
        by_stratum[stratum].append(name)
    drawn = {}
    for stratum, quota in quotas.items():
        names = by_stratum[stratum]
        if not 0 <= quota <= len(names):
            raise Mismatch(f"quota of stratum {stratum}: {quota} of {len(names)}")
        names.sort(key=lambda name: positions("E", stratum, name))
        drawn[stratum] = Stratum(names[:quota], names[quota:])
    return drawn


def drawn_lines(drawn: Mapping[str, Stratum], positions: Positions) -> list[Candidate]:
    """All drawn lines, in the order in which they get their officers."""
    lines = [(stratum, name) for stratum, fell in drawn.items() for name in fell.drawn]
    return sorted(lines, key=lambda line: positions("E", *line))


# --- officers -----------------------------------------------------------------------------------------------


class Choices:
    """Who may come to a demand, the first choice first. A tier is put in order when it is asked for: most
    teams are found in the first, and to place everybody of a county for every line takes long."""

    def __init__(self, tiers: Iterable[list[str]], place: Callable[[str], bytes]) -> None:
        self._tiers = iter(tiers)
        self._place = place
        self._known: list[str] = []

    def __iter__(self) -> Iterator[str]:
        at = 0
        while at < len(self._known) or self._ask():
            yield self._known[at]
            at += 1

    def _ask(self) -> bool:
        """Put the next tier with anybody in it in order; False if there is none."""
        for tier in self._tiers:
            self._known += sorted(tier, key=self._place)
            if tier:
                return True
        return False


@dataclass
class Demand:
    """One department's part in one drawn line: how many must come, and who may, the first choice first.

    `given` are those who come as things stand; `settled` those of them who stay whatever happens, in the
    order they were chosen.
    """

    slot: str
    department: str
    heads: int
    eligible: Iterable[str]
    given: set[str] = field(default_factory=set)
    settled: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Move:
    """An officer comes to one demand, from another if that `yields`."""

    officer: str
    gains: int
    yields: int | None


class Teams:
    """Who goes where: nobody on two lines of a slot, nobody more often than `total` (R-410).

    A maximum flow says whether all demands can be met. An officer who is tried stays if all others can still
    be met; only this yes or no counts, so that any right way to find it gives the same teams.
    """

    def __init__(self, demands: Sequence[Demand], total: int) -> None:
        self._demands = demands
        self._total = total
        self._taken: dict[tuple[str, str], int] = {}  # officer and slot: the demand they come to
        self._slots: dict[str, set[str]] = {}  # officer: the slots they are taken in
        for at, demand in enumerate(demands):
            for _head in range(demand.heads):
                self._meet(at)

    def settle(self) -> None:
        """Demand by demand, have those stay who come first and leave all others enough."""
        for at, demand in enumerate(self._demands):
            for officer in demand.eligible:
                if len(demand.settled) == demand.heads:
                    break
                if officer in demand.given or self._turn(at, officer):
                    demand.settled.append(officer)

    def _meet(self, at: int) -> None:
        """One more officer for a demand, others moved if need be."""
        demand = self._demands[at]
        moves, reached = self._search(at, _others(demand))
        if moves is None:
            raise self._infeasible(reached)
        self._make(moves)

    def _turn(self, at: int, officer: str) -> bool:
        """Have this officer come in place of one who is not settled, if nobody will be missing for it."""
        moves, _reached = self._search(at, [officer], returns=True)
        if moves is None:
            return False
        self._make(moves)
        demand = self._demands[at]
        if len(demand.given) > demand.heads:
            self._take(at, min(demand.given.difference(demand.settled, {officer})))
        return True

    def _search(
        self, at: int, starts: Iterable[str], returns: bool = False
    ) -> tuple[list[Move] | None, set[int]]:
        """The shortest chain of moves that brings one of `starts` to a demand, and all demands reached.

        It ends with an officer who is free; or, if it `returns`, with one whom the demand itself gives up.
        """
        reached = set() if returns else {at}
        came: dict[int, Move] = {}
        tried: set[tuple[str, str]] = set()
        queue: deque[tuple[int, Iterable[str]]] = deque([(at, starts)])
        while queue:
            gains, officers = queue.popleft()
            for officer in officers:
                place = (officer, self._demands[gains].slot)
                if place in tried:
                    continue
                tried.add(place)
                yielding = self._yielding(officer, place)
                if yielding is None:
                    return self._chain(at, came, Move(officer, gains, None)), reached
                for other in yielding:
                    if other in reached:
                        continue
                    reached.add(other)
                    move = Move(officer, gains, other)
                    if other == at:
                        return self._chain(at, came, move), reached
                    came[other] = move
                    queue.append((other, _others(self._demands[other])))
        return None, reached

    def _yielding(self, officer: str, place: tuple[str, str]) -> list[int] | None:
        """The demands one of which must give this officer up, if any can; None if they are free."""
        if place in self._taken:
            held = [self._taken[place]]
        elif len(self._slots.get(officer, ())) < self._total:
            return None
        else:
            held = [self._taken[officer, slot] for slot in sorted(self._slots[officer])]
        return [one for one in held if officer not in self._demands[one].settled]

    def _chain(self, at: int, came: Mapping[int, Move], last: Move) -> list[Move]:
        moves = [last]
        while moves[-1].gains != at:
            moves.append(came[moves[-1].gains])
        return moves

    def _make(self, moves: Sequence[Move]) -> None:
        for move in moves:
            if move.yields is not None:
                self._take(move.yields, move.officer)
            self._give(move.gains, move.officer)

    def _give(self, at: int, officer: str) -> None:
        demand = self._demands[at]
        demand.given.add(officer)
        self._taken[officer, demand.slot] = at
        self._slots.setdefault(officer, set()).add(demand.slot)

    def _take(self, at: int, officer: str) -> None:
        demand = self._demands[at]
        demand.given.remove(officer)
        del self._taken[officer, demand.slot]
        self._slots[officer].remove(demand.slot)

    def _infeasible(self, reached: set[int]) -> Infeasible:
        """Those reached compete for officers who all come to them already: too few (Hall's condition)."""
        short = [self._demands[one] for one in sorted(reached)]
        return Infeasible(
            sorted({(one.slot, one.department) for one in short}),
            sum(one.heads for one in short),
            sum(len(one.given) for one in short),
        )


def _others(demand: Demand) -> Iterator[str]:
    return (one for one in demand.eligible if one not in demand.given)


def draw_officers(
    lines: Sequence[Candidate], areas: Mapping[str, int], eligibility: Json, positions: Positions
) -> list[Json]:
    """The team of each drawn line: its slot, and its members by department in the order they were chosen.

    `areas` says for each pseudonym which of the eligibility's areas it lies in. Lines and departments are
    taken in order, and the lines take the slots in turn. An area's officers stand in tiers (R-408): those of
    the grid, of the town, of the county; who is first is by position within a tier.
    """
    if lines and not eligibility["slots"]:
        raise Infeasible([], len(lines), 0)
    slots = [eligibility["slots"][at % len(eligibility["slots"])] for at in range(len(lines))]
    demands = [
        Demand(slot, department, heads, _able(name, slot, department, areas[name], eligibility, positions))
        for (_stratum, name), slot in zip(lines, slots, strict=True)
        for department, heads in eligibility["heads"]
    ]
    Teams(demands, eligibility["total"]).settle()
    share = len(eligibility["heads"])
    return [
        _team(name, slots[at], demands[at * share : (at + 1) * share])
        for at, (_stratum, name) in enumerate(lines)
    ]


def _able(
    line: str, slot: str, department: str, area: int, eligibility: Json, positions: Positions
) -> Choices:
    """Who may come: not who is away then, recused, or was there not long ago."""
    kept_away = {*eligibility["away"].get(slot, ()), *eligibility["barred"].get(line, ())}
    tiers = eligibility["areas"][area]["tiers"].get(department, ())
    names = ([eligibility["officers"][one] for one in tier if one not in kept_away] for tier in tiers)
    return Choices(names, lambda name: positions("I", line, name))


def _team(line: str, slot: str, demands: Sequence[Demand]) -> Json:
    return {"line": line, "slot": slot, "members": {one.department: one.settled for one in demands}}


# --- transcript ---------------------------------------------------------------------------------------------


def outcome(transcript: Json) -> Json:
    """What must have been drawn; refuses what differs from what was committed."""
    commit = transcript["commit"]
    lines = frame_lines((one["stratum"], name) for one in transcript["frame"] for name in one["candidates"])
    _same("frame", frame_hash(lines), commit["frame_hash"])
    _same("eligibility", sha256(canonical(transcript["eligibility"])), commit["eligibility_hash"])
    positions = Positions.of(
        list(_opened(transcript)), transcript["randomness"], sha256(canonical(commit))
    )
    drawn = draw_subjects(lines, commit["quotas"], positions)
    names = [line.decode().partition("\0")[2] for line in lines]
    if len(names) != len(set(names)):
        raise Mismatch("frame: somebody stands in it twice")
    areas = dict(zip(names, transcript["eligibility"]["lines"], strict=True))
    teams = draw_officers(drawn_lines(drawn, positions), areas, transcript["eligibility"], positions)
    return {
        "commit_hash": positions.commit,
        "subjects": {stratum: fell.drawn for stratum, fell in drawn.items()},
        "teams": teams,
    }


def check(transcript: Json) -> Json:
    """The outcome, if it is the one the transcript says."""
    due = outcome(transcript)
    for part, value in due.items():
        _same(part, value, transcript["result"][part])
    return due


def _opened(transcript: Json) -> Iterator[bytes]:
    """The secrets in the order of the commitments. One that was not opened in time is named as missing."""
    opened, missing = transcript["opened"], transcript["missing"]
    for party in transcript["commit"]["parties"]:
        name = party["party"]
        if (name in opened) == (name in missing):
            raise Mismatch(f"secret of {name}")
        if name in opened:
            if not re.fullmatch("[0-9a-f]{64}", opened[name]):
                raise Mismatch(f"secret of {name}")
            secret = bytes.fromhex(opened[name])
            _same(f"secret of {name}", commitment(name, secret), party["commitment"])
            yield secret
    parties = [party["party"] for party in transcript["commit"]["parties"]]
    _same("secret of others", sorted([*opened, *missing]), sorted(parties))


def _same(part: str, found: Any, said: Any) -> None:
    if found != said:
        raise Mismatch(part)


WHOLE = ("commit", "frame", "eligibility", "opened", "missing", "randomness", "result")
USAGE = "用法 usage: python3 liancha-verify.py liancha-draw-….json"


def main(arguments: Sequence[str]) -> int:
    """Check a transcript and say so: 0 if all of it is right, 1 if not, 2 if there is none to check."""
    if len(arguments) != 1:
        return _unread(USAGE)
    (path,) = arguments
    try:
        transcript = json.loads(Path(path).read_bytes())
    except OSError as error:
        return _unread(f"{path}: 无法读取 cannot be read: {error.strerror}")
    except (ValueError, RecursionError):
        return _unread(f"{path}: 不是 JSON 文件 is no JSON file")
    lacking = [one for one in WHOLE if not isinstance(transcript, dict) or one not in transcript]
    if lacking:
        return _unread(f"{path}: 不是完整的抽取记录 is no whole transcript, it lacks: {', '.join(lacking)}")
    try:
        due = check(transcript)
    except (Mismatch, Infeasible, LookupError, ValueError, TypeError, AttributeError) as error:
        sys.stdout.write(f"不符 MISMATCH: {type(error).__name__} {error}\n")
        return 1
    subjects = sum(map(len, due["subjects"].values()))
    sys.stdout.write(f"相符 OK: {subjects} subjects, commit {due['commit_hash']}\n")
    return 0


def _unread(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
