"""The handbook as data: a checklist's items arranged for the enterprise, with what each says of compliance.

Pure. Everything is taken from the items of one published version (R-103): nothing is written here only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from server.catalogue import readings
from server.catalogue.rules import EVERYBODY

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """A department as the handbook names it; those of an industry come in order, the lead first."""

    code: str
    name: str
    lead: bool = False


@dataclass(frozen=True)
class Merged:
    """What a merged item answers beside its own: another department's matter."""

    department: str
    matter: str


@dataclass(frozen=True)
class Entry:
    """One item, numbered as on the record of an inspection."""

    number: int
    item: Json
    also: list[Merged]

    @property
    def help(self) -> Json:
        """What the department says beside the content: standard, failures, correction, penalty, or none."""
        found: Json = self.item.get("help", {})
        return found

    @property
    def standard(self) -> str:
        """What compliance looks like; an item without words of its own says it by its content."""
        return str(self.help.get("standard") or self.item["content"])

    @property
    def applies_to(self) -> str:
        """To whom, if not to everybody."""
        said = str(self.item.get("applies_to", ""))
        return "" if said == EVERYBODY else said

    @property
    def limit(self) -> str:
        return readings.limit(self.item["answer"])


@dataclass(frozen=True)
class Matter:
    """A matter (抽查事项) with its items; `number` is what the contents link to."""

    number: int
    name: str
    entries: list[Entry]


@dataclass(frozen=True)
class Chapter:
    """What one department checks."""

    department: Section
    matters: list[Matter]


def chapters(items: Sequence[Json], sections: Sequence[Section]) -> list[Chapter]:
    """A checklist's items by department and matter, each matter where it first appears."""
    names = {section.code: section.name for section in sections}
    entries, matters = count(1), count(1)
    return [
        _chapter(section, own, names, entries, matters)
        for section in sections
        if (own := [item for item in items if item["department"] == section.code])
    ]


def entries_of(book: Iterable[Chapter]) -> list[Entry]:
    """All entries of a handbook, in the order of their numbers."""
    found = [entry for chapter in book for matter in chapter.matters for entry in matter.entries]
    return sorted(found, key=lambda entry: entry.number)


def _chapter(
    section: Section,
    items: list[Json],
    names: Mapping[str, str],
    entries: "count[int]",
    matters: "count[int]",
) -> Chapter:
    grouped: dict[str, list[Entry]] = {}
    for item in items:
        grouped.setdefault(item["matter"], []).append(Entry(next(entries), item, _also(item, names)))
    return Chapter(section, [Matter(next(matters), name, own) for name, own in grouped.items()])


def _also(item: Json, names: Mapping[str, str]) -> list[Merged]:
    return [
        Merged(names.get(one["department"], one["department"]), one["matter"]) for one in item.get("also", [])
    ]
