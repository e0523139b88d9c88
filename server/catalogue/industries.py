"""The deeds around industries: the office enters one, and changes what its list says about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from server.accounts.model import Department, Person
from server.catalogue.drafts.model import DraftItem
from server.catalogue.model import Industry, IndustryDepartment
from server.infra.audit import record
from server.infra.db import db, insert_once
from server.kernel.problems import Problem

MEMBERS = (
    "object_definition",
    "industry_risk_level",
    "risk_notes",
    "suggested_frequency",
    "prior_notice",
)
"""What an industry's document says that the office writes; others stay as they are."""


@dataclass(frozen=True)
class Entry:
    """What the office says of an industry; `divisions` holds every department's share of the work."""

    name: str
    lead: str
    divisions: Mapping[str, str]
    document: Mapping[str, Any]


def enter(person: Person, code: str, entry: Entry) -> Industry:
    """A new industry."""
    _check(entry)
    if not insert_once(
        Industry,
        code=code,
        name=entry.name,
        lead_department=entry.lead,
        document=dict(entry.document),
        revision=1,
    ):
        raise Problem("industry-known", field="code", taken=code)
    industry = db.session.get_one(Industry, code)
    _divide(industry, entry)
    record(person.id, "industry-entered", code, **_told(entry))
    return industry


def change(person: Person, code: str, entry: Entry, revision: int) -> Industry:
    """Change an industry; `list-changed-meanwhile` if somebody did so since this person read it."""
    _check(entry)
    industry = db.session.get(Industry, code, with_for_update=True)
    if industry is None:
        raise Problem("not-found")
    if industry.revision != revision:
        raise Problem("list-changed-meanwhile")
    _keep_those_with_items(code, entry)
    industry.name, industry.lead_department = entry.name, entry.lead
    industry.document = industry.document | dict(entry.document)
    industry.revision += 1
    db.session.execute(delete(IndustryDepartment).filter_by(industry=code))
    _divide(industry, entry)
    record(person.id, "industry-changed", code, **_told(entry))
    return industry


def _check(entry: Entry) -> None:
    inspecting = set(db.session.scalars(select(Department.code).where(Department.can_inspect)))
    if not set(entry.divisions) <= inspecting:
        raise Problem("industry-not-inspecting", field="departments")
    if entry.lead not in entry.divisions:
        raise Problem("industry-lead-missing", field="lead")
    if len(entry.divisions) < 2:
        raise Problem("industry-single-department", field="departments")


def _keep_those_with_items(code: str, entry: Entry) -> None:
    """A department that drafts items of the industry cannot be taken off it."""
    query = select(DraftItem.department).filter_by(industry=code, dropped=False).distinct()
    left_out = sorted(set(db.session.scalars(query)) - set(entry.divisions))
    if left_out:
        raise Problem("industry-department-has-items", field="departments", departments="、".join(left_out))


def _divide(industry: Industry, entry: Entry) -> None:
    for code, division in entry.divisions.items():
        db.session.add(
            IndustryDepartment(
                industry=industry.code, department=code, lead=code == entry.lead, division=division
            )
        )


def _told(entry: Entry) -> dict[str, Any]:
    return {"name": entry.name, "lead": entry.lead, "departments": sorted(entry.divisions)}
