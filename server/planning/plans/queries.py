"""Reading the annual plan, and what the registers hold for it. No query in a loop."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from server.accounts.model import Department, DepartmentPost, Person
from server.catalogue.model import ChecklistVersion, Industry, IndustryDepartment
from server.infra.audit import AuditEntry
from server.infra.db import db
from server.kernel import workdays
from server.kernel.problems import Problem
from server.planning.files.model import Attachment
from server.planning.frequency.queries import visits_since
from server.planning.frequency.rules import Visited
from server.planning.plans import ports
from server.planning.plans.forewarning import Subject
from server.planning.plans.matching import County
from server.planning.plans.model import Campaign, CountyPlan, Filing, PlanRow
from server.planning.plans.rules import (
    REVIEWED,
    WRITABLE,
    FilingState,
    Row,
    RowSource,
    Scope,
    lacking_posts,
)
from server.registry.model import Enterprise, EnterpriseIndustry, Inspector, Town
from server.registry.rules import CLOSED, RiskClass

PAGE = 50
YEARS_BACK = 4  # the longest period of a cap, beside the year itself


# --- the plan -----------------------------------------------------------------------------------------------


def row(row_id: str) -> PlanRow:
    """A row of the plan."""
    found = db.session.get(PlanRow, row_id)
    if found is None:
        raise Problem("not-found")
    return found


def filing(filing_id: str) -> Filing:
    """A department's plan of a year."""
    found = db.session.get(Filing, filing_id)
    if found is None:
        raise Problem("not-found")
    return found


def filing_of(year: int, department: str | None) -> Filing | None:
    """The plan of one department for one year."""
    return db.session.scalar(select(Filing).filter_by(year=year, department=department))


def filings(year: int) -> Sequence[Filing]:
    """All plans of a year with their rows, in the county's order."""
    query = (
        select(Filing)
        .join(Department, Department.code == Filing.department)
        .filter(Filing.year == year)
        .options(selectinload(Filing.rows))
        .order_by(Department.order)
    )
    return db.session.scalars(query).all()


def is_live(row: PlanRow) -> bool:
    """Whether a row stands for itself: neither dropped nor part of another."""
    return row.dropped_at is None and row.merged_into is None


def live_rows(year: int, states: Collection[str] | None = None) -> list[PlanRow]:
    """The rows of a year that stand for themselves, of the filings in these states or in all."""
    query = (
        select(PlanRow)
        .join(Filing)
        .where(PlanRow.year == year, PlanRow.dropped_at.is_(None), PlanRow.merged_into.is_(None))
        .order_by(PlanRow.industry, PlanRow.department, PlanRow.position)
    )
    if states is not None:
        query = query.where(Filing.state.in_(states))
    return list(db.session.scalars(query))


def reviewed_rows(year: int) -> list[PlanRow]:
    """The rows that lie with the office or were accepted by it."""
    return live_rows(year, REVIEWED)


def merged_into(row_ids: Collection[str]) -> dict[str, list[PlanRow]]:
    """By row, those that became part of it."""
    query = select(PlanRow).where(PlanRow.merged_into.in_(list(row_ids))).order_by(PlanRow.id)
    found: dict[str, list[PlanRow]] = {}
    for one in db.session.scalars(query):
        found.setdefault(one.merged_into or "", []).append(one)
    return found


def awaiting_approval(year: int | None = None) -> list[PlanRow]:
    """Rows of a department alone that the office has not approved yet."""
    query = (
        select(PlanRow)
        .join(Filing)
        .where(
            PlanRow.source.in_((RowSource.SINGLE, RowSource.CAMPAIGN)),
            PlanRow.approved_at.is_(None),
            PlanRow.dropped_at.is_(None),
            PlanRow.merged_into.is_(None),
            Filing.state.in_(REVIEWED),
        )
        .order_by(PlanRow.id)
    )
    if year is not None:
        query = query.where(PlanRow.year == year)
    return [one for one in db.session.scalars(query) if not one.departments]


def as_rule(row: PlanRow) -> Row:
    """A row as the rules see it."""
    return Row(
        id=row.id,
        name=row.name,
        year=row.year,
        department=row.department,
        industry=row.industry,
        departments=tuple(row.departments),
        matters={code: tuple(names) for code, names in row.matters.items()},
        strata=row.strata,
        ratios=row.ratios,
        first_month=row.first_month,
        last_month=row.last_month,
        source=RowSource(row.source),
        scope=scope_of(row.scope),
        unannounced=row.unannounced,
        campaign=row.campaign.days if row.campaign else None,
    )


