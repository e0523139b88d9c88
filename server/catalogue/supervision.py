"""The “互联网+监管” list and ours: bringing it in, and what has no match, both ways."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from server.accounts.model import Department, Person
from server.catalogue.drafts.model import DraftItem
from server.catalogue.model import SupervisionMatter
from server.infra.audit import record
from server.infra.db import db
from server.kernel.problems import Problem

ROWS = 5000
PAGE = 50
CODE_LENGTH, NAME_LENGTH = 40, 200
HEADS = ("code", "name", "department")
REASONS = {
    "code": _("The code is missing or too long"),
    "name": _("The name is missing or too long"),
    "twice": _("The code occurs twice in this list"),
    "department": _("No such department"),
}
_KNOWN_HEADS = {
    "code": {"code", "编码", "事项编码", "监管事项编码", "代码"},
    "name": {"name", "名称", "事项名称", "监管事项名称", "监管事项"},
    "department": {"department", "部门", "监管部门", "实施部门"},
}


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be taken in: its number in the text, and the code of the reason."""

    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class Preview:
    """What taking a list in would do."""

    added: tuple[SupervisionMatter, ...]
    changed: tuple[tuple[SupervisionMatter, SupervisionMatter], ...]  # as it is, as it would be
    unchanged: int
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True)
class Ours:
    """A matter of a department over all industries: its code, and how many items of which industries."""

    department: str
    matter: str
    codes: tuple[str, ...]
    items: int
    industries: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What has no match: ours without a code or with one on no list, and theirs that none of ours names."""

    without: tuple[Ours, ...]
    unknown: tuple[Ours, ...]
    unnamed: tuple[SupervisionMatter, ...]
    matched: int
    listed: int


Rows = Sequence[Ours] | Sequence[SupervisionMatter]


@dataclass(frozen=True)
class Part:
    """A page of one part of the report, and the place after which more follow."""

    rows: Rows
    next: str | None


def part_of(rows: Rows, after: str = "") -> Part:
    """The rows after a place, in the order of departments and then of matters or codes."""
    rest: list[Any] = sorted((one for one in rows if _place(one) > after), key=_place)
    return Part(rest[:PAGE], _place(rest[PAGE - 1]) if len(rest) > PAGE else None)


def _place(one: Ours | SupervisionMatter) -> str:
    return f"{one.department or ''} {one.matter if isinstance(one, Ours) else one.code}"


def preview(text: str) -> Preview:
    """What is in a list that was pasted or sent, against what is known; nothing is written."""
    departments = _departments()
    known = {one.code: one for one in db.session.scalars(select(SupervisionMatter))}
    added: list[SupervisionMatter] = []
    changed: list[tuple[SupervisionMatter, SupervisionMatter]] = []
    rejected: list[Rejected] = []
    seen: set[str] = set()
    unchanged = 0
    for number, cells in _rows(text):
        reason = _reason(cells, departments, seen)
        if reason:
            rejected.append(Rejected(number, "，".join(cells), reason))
            continue
        seen.add(cells[0])
        new = SupervisionMatter(code=cells[0], name=cells[1], department=departments.get(cells[2]))
        old = known.get(new.code)
        if old is None:
            added.append(new)
        elif (old.name, old.department) == (new.name, new.department):
            unchanged += 1
        else:
            changed.append((old, new))
    return Preview(tuple(added), tuple(changed), unchanged, tuple(rejected))


def take_in(person: Person, text: str) -> Preview:
    """Take a list in, all of it or, where a row is rejected, nothing."""
    found = preview(text)
    if found.rejected:
        raise Problem("supervision-rows-rejected", field="text", count=len(found.rejected))
    for new in (*found.added, *(new for _old, new in found.changed)):
        db.session.merge(new)
    if found.added or found.changed:
        counts = {"added": len(found.added), "changed": len(found.changed)}
        record(person.id, "supervision-list-taken-in", "supervision", **counts)
    return found


def report(department: str | None = None) -> Report:
    """Both ways; of one department or of all. Ours are what is drafted and not dropped, merged ones too."""
    ours = _ours(department)
    query = select(SupervisionMatter).order_by(SupervisionMatter.department, SupervisionMatter.code)
    listed = db.session.scalars(query).all()
    codes = {one.code for one in listed}
    named = {code for one in (ours if department is None else _ours(None)) for code in one.codes}
    return Report(
        without=tuple(one for one in ours if not one.codes),
        unknown=tuple(one for one in ours if set(one.codes) - codes),
        unnamed=tuple(
            one for one in listed if one.code not in named and department in (None, one.department)
        ),
        matched=sum(1 for one in ours if one.codes and set(one.codes) <= codes),
        listed=len(listed),
    )


def table(names: Mapping[str, str]) -> Iterable[Mapping[str, str]]:
    """The correspondence in rows: each of ours with its codes, then what none of ours names."""
    listed = {one.code: one.name for one in matters()}
    ours = _ours(None)
    for one in ours:
        for code in one.codes or ("",):
            department = names.get(one.department, one.department)
            yield {"department": department, "matter": one.matter, "code": code, "name": listed.get(code, "")}
    named = {code for one in ours for code in one.codes}
    for theirs in matters():
        if theirs.code not in named:
            department = names.get(theirs.department or "", "")
            yield {"department": department, "matter": "", "code": theirs.code, "name": theirs.name}


def decoded(data: bytes) -> str:
    """The text of a file as spreadsheets write it: UTF-8, or GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise Problem("supervision-unreadable", field="text")


