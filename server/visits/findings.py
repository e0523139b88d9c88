"""What was found, arranged for a reader: departments in order, their items as rows, numbered evidence.

Pure: a folded state, its bundle and its entries go in, plain values come out. Screen and paper both read it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from server.catalogue.readings import decimal_text, limit
from server.kernel import instants
from server.visits.roster import owners

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
    def in_order(self) -> list[Json]:
        """The items in the order of the sections."""
        return [item for one in self.departments for item in self.items_of(one["code"])]

    @cached_property
    def item_numbers(self) -> dict[str, int]:
        """Item numbers as printed: counted through, in the order of the sections."""
        return {item["id"]: number for number, item in enumerate(self.in_order, 1)}

    @cached_property
    def exhibits(self) -> list["Exhibit"]:
        """All evidence, numbered in the order it was captured; withdrawn pieces keep their number."""
        found = self.state["evidence"].items()
        in_order = sorted(found, key=lambda pair: (instants.in_order(pair[1]["captured_at"]), pair[0]))
        return [_exhibit(self, number, sha256, piece) for number, (sha256, piece) in enumerate(in_order, 1)]

    @cached_property
    def exhibit_numbers(self) -> dict[str, str]:
        return {exhibit.sha256: exhibit.number for exhibit in self.exhibits}

    @cached_property
    def exempts(self) -> bool:
        """Whether the list has items that are exempt under trust."""
        return any(item["exempt"] for item in self.items.values())

    @cached_property
    def homes(self) -> dict[str, str]:
        """In whose section each item is told: a merged one once, by the first of its owners who came."""
        states = self.state["departments"]
        absent = {code for code, state in states.items() if state["state"] == "absent"}
        return {
            item["id"]: next((code for code in owners(item) if code not in absent), item["department"])
            for item in self.bundle["checklist"]["items"]
        }

    def matter(self, item: Json, code: str) -> str:
        """The matter of this department that an item answers, the first if there are several."""
        return next(matter for department, matter in _matters(item) if department == code)

    def also(self, item: Json, code: str) -> list[tuple[str, str]]:
        """What a merged item answers beside that: the departments' names and their matters."""
        rest = _matters(item)
        rest.remove((code, self.matter(item, code)))
        return [(self.department_names.get(department, department), matter) for department, matter in rest]

    def items_of(self, department: str) -> list[Json]:
        """The department's own items; those merged into another's are that other's."""
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
    department: str
    at: str
    settled: bool


@dataclass(frozen=True)
class Row:
    """An item with its answer, or with its conflicting answers.

    `matter` is the one of the section it stands in, `also` the departments and matters a merged item answers
    beside it, `home` the name of the department whose section tells it.
    """

    number: int
    item: Json
    matter: str
    also: list[tuple[str, str]]
    home: str
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
    """What one department did and found; `shared` are merged items that another section tells."""

    department: Json
    state: Json
    rows: list[Row]
    shared: list[Row]
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
    owned = [item for item in case.in_order if code in owners(item)]
    rows = [_row(case, item, code) for item in owned if case.homes[item["id"]] == code]
    shared = [_row(case, item, code) for item in owned if case.homes[item["id"]] != code]
    results = signed.get(code) or state["confirmed"] or state["results"]
    decided = {matter: result for matter, result in (results or {}).items() if result}
    officers = [case.name(person) for person in state["officers"]]
    return Section(department, state, rows, shared, decided, officers)


def _row(case: Case, item: Json, code: str) -> Row:
    found = case.state["items"][item["id"]]
    answered = found["state"] == "answered"
    body = case.body(found["heads"][0]["hash"]) if answered and found["heads"] else {}
    if "chooses" in body:  # a settlement stands for the answer it chose
        body = case.body(body["chooses"])
    evidence = [one for one in case.exhibits if one.sha256 in found["evidence"]]
    return Row(
        number=case.item_numbers[item["id"]],
        item=item,
        matter=case.matter(item, code),
        also=case.also(item, code),
        home=case.department_names.get(case.homes[item["id"]], ""),
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


def _matters(item: Json) -> list[tuple[str, str]]:
    merged = [(one["department"], one["matter"]) for one in item.get("also", [])]
    return [(item["department"], item["matter"]), *merged]


def _said(case: Case, item: Json, head: Json) -> Said:
    return Said(
        hash=head["hash"],
        verdict=head["verdict"],
        value=reading(item["answer"], head["value"]),
        remark=head["remark"] or "",
        reason=head["reason"] or "",
        author=case.name(head["author"]),
        department=case.department_names.get(head["department"], ""),
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
