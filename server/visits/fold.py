"""The fold: from a bundle and a set of journal entries to the state of the visit.

`fold(bundle, entries, context)` is pure and total. Order, repetition and batching of the entries change
nothing; what is unknown, unfit or unauthorised has no effect and is named in the state's `problems`, never
raised. Wall clocks decide nothing. `pwa/journal/fold.js` is the same function on the phones, held equal by
`tests/vectors/`.

The parts are in `folding/`, in the order they are used here; what stands in the way of a sign-off is in
`rules.py`.
"""

from collections.abc import Iterable
from typing import Any

from server.kernel.canonical import canonical, digest
from server.visits import rules
from server.visits.folding.closing import Changes, fold_departments, fold_signatures, problems_of_covers
from server.visits.folding.effect import Effective, take_effect
from server.visits.folding.findings import Evidence, fold_items, fold_lists, problems_of_names
from server.visits.folding.intake import (
    Context,
    Entry,
    Journal,
    Problem,
    is_plain,
    read_context,
    read_journal,
)
from server.visits.folding.registers import Registers, register_of
from server.visits.folding.signoffs import Part, endings, judge
from server.visits.roster import read_bundle

State = dict[str, Any]


def fold(bundle: Any, entries: Any, context: Any = None) -> State:
    """The state of a visit; the form is described in `docs/state.md`."""
    told = read_context(context)
    journal, problems = read_journal(entries, read_bundle(bundle).visit, told.quarantined)
    return _fold(bundle, journal, told, problems)


def sealed(bundle: Any, entries: Any, sign_off: str, context: Any = None) -> State | None:
    """The state a sign-off sealed: the fold of what it covers, over the bundle it names.

    None where the sign-off is not among the entries or its bundle is not known.
    """
    told = read_context(context)
    journal, _ = read_journal(entries, read_bundle(bundle).visit, told.quarantined)
    entry = journal.entries.get(sign_off)
    if entry is None or entry.kind != "visit.signed" or entry.unfit:
        return None
    covers = entry.body["covers"]
    over = _bundle_named(covers["bundle"], bundle, told)
    return None if over is None else _fold(over, journal.part(journal.covered(covers)), told, [])


def closure(entries: Any, heads: Iterable[str], missing: Iterable[str] = ()) -> set[str]:
    """The entries at and before these heads in their chains, by hash; not going past what was missing."""
    return read_journal(entries, None, frozenset())[0].closure(heads, missing)


def covers_of(entries: Iterable[Any], bundle_digest: str) -> dict[str, Any]:
    """The `covers` that names exactly these entries: the last of every chain, both sides of a hole or fork.

    Where a chain has a hole, `missing` names the entry known to be lacking, so that the set stays the same
    when it arrives.
    """
    journal, _ = read_journal(list(entries), None, frozenset())
    before = {entry.prev for entry in journal.entries.values() if entry.prev is not None}
    last = journal.entries.keys() - before
    in_rings = journal.entries.keys() - journal.closure(last)  # links that only a damaged entry can have
    covers: dict[str, Any] = {"heads": sorted(last | in_rings), "bundle": bundle_digest}
    missing = sorted(before - journal.entries.keys())
    return {**covers, "missing": missing} if missing else covers


def _fold(bundle: Any, journal: Journal, told: Context, problems: list[Problem]) -> State:
    state, effective, registers, found = _state_of(bundle, journal, told)
    visit = registers["visit"]
    ended = endings(registers, [head.entry.hash for head in visit.heads])
    state["blockers"] = rules.blockers(state, effective.roster, (len(ended) == 1 and max(ended)) or None)
    if len(visit.heads) > 1:
        state["blockers"].append({"code": "visit-conflict"})
    standing = {head.value.hash for head in visit.heads}
    state["signoffs"] = [
        _sign_off(entry, journal, registers, entry.hash in standing, bundle, told)
        for entry in effective.of("visit.signed")
    ]
    in_force = [one["hash"] for one in state["signoffs"] if one["in_force"]]
    state["sealed"] = in_force[0] if in_force else None
    state["late"] = _late(journal, state["sealed"])
    state["status"] = _status(registers, ended, effective, state["sealed"])
    unknown = [
        {"problem": "bundle-unknown", "hash": one["hash"], "bundle": reason["bundle"]}
        for one in state["signoffs"]
        for reason in one["reasons"]
        if reason["code"] == "bundle-unknown"
    ]
    state["problems"] = problems + found + journal.problems(told.lost) + unknown
    for name in ("blockers", "problems"):
        state[name] = _in_order(state[name])
    return state


def _state_of(
    bundle: Any, journal: Journal, told: Context
) -> tuple[State, Effective, Registers, list[Problem]]:
    """All that does not depend on sign-offs."""
    roster = read_bundle(bundle)
    effective, wrong = take_effect(journal, roster, told.bundles)
    registers = Registers(journal, effective)
    evidence = Evidence(journal, effective)
    changes = Changes(journal, effective, registers, evidence)
    table = evidence.table(told.blobs)
    items = fold_items(effective, registers, evidence)
    state = {
        "register": {"heads": [head.entry.hash for head in registers["visit"].heads]},
        "departments": fold_departments(journal, effective, registers, items, changes),
        "items": items,
        "evidence": table,
        "lists": fold_lists(effective, registers),
        "signatures": fold_signatures(effective, table, changes),
    }
    bad_bundle = [] if roster.whole else [{"problem": "bad-bundle"}]
    found = bad_bundle + wrong + registers.problems + evidence.problems
    found += problems_of_names(effective, table) + problems_of_covers(journal, effective)
    return state, effective, registers, found


def _sign_off(
    entry: Entry, journal: Journal, registers: Registers, stands: bool, bundle: Any, told: Context
) -> dict[str, Any]:
    """A sign-off and why it is not in force; one that another entry took the place of is not judged again."""

    def part_of(signed: Entry) -> Part | None:
        covers = signed.body["covers"]
        over = _bundle_named(covers["bundle"], bundle, told)
        if over is None:
            return None
        state, effective, _, _ = _state_of(over, journal.part(journal.covered(covers)), told)
        return state, effective

    reasons = judge(entry, journal, registers, part_of) if stands else [{"code": "replaced"}]
    return {
        "hash": entry.hash,
        "author": entry.author,
        "at": entry.at,
        "in_force": not reasons,
        "reasons": _in_order(reasons),
    }


def _bundle_named(name: str, bundle: Any, told: Context) -> Any:
    """The version of the bundle with this digest, or None."""
    if name in told.bundles:
        return told.bundles[name]
    own = told.digest or (digest(bundle) if is_plain(bundle) else None)
    return bundle if own == name else None


def _late(journal: Journal, seal: str | None) -> list[str]:
    """What is not part of the sealed state though it counts: come later, from a phone that was offline."""
    if seal is None:
        return []
    inside = journal.covered(journal.entries[seal].body["covers"])
    return [
        entry.hash for entry in journal.accepted if entry.hash not in inside and register_of(entry) != "visit"
    ]


def _status(registers: Registers, ended: set[str], effective: Effective, seal: str | None) -> str:
    heads = registers["visit"].heads
    if len(heads) > 1:
        return "conflict"
    if seal is not None:
        return "signed"
    if heads and any(ended):
        return "aborted"
    return "open" if effective.count() else "assigned"


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each once, in the order of their canonical JSON."""
    return [row for _, row in sorted({canonical(row): row for row in rows}.items())]
