"""What the register holds, as an import writes it: subjects by their members, and the county's words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, select

from server.catalogue.model import Industry
from server.infra.db import db
from server.registry.imports.rules import Book, Subject
from server.registry.model import Enterprise, EnterpriseIndustry, Grid, Town

MEMBERS = (
    "reference", "uscc", "name", "project_code", "entity_type", "industry", "status", "address", "town",
    "town_code", "grid", "legal_rep", "phone", "tags", "registrar", "registered_on", "last_inspected_on",
    "staff_count", "risk_class", "risk_as_of", "emerging_code", "lat_e7", "lon_e7",
)  # fmt: skip
"""The columns of a subject an import writes; `also` (further industries) stands in a table of its own."""

_COLUMNS = [getattr(Enterprise, name) for name in MEMBERS]


def book() -> Book:
    """The words a file may use now."""
    industries = db.session.execute(select(Industry.code, Industry.name)).all()
    towns = db.session.execute(select(Town.code, Town.name, Town.lat_e7, Town.lon_e7)).all()
    grids = db.session.execute(select(Grid.code, Grid.name, Grid.town_code)).all()
    places = [(lat, lon) for _code, _name, lat, lon in towns if lat is not None and lon is not None]
    lats, lons = [lat for lat, _lon in places], [lon for _lat, lon in places]
    return Book(
        industries={word: code for code, name in industries for word in (name, code)},
        towns={word: code for code, name, *_place in towns for word in (name, code)},
        town_names={code: name for code, name, *_place in towns},
        grids={word: (code, town) for code, name, town in grids for word in (name, code)},
        box=(min(lats), min(lons), max(lats), max(lons)) if places else None,
    )


def by_reference(references: Collection[str], with_industries: bool) -> dict[str, Subject]:
    """Subjects of these registry ids."""
    found = _subjects(Enterprise.reference.in_(references), with_industries) if references else []
    return {subject.values["reference"]: subject for subject in found}


def by_code(codes: Collection[str], with_industries: bool) -> dict[str, list[Subject]]:
    """All subjects of these credit codes."""
    found: dict[str, list[Subject]] = {}
    for subject in _subjects(Enterprise.uscc.in_(codes), with_industries) if codes else []:
        found.setdefault(subject.values["uscc"], []).append(subject)
    return found


def _subjects(wanted: ColumnElement[bool], with_industries: bool) -> list[Subject]:
    query = select(Enterprise.id, Enterprise.revision, Enterprise.seq, *_COLUMNS).where(wanted)
    rows = db.session.execute(query.order_by(Enterprise.seq)).all()
    also = _further_industries(row.seq for row in rows) if with_industries else {}
    return [
        Subject(
            row.id,
            row.revision,
            {name: _plain(getattr(row, name)) for name in MEMBERS}
            | {"also": [one for one in also.get(row.seq, ()) if one != row.industry]},
        )
        for row in rows
    ]


def _further_industries(seqs: Iterable[int]) -> dict[int, list[str]]:
    query = select(EnterpriseIndustry.seq, EnterpriseIndustry.industry)
    query = query.where(EnterpriseIndustry.seq.in_(list(seqs))).order_by(EnterpriseIndustry.industry)
    found: dict[int, list[str]] = {}
    for seq, industry in db.session.execute(query):
        found.setdefault(seq, []).append(industry)
    return found


def _plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, list) else value
