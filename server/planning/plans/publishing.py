"""The county plan and special campaigns: what the office makes known. To be called inside a transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.accounts.model import Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.canonical import digest
from server.kernel.problems import Problem
from server.messages.actions import answering_for, tell
from server.planning.files.model import Attachment
from server.planning.plans import documents, queries, rules
from server.planning.plans.model import Campaign, CountyPlan, PlanRow
from server.planning.plans.rules import FilingState
from server.registry.credit.policies import in_force, today

Json = dict[str, Any]


@dataclass(frozen=True)
class Coming:
    """The next version as it would be published now, what it changes, and which rows are not in it yet."""

    before: CountyPlan | None
    document: Json
    hash: str
    notice: list[str]
    unapproved: int

    @property
    def is_new(self) -> bool:
        """Whether it says anything the version in force does not."""
        return self.before is None or self.before.hash != self.hash


def coming(year: int) -> Coming:
    """What publishing would make of the plans accepted so far."""
    before = queries.newest_plan(year)
    filings = queries.filings(year)
    accepted = [one for one in filings if one.state == FilingState.ACCEPTED]
    rows = [row for one in accepted for row in one.rows if queries.is_live(row)]
    counting = [row for row in rows if row.departments or row.approved_at]
    merged = _by_host([row for one in filings for row in one.rows])
    waiting = {one.id for host in merged.keys() - {row.id for row in counting} for one in merged[host]}
    decided = {row.id for one in accepted for row in one.rows} - waiting
    industries, policy = queries.industries(), in_force(today())
    towns = {one.code: one.name for one in queries.towns()}
    published = [
        documents.row_document(row, policy, industries[row.industry].name, towns, merged.get(row.id, ()))
        for row in counting
    ]
    document = documents.plan_document(
        year, published, accepted, decided, queries.department_names(), before.document if before else None
    )
    document["sample"] = queries.has_samples({row["industry"] for row in document["rows"]})
    lines = documents.notice(before.document, document) if before else []
    return Coming(before, document, digest(document), lines, len(rows) - len(counting))


def _by_host(rows: Sequence[PlanRow]) -> dict[str, list[PlanRow]]:
    """By row that stands for itself, all that became part of it, or of what became part of it."""
    parents = {row.id: row.merged_into for row in rows if row.merged_into}
    found: dict[str, list[PlanRow]] = {}
    for row in sorted(rows, key=lambda one: one.id):
        host = row.id
        while above := parents.get(host):
            host = above
        if host != row.id:
            found.setdefault(host, []).append(row)
    return found


def publish(actor: Person, year: int, seen: str, reason: str) -> CountyPlan:
    """Publish what was looked at (`seen` is its hash); a later version gives its reason."""
    rules.check_office(actor.roles)
    found = coming(year)
    if not found.document["rows"]:
        raise Problem("county-plan-empty")
    if not found.is_new:
        raise Problem("county-plan-unchanged")
    if found.hash != seen:
        raise Problem("county-plan-moved")
    if found.before and not reason:
        raise Problem("reason-needed", field="reason", length=500)
    version = CountyPlan(
        id=new_id(),
        year=year,
        version=found.before.version + 1 if found.before else 1,
        hash=found.hash,
        document=found.document,
        reason=reason,
        notice="\n".join(found.notice),
        published_at=now(),
        published_by=actor.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError as twice:  # a colleague published at the same moment
        raise Problem("county-plan-moved") from twice
    record(actor.id, "county-plan-published", f"plan-{year}", version=version.version, reason=reason)
    concerned = {person for code in found.document["departments"] for person in answering_for(code)}
    tell(concerned, "county-plan-published", link=f"/plans/{year}", key=version.id, year=year,
         version=version.version)  # fmt: skip
    return version


@dataclass(frozen=True)
class Call:
    """What a superior's campaign asks for."""

    year: int
    name: str
    issuer: str
    document_number: str
    department: str
    industries: list[str]
    since: dt.date
    until: dt.date
    demands: str


def enter_campaign(actor: Person, call: Call, attachment: Attachment | None = None) -> Campaign:
    """Enter a campaign; the department whose superior asks for it does so, or the office."""
    if "office" not in actor.roles and not rules.may_write(actor.roles, actor.department, call.department):
        raise Problem("plan-of-others")
    if call.until < call.since:
        raise Problem("days-reversed", field="until")
    if not call.since.year <= call.year <= call.until.year:
        raise Problem("campaign-other-year", field="since", year=call.year)
    campaign = Campaign(
        id=new_id(),
        **vars(call),
        attachment_id=attachment.id if attachment else None,
        created_at=now(),
        created_by=actor.id,
    )
    db.session.add(campaign)
    record(actor.id, "campaign-entered", campaign.id, name=call.name, issuer=call.issuer)
    people = {one for code in queries.departments_in(call.industries) for one in answering_for(code)}
    tell(people, "campaign-entered", link=f"/office/campaigns/{campaign.id}", key=campaign.id, name=call.name)
    return campaign


def close_campaign(actor: Person, campaign_id: str) -> Campaign:
    """No further row may be written for it."""
    query = select(Campaign).filter_by(id=campaign_id).with_for_update()
    campaign = db.session.scalar(query)
    if campaign is None:
        raise Problem("not-found")
    if "office" not in actor.roles and not rules.may_write(
        actor.roles, actor.department, campaign.department
    ):
        raise Problem("plan-of-others")
    if campaign.closed_at is not None:
        raise Problem("campaign-closed")
    campaign.closed_at = now()
    campaign.revision += 1
    record(actor.id, "campaign-closed", campaign.id)
    return campaign
