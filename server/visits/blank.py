"""The blank paper (空白检查表) as data: what is printed beforehand, for the day on which no phone works.

Pure. It knows the bundle alone: nothing that was found is on it, and items bear the numbers the record has.
"""

from dataclasses import dataclass

from server.catalogue.readings import limit
from server.visits.findings import Case, Json


@dataclass(frozen=True)
class BlankRow:
    number: int
    item: Json
    limit: str
    options: list[str]


@dataclass(frozen=True)
class BlankSection:
    """One department's part: its officers as sent, and its items."""

    department: Json
    officers: list[Json]
    rows: list[BlankRow]


@dataclass(frozen=True)
class Blank:
    """The blank record and checklist of one visit."""

    number: str
    sample: bool
    enterprise: Json
    visit: Json
    checklist: Json
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
        sections=[_section(case, department) for department in case.departments],
    )


def _section(case: Case, department: Json) -> BlankSection:
    code = department["code"]
    officers = [one for one in case.bundle["team"] if one["department"] == code and one["certificate"]]
    items = [item for item in case.bundle["checklist"]["items"] if item["department"] == code]
    return BlankSection(department, officers, [_row(case, item) for item in items])


def _row(case: Case, item: Json) -> BlankRow:
    answer = item["answer"]
    options = [str(one["label"]) for one in answer.get("options", [])]
    return BlankRow(case.item_numbers[item["id"]], item, limit(answer), options)
