"""Reading drafts and editions. No query in a loop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from server.accounts.model import Department, Person
from server.catalogue import listing
from server.catalogue.comparing import Comparison, compare
from server.catalogue.drafts import merging, rules
from server.catalogue.drafts.merging import Draft, Pair
from server.catalogue.drafts.model import Countersignature, DraftItem, Edition, KeptApart
from server.catalogue.drafts.rules import OPEN, Answer, Part, State
from server.catalogue.model import ChecklistVersion, Industry, SupervisionMatter
from server.catalogue.rules import checklist_hash
from server.infra.audit import AuditEntry
from server.infra.db import db
from server.kernel.problems import Problem

PAGE = 50
Json = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One drafted item in a list, and what it is merged into."""

    draft: DraftItem
    head: str | None


@dataclass(frozen=True)
class Deed:
    """One line of a history."""

    at: dt.datetime
    code: str
    actor: str | None
    detail: Mapping[str, Any]


def edition(edition_id: str, industry_code: str) -> Edition:
    """An edition of this industry."""
    found = db.session.get(Edition, edition_id)
    if found is None or found.industry != industry_code:
        raise Problem("not-found")
    return found


def open_edition(industry_code: str) -> Edition | None:
    """The edition of a list that is under way."""
    return db.session.scalar(select(Edition).filter_by(industry=industry_code).where(Edition.state.in_(OPEN)))


def open_editions(codes: Sequence[str]) -> dict[str, Edition]:
    """The editions under way of several lists."""
    query = select(Edition).where(Edition.industry.in_(codes), Edition.state.in_(OPEN))
    return {one.industry: one for one in db.session.scalars(query)}


def editions(industry_code: str) -> Sequence[Edition]:
    """The last editions of a list, newest first."""
    query = select(Edition).filter_by(industry=industry_code).order_by(Edition.opened_at.desc()).limit(PAGE)
    return db.session.scalars(query).all()


newest_version = listing.newest_version


def item(draft_id: str, industry_code: str) -> DraftItem:
    """A drafted item of this industry."""
    found = db.session.get(DraftItem, draft_id)
    if found is None or found.industry != industry_code:
        raise Problem("not-found")
    return found


def rows(industry_code: str, department: str, after: int | None = None) -> list[Row]:
    """A department's items in their order, from a place on; one more than a page if there are more."""
    head = aliased(DraftItem)
    query = (
        select(DraftItem, head.code)
        .outerjoin(head, head.id == DraftItem.merged_into)
        .where(DraftItem.industry == industry_code, DraftItem.department == department)
        .order_by(DraftItem.position, DraftItem.code)
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(DraftItem.position > after)
    return [Row(draft, code) for draft, code in db.session.execute(query)]


def order(industry_code: str, department: str) -> str:
    """What the order of a department's items is known by."""
    query = select(DraftItem.code).filter_by(industry=industry_code, department=department)
    return rules.order_known_by(db.session.scalars(query.order_by(DraftItem.position, DraftItem.code)))


def counts(industry_code: str) -> dict[str, int]:
    """How many items each department has that are not dropped."""
    query = (
        select(DraftItem.department, func.count())
        .filter_by(industry=industry_code, dropped=False)
        .group_by(DraftItem.department)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def as_draft(row: DraftItem) -> Draft:
    """A row as the rules see it."""
    return Draft(row.id, row.code, row.department, row.document, row.merged_into)


def drafts(industry: Industry) -> list[Draft]:
    """All items of the next version in its order: the lead's, then the others' in the county's order."""
    query = (
        select(DraftItem)
        .join(Department, Department.code == DraftItem.department)
        .where(DraftItem.industry == industry.code, DraftItem.dropped.is_(False))
        .order_by(
            DraftItem.department != industry.lead_department,
            Department.order,
            DraftItem.position,
            DraftItem.code,
        )
    )
    return [as_draft(row) for row in db.session.scalars(query)]


def pairs(all_drafts: Sequence[Draft]) -> tuple[list[Pair], list[tuple[Draft, Draft]]]:
    """The pairs offered for merging, and those that were kept apart."""
    by_id = {draft.id: draft for draft in all_drafts}
    kept = db.session.execute(select(KeptApart.one, KeptApart.other).where(KeptApart.one.in_(list(by_id))))
    apart = [(one, other) for one, other in kept if other in by_id]
    offered = merging.offered(all_drafts, frozenset(frozenset(pair) for pair in apart))
    return offered, [(by_id[one], by_id[other]) for one, other in apart]


def parts(person: Person, industry: Industry, found: Edition) -> frozenset[Part]:
    """What a person is in the making of this list."""
    concerned = rules.concerned(found.items or [])
    return rules.parts(person.roles, person.department, industry.lead_department, concerned)


def answers(found: Edition) -> Sequence[Countersignature]:
    """All answers to an edition, in the order in which they came."""
    query = (
        select(Countersignature)
        .filter_by(edition_id=found.id)
        .order_by(Countersignature.at, Countersignature.id)
    )
    return db.session.scalars(query).all()


def standing(found: Edition) -> dict[str, bool | None]:
    """Which departments agree to what is going round."""
    given = [Answer(one.department, one.agrees, is_current(one, found)) for one in answers(found)]
    return rules.standing(rules.concerned(found.items or []), given)


def is_current(given: Countersignature, found: Edition) -> bool:
    """Whether an answer is to what was sent round last."""
    return bool(given.hash == found.hash and found.sent_round_at and given.at >= found.sent_round_at)


def coming(industry: Industry) -> tuple[list[Json], Problem | None]:
    """The list as the drafts make it now; or what keeps it from being made."""
    try:
        return rules.compose(drafts(industry)), None
    except Problem as problem:
        return [], problem


def is_stale(found: Edition, items: Sequence[Json]) -> bool:
    """Whether the drafts have changed since this was sent round."""
    return State(found.state) in (State.ROUND, State.REVIEW) and checklist_hash(list(items)) != found.hash


def changes(found: Edition, items: Sequence[Json]) -> tuple[ChecklistVersion | None, Comparison]:
    """What this edition changes: against the version in force, or the one before what came of it."""
    if found.version_id:
        made = db.session.get_one(ChecklistVersion, found.version_id)
        before = listing.version_before(made)
        return before, compare(before.items if before else [], made.items)
    before = newest_version(found.industry)
    return before, compare(before.items if before else [], items)


def supervision_of(department: str | None) -> Sequence[SupervisionMatter]:
    """What the “互联网+监管” list says of a department, to choose a code from."""
    query = select(SupervisionMatter).filter_by(department=department).order_by(SupervisionMatter.code)
    return db.session.scalars(query.limit(500)).all()


def history(subject: str) -> list[Deed]:
    """What was done to an edition or an item, newest first."""
    query = (
        select(AuditEntry, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor)
        .where(AuditEntry.subject == subject)
        .order_by(AuditEntry.id.desc())
        .limit(PAGE)
    )
    return [Deed(row.at, row.deed, name, row.detail) for row, name in db.session.execute(query)]


def name_of(person_id: str | None) -> str:
    """A person's name."""
    return db.session.scalar(select(Person.name).filter_by(id=person_id)) or "" if person_id else ""
