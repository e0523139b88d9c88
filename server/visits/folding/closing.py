"""How far each department is and what was signed: steps, officers, results, what a change made outdated."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from server.visits import rules
from server.visits.folding.effect import Effective
from server.visits.folding.findings import Evidence
from server.visits.folding.intake import Entry, Journal, Problem
from server.visits.folding.registers import Head, Registers

STEPS = {
    "arrived": "visit.arrived",
    "identity": "identity.shown",
    "rights": "rights.informed",
    "recusal": "recusal.asked",
    "left": "visit.left",
    "party": "party.present",
}
STATES = {"department.completed": "completed", "department.absent": "absent", "department.reopened": "open"}


class Changes:
    """What touches each department, to be held against what a signature or a completion covers."""

    def __init__(
        self, journal: Journal, effective: Effective, registers: Registers, evidence: Evidence
    ) -> None:
        self._journal = journal
        self._touching: dict[str, list[str]] = defaultdict(list)
        self._supplements: dict[str, list[set[str]]] = defaultdict(list)
        items = effective.roster.items
        for item in items.values():
            for entry in registers[f"item:{item.id}"].members:
                self._touch(item.matters, entry)
        for entry in effective.of("measure", "corrected"):
            self._touch(items[entry.body["item"]].matters, entry)
        for entry in effective.of("department.reopened"):
            self._touch([entry.body["department"]], entry)
        for mark in evidence.withdrawals:
            shown = evidence.item_of_mark(mark).body
            item_shown = items.get(shown.get("item") or "")
            self._touch(item_shown.matters if item_shown else [shown.get("department")], mark)
        for entry in effective.of("supplement"):
            self._supplements[entry.body["department"]].append(journal.covered(entry.body["covers"]))

    def _touch(self, departments: Iterable[str | None], entry: Entry) -> None:
        for code in departments:
            if code:
                self._touching[code].append(entry.hash)

    def outdated(self, entry: Entry, departments: list[str]) -> list[str]:
        """Those of the departments that changed after what the entry covers."""
        closure = self._journal.covered(entry.body["covers"])
        return [
            code
            for code in departments
            if rules.outdated(self._touching[code], closure, self._supplements[code])
        ]


def fold_departments(
    journal: Journal, effective: Effective, registers: Registers, items: dict[str, Any], changes: Changes
) -> dict[str, dict[str, Any]]:
    """The state of every department."""
    steps = _steps(effective)
    took_part = _took_part(journal, effective)
    folded = {}
    for code in effective.roster.departments:
        heads = registers[f"department:{code}"].heads
        value = heads[0].value if len(heads) == 1 else None
        completed = value is not None and value.kind == "department.completed"
        matters = rules.matters_of({"items": items}, effective.roster, code)
        folded[code] = {
            "state": _state(heads),
            "heads": [head.entry.hash for head in heads],
            "reason": value.body.get("reason") if value else None,
            "text": value.body.get("text") if value else None,
            "outdated": completed and bool(value and changes.outdated(value, [code])),
            "steps": steps[code],
            "ready": all(steps[code][step] for step in rules.STEPS),
            "officers": sorted(took_part[code]),
            "counts": _counts([items[item.id] for item in effective.roster.items_of(code)]),
            "results": {name: rules.derive_result(rows) for name, rows in matters.items()},
            "confirmed": value.body["results"] if value and completed else None,
        }
    return folded


def _state(heads: list[Head]) -> str:
    if len(heads) > 1:
        return "conflict"
    return STATES[heads[0].value.kind] if heads else "open"


def _steps(effective: Effective) -> dict[str, dict[str, list[str]]]:
    steps: dict[str, dict[str, list[str]]] = {
        code: {name: [] for name in STEPS} for code in effective.roster.departments
    }
    for name, kind in STEPS.items():
        for entry in effective.of(kind):
            steps[entry.body["department"]][name].append(entry.hash)
    return steps


def _took_part(journal: Journal, effective: Effective) -> dict[str, set[str]]:
    """Per department, its certified officers who showed their card and wrote or signed (R-406)."""
    active = {entry.author for entry in journal.accepted}
    active |= {
        entry.body["person"]
        for entry in effective.of("signature")
        if entry.body.get("person") and entry.body["method"] != "refused"
    }
    took_part: dict[str, set[str]] = defaultdict(set)
    for entry in effective.of("identity.shown"):
        code = entry.body["department"]
        for officer in entry.body["officers"]:
            member = effective.roster.members.get(officer["person"])
            if member and code in member.certified and officer["person"] in active:
                took_part[code].add(officer["person"])
    return took_part


def _counts(items: list[dict[str, Any]]) -> dict[str, int]:
    states = Counter(item["state"] for item in items)
    verdicts = Counter(item["verdict"] for item in items)
    return {
        "items": len(items),
        **{name: states[name] for name in ("answered", "open", "exempt", "conflict")},
        **{name: verdicts[name] for name in ("pass", "fail", "na", "pending")},
    }


def fold_signatures(effective: Effective, evidence: dict[str, Any], changes: Changes) -> list[dict[str, Any]]:
    """All signatures and refusals: whether each is valid, and for which departments outdated."""
    certified = {person for person, member in effective.roster.members.items() if member.certified}
    state = {"evidence": evidence}
    folded = []
    for entry in effective.of("signature"):
        body = {name: value for name, value in entry.body.items() if name != "covers"}
        scope = body["scope"]
        departments = effective.roster.departments if scope == "visit" else [scope]
        folded.append(
            {
                **body,
                "hash": entry.hash,
                "author": entry.author,
                "at": entry.at,
                "valid": rules.signature_is_valid(body, certified, state),
                "outdated": sorted(changes.outdated(entry, departments)),
            }
        )
    return folded


def problems_of_covers(journal: Journal, effective: Effective) -> list[Problem]:
    """Entries that cover what is not here."""
    return [
        {"problem": "unknown-target", "hash": entry.hash, "target": head}
        for entry in effective.of("signature", "department.completed", "supplement", "visit.signed")
        for head in entry.body["covers"]["heads"]
        if head not in journal.entries
    ]