def scope_of(kept: Mapping[str, Any]) -> Scope:
    """A scope as it is kept: `towns` are their codes."""
    return Scope(frozenset(kept.get("towns", ())), frozenset(kept.get("tags", ())))


def in_work(rows: Iterable[PlanRow]) -> set[str]:
    """The ids of those rows that tasks were opened for: the plan of these stays as it is."""
    return ports.rows_in_work([one.id for one in rows])


# --- the county plan ----------------------------------------------------------------------------------------


def newest_plan(year: int) -> CountyPlan | None:
    """The version of the county's plan of a year that counts."""
    query = select(CountyPlan).filter_by(year=year).order_by(CountyPlan.version.desc()).limit(1)
    return db.session.scalar(query)


def plan(year: int, version: int | None = None) -> CountyPlan:
    """A published version, the newest where none is named."""
    query = select(CountyPlan).filter_by(year=year)
    if version is not None:
        query = query.filter_by(version=version)
    found = db.session.scalar(query.order_by(CountyPlan.version.desc()).limit(1))
    if found is None:
        raise Problem("not-found")
    return found


def versions(year: int) -> Sequence[CountyPlan]:
    """The versions of a year, newest first."""
    return db.session.scalars(
        select(CountyPlan).filter_by(year=year).order_by(CountyPlan.version.desc()).limit(PAGE)
    ).all()


def published_years() -> Sequence[int]:
    """The years that have a plan, newest first."""
    query = select(CountyPlan.year).distinct().order_by(CountyPlan.year.desc()).limit(PAGE)
    return db.session.scalars(query).all()


def is_published(row: PlanRow) -> bool:
    """Whether a row stands in the plan that counts just as it is now: only such a row becomes a task."""
    newest = newest_plan(row.year)
    return newest is not None and any(
        one["id"] == row.id and one["revision"] == row.revision for one in newest.document["rows"]
    )


# --- campaigns ----------------------------------------------------------------------------------------------


def campaign(campaign_id: str) -> Campaign:
    """One campaign."""
    found = db.session.get(Campaign, campaign_id)
    if found is None:
        raise Problem("not-found")
    return found


def campaigns(year: int, after: str | None = None) -> Sequence[Campaign]:
    """The campaigns of a year, newest first; one more than a page if there are more."""
    query = select(Campaign).filter_by(year=year).order_by(Campaign.id.desc()).limit(PAGE + 1)
    if after:
        query = query.where(Campaign.id < after)
    return db.session.scalars(query).all()


def open_campaigns(year: int) -> Sequence[Campaign]:
    """Those that rows may still be written for."""
    query = select(Campaign).filter_by(year=year).where(Campaign.closed_at.is_(None))
    return db.session.scalars(query.order_by(Campaign.id.desc()).limit(PAGE)).all()


def campaigns_without_rows(year: int) -> Sequence[Campaign]:
    """Open campaigns that no row was written for: nothing of them can be matched yet."""
    served = select(PlanRow.campaign_id).where(PlanRow.campaign_id.is_not(None), PlanRow.dropped_at.is_(None))
    query = select(Campaign).where(
        Campaign.year == year, Campaign.closed_at.is_(None), Campaign.id.not_in(served)
    )
    return db.session.scalars(query.order_by(Campaign.id).limit(PAGE)).all()


def rows_of_campaigns(ids: Collection[str]) -> dict[str, list[PlanRow]]:
    """By campaign, the rows that serve it, without those that became part of another of them."""
    query = select(PlanRow).where(PlanRow.campaign_id.in_(list(ids)), PlanRow.dropped_at.is_(None))
    found: dict[str, list[PlanRow]] = {}
    rows = db.session.scalars(query.order_by(PlanRow.id)).all()
    serving = {(one.id, one.campaign_id) for one in rows}
    for one in rows:
        if (one.merged_into, one.campaign_id) in serving:
            continue
        found.setdefault(one.campaign_id or "", []).append(one)
    return found


def concerns(paper: Attachment, department: str) -> bool:
    """Whether a paper belongs to something in the plan that a department has a part in. A campaign's order
    is everybody's."""
    if db.session.scalar(select(Campaign.id).filter_by(attachment_id=paper.id).limit(1)):
        return True
    rows = db.session.scalars(select(PlanRow).filter_by(attachment_id=paper.id))
    return any(department in (row.department, *row.departments) for row in rows)


# --- what the registers hold --------------------------------------------------------------------------------


