"""Whether a sign-off is in force, and which part of the journal it seals."""

from collections.abc import Callable
from typing import Any

from server.visits import rules
from server.visits.folding.effect import Effective
from server.visits.folding.intake import Entry, Journal
from server.visits.folding.registers import Registers

Blocker = dict[str, Any]
Part = tuple[dict[str, Any], Effective]  # the state of what a sign-off covers, and what counts in it


def endings(registers: Registers, names: list[str]) -> set[str]:
    """What these entries of the register go back to: codes of aborted visits, `""` for one that went on.

    A sign-off stands for what it replaces; so a sign-off after an abortion, and one that replaces that
    sign-off, are both sign-offs of an aborted visit, until the visit is reopened.
    """
    members = {entry.hash: entry for entry in registers["visit"].members}
    seen: set[str] = set()
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen or name not in members:
            continue
        seen.add(name)
        entry = members[name]
        before = [other for other in entry.body["replaces"] if other in members and other != name]
        if entry.kind == "visit.aborted":
            found.add(entry.body["code"])
        elif entry.kind == "settlement":
            waiting.append(entry.body["chooses"])
        elif entry.kind == "visit.signed" and before:
            waiting += before
        else:
            found.add("")
    return found or {""}


def judge(
    entry: Entry, journal: Journal, registers: Registers, part_of: Callable[[Entry], Part | None]
) -> list[Blocker]:
    """Why a sign-off that is a head of the visit's register is not in force; empty if it is."""
    reasons: list[Blocker] = []
    if len(registers["visit"].heads) > 1:
        reasons.append({"code": "visit-conflict"})
    ended = endings(registers, [entry.hash])
    if len(ended) > 1:
        reasons.append({"code": "visit-conflict"})
    missing = [head for head in entry.body["covers"]["heads"] if head not in journal.entries]
    reasons += [{"code": "covered-missing", "hash": head} for head in missing]
    part = part_of(entry)
    if part is None:
        return [*reasons, {"code": "bundle-unknown", "bundle": entry.body["covers"]["bundle"]}]
    state, effective = part
    abort = max(ended) or None
    if entry.author not in effective.leading:
        reasons.append({"code": "not-lead", "author": entry.author})
    expected = rules.expected_results(state, effective.roster, abort)
    return (
        reasons
        + rules.blockers(state, effective.roster, abort)
        + rules.differing_results(entry.body["results"], expected)
    )
