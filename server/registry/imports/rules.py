"""The law of imports: what a row of a file says of a subject, and what it would do to the register.

Pure. Nothing in a cell is ever computed: a formula is refused by the name of its column. Identity (R-302): a
registry id, else the credit code with project code and premises; the code alone is no key.

A credit code is refused for its length, for a sign no code has, and for its check digit, each with the place
to look at. Only codes masked as in samples (`XXXX`) are taken whatever their check digit is; their subject is
tagged (`IN_DOUBT`) where it is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from server.kernel.problems import Problem
from server.registry.imports.fields import BY_NAME, Field
from server.registry.rules import EntityType, RiskClass, SubjectStatus, credit_code_trouble, is_masked

Json = dict[str, Any]
Cell = str | int | float | bool | date | None

MOST_ROWS = 1_100_000
MOST_COLUMNS = 200
MARGIN_E7 = 3_000_000  # 0.3 degrees, some thirty kilometres around the county's towns
LONGEST_TAG = 20
IN_DOUBT = "信用代码存疑"  # the tag; a word of the county's register, whatever language a page is in


class Verdict(StrEnum):
    """What a row would do."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


class State(StrEnum):
    """How far an import is."""

    MAPPING = "mapping"  # its columns are to be looked at
    WAITING = "waiting"
    READING = "reading"
    READY = "ready"  # the dry run is there: to be applied or not
    REFUSED = "refused"  # as a whole, while it was read
    APPLYING = "applying"
    LISTING = "listing"  # written or taken back; the search index follows, block by block
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


AT_WORK = (State.WAITING, State.READING, State.APPLYING, State.LISTING, State.UNDOING)


SILENT = timedelta(minutes=15)
"""Work that gave no sign of life for so long is over: its server was stopped."""


def may_begin(state: str, silent: timedelta) -> bool:
    """Whether a dry run may begin: one that waits, or one that nobody is at any more."""
    return state == State.WAITING or (state == State.READING and silent > SILENT)


ROWS_KEPT = timedelta(days=90)
"""The rows of an import are kept so long after it was written or undone. Without them it cannot be undone."""


def are_kept(silent: timedelta) -> bool:
    """Whether the rows of an import are, that nobody has worked on for so long."""
    return silent <= ROWS_KEPT


class Formula(str):
    """The text of a formula cell. It is shown, never computed."""


class ErrorValue(str):
    """What a formula left in a cell when it failed: #N/A and its like."""


@dataclass(frozen=True)
class Book:
    """What the county knows: the words a file may use. Industries, towns and grids by code and by name."""

    industries: Mapping[str, str]
    towns: Mapping[str, str]  # code or name: code
    town_names: Mapping[str, str]  # code: name
    grids: Mapping[str, tuple[str, str]]  # code or name: code and town
    box: tuple[int, int, int, int] | None = None  # south, west, north, east of the towns


@dataclass
class Reading:
    """What one row says: members of a subject as they would be written, and what is wrong with it."""

    values: Json = field(default_factory=dict)
    faults: list[Problem] = field(default_factory=list)

    def fault(self, name: str, problem: Problem) -> None:
        """Note what is wrong with a field."""
        problem.field = name
        self.faults.append(problem)


ENTITY_TYPES: dict[str, str] = {
    "企业": EntityType.ENTERPRISE, "个体工商户": EntityType.INDIVIDUAL,
    "民办非企业单位": EntityType.NON_PROFIT, "社会服务机构": EntityType.NON_PROFIT,
    "事业单位": EntityType.INSTITUTION,
}  # fmt: skip
STATUSES: dict[str, str] = {
    "存续": SubjectStatus.ACTIVE, "在业": SubjectStatus.ACTIVE, "开业": SubjectStatus.ACTIVE,
    "经营异常": SubjectStatus.ABNORMAL, "停业": SubjectStatus.SUSPENDED, "歇业": SubjectStatus.SUSPENDED,
    "注销": SubjectStatus.CANCELLED, "吊销": SubjectStatus.REVOKED, "迁出": SubjectStatus.MOVED,
}  # fmt: skip
RISK_CLASSES: dict[str, str] = {
    **{one.value: one.value for one in RiskClass},
    "未分类": RiskClass.U,
    "": RiskClass.U,  # never shown as A
}
YES_NO = {"1": True, "是": True, "0": False, "否": False, "": False}
COORDINATE_SYSTEMS = ("", "CGCS2000", "WGS84", "WGS-84", "EPSG:4490", "EPSG:4326")
_SEPARATORS = re.compile(r"[、,，;；|]")
_MIDNIGHT = r"(?:[ T]00?:00(?::00(?:\.0+)?)?)?"
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _MIDNIGHT)
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,17})?")
_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet
_SERIALS = range(1, 2_958_466)  # up to 9999-12-31


