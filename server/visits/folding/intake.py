"""From any pile of entries to a journal: each entry once, its chain checked, its form judged.

Nothing is thrown away silently: what cannot be read, or does not fit, is named as a problem. The hash of an
entry is taken as given; `server/visits/entry.py` checks it before an entry is accepted.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from server.kernel.canonical import MAX_DEPTH, SAFE_INTEGER, canonical
from server.visits.kinds import problem_of_body
from server.visits.roster import is_text

Problem = dict[str, Any]

_HASH = re.compile(r"[0-9a-f]{64}")
_TEXTS = ("id", "visit", "device", "author", "at", "kind")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the fold reads of an entry; further members (a position, a newer phone's) are not its business."""

    hash: str
    id: str
    visit: str
    device: str
    seq: int
    prev: str | None
    author: str
    at: str
    kind: str
    body: dict[str, Any]
    unfit: str | None


@dataclass(frozen=True)
class Context:
    """What the fold is told beside bundle and entries."""

    quarantined: frozenset[str]
    lost: tuple[tuple[str, int, str | None], ...]
    blobs: dict[str, str]
    bundles: dict[str, Any]
    digest: str | None


class Journal:
    """The entries of one visit, by hash in the order of the hashes.

    `accepted` are those that are not quarantined, `fitting` those of them whose body fits its kind's schema.
    """

    def __init__(self, entries: Iterable[Entry], quarantined: frozenset[str]) -> None:
        self.entries = {entry.hash: entry for entry in sorted(entries, key=lambda entry: entry.hash)}
        self.quarantined = quarantined
        self.accepted = [entry for entry in self.entries.values() if entry.hash not in quarantined]
        self.fitting = [entry for entry in self.accepted if entry.unfit is None]

    def closure(self, heads: Iterable[str], missing: Iterable[str] = ()) -> set[str]:
        """The entries at and before these heads in their chains, not going past what was missing."""
        stop, found = set(missing), set[str]()
        for head in heads:
            name: str | None = head
            while name in self.entries and name not in found and name not in stop:
                found.add(name)
                name = self.entries[name].prev
        return found

    def covered(self, covers: dict[str, Any]) -> set[str]:
        """The closure of a body's `covers`."""
        return self.closure(covers["heads"], covers.get("missing") or ())

    def part(self, hashes: set[str]) -> "Journal":
        """The journal of these entries only."""
        return Journal((entry for entry in self.entries.values() if entry.hash in hashes), self.quarantined)

    def problems(self, lost: Iterable[tuple[str, int, str | None]]) -> list[Problem]:
        """What is wrong with single entries and with the chains, whatever the entries mean."""
        unfit = [{"problem": entry.unfit, "hash": entry.hash} for entry in self.accepted if entry.unfit]
        aside = [
            {"problem": "quarantined", "hash": name} for name in self.entries if name in self.quarantined
        ]
        return unfit + aside + self._chain_problems(list(lost)) + self._reused_ids()

    def _chain_problems(self, lost: list[tuple[str, int, str | None]]) -> list[Problem]:
        problems: list[Problem] = [
            {"problem": "lost", "device": device, "seq": seq, "hash": name}
            for device, seq, name in lost
            if name not in self.entries
        ]
        declared = {(device, seq) for device, seq, _ in lost}
        branches: dict[tuple[str, int, str | None], list[str]] = defaultdict(list)
        for entry in self.entries.values():
            branches[entry.device, entry.seq, entry.prev].append(entry.hash)
            before = self.entries.get(entry.prev) if entry.prev else None
            if (entry.seq == 1) != (entry.prev is None) or (
                before is not None and (before.device, before.seq) != (entry.device, entry.seq - 1)
            ):
                problems.append({"problem": "bad-chain", "hash": entry.hash})
            elif entry.prev and before is None and (entry.device, entry.seq - 1) not in declared:
                problems.append(
                    {"problem": "hole", "device": entry.device, "seq": entry.seq - 1, "hash": entry.prev}
                )
        for (device, seq, _), hashes in branches.items():
            if len(hashes) > 1:
                problems.append({"problem": "fork", "device": device, "seq": seq, "hashes": hashes})
        return problems

    def _reused_ids(self) -> list[Problem]:
        holders: dict[str, list[str]] = defaultdict(list)
        for entry in self.entries.values():
            holders[entry.id].append(entry.hash)
        return [
            {"problem": "id-reused", "id": name, "hashes": hashes}
            for name, hashes in holders.items()
            if len(hashes) > 1
        ]