def drawable(industry: str, scope: Scope) -> list[ColumnElement[bool]]:
    """What makes a subject one of an industry that may be drawn, within a scope (R-301). Frames of draws
    are made by the same."""
    conditions: list[ColumnElement[bool]] = [
        EnterpriseIndustry.industry == industry,
        EnterpriseIndustry.seq == Enterprise.seq,
        Enterprise.status.not_in(CLOSED),
    ]
    if scope.towns:
        conditions.append(Enterprise.town_code.in_(sorted(scope.towns)))
    if scope.tags:
        # Both databases keep JSON as text in ASCII, where a tag stands between quotation marks.
        kept = cast(Enterprise.tags, String)
        conditions.append(
            or_(*(kept.contains(json.dumps(tag), autoescape=True) for tag in sorted(scope.tags)))
        )
    return conditions


def strata(industry: str, scope: Scope) -> dict[str, int]:
    """How many subjects there are by class: the base of a row."""
    query = (
        select(Enterprise.risk_class, func.count())
        .where(*drawable(industry, scope))
        .group_by(Enterprise.risk_class)
    )
    return {str(one): number for one, number in db.session.execute(query)}


def listed(industries: Collection[str]) -> dict[str, dict[str, list[str]]]:
    """By industry and department, the matters of the lists in force, in their order."""
    newest = (
        select(
            ChecklistVersion.id,
            func.row_number()
            .over(
                partition_by=ChecklistVersion.industry,
                order_by=(ChecklistVersion.published_at.desc(), ChecklistVersion.id.desc()),
            )
            .label("place"),
        )
        .where(ChecklistVersion.industry.in_(list(industries)))
        .subquery()
    )
    query = (
        select(ChecklistVersion.industry, ChecklistVersion.items)
        .join(newest, newest.c.id == ChecklistVersion.id)
        .where(newest.c.place == 1)
    )
    return {industry: _matters(items) for industry, items in db.session.execute(query)}


def has_samples(industries: Collection[str]) -> bool:
    """Whether any list of these industries is a sample and no official issue; a plan made of it is none."""
    query = select(ChecklistVersion.id).where(
        ChecklistVersion.industry.in_(list(industries)), ChecklistVersion.sample
    )
    return db.session.scalar(query.limit(1)) is not None


def matters_of(industry: str) -> dict[str, list[str]]:
    """By department, the matters of an industry's list in force."""
    return listed([industry]).get(industry, {})


def industries_for(department: str | None) -> list[tuple[Industry, bool]]:
    """The industries a department takes part in and whether it leads them; those it leads first."""
    part = select(IndustryDepartment.industry).filter_by(department=department)
    query = select(Industry).where(or_(Industry.lead_department == department, Industry.code.in_(part)))
    found = [(one, one.lead_department == department) for one in db.session.scalars(query)]
    return sorted(found, key=lambda pair: (not pair[1], pair[0].code))


def leads_without_plan(year: int) -> Sequence[str]:
    """The departments that lead an industry and have begun no plan for a year."""
    begun = select(Filing.department).filter_by(year=year)
    query = (
        select(Department.code)
        .where(Department.code.in_(select(Industry.lead_department)), Department.code.not_in(begun))
        .order_by(Department.order)
    )
    return db.session.scalars(query).all()


def lead_of(industry: str) -> str | None:
    """The department that leads an industry."""
    return db.session.scalar(select(Industry.lead_department).filter_by(code=industry))


def industries() -> dict[str, Industry]:
    """All industries by code."""
    return {one.code: one for one in db.session.scalars(select(Industry).order_by(Industry.code))}


def departments_in(codes: Collection[str]) -> Sequence[str]:
    """Who takes part in any of these industries."""
    query = select(IndustryDepartment.department).where(IndustryDepartment.industry.in_(list(codes)))
    return db.session.scalars(query.distinct()).all()


def inspecting() -> set[str]:
    """The departments that may inspect (R-106)."""
    return set(db.session.scalars(select(Department.code).where(Department.can_inspect)))


def department_names() -> dict[str, str]:
    """The short names of all departments, in the county's order."""
    query = select(Department.code, Department.short_name).order_by(Department.order)
    return dict(db.session.execute(query).all())


def towns() -> Sequence[Town]:
    """The towns of the county."""
    return db.session.scalars(select(Town).order_by(Town.code)).all()


