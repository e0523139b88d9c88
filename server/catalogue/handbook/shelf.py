"""Which handbooks there are: the published versions of the checklists, read only, no query in a loop."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from server.accounts.model import Department
from server.catalogue.handbook.rules import Chapter, Section, chapters
from server.catalogue.model import ChecklistVersion, Industry
from server.infra.db import db
from server.kernel.problems import Problem

_NEWEST_FIRST = (ChecklistVersion.published_at.desc(), ChecklistVersion.id.desc())


@dataclass(frozen=True)
class Title:
    """A handbook on the list."""

    industry: str
    name: str
    lead: str
    version: str
    published_at: datetime
    sample: bool


@dataclass(frozen=True)
class Handbook:
    """One version of an industry's handbook, and the version in force if that is another."""

    industry: Industry
    edition: ChecklistVersion
    newer: ChecklistVersion | None
    chapters: list[Chapter]


@dataclass(frozen=True)
class Edition:
    """A published version by name, without its items."""

    id: str
    version: str
    published_at: datetime


def titles() -> list[Title]:
    """The handbook in force of each industry that has one, by industry name."""
    place = func.row_number().over(partition_by=ChecklistVersion.industry, order_by=_NEWEST_FIRST)
    ranked = select(
        ChecklistVersion.industry,
        ChecklistVersion.version,
        ChecklistVersion.published_at,
        ChecklistVersion.sample,
        place.label("place"),
    ).subquery()
    rows = db.session.execute(
        select(
            ranked.c.industry,
            Industry.name,
            Department.name,
            ranked.c.version,
            ranked.c.published_at,
            ranked.c.sample,
        )
        .join(Industry, Industry.code == ranked.c.industry)
        .join(Department, Department.code == Industry.lead_department)
        .where(ranked.c.place == 1)
        .order_by(Industry.code)
    )
    return [Title(*row) for row in rows]


def handbook(code: str, version_id: str | None = None) -> Handbook:
    """The handbook of an industry as in force, or of one of its versions; what is none is not found."""
    if not code.isprintable() or not (version_id or "").isprintable():
        raise Problem("not-found")  # PostgreSQL takes no NUL
    industry = db.session.get(Industry, code)
    current = db.session.scalar(
        select(ChecklistVersion).filter_by(industry=code).order_by(*_NEWEST_FIRST).limit(1)
    )
    if industry is None or current is None:
        raise Problem("not-found")
    edition = current
    if version_id not in (None, current.id):
        found = db.session.scalar(select(ChecklistVersion).filter_by(industry=code, id=version_id))
        if found is None:
            raise Problem("not-found")
        edition = found
    newer = None if edition is current else current
    return Handbook(industry, edition, newer, chapters(edition.items, _sections(industry, edition)))


def editions(code: str) -> list[Edition]:
    """All published versions of an industry's checklist, the newest first."""
    columns = (ChecklistVersion.id, ChecklistVersion.version, ChecklistVersion.published_at)
    rows = db.session.execute(select(*columns).filter_by(industry=code).order_by(*_NEWEST_FIRST))
    return [Edition(*row) for row in rows]


def _sections(industry: Industry, edition: ChecklistVersion) -> list[Section]:
    """The departments of a version in the order of the record: the lead first, then in their own."""
    codes = {item["department"] for item in edition.items}
    codes |= {one["department"] for item in edition.items for one in item.get("also", [])}
    rows = db.session.scalars(select(Department).where(Department.code.in_(codes)))
    lead = next((one["code"] for one in edition.departments if one.get("lead")), industry.lead_department)
    ordered = sorted(rows, key=lambda one: (one.code != lead, one.order, one.code))
    return [Section(one.code, one.name, one.code == lead) for one in ordered]