def text_of(cell: Cell) -> str:
    """A cell as text: composed, without control signs, with single spaces."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.hour or cell.minute or cell.second else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if cell.isprintable() and "  " not in cell and unicodedata.is_normalized("NFC", cell):
        return cell.strip()
    signs = "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", cell))
    return " ".join(signs.split())


def day_of(cell: Cell) -> date:
    """The day a cell means; a number is a spreadsheet's count of days. ValueError where it means none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    if found:
        return date(*map(int, found.groups()))
    if re.fullmatch(r"\d{8}", text) and text[0] in "12":
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if re.fullmatch(r"\d{5}", text) and int(text) in _SERIALS:
        return _EPOCH + timedelta(days=int(text))
    raise ValueError(text)


def read_row(cells: Mapping[str, Cell], book: Book) -> Reading:
    """What the cells of a row say, by field. A field that has no column is left as it is in the register."""
    reading = Reading()
    texts: dict[str, str] = {}
    for name, cell in cells.items():
        text = texts[name] = text_of(cell)
        problem = _impossible(cell, text, BY_NAME[name])
        if problem:
            reading.fault(name, problem)
        elif name in _READERS:
            try:
                _READERS[name](reading, cell, text, book)
            except Problem as wrong:
                reading.fault(name, wrong)
    for read in (_read_town, _read_place, _check_emerging, _check_class):
        try:
            read(reading, texts, book)
        except Problem as wrong:
            reading.faults.append(wrong)
    return reading


def _impossible(cell: Cell, text: str, column: Field) -> Problem | None:
    if isinstance(cell, Formula) or text.startswith("="):
        return Problem("import-cell-formula", value=text[:60])
    if isinstance(cell, ErrorValue):
        return Problem("import-cell-error", value=text[:60])
    if not text and column.obligatory:
        return Problem("import-cell-empty")
    if column.longest and column.name != "uscc" and len(text) > column.longest:
        return Problem("import-cell-long", most=column.longest, length=len(text))
    return None


def _reader(name: str, read: Callable[[Cell, str, Book], Any]) -> Callable[[Reading, Cell, str, Book], None]:
    def put(reading: Reading, cell: Cell, text: str, book: Book) -> None:
        reading.values[name] = read(cell, text, book)

    return put


def _one_of(known: Mapping[str, str], shown: Sequence[str]) -> Callable[[Cell, str, Book], str]:
    codes = {str(value) for value in known.values()}

    def read(_cell: Cell, text: str, _book: Book) -> str:
        code = known.get(text) or (text if text in codes else known.get(text.upper()))
        if code is None:
            raise Problem("import-choice-unknown", value=text[:60], known="、".join(shown))
        return str(code)

    return read


def _text(_cell: Cell, text: str, _book: Book) -> str:
    return text


def _text_or_none(_cell: Cell, text: str, _book: Book) -> str | None:
    return text or None


def _code(_cell: Cell, text: str, _book: Book) -> str:
    code = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    trouble = credit_code_trouble(code)
    if trouble and not (trouble[0] == "credit-code-check" and is_masked(code)):
        raise Problem(trouble[0], **trouble[1])
    return code


def _industry(_cell: Cell, text: str, book: Book) -> str:
    if text not in book.industries:
        raise Problem("import-value-unknown", value=text[:60])
    return book.industries[text]


def _industries(_cell: Cell, text: str, book: Book) -> list[str]:
    return sorted({_industry(None, one.strip(), book) for one in _SEPARATORS.split(text) if one.strip()})


def _tags(_cell: Cell, text: str, _book: Book) -> list[str]:
    tags = {one.strip() for one in _SEPARATORS.split(text) if one.strip()}
    for tag in tags:
        if len(tag) > LONGEST_TAG:
            raise Problem("import-cell-long", most=LONGEST_TAG, length=len(tag))
    return sorted(tags)


def _day(cell: Cell, text: str, _book: Book) -> str | None:
    try:
        return day_of(cell).isoformat() if text else None
    except (ValueError, OverflowError):
        raise Problem("import-date", value=text[:60]) from None


def _count(_cell: Cell, text: str, _book: Book) -> int | None:
    if text and not re.fullmatch(r"[0-9]{1,7}", text):
        raise Problem("import-number", value=text[:60])
    return int(text) if text else None


def _grid(_cell: Cell, text: str, book: Book) -> str | None:
    if text and text not in book.grids:
        raise Problem("import-value-unknown", value=text[:60])
    return book.grids[text][0] if text else None


