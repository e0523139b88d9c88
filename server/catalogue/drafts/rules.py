"""The law of lists in the making (R-104): who may do what when, who has agreed, and what is sent round.

Pure: knows no database, no clock and no request.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.catalogue.drafts.merging import Draft, merged
from server.catalogue.rules import departments_of, item_of
from server.kernel.canonical import digest
from server.kernel.problems import Problem

Json = dict[str, Any]


class State(StrEnum):
    """Where an edition of a list stands."""

    DRAFT = "draft"  # 草稿
    ROUND = "round"  # 部门会签
    REVIEW = "review"  # 联席办审核
    PUBLISHED = "published"  # 发布
    GIVEN_UP = "given-up"


OPEN = frozenset({State.DRAFT, State.ROUND, State.REVIEW})


class Deed(StrEnum):
    """What can be done with an edition."""

    MERGE = "merge"
    SEND_ROUND = "send-round"
    ANSWER = "answer"
    PUBLISH = "publish"
    RETURN = "return"
    GIVE_UP = "give-up"


class Part(StrEnum):
    """What somebody is in the making of a list."""

    OFFICE = "office"
    LEAD = "lead"  # writes for the lead department
    CONCERNED = "concerned"  # answers for a department that has items in the list


_OFFICE, _LEAD, _CONCERNED = (frozenset({part}) for part in Part)

TABLE: dict[tuple[State, Deed], frozenset[Part]] = {
    (State.DRAFT, Deed.MERGE): _LEAD,
    (State.DRAFT, Deed.SEND_ROUND): _OFFICE | _LEAD,
    (State.DRAFT, Deed.GIVE_UP): _OFFICE | _LEAD,
    (State.ROUND, Deed.MERGE): _LEAD,
    (State.ROUND, Deed.SEND_ROUND): _OFFICE | _LEAD,
    (State.ROUND, Deed.ANSWER): _CONCERNED,
    (State.ROUND, Deed.GIVE_UP): _OFFICE | _LEAD,
    (State.REVIEW, Deed.MERGE): _LEAD,
    (State.REVIEW, Deed.SEND_ROUND): _OFFICE | _LEAD,
    (State.REVIEW, Deed.PUBLISH): _OFFICE,
    (State.REVIEW, Deed.RETURN): _OFFICE,
    (State.REVIEW, Deed.GIVE_UP): _OFFICE | _LEAD,
}
"""Who may do what in which state; what does not stand here cannot be done."""

WRITERS = frozenset({"liaison", "planner"})
ANSWERERS = frozenset({"head", "liaison"})


def parts(
    roles: Iterable[str], department: str | None, lead: str, concerned: Iterable[str]
) -> frozenset[Part]:
    """What a person is in the making of one list."""
    held = set(roles)
    found = {
        Part.OFFICE: "office" in held,
        Part.LEAD: bool(held & WRITERS) and department == lead,
        Part.CONCERNED: bool(held & ANSWERERS) and department in set(concerned),
    }
    return frozenset(part for part, holds in found.items() if holds)


def may(state: State, deed: Deed, held: frozenset[Part]) -> bool:
    """Whether somebody may do this now."""
    return bool(TABLE.get((state, deed), frozenset()) & held)


def check(state: State, deed: Deed, held: frozenset[Part]) -> None:
    """Refuse what cannot be done now, or not by this person."""
    if state not in OPEN:
        raise Problem("edition-closed")
    if not any(held & who for (_state, done), who in TABLE.items() if done == deed):
        raise Problem("edition-not-yours")
    if not may(state, deed, held):
        raise Problem("edition-not-now")


def may_open(held: frozenset[Part]) -> bool:
    """Whether somebody may open an edition of a list."""
    return bool(held & {Part.OFFICE, Part.LEAD})


def may_draft(roles: Iterable[str], department: str | None, owner: str) -> bool:
    """Whether somebody writes items of this department."""
    return bool(set(roles) & WRITERS) and department == owner


def check_draft(roles: Iterable[str], department: str | None, owner: str, taking_part: Iterable[str]) -> None:
    """Refuse to write another department's item, or one of a department outside of the industry."""
    if not may_draft(roles, department, owner):
        raise Problem("draft-other-department", department=owner)
    if owner not in set(taking_part):
        raise Problem("draft-not-in-industry", department=owner)


def check_revision(known: int, stored: int) -> None:
    """Refuse to write over what somebody else has written meanwhile."""
    if known != stored:
        raise Problem("list-changed-meanwhile")


def order_known_by(codes: Iterable[str]) -> str:
    """What the order of a department's items is known by, so that a move on an older one is noticed."""
    return digest(list(codes))[:16]


def check_order(known: str, stored: str) -> None:
    """Refuse to move an item in an order that is no longer the one seen."""
    if known != stored:
        raise Problem("order-changed-meanwhile")


# --- agreement ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """One answer of a department; `current` if it is to what is going round now."""

    department: str
    agrees: bool
    current: bool


def standing(concerned: Iterable[str], answers: Sequence[Answer]) -> dict[str, bool | None]:
    """For each department whether it agrees, objects, or has not answered: the last answer counts."""
    last = {answer.department: answer.agrees for answer in answers if answer.current}
    return {code: last.get(code) for code in concerned}


def all_agree(stands: Mapping[str, bool | None]) -> bool:
    """Whether the office's review may begin."""
    return bool(stands) and all(stands.values())


# --- items --------------------------------------------------------------------------------------------------


def compose(drafts: Sequence[Draft]) -> list[Json]:
    """The unified checklist of these drafts, in their order; merged ones are within their head."""
    others: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.merged_into:
            others.setdefault(draft.merged_into, []).append(draft)
    return [_composed(head, others.get(head.id, [])) for head in drafts if head.merged_into is None]


def _composed(head: Draft, others: list[Draft]) -> Json:
    document = merged(head, others)
    item = item_of(head.code, head.department, document)
    return item | ({"also": document["also"]} if "also" in document else {})


def concerned(items: Iterable[Json]) -> list[str]:
    """The departments that must agree to these items."""
    return sorted(departments_of(items))


def check_merge(head: Draft, other: Draft) -> None:
    """Refuse to merge what is merged already, or two items of one department."""
    if head.merged_into or other.merged_into or head.id == other.id:
        raise Problem("merge-done")
    if head.department == other.department:
        raise Problem("merge-one-department")


_NUMBERED = re.compile(r"-(\d{3,})$")


def next_code(industry: str, department: str, taken: Iterable[str]) -> str:
    """The next free id INDUSTRY-DEPARTMENT-nnn; one that was ever taken is never given again."""
    prefix = f"{industry}-{department}"
    own = [code for code in taken if code.startswith(prefix + "-")]
    numbers = [int(found.group(1)) for code in own if (found := _NUMBERED.search(code))]
    return f"{prefix}-{max(numbers, default=0) + 1:03d}"


_LAST_NUMBER = re.compile(r"(\d+)(\D*)$")


def next_version(current: str | None, industry: str, year: int) -> str:
    """A number to suggest for the next version: the one before counted on, or the first of the year."""
    if current and (found := _LAST_NUMBER.search(current)):
        digits = found.group(1)
        return f"{current[: found.start()]}{int(digits) + 1:0{len(digits)}d}{found.group(2)}"
    return f"青阳{industry}-{year}-01"
