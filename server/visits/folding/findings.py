"""What was found: evidence, items, and the lists of all that was said and done."""

from collections import defaultdict
from typing import Any

from server.visits.folding.effect import Effective
from server.visits.folding.intake import Entry, Journal, Problem
from server.visits.folding.registers import Head, Registers, register_of
from server.visits.roster import Item, Member, Roster

LISTS = {
    "statements": "statement",
    "measures": "measure",
    "corrected": "corrected",
    "clues": "clue",
    "notes": "note",
    "recordings": "recording",
    "samples": "sample",
    "inquiries": "inquiry",
    "surveys": "survey",
    "opinions": "expert.opinion",
    "served": "served",
    "transcribed": "transcribed",
    "substitutions": "officer.substituted",
    "takeovers": "lead.taken-over",
    "supplements": "supplement",
    "parties": "party.present",
}
SHOWN = ("item", "moment", "department", "type", "bytes", "captured_at", "caption", "source", "location",
    "recording", "segment", "duration_ms")


class Evidence:
    """The evidence entries of a journal and which of them were withdrawn, with what reason."""

    def __init__(self, journal: Journal, effective: Effective) -> None:
        self.entries = effective.of("evidence")
        self.withdrawals: list[Entry] = []
        self.problems: list[Problem] = []
        self._reasons: dict[str, str] = {}
        self._by_hash = {entry.hash: entry for entry in self.entries}
        for mark in effective.of("evidence.withdrawn"):
            problem = self._problem_of_mark(journal, effective, mark)
            if problem is None:
                self.withdrawals.append(mark)
                self._reasons.setdefault(mark.body["of"], mark.body["reason"])
            else:
                self.problems.append({"problem": problem, "hash": mark.hash, "target": mark.body["of"]})

    def item_of_mark(self, mark: Entry) -> Entry:
        """The evidence entry a mark withdraws."""
        return self._by_hash[mark.body["of"]]

    def standing(self) -> list[Entry]:
        """The entries that were not withdrawn."""
        return [entry for entry in self.entries if entry.hash not in self._reasons]

    def table(self, blobs: dict[str, str]) -> dict[str, dict[str, Any]]:
        """By name (SHA-256), told by the entry that stands, the first by hash where there are several."""
        holders: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            holders[entry.body["sha256"]].append(entry)
        return {name: self._row(name, entries, blobs) for name, entries in holders.items()}

    def _row(self, name: str, entries: list[Entry], blobs: dict[str, str]) -> dict[str, Any]:
        standing = [entry for entry in entries if entry.hash not in self._reasons]
        teller = (standing or entries)[0]
        grade = blobs.get(name)
        return {
            "entries": [entry.hash for entry in entries],
            **{member: teller.body.get(member) for member in SHOWN},
            "author": teller.author,
            "withdrawn": None if standing else self._reasons[teller.hash],
            "grade": grade if grade in ("stored", "backed-up") else "awaited",
        }

    def _problem_of_mark(self, journal: Journal, effective: Effective, mark: Entry) -> str | None:
        """A mark counts if it names evidence and comes from a colleague of the one who took it."""
        target = mark.body["of"]
        if target not in self._by_hash:
            return "foreign-target" if target in journal.entries else "unknown-target"
        members, nobody = effective.roster.members, Member()
        own = (
            members.get(mark.author, nobody).departments
            & members.get(self._by_hash[target].author, nobody).departments
        )
        return None if own or mark.author == self._by_hash[target].author else "wrong-author"


def fold_items(effective: Effective, registers: Registers, evidence: Evidence) -> dict[str, dict[str, Any]]:
    """The state of every item of the list."""
    shown: dict[str, set[str]] = defaultdict(set)
    for entry in evidence.standing():
        if isinstance(entry.body.get("item"), str):
            shown[entry.body["item"]].add(entry.body["sha256"])
    corrected: dict[str, list[str]] = defaultdict(list)
    for entry in effective.of("corrected"):
        corrected[entry.body["item"]].append(entry.hash)
    return {
        item.id: _fold_item(item, effective.roster, registers, sorted(shown[item.id]), corrected[item.id])
        for item in effective.roster.items.values()
    }


def _fold_item(
    item: Item, roster: Roster, registers: Registers, shown: list[str], corrected: list[str]
) -> dict[str, Any]:
    register = registers[f"item:{item.id}"]
    heads = [_head(head, item, roster) for head in register.heads]
    said = heads[0] if len(heads) == 1 and not item.exempt else None
    return {
        "state": "exempt" if item.exempt else ("open", "answered", "conflict")[min(len(heads), 2)],
        "heads": heads,
        "verdict": said and said["verdict"],
        "value": said and said["value"],
        "remark": said and said["remark"],
        "reason": said and said["reason"],
        "evidence": shown,
        "measures": [head.entry.hash for head in registers[f"measure:{item.id}"].heads],
        "corrected": corrected,
        "photo_missing": bool(said and said["verdict"] == "fail" and item.evidence_on_fail and not shown),
        "history": [entry.hash for entry in register.members],
    }


def _head(head: Head, item: Item, roster: Roster) -> dict[str, Any]:
    """A head as it is shown: its own hash, what it says, and who said so, for which owner, and when."""
    said = head.value.body
    return {
        "hash": head.entry.hash,
        "answer": head.value.hash,
        "settled": head.entry.kind == "settlement",
        "author": head.value.author,
        "at": head.value.at,
        "department": _spoken_for(head.value.author, item, roster),
        "verdict": said["verdict"],
        "remark": said.get("remark") or "",
        **{name: said.get(name) for name in ("value", "reason", "override", "instrument", "act")},
    }


def _spoken_for(author: str, item: Item, roster: Roster) -> str:
    """Which of the item's owners the author speaks for: the first he or she stands for."""
    departments = roster.members[author].departments
    return next(code for code in item.matters if code in departments)


def fold_lists(effective: Effective, registers: Registers) -> dict[str, list[dict[str, Any]]]:
    """All that was said and done beside the answers; `replaced` if a later entry took its place."""
    return {
        name: [
            {**entry.body, **_told(entry), "replaced": _is_replaced(entry, registers)}
            for entry in effective.of(kind)
        ]
        for name, kind in LISTS.items()
    }


def _is_replaced(entry: Entry, registers: Registers) -> bool:
    register = register_of(entry)
    return register is not None and all(head.entry.hash != entry.hash for head in registers[register].heads)


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "hash": entry.hash,
        "author": entry.author,
        "at": entry.at,
        "device": entry.device,
        "seq": entry.seq,
    }


def problems_of_names(effective: Effective, table: dict[str, Any]) -> list[Problem]:
    """Entries that name evidence by a SHA-256 which no evidence entry here has."""
    return [
        {"problem": "unknown-evidence", "hash": entry.hash, "sha256": name}
        for entries in effective.by_kind.values()
        for entry in entries
        for name in _evidence_named(entry)
        if name not in table
    ]


def _evidence_named(entry: Entry) -> list[str]:
    body = entry.body
    if entry.kind == "transcribed":
        return [body["of"]]
    if entry.kind == "signature":
        video = (body.get("refusal") or {}).get("video")
        return [video] if video else []
    if entry.kind in ("corrected", "clue", "identity.shown", "rights.informed"):
        return body.get("evidence") or []
    return []
