"""What was found, arranged for a reader: departments in order, their items as rows, numbered evidence.

Pure: a folded state, its bundle and its entries go in, plain values come out. Screen and paper both read it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from server.catalogue.readings import decimal_text, limit
from server.kernel import instants

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One folded visit with all that is needed to read it: names for people, entries for times."""

    bundle: Json
    state: Json
    entries: Mapping[str, Json]
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, person: str | None) -> str:
        return self.names.get(person or "", person or "")

    def at(self, entry_hash: str) -> str:
        return str(self.entries[entry_hash]["at"]) if entry_hash in self.entries else ""

    def body(self, entry_hash: str) -> Json:
        return self.entries.get(entry_hash, {}).get("body", {})

    @cached_property
    def departments(self) -> list[Json]:
        """Departments of the visit, the lead first."""
        return sorted(
            self.bundle["departments"], key=lambda one: (not one["lead"], one["order"], one["code"])
        )

    @cached_property
    def department_names(self) -> dict[str, str]:
        return {one["code"]: one["name"] for one in self.departments}

    @cached_property
    def items(self) -> dict[str, Json]:
        return {item["id"]: item for item in self.bundle["checklist"]["items"]}

    @cached_property
    def item_numbers(self) -> dict[str, int]:
        """Item numbers as printed: counted through, in the order of the sections."""
        ids = [row["id"] for one in self.departments for row in self._items_of(one["code"])]
        return {item: number for number, item in enumerate(ids, 1)}

    @cached_property
    def exhibits(self) -> list["Exhibit"]:
        """All evidence, numbered in the order it was captured; withdrawn pieces keep their number."""
        found = self.state["evidence"].items()
        in_order = sorted(found, key=lambda pair: (instants.in_order(pair[1]["captured_at"]), pair[0]))
        return [_exhibit(self, number, sha256, piece) for number, (sha256, piece) in enumerate(in_order, 1)]

    @cached_property
    def exhibit_numbers(self) -> dict[str, str]:
        return {exhibit.sha256: exhibit.number for exhibit in self.exhibits}

    def _items_of(self, department: str) -> list[Json]:
        return [item for item in self.bundle["checklist"]["items"] if item["department"] == department]


@dataclass(frozen=True)
class Exhibit:
    """A piece of evidence as a list shows it."""

    number: str
    sha256: str
    type: str
    bytes: int
    captured_at: str
    author: str
    department: str
    item: str | None
    item_number: int | None
    moment: str | None
    caption: str
    source: str
    location: Json | None
    grade: str
    withdrawn: str | None

    @property
    def awaited(self) -> bool:
        """Whether the original is still on a phone."""
        return self.grade == "awaited"

    @property
    def medium(self) -> str:
        """The first half of the media type: image, video, audio, application."""
        return self.type.partition("/")[0]


@dataclass(frozen=True)
class Said:
    """One head of an item's register: what was said, by whom, when."""

    hash: str
    verdict: str
    value: str
    remark: str
    reason: str
    author: str
    at: str
    settled: bool


@dataclass(frozen=True)
class Row:
    """An item with its answer, or with its conflicting answers."""

    number: int
    item: Json
    mark: str
    value: str
    limit: str
    remark: str
    reason: str
    instrument: str
    override: str
    paper: str
    heads: list[Said]
    photos: list[str]
    evidence: list[Exhibit]
    photo_missing: bool
    measures: list[Json]
    corrected: list[Json]


@dataclass(frozen=True)
class Section:
    """What one department did and found."""

    department: Json
    state: Json
    rows: list[Row]
    results: dict[str, str]
    officers: list[str]

    @property
    def code(self) -> str:
        return str(self.department["code"])

    @property
    def counts(self) -> Json:
        return self.state["counts"]

    @property
    def to_answer(self) -> int:
        """How many items somebody has to answer: all but the exempt."""
        return int(self.counts["items"] - self.counts["exempt"])

    @property
    def present(self) -> bool:
        return bool(self.state["state"] != "absent")

    @property
    def standing(self) -> str:
        """The department's state for readers: while nothing is recorded it is still awaited."""
        begun = self.counts["answered"] or any(self.state["steps"].values())
        return "waiting" if self.state["state"] == "open" and not begun else str(self.state["state"])

    @property
    def by_result(self) -> list[tuple[str, list[str]]]:
        """The matters under each result, in the order of the codes."""
        return [
            (result, sorted(matter for matter, own in self.results.items() if own == result))
            for result in sorted(set(self.results.values()))
        ]

    @property
    def failed(self) -> list[Row]:
        return [row for row in self.rows if row.mark == "fail"]