def county(rows: Iterable[PlanRow], minimum: int, first_month: int = 1) -> County:
    """What the registers say of the industries of these rows."""
    codes = {one.industry for one in rows}
    leads = select(Industry.code, Industry.lead_department).where(Industry.code.in_(codes))
    one, other = aliased(EnterpriseIndustry), aliased(EnterpriseIndustry)
    shared = (
        select(one.industry, other.industry, func.count())
        .join(other, other.seq == one.seq)
        .join(Enterprise, Enterprise.seq == one.seq)
        .where(one.industry.in_(codes), other.industry.in_(codes), Enterprise.status.not_in(CLOSED))
        .group_by(one.industry, other.industry)
    )
    return County(
        leads=dict(db.session.execute(leads).all()),
        listed=listed(codes),
        shared={(first, second): number for first, second, number in db.session.execute(shared)},
        minimum=minimum,
        first_month=first_month,
    )


def subjects(codes: Collection[str], year: int, today: date) -> Counter[Subject]:
    """All subjects of these industries with the visits that may count for a cap of the year."""
    seqs = select(EnterpriseIndustry.seq).where(EnterpriseIndustry.industry.in_(codes))
    memberships: dict[int, set[str]] = {}
    query = select(EnterpriseIndustry.seq, EnterpriseIndustry.industry)
    for seq, code in db.session.execute(query.where(EnterpriseIndustry.seq.in_(seqs))):
        memberships.setdefault(seq, set()).add(code)
    visits = visits_since(date(min(year, today.year) - YEARS_BACK, 1, 1))
    facts = select(
        Enterprise.id, Enterprise.seq, Enterprise.risk_class, Enterprise.town_code, Enterprise.tags
    ).where(Enterprise.seq.in_(seqs), Enterprise.status.not_in(CLOSED))
    return Counter(
        Subject(
            RiskClass(risk), town, tuple(tags or ()), frozenset(memberships[seq]), _years(visits.get(key, ()))
        )
        for key, seq, risk, town, tags in db.session.execute(facts)
    )


def _years(visits: Iterable[Visited]) -> tuple[Visited, ...]:
    """A cap counts by calendar years: no more than the year of a visit tells subjects apart, so that their
    kinds stay few."""
    years = (Visited(date(one.day.year, 1, 1), one.departments) for one in visits)
    return tuple(sorted(years, key=lambda one: (one.day, sorted(one.departments))))


def officers(today: date) -> dict[str, int]:
    """How many officers with a certificate each department has."""
    query = (
        select(Person.department, func.count())
        .join(Inspector, Inspector.person_id == Person.id)
        .where(Inspector.ended_at.is_(None), Inspector.valid_until >= today, Person.active)
        .group_by(Person.department)
    )
    return {code: number for code, number in db.session.execute(query) if code}


def working_days(year: int) -> dict[int, int]:
    """The working days of each month."""
    days = dict.fromkeys(range(1, 13), 0)
    for day in workdays.working_days(date(year, 1, 1), date(year, 12, 31)):
        days[day.month] += 1
    return days


def posts_lacking(departments: Iterable[str]) -> dict[str, list[str]]:
    """Which of the three posts of these departments nobody holds (R-108)."""
    codes = list(departments)
    filled: dict[str, set[str]] = {}
    query = select(DepartmentPost.department, DepartmentPost.post)
    for code, post in db.session.execute(query.where(DepartmentPost.department.in_(codes))):
        filled.setdefault(code, set()).add(post)
    return {code: [str(one) for one in posts] for code, posts in lacking_posts(filled, codes).items()}


# --- history and what waits ---------------------------------------------------------------------------------


def history(subject: str) -> Sequence[Any]:
    """The deeds on a filing, a row or a campaign, newest first: when, what, by whom, with what."""
    query = (
        select(AuditEntry.at, AuditEntry.deed, Person.name, AuditEntry.detail)
        .outerjoin(Person, Person.id == AuditEntry.actor)
        .where(AuditEntry.subject == subject)
        .order_by(AuditEntry.id.desc())
        .limit(PAGE)
    )
    return db.session.execute(query).all()


def number_in(states: Collection[FilingState], department: str | None = None) -> tuple[int, str]:
    """How many filings are in these states, and the id of one of them."""
    query = select(func.count(), func.min(Filing.id)).where(Filing.state.in_(states))
    if department is not None:
        query = query.where(Filing.department == department)
    number, first = db.session.execute(query).one()
    return number, first or ""


def is_writable(filing: Filing) -> bool:
    """Whether its department may write in it."""
    return filing.state in WRITABLE


def _matters(items: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """An item answers for the departments of those merged into it as well."""
    found: dict[str, dict[str, None]] = {}
    for item in items:
        for one in (item, *item.get("also", ())):
            found.setdefault(one["department"], {}).setdefault(one["matter"])
    return {code: list(names) for code, names in found.items()}