_READERS: dict[str, Callable[[Reading, Cell, str, Book], None]] = {
    name: _reader(name, reader)
    for name, reader in {
        "reference": _text_or_none, "uscc": _code, "name": _text, "project_code": _text_or_none,
        "registrar": _text_or_none, "address": _text, "legal_rep": _text, "phone": _text,
        "emerging_code": _text_or_none, "industry": _industry, "also": _industries, "tags": _tags,
        "grid": _grid,
        "entity_type": _one_of(ENTITY_TYPES, tuple(ENTITY_TYPES)),
        "status": _one_of(STATUSES, ("存续", "经营异常", "停业", "注销", "吊销", "迁出")),
        "risk_class": _one_of(RISK_CLASSES, "ABCDU"), "risk_as_of": _day, "registered_on": _day,
        "last_inspected_on": _day, "staff_count": _count,
    }.items()
}  # fmt: skip


def _read_town(reading: Reading, texts: Mapping[str, str], book: Book) -> None:
    """A town by code, by name or by both, which must then agree; and its grid must lie in it."""
    columns = [name for name in ("town", "town_code") if name in texts]
    if not columns or _faulty(reading, "town", "town_code"):
        return
    given = {name: texts[name] for name in columns if texts[name]}
    if not given:
        raise Problem("import-cell-empty", field=columns[0])
    for name, text in given.items():
        if text not in book.towns:
            raise Problem("import-value-unknown", field=name, value=text[:60])
    code, *others = {book.towns[text] for text in given.values()}
    if others:
        code = book.towns[given["town_code"]]
        raise Problem("import-town-differs", field="town", town_code=code, town=book.town_names[code])
    reading.values.update(town_code=code, town=book.town_names[code])
    grid = reading.values.get("grid")
    if grid and book.grids[grid][1] != code:
        town = book.town_names[book.grids[grid][1]]
        raise Problem("import-grid-elsewhere", field="grid", grid=grid, town=town)


def _read_place(reading: Reading, texts: Mapping[str, str], book: Book) -> None:
    """Coordinates in degrees, both or none, of a system whose places are where we think (GCJ-02 is not)."""
    if "lat" not in texts or "lon" not in texts or _faulty(reading, "lat", "lon"):
        return
    system = texts.get("coord_sys", "").upper().replace(" ", "")
    if system not in COORDINATE_SYSTEMS:
        raise Problem("import-coordinates-system", field="coord_sys", value=system[:60])
    lat, lon = texts["lat"], texts["lon"]
    if bool(lat) != bool(lon):
        raise Problem("import-place-half", field="lon" if lat else "lat")
    place = [_e7(name, texts[name]) for name in ("lat", "lon")]
    if place[0] is not None and place[1] is not None and book.box and not _near(place[0], place[1], book.box):
        raise Problem("import-place-outside", field="lat", lat=lat, lon=lon)
    reading.values.update(lat_e7=place[0], lon_e7=place[1])


def _e7(name: str, text: str) -> int | None:
    if text and not _DEGREES.fullmatch(text):
        raise Problem("import-number", field=name, value=text[:60])
    return round(float(text) * 10**7) if text else None


def _near(lat: int, lon: int, box: tuple[int, int, int, int]) -> bool:
    south, west, north, east = box
    return south - MARGIN_E7 <= lat <= north + MARGIN_E7 and west - MARGIN_E7 <= lon <= east + MARGIN_E7


def _check_emerging(reading: Reading, texts: Mapping[str, str], _book: Book) -> None:
    flag = texts.get("emerging_flag")
    if flag is None or _faulty(reading, "emerging_flag"):
        return
    if flag not in YES_NO:
        raise Problem("import-choice-unknown", field="emerging_flag", value=flag[:60], known="是、否")
    if "emerging_code" in texts and YES_NO[flag] != bool(texts["emerging_code"]):
        raise Problem("import-emerging", field="emerging_flag")


def _check_class(reading: Reading, _texts: Mapping[str, str], _book: Book) -> None:
    """Only enterprises are classified; whatever else is U, and never shown as A (R-403)."""
    kind, risk_class = reading.values.get("entity_type"), reading.values.get("risk_class", RiskClass.U)
    if kind not in (None, EntityType.ENTERPRISE) and risk_class != RiskClass.U:
        raise Problem("import-class-enterprises", field="risk_class")


def _faulty(reading: Reading, *names: str) -> bool:
    return any(problem.field in names for problem in reading.faults)


# --- what a row would do ------------------------------------------------------------------------------------

NEEDED = ("uscc", "name", "entity_type", "industry", "status", "address", "town")
NEW: Json = {
    "reference": None, "project_code": None, "grid": None, "legal_rep": "", "phone": "",
    "tags": [], "also": [], "registrar": None, "registered_on": None, "last_inspected_on": None,
    "staff_count": None,
    "risk_class": RiskClass.U.value, "risk_as_of": None, "emerging_code": None,
    "lat_e7": None, "lon_e7": None,
}  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """A subject as it stands in the register, its members as a row would write them."""

    id: str
    revision: int
    values: Json


