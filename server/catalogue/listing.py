"""Reading the catalogue: industries with their lists, and the versions of one. No query in a loop."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.orm import defer

from server.accounts.model import Department
from server.catalogue.model import ChecklistVersion, Industry, IndustryDepartment
from server.catalogue.rules import Json
from server.infra.db import db
from server.kernel.problems import Problem

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One industry in the list: its departments, the lead first, and its version in force."""

    industry: Industry
    departments: Sequence[str]
    version: ChecklistVersion | None


@dataclass(frozen=True)
class Found:
    """An item of a list in force, and the name of its industry."""

    industry: str
    version: ChecklistVersion
    item: Json


def departments() -> dict[str, Department]:
    """All departments by code, in the county's order."""
    return {one.code: one for one in db.session.scalars(select(Department).order_by(Department.order))}


def industry(code: str) -> Industry:
    """An industry by its code."""
    found = db.session.get(Industry, code)
    if found is None:
        raise Problem("not-found")
    return found


def page(search: str, department: str | None, after: str | None, published: bool = False) -> list[Line]:
    """A page of industries by code, and one more if there are more; `published`: only those with a list."""
    query = select(Industry).order_by(Industry.code).limit(PAGE + 1)
    if search:
        query = query.where(
            or_(
                Industry.name.contains(search, autoescape=True),
                Industry.code.startswith(search.upper(), autoescape=True),
            )
        )
    if department:
        query = query.where(
            or_(
                Industry.lead_department == department,
                Industry.code.in_(select(IndustryDepartment.industry).filter_by(department=department)),
            )
        )
    if published:
        query = query.where(Industry.code.in_(select(ChecklistVersion.industry)))
    if after:
        query = query.where(Industry.code > after)
    return _lines(db.session.scalars(query).all())


def taking_part(code: str) -> Sequence[IndustryDepartment]:
    """The departments of an industry, the lead first, then in the county's order."""
    query = (
        select(IndustryDepartment)
        .join(Department, Department.code == IndustryDepartment.department)
        .filter(IndustryDepartment.industry == code)
        .order_by(IndustryDepartment.lead.desc(), Department.order)
    )
    return db.session.scalars(query).all()


def versions(code: str) -> Sequence[ChecklistVersion]:
    """The versions of a list, newest first, without their items."""
    query = _newest_first(select(ChecklistVersion).filter_by(industry=code)).limit(PAGE)
    return db.session.scalars(query.options(defer(ChecklistVersion.items))).all()


def version(version_id: str, industry_code: str | None = None) -> ChecklistVersion:
    """One published version."""
    found = db.session.get(ChecklistVersion, version_id)
    if found is None or (industry_code and found.industry != industry_code):
        raise Problem("not-found")
    return found


def newest_version(code: str) -> ChecklistVersion | None:
    """The version in force of an industry's list."""
    return db.session.scalar(_newest_first(select(ChecklistVersion).filter_by(industry=code)).limit(1))


def version_before(one: ChecklistVersion) -> ChecklistVersion | None:
    """The version that this one took the place of."""
    earlier = select(ChecklistVersion).where(ChecklistVersion.industry == one.industry, _before(one))
    return db.session.scalar(_newest_first(earlier).limit(1))


def notices(after: str | None = None) -> Sequence[tuple[ChecklistVersion, str]]:
    """The published versions of all lists with the industry's name, newest first; their items left out."""
    query = (
        select(ChecklistVersion, Industry.name)
        .join(Industry, Industry.code == ChecklistVersion.industry)
        .options(defer(ChecklistVersion.items))
        .limit(PAGE + 1)
    )
    place = db.session.get(ChecklistVersion, after) if after else None
    if place is not None:
        query = query.where(_before(place))
    return [(row[0], row[1]) for row in db.session.execute(_newest_first(query))]


def items_with(text: str, limit: int) -> list[Found]:
    """Items of the lists in force whose code, matter, content or basis holds this, by industry.

    The database leaves out the lists without it, and the others are read only until there are enough.
    """
    sought = text.lower()
    as_kept = json.dumps(sought)[1:-1]  # both databases keep JSON in ASCII
    newest = _newest_of(select(Industry.code))
    query = (
        select(ChecklistVersion, Industry.name)
        .join(newest, newest.c.id == ChecklistVersion.id)
        .join(Industry, Industry.code == ChecklistVersion.industry)
        .where(newest.c.place == 1)
        .where(func.lower(cast(ChecklistVersion.items, String)).contains(as_kept, autoescape=True))
        .order_by(Industry.code)
        .execution_options(yield_per=5)
    )
    return list(islice(_matching(db.session.execute(query), sought), limit))


def _matching(rows: Iterable[Any], sought: str) -> Iterator[Found]:
    for version, industry in rows:
        for item in version.items:
            if any(sought in item[name].lower() for name in ("id", "matter", "content", "basis")):
                yield Found(industry, version, item)


def _before(one: ChecklistVersion) -> ColumnElement[bool]:
    at = ChecklistVersion.published_at
    return or_(at < one.published_at, and_(at == one.published_at, ChecklistVersion.id < one.id))


def _newest_first(query: Any) -> Any:
    return query.order_by(ChecklistVersion.published_at.desc(), ChecklistVersion.id.desc())


def _lines(industries: Sequence[Industry]) -> list[Line]:
    codes = [one.code for one in industries]
    parts, current = _departments_of(codes), _current_of(codes)
    return [Line(one, _lead_first(one, parts.get(one.code, [])), current.get(one.code)) for one in industries]


def _lead_first(one: Industry, codes: Sequence[str]) -> list[str]:
    return [one.lead_department, *(code for code in codes if code != one.lead_department)]


def _departments_of(codes: Sequence[str]) -> Mapping[str, list[str]]:
    query = (
        select(IndustryDepartment.industry, IndustryDepartment.department)
        .join(Department, Department.code == IndustryDepartment.department)
        .where(IndustryDepartment.industry.in_(codes))
        .order_by(Department.order)
    )
    found: dict[str, list[str]] = {}
    for code, department in db.session.execute(query):
        found.setdefault(code, []).append(department)
    return found


def _newest_of(codes: Any) -> Any:
    """The versions of industries, each with its place: 1 is the one in force."""
    place = func.row_number().over(
        partition_by=ChecklistVersion.industry,
        order_by=(ChecklistVersion.published_at.desc(), ChecklistVersion.id.desc()),
    )
    ranked = select(ChecklistVersion.id, place.label("place")).where(ChecklistVersion.industry.in_(codes))
    return ranked.subquery()


def _current_of(codes: Sequence[str]) -> Mapping[str, ChecklistVersion]:
    newest = _newest_of(codes)
    query = (
        select(ChecklistVersion)
        .join(newest, newest.c.id == ChecklistVersion.id)
        .where(newest.c.place == 1)
        .options(defer(ChecklistVersion.items))
    )
    return {one.industry: one for one in db.session.scalars(query)}
