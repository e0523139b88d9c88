"""What the office sees of a visit at a glance: who is there, how far it is, what is wrong.

Pure, like `findings`: it arranges the folded state, it decides nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.visits.findings import Case, Exhibit, Json, Section, sections, standing
from server.visits.record import Signature, signatures

STEPS = ("arrived", "party", "identity", "rights", "recusal", "left")


@dataclass(frozen=True)
class Presence:
    """A member of a department's team, and whether they took part so far."""

    name: str
    certificate: str
    lead: bool
    deputy: bool
    took_part: bool


@dataclass(frozen=True)
class Trouble:
    """Problems of one sort, told once, with the entries they concern."""

    code: str
    concerned: list[Json]

    @property
    def hashes(self) -> list[str]:
        named = (name for one in self.concerned for name in [one.get("hash"), *(one.get("hashes") or [])])
        return [name for name in named if name]


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of a sign-off, of one sort and department: with the items concerned."""

    code: str
    department: str
    names: list[str]


@dataclass(frozen=True)
class Overview:
    """The live part of a visit's page."""

    status: str
    sections: list[Section]
    presence: Mapping[str, list[Presence]]
    answered: int
    items: int
    failed: int
    conflicts: int
    exhibits: list[Exhibit]
    awaited: int
    troubles: list[Trouble]
    obstacles: list[Obstacle]
    signatures: list[Signature]
    words: Mapping[str, list[dict[str, Any]]]
    next_act: str


def overview(case: Case, status: str) -> Overview:
    """The visit as it stands; `status` is the visit's own, which also knows that it was cancelled."""
    found = sections(case)
    marks = Counter(row.mark for section in found if section.present for row in section.rows)
    obstacles = _obstacles(case)
    return Overview(
        status=status,
        sections=found,
        presence={section.code: _presence(case, section) for section in found},
        answered=sum(marks[verdict] for verdict in ("pass", "fail", "na", "pending")),
        items=marks.total() - marks["exempt"],
        failed=marks["fail"],
        conflicts=marks["conflict"],
        exhibits=case.exhibits,
        awaited=sum(exhibit.awaited for exhibit in case.exhibits),
        troubles=_troubles(case.state["problems"]),
        obstacles=obstacles,
        signatures=signatures(case),
        words={name: _with_items(case, standing(case, name)) for name in _LISTS},
        next_act=next_act(status, obstacles),
    )


_LISTS = (
    "parties",
    "statements",
    "measures",
    "corrected",
    "clues",
    "notes",
    "recordings",
    "samples",
    "inquiries",
    "surveys",
    "opinions",
    "served",
    "transcribed",
    "substitutions",
    "takeovers",
    "supplements",
)

# The first sort of obstacle that stands says what is to be done next; the order is that of a visit's course.
_ACTS = (
    ("settle", {"item-conflict", "department-conflict", "visit-conflict"}),
    ("arrive", {"arrival-missing", "identity-missing", "rights-missing", "recusal-missing", "party-missing"}),
    ("answer", {"item-open", "answer-incomplete", "photo-missing"}),
    (
        "complete",
        {"department-open", "department-outdated", "nobody-present", "too-few-officers", "results-differ"},
    ),
    ("sign", {"party-unsigned", "signature-outdated", "refusal-invalid"}),
    ("abort", {"abort-evidence-missing"}),
)


def next_act(status: str, obstacles: Iterable[Obstacle]) -> str:
    """A code for what somebody has to do next."""
    if status in ("assigned", "signed", "cancelled"):
        return {"assigned": "go", "signed": "print", "cancelled": "nothing"}[status]
    codes = {one.code for one in obstacles}
    return next((act for act, sorts in _ACTS if sorts & codes), "sign-off")


def _presence(case: Case, section: Section) -> list[Presence]:
    """The department's members as the bundle names them, and substitutes."""
    took_part = set(section.state["officers"])
    team = [one for one in case.bundle["team"] if one["department"] == section.code]
    known = {one["person"] for one in team}
    substitutes = [
        {**one, "lead": False, "deputy": False}
        for one in case.state["lists"]["substitutions"]
        if one["department"] == section.code and one["person"] not in known
    ]
    return [
        Presence(
            one["name"],
            one["certificate"],
            bool(one["lead"]),
            bool(one["deputy"]),
            one["person"] in took_part,
        )
        for one in [*team, *substitutes]
    ]


def _troubles(problems: Iterable[Json]) -> list[Trouble]:
    """The state's problems by sort, the frequent last: a single fork matters more than forty old kinds."""
    found: dict[str, list[Json]] = {}
    for problem in problems:
        found.setdefault(problem["problem"], []).append(problem)
    counts = Counter({code: len(concerned) for code, concerned in found.items()})
    return [Trouble(code, found[code]) for code in sorted(found, key=lambda code: (counts[code], code))]


def _obstacles(case: Case) -> list[Obstacle]:
    found: dict[tuple[str, str], list[str]] = {}
    for blocker in case.state["blockers"]:
        names = found.setdefault((blocker["code"], blocker.get("department") or ""), [])
        if blocker.get("item"):
            names.append(_item_name(case, blocker["item"]))
        elif blocker.get("matter"):
            names.append(blocker["matter"])
        elif blocker.get("signer"):
            names.append(case.name(blocker["signer"]))
    order = {one["code"]: number for number, one in enumerate(case.departments)}
    ranked = sorted(found, key=lambda key: (order.get(key[1], -1), key[0]))
    return [
        Obstacle(code, case.department_names.get(department, department), found[code, department])
        for code, department in ranked
    ]


def _item_name(case: Case, item: str) -> str:
    known = case.items.get(item)
    return f"{case.item_numbers[item]} {known['matter']}" if known else item


def _with_items(case: Case, elements: Iterable[Json]) -> list[dict[str, Any]]:
    return [
        {
            **one,
            "who": case.name(one["author"]),
            "other": case.name(one.get("replaces_person")),
            "page": case.exhibit_numbers.get(one.get("of") or "", ""),
            "item_name": _item_name(case, one["item"]) if one.get("item") else "",
            "department_name": case.department_names.get(one.get("department") or "", ""),
            "photos": [
                case.exhibit_numbers[name]
                for name in one.get("evidence") or []
                if name in case.exhibit_numbers
            ],
        }
        for one in elements
    ]


def gist(case: Case, entry: Json) -> dict[str, Any]:
    """What an entry says, in the few parts a line of the timeline has room for; empty parts are left out."""
    body = entry["body"] if isinstance(entry["body"], dict) else {}
    parts = {
        "department": case.department_names.get(_text(body, "department"), _text(body, "department")),
        "item": _item_name(case, _text(body, "item")) if _text(body, "item") else "",
        "register": _text(body, "register"),
        "verdict": _text(body, "verdict"),
        "name": _text(body, "name"),
        "role": _text(body, "role"),
        "code": _text(body, "code"),
        "text": next(
            (
                _text(body, name)
                for name in ("remark", "text", "demand", "caption", "reason")
                if _text(body, name)
            ),
            "",
        ),
        "sha256": _text(body, "sha256"),
        "refused": body.get("method") == "refused",
    }
    return {name: part for name, part in parts.items() if part}


def _text(body: Json, name: str) -> str:
    """A member if it is a string: a body that breaks its kind's schema is shown too."""
    value = body.get(name)
    return value if isinstance(value, str) else ""