@dataclass(frozen=True)
class Outcome:
    """What a row would do, to which subject: the members it would write, and what they are now."""

    verdict: Verdict
    subject: Subject | None = None
    values: Json = field(default_factory=dict)
    before: Json = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()


def place_key(values: Mapping[str, Any]) -> str:
    """What tells a subject from others of the same credit code: its project, else its premises."""
    return "|".join((values["uscc"], values.get("project_code") or "@" + values["address"]))


def keys_of(reading: Reading, standing: Subject | None) -> list[str]:
    """What no other row of the file may claim as well."""
    values = (standing.values if standing else {}) | reading.values
    keys = [f"id {values['reference']}"] if values.get("reference") else []
    if values.get("uscc") and (values.get("address") or values.get("project_code")):
        keys.append(f"at {place_key(values)}")
    if values.get("uscc") and not reading.values.get("reference"):
        keys.append(f"code {values['uscc']} {values.get('project_code') or ''}")
    return keys


def standing_for(reading: Reading, by_reference: Mapping[str, Subject],
                 by_code: Mapping[str, Sequence[Subject]]) -> Subject | None:  # fmt: skip
    """The subject a row speaks of, if the register has it."""
    reference = reading.values.get("reference")
    if reference:
        return by_reference.get(reference)
    same = _same_code(reading, by_code)
    if "address" not in reading.values and "project_code" not in reading.values and len(same) == 1:
        return same[0]
    wanted = reading.values.get("project_code"), reading.values.get("address")
    for one in same:
        project, address = one.values["project_code"], one.values["address"]
        if (project and project == wanted[0]) or (not project and not wanted[0] and address == wanted[1]):
            return one
    return None


def _same_code(reading: Reading, by_code: Mapping[str, Sequence[Subject]]) -> Sequence[Subject]:
    return by_code.get(reading.values.get("uscc", ""), ())


def outcome(reading: Reading, standing: Subject | None, by_code: Mapping[str, Sequence[Subject]]) -> Outcome:
    """What a row without duplicates in its file would do to the register."""
    if reading.faults:
        return Outcome(Verdict.REJECTED, standing, faults=tuple(reading.faults))
    if standing is None:
        return _addition(reading, by_code)
    values = _with_doubt(reading.values, standing.values["tags"])
    changed = {name: value for name, value in values.items() if standing.values[name] != value}
    if not changed:
        return Outcome(Verdict.UNCHANGED, standing)
    other = _other_at({**standing.values, **changed}, by_code, standing.id)
    if other and {"uscc", "address", "project_code"} & changed.keys():
        return _refused("uscc", Problem("import-taken", reference=other.values["reference"]))
    before = {name: standing.values[name] for name in changed}
    return Outcome(Verdict.CHANGED, standing, changed, before)


def _with_doubt(values: Json, standing: Sequence[str]) -> Json:
    """The values with the tag of a masked code that fails its check; it goes when the code is mended."""
    if {"uscc", "tags"}.isdisjoint(values):
        return values
    kept = set(values.get("tags", standing)) - {IN_DOUBT}
    code = values.get("uscc")
    doubtful = is_masked(code) and bool(credit_code_trouble(code)) if code else IN_DOUBT in standing
    return {**values, "tags": sorted(kept | {IN_DOUBT} if doubtful else kept)}


def _addition(reading: Reading, by_code: Mapping[str, Sequence[Subject]]) -> Outcome:
    missing = [name for name in NEEDED if name not in reading.values]
    if missing:
        faults = [Problem("import-column-missing", field=name) for name in missing]
        return Outcome(Verdict.REJECTED, faults=tuple(faults))
    values = {**NEW, **_with_doubt(reading.values, [])}
    values["also"] = [one for one in values["also"] if one != values["industry"]]
    other = _other_at(values, by_code)
    if other:
        return _refused("uscc", Problem("import-taken", reference=other.values["reference"]))
    if not values.get("reference"):
        same = [one for one in _same_code(reading, by_code) if not one.values["project_code"]]
        if same and not values["project_code"]:
            return _refused("address", Problem("import-premises", reference=same[0].values["reference"]))
        values["reference"] = given_reference(values)
    return Outcome(Verdict.ADDED, values=values)


def given_reference(values: Mapping[str, Any]) -> str:
    """The registry id of a new subject whose file gives none: made of what it is known by."""
    project = values.get("project_code")
    return f"{values['uscc']}-{project[-13:]}" if project else str(values["uscc"])


def _other_at(
    values: Json, by_code: Mapping[str, Sequence[Subject]], own: str | None = None
) -> Subject | None:
    key = place_key(values)
    others = by_code.get(values["uscc"], ())
    return next((one for one in others if one.id != own and place_key(one.values) == key), None)


def _refused(name: str, problem: Problem) -> Outcome:
    problem.field = name
    return Outcome(Verdict.REJECTED, faults=(problem,))
