"""Which entries have an effect: those that fit, name what exists, and whose author had the right.

All others keep their place in the journal and are named as problems.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from server.visits import rules
from server.visits.folding.intake import Entry, Journal, Problem
from server.visits.kinds import KINDS
from server.visits.roster import Member, Roster, add_department, read_bundle

DEPARTMENTAL = frozenset(
    kind for kind, schema in KINDS.items() if "department" in schema.get("properties", {})
)
ACTING = rules.LEADING - {"visit.signed"} | {"department.absent", "officer.substituted"}


@dataclass(frozen=True)
class Effective:
    """The entries that count, by kind, each kind in the order of the hashes; and who leads."""

    by_kind: dict[str, list[Entry]]
    roster: Roster
    leading: frozenset[str]

    def of(self, *kinds: str) -> list[Entry]:
        """The entries of these kinds."""
        return [entry for kind in kinds for entry in self.by_kind.get(kind, [])]

    def count(self) -> int:
        """How many entries count."""
        return sum(len(entries) for entries in self.by_kind.values())


def take_effect(journal: Journal, given: Roster, bundles: dict[str, Any]) -> tuple[Effective, list[Problem]]:
    """The entries that count. Take-overs and substitutions are looked at first, for they give rights."""
    leading = frozenset(_leads(given) | _takeovers(journal, given))
    roster = _with_substitutes(journal, given, leading)
    by_kind: dict[str, list[Entry]] = defaultdict(list)
    problems: list[Problem] = []
    for entry in journal.fitting:
        unknown = _unknown(entry, roster)
        wrong = unknown or _wrong(entry, roster, leading, bundles)
        if wrong:
            problems.append({"problem": wrong, "hash": entry.hash})
        else:
            by_kind[entry.kind].append(entry)
    return Effective(dict(by_kind), roster, leading), problems


def _leads(roster: Roster) -> set[str]:
    return {person for person, member in roster.members.items() if member.lead}


def _takeovers(journal: Journal, roster: Roster) -> set[str]:
    """The deputies who say that they lead now."""
    nobody = Member()
    return {
        entry.author
        for entry in journal.fitting
        if entry.kind == "lead.taken-over" and roster.members.get(entry.author, nobody).deputy
    }


def _with_substitutes(journal: Journal, given: Roster, leading: frozenset[str]) -> Roster:
    """The roster with those who stand in for others; who named them must be of the bundle's own team."""
    members = {
        person: Member(set(member.departments), set(member.certified), member.lead, member.deputy)
        for person, member in given.members.items()
    }
    for entry in journal.fitting:
        if entry.kind == "officer.substituted" and not _wrong(entry, given, leading, {}):
            member = members.setdefault(entry.body["person"], Member())
            add_department(member, entry.body["department"], entry.body["certificate"])
    return Roster(given.visit, given.items, given.departments, members, given.whole)


def _unknown(entry: Entry, roster: Roster) -> str | None:
    """`unknown-item`, `unknown-department`, `unknown-register`: an entry speaks of what the bundle lacks."""
    body = entry.body
    if entry.kind in rules.OF_ITEM and body["item"] not in roster.items:
        return "unknown-item"
    department = body.get("department") if entry.kind in DEPARTMENTAL else None
    if entry.kind == "signature" and body["scope"] != "visit":
        department = body["scope"]
    if isinstance(department, str) and department not in roster.departments:
        return "unknown-department"
    if entry.kind == "settlement":
        kind, _, name = body["register"].partition(":")
        known = {"visit": [""], "item": roster.items, "department": roster.departments}[kind]
        return None if name in known else "unknown-register"
    return None


def _wrong(entry: Entry, roster: Roster, leading: frozenset[str], bundles: dict[str, Any]) -> str | None:
    """`wrong-author`, or `not-lead` for a deputy's act of leading without having taken over."""
    rights = [roster]
    if (
        entry.kind == "visit.signed"
    ):  # judged by the team it was signed with as well: a sealed record stays sealed
        rights += [read_bundle(bundles[name]) for name in [entry.body["covers"]["bundle"]] if name in bundles]
    if not any(_may(entry, one) for one in rights):
        return "wrong-author"
    if entry.kind not in ACTING or entry.author in leading:
        return None
    member = roster.members[entry.author]
    own = entry.kind in rules.OF_DEPARTMENT_OR_LEAD and entry.body["department"] in member.departments
    return None if own else "not-lead"


def _may(entry: Entry, roster: Roster) -> bool:
    member = roster.members.get(entry.author)
    return member is not None and rules.has_right(roster, member, entry.kind, entry.body)
