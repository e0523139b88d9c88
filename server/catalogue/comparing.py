"""What differs between two versions of a list: items added, changed member by member, and removed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

MEMBERS = (
    "department",
    "also",
    "matter",
    "content",
    "applies_to",
    "method",
    "basis",
    "answer",
    "severity",
    "evidence_on_fail",
    "exempt_category",
    "compulsory",
    "frequency",
    "listed_for",
    "supervision_code",
    "phrases",
    "help",
)
"""The members of an item, in the order in which they are told."""


@dataclass(frozen=True)
class Difference:
    """One member of an item that is not what it was; an absent one is None."""

    member: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """An item that stayed, and in what it differs."""

    before: Json
    after: Json
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Comparison:
    """All that happened to the items of a list between two versions, in the order of the lists."""

    added: tuple[Json, ...]
    changed: tuple[Change, ...]
    removed: tuple[Json, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def compare(before: Sequence[Json], after: Sequence[Json]) -> Comparison:
    """What has to be done to the items of `before` to have those of `after`; their order is no matter."""
    old = {item["id"]: item for item in before}
    new = {item["id"]: item for item in after}
    stayed = [(old[code], item) for code, item in new.items() if code in old]
    return Comparison(
        added=tuple(item for code, item in new.items() if code not in old),
        changed=tuple(Change(was, now, found) for was, now in stayed if (found := differences(was, now))),
        removed=tuple(item for code, item in old.items() if code not in new),
    )


def differences(before: Json, after: Json) -> tuple[Difference, ...]:
    """The members in which two states of an item differ."""
    further = sorted((before.keys() | after.keys()) - {"id", *MEMBERS})
    return tuple(
        Difference(member, before.get(member), after.get(member))
        for member in (*MEMBERS, *further)
        if before.get(member) != after.get(member)
    )
