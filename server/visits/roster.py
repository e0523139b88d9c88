"""Who and what a bundle names, read once: items, departments, members. Pure.

A bundle is made by our own server, yet the fold must be total: what is not of the agreed form is left out and
named as `bad-bundle`. Strings are taken only if they have a UTF-8 form, for the state must have one.

`former` holds rows like the team's for those who left it: what they wrote while they were on it keeps its
effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Item:
    """One item of the checklist, as far as the journal's rules need it.

    `matters` are those the item counts for, by owner: the own department first, then those whose like items
    were merged into this one (`also`). One answer answers all of them.
    """

    id: str
    department: str
    matters: dict[str, list[str]]
    answer: dict[str, Any]
    evidence_on_fail: bool
    exempt: bool


@dataclass
class Member:
    """A present or former member of the team; a person may stand in it for several departments."""

    departments: set[str] = field(default_factory=set)
    certified: set[str] = field(default_factory=set)
    lead: bool = False
    deputy: bool = False


@dataclass
class Roster:
    """What a bundle says about one visit."""

    visit: str | None
    items: dict[str, Item]
    departments: list[str]
    members: dict[str, Member]
    whole: bool

    def items_of(self, department: str) -> list[Item]:
        """The items a department owns, alone or with others, in the order of the list."""
        return [item for item in self.items.values() if department in item.matters]


def read_bundle(bundle: Any) -> Roster:
    """The roster of a bundle; `whole` is false where something in it was not of the agreed form."""
    reader = _Reader()
    visit = reader.text(reader.member(bundle, "visit", dict), "id")
    items: dict[str, Item] = {}
    for row in reader.rows(reader.member(bundle, "checklist", dict), "items"):
        item = reader.item(row)
        if item is not None and items.setdefault(item.id, item) is not item:
            reader.whole = False
    codes = [reader.text(row, "code") for row in reader.rows(bundle, "departments")]
    named = [code for code in codes if code is not None]
    named += [owner for item in items.values() for owner in item.matters]
    former = bundle.get("former") if isinstance(bundle, dict) else None
    members = read_team(reader.rows(bundle, "team") + (former if isinstance(former, list) else []))
    return Roster(visit, items, list(dict.fromkeys(named)), members, reader.whole)


def read_team(rows: Any) -> dict[str, Member]:
    """The members of a team, by person."""
    members: dict[str, Member] = {}
    for row in rows:
        person = row.get("person") if isinstance(row, dict) else None
        if not isinstance(person, str) or not is_text(person):
            continue
        member = members.setdefault(person, Member())
        if is_text(row.get("department")):
            add_department(member, row["department"], row.get("certificate"))
        member.lead = member.lead or row.get("lead") is True
        member.deputy = member.deputy or row.get("deputy") is True
    return members


def add_department(member: Member, department: str, certificate: Any) -> None:
    """The member stands for this department too, certified if a certificate is named."""
    member.departments.add(department)
    if isinstance(certificate, str) and certificate:
        member.certified.add(department)


def owners(item: Mapping[str, Any]) -> list[str]:
    """The departments a row of our own checklist belongs to: its own first, then those merged into it."""
    return list(dict.fromkeys([item["department"], *(one["department"] for one in item.get("also", []))]))


def is_text(value: Any) -> bool:
    """Whether this is a string with a UTF-8 form (no lone surrogate)."""
    if not isinstance(value, str):
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


class _Reader:
    """Reads members of the agreed type and remembers whether all were."""

    def __init__(self) -> None:
        self.whole = True

    def member(self, holder: Any, name: str, kind: type) -> Any:
        value = holder.get(name) if isinstance(holder, dict) else None
        if isinstance(value, kind):
            return value
        self.whole = False
        return kind()

    def text(self, holder: Any, name: str) -> str | None:
        value = holder.get(name) if isinstance(holder, dict) else None
        if is_text(value):
            return value
        self.whole = False
        return None

    def rows(self, holder: Any, name: str) -> list[dict[str, Any]]:
        rows = self.member(holder, name, list)
        good = [row for row in rows if isinstance(row, dict)]
        self.whole = self.whole and len(good) == len(rows)
        return good

    def item(self, row: dict[str, Any]) -> Item | None:
        name, department, matter = (self.text(row, name) for name in ("id", "department", "matter"))
        if name is None or department is None or matter is None:
            return None
        matters = {department: [matter]}
        for code, other in self.merged(row):
            if other not in matters.setdefault(code, []):
                matters[code].append(other)
        answer = self.member(row, "answer", dict)
        flags = (row.get("evidence_on_fail") is True, row.get("exempt") is True)
        return Item(name, department, matters, answer, *flags)

    def merged(self, row: dict[str, Any]) -> list[tuple[str, str]]:
        """The departments and matters whose like items were merged into this one; most items have none."""
        rows = self.rows(row, "also") if "also" in row else []
        named = [(self.text(one, "department"), self.text(one, "matter")) for one in rows]
        return [(code, matter) for code, matter in named if code is not None and matter is not None]
