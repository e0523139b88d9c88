"""The blank paper (空白检查表) as data: what is printed beforehand, for the day on which no phone works.

Pure. It knows the bundle alone: nothing that was found is on it, and items bear the numbers the record has.
"""

from dataclasses import dataclass

from server.catalogue.readings import limit
from server.visits.findings import Case, Json
from server.visits.roster import owners


@dataclass(frozen=True)
class BlankRow:
    number: int
    item: Json
    matter: str
    department: str
    also: list[tuple[str, str]]
    limit: str
    options: list[str]


@dataclass(frozen=True)
class BlankSection:
    """One department's part: its officers as sent, its items, and those merged into another's part."""

    department: Json
    officers: list[Json]
    rows: list[BlankRow]
    shared: list[BlankRow]


@dataclass(frozen=True)
class Blank:
    """The blank record and checklist of one visit."""

    number: str
    sample: bool
    enterprise: Json
    visit: Json
    checklist: Json
    exemption: Json | None
    sections: list[BlankSection]

    @property
    def code(self) -> str:
        """What the QR code says: which visit the filled-in paper belongs to."""
        return f"LIANCHA/1 {self.number} BLANK".upper()


def blank(bundle: Json) -> Blank:
    """The paper of a visit as its bundle stands."""
    case = Case(bundle, {}, {})
    return Blank(
        number=bundle["visit"]["number"],
        sample=bool(bundle["checklist"].get("sample")),
        enterprise=bundle["enterprise"],
        visit=bundle["visit"],
        checklist=bundle["checklist"],
        exemption=bundle.get("exemption") if case.exempts else None,
        sections=[_section(case, department) for department in case.departments],
    )


def _section(case: Case, department: Json) -> BlankSection:
    code = department["code"]
    officers = [one for one in case.bundle["team"] if one["department"] == code and one["certificate"]]
    shared = [item for item in case.in_order if code != item["department"] and code in owners(item)]
    rows = [_row(case, item, code) for item in case.items_of(code)]
    return BlankSection(department, officers, rows, [_row(case, item, code) for item in shared])


def _row(case: Case, item: Json, code: str) -> BlankRow:
    answer = item["answer"]
    return BlankRow(
        number=case.item_numbers[item["id"]],
        item=item,
        matter=case.matter(item, code),
        department=case.department_names[item["department"]],
        also=case.also(item, code),
        limit=limit(answer),
        options=[str(one["label"]) for one in answer.get("options", [])],
    )