def matters(department: str | None = None) -> Sequence[SupervisionMatter]:
    """The “互联网+监管” list, or a department's part of it."""
    query = select(SupervisionMatter).order_by(SupervisionMatter.department, SupervisionMatter.code)
    return db.session.scalars(query.filter_by(department=department) if department else query).all()


def _ours(department: str | None) -> list[Ours]:
    query = select(DraftItem.department, DraftItem.industry, DraftItem.document).filter_by(dropped=False)
    if department:
        query = query.filter_by(department=department)
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for owner, industry, document in db.session.execute(query):
        key = (owner, document["matter"])
        groups.setdefault(key, []).append((industry, document.get("supervision_code", "")))
    return [_group(key, rows) for key, rows in sorted(groups.items())]


def _group(key: tuple[str, str], rows: Sequence[tuple[str, str]]) -> Ours:
    codes = sorted({code for _industry, code in rows if code})
    return Ours(*key, tuple(codes), len(rows), tuple(sorted({industry for industry, _code in rows})))


def _departments() -> dict[str, str]:
    """Departments by everything a list may call them."""
    found: dict[str, str] = {}
    for one in db.session.scalars(select(Department)):
        found |= dict.fromkeys((one.code, one.name, one.short_name), one.code)
    return found


def _rows(text: str) -> Iterable[tuple[int, list[str]]]:
    """The rows of a small table, by comma or tab, columns named in the first row or in our order."""
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first = lines.partition("\n")[0]
    try:
        table = list(csv.reader(io.StringIO(lines), delimiter="\t" if "\t" in first else ","))
    except csv.Error as error:
        raise Problem("supervision-unreadable", field="text") from error
    if len(table) > ROWS:
        raise Problem("supervision-too-long", field="text", rows=ROWS)
    places = _places(table[0]) if table else None
    begin = 1 if places else 0
    order = places or {name: at for at, name in enumerate(HEADS)}
    for number, cells in enumerate(table[begin:], begin + 1):
        if any(cell.strip() for cell in cells):
            yield number, [_cell(cells, order.get(name)) for name in HEADS]


def _places(heads: Sequence[str]) -> Mapping[str, int] | None:
    """Which column is which by the heads, if this is a row of heads."""
    found = {
        name: at
        for at, head in enumerate(heads)
        for name, known in _KNOWN_HEADS.items()
        if head.strip().lower() in known
    }
    return found if {"code", "name"} <= found.keys() else None


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""


def _reason(cells: Sequence[str], departments: Mapping[str, str], seen: set[str]) -> str | None:
    code, name, department = cells
    if not 1 <= len(code) <= CODE_LENGTH or not code.isprintable():
        return "code"
    if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
        return "name"
    if code in seen:
        return "twice"
    return "department" if department and department not in departments else None