def sections(case: Case, signed: Json | None = None) -> list[Section]:
    """A section for each department, lead first; `signed` holds the results a sign-off fixed."""
    return [_section(case, department, signed or {}) for department in case.departments]


def _section(case: Case, department: Json, signed: Json) -> Section:
    code = department["code"]
    state = case.state["departments"][code]
    rows = [_row(case, item) for item in case._items_of(code)]
    results = signed.get(code) or state["confirmed"] or state["results"]
    decided = {matter: result for matter, result in (results or {}).items() if result}
    return Section(department, state, rows, decided, [case.name(person) for person in state["officers"]])


def _row(case: Case, item: Json) -> Row:
    found = case.state["items"][item["id"]]
    answered = found["state"] == "answered"
    body = case.body(found["heads"][0]["hash"]) if answered and found["heads"] else {}
    if "chooses" in body:  # a settlement stands for the answer it chose
        body = case.body(body["chooses"])
    evidence = [one for one in case.exhibits if one.sha256 in found["evidence"]]
    return Row(
        number=case.item_numbers[item["id"]],
        item=item,
        mark=found["verdict"] if answered else found["state"],
        value=reading(item["answer"], found["value"]) if answered else "",
        limit=limit(item["answer"]),
        remark=(found["remark"] or "") if answered else "",
        reason=(found["reason"] or "") if answered else "",
        instrument=body.get("instrument") or "",
        override=body.get("override") or "",
        paper=case.exhibit_numbers.get(body.get("paper") or "", ""),
        heads=[_said(case, item, head) for head in found["heads"]],
        photos=[one.number for one in evidence],
        evidence=evidence,
        photo_missing=found["photo_missing"],
        measures=_listed(case, "measures", found["measures"]),
        corrected=_listed(case, "corrected", found["corrected"]),
    )


def _said(case: Case, item: Json, head: Json) -> Said:
    return Said(
        hash=head["hash"],
        verdict=head["verdict"],
        value=reading(item["answer"], head["value"]),
        remark=head["remark"] or "",
        reason=head["reason"] or "",
        author=case.name(head["author"]),
        at=head["at"],
        settled=head["settled"],
    )


def _exhibit(case: Case, number: int, sha256: str, piece: Json) -> Exhibit:
    return Exhibit(
        number=f"{number:02d}",
        sha256=sha256,
        type=piece["type"],
        bytes=piece["bytes"],
        captured_at=piece["captured_at"],
        author=case.name(piece["author"]),
        department=piece["department"] or "",
        item=piece["item"],
        item_number=case.item_numbers.get(piece["item"]),
        moment=piece["moment"],
        caption=piece["caption"] or "",
        source=piece["source"],
        location=piece["location"],
        grade=piece["grade"],
        withdrawn=piece["withdrawn"],
    )


def _listed(case: Case, name: str, hashes: Iterable[str]) -> list[Json]:
    wanted = set(hashes)
    return [one for one in case.state["lists"][name] if one["hash"] in wanted and not one["replaced"]]


def in_time(elements: Iterable[Json]) -> list[Json]:
    """Elements in the order a person would tell them; only display may trust a device's clock."""
    return sorted(elements, key=lambda one: (instants.in_order(one["at"]), one["hash"]))


def standing(case: Case, name: str) -> list[Json]:
    """What still stands of a list, in order of time."""
    return in_time(one for one in case.state["lists"][name] if not one["replaced"])


def reading(answer: Json, value: int | str | None) -> str:
    """A value as people read it: a number from its smallest step, a choice by its label."""
    if value is None:
        return ""
    if answer["type"] == "number" and isinstance(value, int):
        return f"{decimal_text(value, answer['decimals'])} {answer['unit']}".rstrip()
    if answer["type"] == "choice":
        return next((one["label"] for one in answer["options"] if one["value"] == value), str(value))
    return str(value)
