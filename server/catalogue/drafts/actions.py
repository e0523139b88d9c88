"""The deeds of drafting: a department adds, changes, orders, drops and takes back its own items."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from server.accounts.model import Person
from server.catalogue.comparing import differences
from server.catalogue.drafts import queries, rules
from server.catalogue.drafts.model import DraftItem
from server.catalogue.model import Industry, IndustryDepartment, SupervisionMatter
from server.catalogue.rules import draft_from
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.problems import Problem

Json = dict[str, Any]


def held(industry_code: str) -> Industry:
    """The industry, with its row locked: whoever else works on its list waits."""
    industry = db.session.get(Industry, industry_code, with_for_update=True)
    if industry is None:
        raise Problem("not-found")
    return industry


def departments_in(industry_code: str) -> Sequence[str]:
    """The departments that take part in an industry."""
    query = select(IndustryDepartment.department).filter_by(industry=industry_code)
    return db.session.scalars(query).all()


def add(person: Person, industry_code: str, document: Json) -> DraftItem:
    """A new item of the person's own department, at the end of its items."""
    industry = held(industry_code)
    owner = person.department or ""
    rules.check_draft(person.roles, person.department, owner, departments_in(industry_code))
    taken = db.session.scalars(select(DraftItem.code).filter_by(industry=industry_code))
    last = select(func.max(DraftItem.position)).filter_by(industry=industry_code, department=owner)
    draft = DraftItem(
        id=new_id(),
        industry=industry.code,
        department=owner,
        code=rules.next_code(industry.code, owner, taken),
        position=(db.session.scalar(last) or 0) + 1,
        document=document,
        changed_at=now(),
        changed_by=person.id,
    )
    db.session.add(draft)
    record(person.id, "draft-added", draft.id, industry=industry.code, code=draft.code)
    return draft


def change(person: Person, draft_id: str, document: Json, revision: int) -> DraftItem:
    """Write an item anew; `list-changed-meanwhile` if somebody did so since this person read it."""
    draft = _own(person, draft_id)
    rules.check_revision(revision, draft.revision)
    if "common_ref" in draft.document:  # not the department's to write, but what merging goes by
        document = document | {"common_ref": draft.document["common_ref"]}
    found = differences(draft.document, document)
    if found:
        _touch(person, draft)
        draft.document = document
        record(
            person.id,
            "draft-changed",
            draft.id,
            code=draft.code,
            members={one.member: [one.before, one.after] for one in found},
        )
    return draft


def move(person: Person, draft_id: str, up: bool, order: str) -> DraftItem:
    """One place up or down among the department's items; at the end of the row nothing happens.

    `order` is what the order was known by when the person saw it.
    """
    draft = _own(person, draft_id)
    rules.check_order(order, queries.order(draft.industry, draft.department))
    query = select(DraftItem).filter_by(industry=draft.industry, department=draft.department)
    if up:
        query = query.where(DraftItem.position < draft.position).order_by(DraftItem.position.desc())
    else:
        query = query.where(DraftItem.position > draft.position).order_by(DraftItem.position)
    neighbour = db.session.scalar(query.limit(1))
    if neighbour is not None:
        draft.position, neighbour.position = neighbour.position, draft.position
        record(person.id, "draft-moved", draft.id, code=draft.code, past=neighbour.code)
    return draft


def drop(person: Person, draft_id: str) -> DraftItem:
    """Leave an item out of the next version."""
    draft = _own(person, draft_id)
    if db.session.scalar(select(DraftItem.code).filter_by(merged_into=draft.id, dropped=False).limit(1)):
        raise Problem("draft-answers-others")
    if not draft.dropped:
        _touch(person, draft)
        draft.dropped, draft.merged_into = True, None
        record(person.id, "draft-dropped", draft.id, code=draft.code)
    return draft


def take_back(person: Person, draft_id: str) -> DraftItem:
    """Have a dropped item in the next version after all."""
    draft = _own(person, draft_id)
    if draft.dropped:
        _touch(person, draft)
        draft.dropped = False
        record(person.id, "draft-taken-back", draft.id, code=draft.code)
    return draft


def name_supervision_code(person: Person, matter: str, code: str) -> int:
    """Say which matter of the “互联网+监管” list one of the department's is, on each of its items."""
    owner = person.department or ""
    if not rules.may_draft(person.roles, person.department, owner):
        raise Problem("draft-other-department", department=owner)
    if not db.session.scalar(select(SupervisionMatter.code).filter_by(code=code)):
        raise Problem("supervision-code-unknown", field="code", unknown=code)
    query = select(DraftItem).filter_by(department=owner, dropped=False).with_for_update()
    found = [one for one in db.session.scalars(query) if one.document["matter"] == matter]
    for draft in found:
        _touch(person, draft)
        draft.document = draft.document | {"supervision_code": code}
    record(person.id, "supervision-code-named", owner, matter=matter, code=code, items=len(found))
    return len(found)


def take_over(person: Person, industry: Industry, items: Sequence[Json]) -> None:
    """Make drafts of the items of a published version, for a list that was never drafted here."""
    for position, item in enumerate(items, 1):
        db.session.add(
            DraftItem(
                id=new_id(),
                industry=industry.code,
                department=item["department"],
                code=item["id"],
                position=position,
                document=draft_from(item),
                changed_at=now(),
                changed_by=person.id,
            )
        )
    record(person.id, "drafts-taken-over", industry.code, items=len(items))
    db.session.flush()


def _own(person: Person, draft_id: str) -> DraftItem:
    """An item this person may write, its industry's row locked."""
    draft = db.session.get(DraftItem, draft_id)
    if draft is None:
        raise Problem("not-found")
    held(draft.industry)
    db.session.refresh(draft)
    rules.check_draft(person.roles, person.department, draft.department, departments_in(draft.industry))
    return draft


def _touch(person: Person, draft: DraftItem) -> None:
    draft.revision += 1
    draft.changed_at, draft.changed_by = now(), person.id