def read_journal(raw: Any, visit: str | None, quarantined: frozenset[str]) -> tuple[Journal, list[Problem]]:
    """The journal of one visit out of any pile, and what could not be taken into it."""
    kept: dict[str, Entry] = {}
    problems: list[Problem] = []
    if not isinstance(raw, list | tuple):
        raw, problems = [], [{"problem": "malformed"}]
    for document in raw:
        entry = read_entry(document)
        if entry is None:
            problems.append({"problem": "malformed", **_name_of(document)})
        elif visit is not None and entry.visit != visit:
            problems.append({"problem": "other-visit", "hash": entry.hash})
        elif entry.hash not in kept:
            kept[entry.hash] = entry
        elif _bytes_of(entry) != _bytes_of(kept[entry.hash]):
            problems.append({"problem": "bad-hash", "hash": entry.hash})
            kept[entry.hash] = min(entry, kept[entry.hash], key=_bytes_of)
    return Journal(kept.values(), quarantined), problems


def read_entry(document: Any) -> Entry | None:
    """The entry in a document, or None where it is none."""
    if not isinstance(document, dict) or not _is_hash(document.get("hash")):
        return None
    if not all(is_text(document.get(name)) for name in _TEXTS):
        return None
    seq, prev, body = document.get("seq"), document.get("prev"), document.get("body")
    if type(seq) is not int or not 1 <= seq <= SAFE_INTEGER or not (prev is None or _is_hash(prev)):
        return None
    if not isinstance(body, dict) or not _is_plain(body, 2):
        return None
    texts = {name: document[name] for name in _TEXTS}
    unfit = problem_of_body(texts["kind"], body)
    return Entry(hash=document["hash"], seq=seq, prev=prev, body=body, unfit=unfit, **texts)


def read_context(context: Any) -> Context:
    """The context, with what is not of its form left out."""
    given = context if isinstance(context, dict) else {}
    blobs, bundles, digest = given.get("blobs"), given.get("bundles"), given.get("digest")
    return Context(
        quarantined=frozenset(name for name in _rows(given.get("quarantined")) if _is_hash(name)),
        lost=tuple(sorted(_read_lost(given.get("lost")), key=str)),
        blobs=blobs if isinstance(blobs, dict) else {},
        bundles=bundles if isinstance(bundles, dict) else {},
        digest=digest if _is_hash(digest) else None,
    )


def is_plain(value: Any) -> bool:
    """Whether a value holds only what a journal may: it has one canonical form in any language."""
    return _is_plain(value, 1)


def _read_lost(rows: Any) -> set[tuple[str, int, str | None]]:
    lost = set()
    for row in _rows(rows):
        if isinstance(row, dict) and is_text(row.get("device")) and type(row.get("seq")) is int:
            name = row.get("hash")
            if 1 <= row["seq"] <= SAFE_INTEGER and (name is None or _is_hash(name)):
                lost.add((row["device"], row["seq"], name))
    return lost


def _rows(value: Any) -> Any:
    return value if isinstance(value, list | tuple | set | frozenset) else []


def _is_plain(value: Any, depth: int) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, str):
        return is_text(value)
    if isinstance(value, int):
        return abs(value) <= SAFE_INTEGER
    if depth > MAX_DEPTH or not isinstance(value, list | dict):
        return False
    if isinstance(value, dict):
        return all(is_text(name) and _is_plain(inner, depth + 1) for name, inner in value.items())
    return all(_is_plain(inner, depth + 1) for inner in value)


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _name_of(document: Any) -> Problem:
    named = document.get("hash") if isinstance(document, dict) else None
    return {"hash": named} if _is_hash(named) else {}


def _bytes_of(entry: Entry) -> bytes:
    return canonical([getattr(entry, name) for name in (*_TEXTS, "seq", "prev", "body")])
