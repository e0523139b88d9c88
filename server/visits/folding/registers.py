"""Registers: what can be said twice. What supersedes what, which entries are heads, and what they say.

An entry supersedes the entries of its own register that it names in `replaces`; it is a head while nothing
supersedes it, and if a cycle leaves no head, all are. A settlement is an entry of the register too: its value
is that of the entry it chooses. One that chooses nothing it replaces, or chooses in a circle, has no effect.
"""

from collections import defaultdict
from dataclasses import dataclass

from server.visits.folding.effect import Effective
from server.visits.folding.intake import Entry, Journal, Problem

OF_VISIT = frozenset({"visit.signed", "visit.reopened", "visit.aborted"})
OF_DEPARTMENT = frozenset({"department.completed", "department.absent", "department.reopened"})
KINDS = ("answer", "settlement", "statement", "measure", *sorted(OF_VISIT), *sorted(OF_DEPARTMENT))


@dataclass(frozen=True)
class Head:
    """A head: the entry nothing supersedes, and the entry that holds its value (another one if settled)."""

    entry: Entry
    value: Entry


@dataclass(frozen=True)
class Register:
    """One register: all its entries that count, and its heads."""

    members: list[Entry]
    heads: list[Head]


class Registers:
    """All registers of a journal, by name: `item:…`, `department:…`, `visit`, `measure:…`, `statement:…`."""

    def __init__(self, journal: Journal, effective: Effective) -> None:
        self.problems: list[Problem] = []
        self._journal = journal
        members: dict[str, dict[str, Entry]] = defaultdict(dict)
        for entry in sorted(effective.of(*KINDS), key=lambda entry: entry.hash):
            members[str(register_of(entry))][entry.hash] = entry
        self._by_name = {name: self._register(name, entries) for name, entries in members.items()}

    def __getitem__(self, name: str) -> Register:
        return self._by_name.get(name) or Register([], [])

    def _register(self, name: str, entries: dict[str, Entry]) -> Register:
        for entry in entries.values():
            self._check_names(name, entry)
        values = self._values(entries)
        standing = {key: entries[key] for key in entries if values[key] is not None}
        superseded = {
            target
            for key, entry in standing.items()
            for target in entry.body.get("replaces") or ()
            if target != key and target in standing
        }
        heads = [key for key in standing if key not in superseded]
        if standing and not heads:
            self.problems.append({"problem": "cycle", "register": name})
            heads = list(standing)
        return Register(
            list(standing.values()), [Head(entries[key], values[key] or entries[key]) for key in heads]
        )

    def _check_names(self, name: str, entry: Entry) -> None:
        """Name what an entry replaces though it cannot: itself, what is not here, another register's."""
        for target in set(entry.body.get("replaces") or ()):
            problem = self._problem_of_name(name, entry, target)
            if problem:
                self.problems.append({"problem": problem, "hash": entry.hash, "target": target})

    def _problem_of_name(self, name: str, entry: Entry, target: str) -> str | None:
        if target == entry.hash:
            return "cycle"
        named = self._journal.entries.get(target)
        if named is None:
            return "unknown-target"
        return None if register_of(named) == name else "foreign-register"

    def _values(self, entries: dict[str, Entry]) -> dict[str, Entry | None]:
        """The entry that holds the value of each; None for a settlement that chooses nothing."""
        values: dict[str, Entry | None] = {}
        for key in entries:
            path: dict[str, None] = {}
            step: str | None = key
            while (
                step is not None
                and step not in values
                and entries[step].kind == "settlement"
                and step not in path
            ):
                path[step] = None
                step = self._choice(entries, entries[step])
            value = None if step is None or step in path else values.setdefault(step, entries[step])
            values.update(dict.fromkeys(path, value))
        for key, value in values.items():
            if value is None:
                self.problems.append({"problem": "bad-choice", "hash": key})
        return values

    def _choice(self, entries: dict[str, Entry], settlement: Entry) -> str | None:
        chosen = settlement.body["chooses"]
        return chosen if chosen in entries and chosen in settlement.body["replaces"] else None


def register_of(entry: Entry) -> str | None:
    """The register an entry belongs to, whether or not it counts; None for one that belongs to none."""
    if entry.unfit:
        return None
    if entry.kind == "answer":
        return f"item:{entry.body['item']}"
    if entry.kind == "settlement":
        return str(entry.body["register"])
    if entry.kind in OF_DEPARTMENT:
        return f"department:{entry.body['department']}"
    if entry.kind in OF_VISIT:
        return "visit"
    if entry.kind == "measure":
        return f"measure:{entry.body['item']}"
    return f"statement:{entry.body.get('department') or ''}" if entry.kind == "statement" else None
