"""The deeds on a department's plan: write it, file it; the office returns, accepts, approves and merges.

Each is to be called inside `with transaction():`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select

from server.accounts.model import Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db, insert_once
from server.infra.ids import new_id
from server.kernel.ids import is_uuid
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.messages.actions import answering_for, holders, tell
from server.planning.files.model import Attachment
from server.planning.plans import queries, rules
from server.planning.plans.model import Campaign, Filing, PlanRow
from server.planning.plans.rules import FilingState, PlanMode, Reasons, RowSource, Scope
from server.registry.credit.policies import in_force, today

FILING_PAGE = "/office/plans/filings/"
JOINED = (
    "departments", "matters", "ratios", "first_month", "last_month", "window_reason", "unannounced", "source",
    "campaign_id", "method",
)  # fmt: skip
"""What of a row another may change by becoming part of it."""


@dataclass(frozen=True)
class Entry:
    """What a department says in a row; base and strata are counted, not said."""

    name: str
    matters: Mapping[str, Sequence[str]]  # by department, the lead's among them
    ratios: Mapping[str, int]
    first_month: int
    last_month: int
    mode: PlanMode
    towns: Sequence[str]
    tags: Sequence[str]
    method: str
    unannounced: bool
    window_reason: str
    single_reason: str
    batch: int = 1

    @property
    def scope(self) -> Scope:
        """From which part of the industry is drawn."""
        if self.mode is PlanMode.OPEN:
            return Scope()
        return Scope(frozenset(self.towns), frozenset(self.tags))


def begin(actor: Person, year: int) -> Filing:
    """A department's plan for a year, begun; the one there is, if it was begun already."""
    department = actor.department
    if department is None or not rules.may_write(actor.roles, department, department):
        raise Problem("plan-of-others")
    if not queries.industries_for(department):
        raise Problem("plan-no-industry")
    key = new_id()
    begun = insert_once(
        Filing, id=key, year=year, department=department, state=FilingState.DRAFT, scheme="", revision=1
    )
    if begun:
        record(actor.id, "plan-begun", key, year=year, department=department)
    found = queries.filing_of(year, department)
    assert found is not None
    return found


def write_scheme(actor: Person, filing_id: str, scheme: str, revision: int) -> Filing:
    """Write the scheme (检查方案)."""
    filing = _to_write(actor, filing_id)
    if filing.revision != revision:
        raise Problem("plan-changed-meanwhile")
    if filing.scheme != scheme:
        filing.scheme = scheme
        filing.revision += 1
        record(actor.id, "plan-scheme-written", filing.id)
    return filing


def add_row(
    actor: Person,
    filing_id: str,
    industry: str,
    entry: Entry,
    attachment: Attachment | None = None,
    campaign_id: str = "",
) -> PlanRow:
    """Add a row to a department's plan."""
    filing = _to_write(actor, filing_id)
    campaign = campaign_for(industry, campaign_id)
    leads = {one.code: leads for one, leads in queries.industries_for(filing.department)}
    if industry not in leads:
        raise Problem("plan-industry-foreign", field="industry")
    joint = set(entry.matters) - {filing.department}
    if joint and not leads[industry] and campaign is None:
        raise Problem("plan-industry-not-led", field="matters")
    last = select(func.coalesce(func.max(PlanRow.position), 0)).filter_by(filing_id=filing.id)
    row = PlanRow(
        id=new_id(),
        filing_id=filing.id,
        position=(db.session.scalar(last) or 0) + 1,
        year=filing.year,
        department=filing.department,
        industry=industry,
        campaign=campaign,
        source=RowSource.CAMPAIGN if campaign else RowSource.PLAN,
        revision=0,
    )
    _write(row, entry, attachment or _order_of(campaign), actor)
    db.session.add(row)
    record(actor.id, "plan-row-added", row.id, **_said(entry))
    return row


def change_row(
    actor: Person, row_id: str, entry: Entry, revision: int, attachment: Attachment | None = None
) -> PlanRow:
    """Write a row anew, on what it said when its form was opened."""
    row = _row_to_write(actor, row_id)
    if row.revision != revision:
        raise Problem("plan-changed-meanwhile")
    guests = map(queries.as_rule, queries.merged_into([row.id]).get(row.id, []))
    rules.check_kept(entry.matters, guests, queries.matters_of(row.industry))
    _write(row, entry, attachment, actor)
    record(actor.id, "plan-row-changed", row.id, **_said(entry))
    return row


def drop_row(actor: Person, row_id: str) -> PlanRow:
    """Leave a row out of the plan; it stays to be seen, and what became part of it is set free."""
    row = _row_to_write(actor, row_id)
    row.dropped_at = now()
    row.revision += 1
    record(actor.id, "plan-row-dropped", row.id)
    for guest in queries.merged_into([row.id]).get(row.id, []):
        _set_free(actor, guest, row)
    return row


def file(actor: Person, filing_id: str) -> Filing:
    """Hand the plan to the office. Warnings hold nobody up; what is missing does."""
    filing = _to_write(actor, filing_id)
    rows = [row for row in filing.rows if queries.is_live(row)]
    if not rows:
        raise Problem("plan-empty")
    if not filing.scheme:
        raise Problem("plan-scheme-missing", field="scheme")
    _check_rows(rows)
    taking_part = dict.fromkeys(code for row in rows for code in queries.as_rule(row).all_departments)
    if lacking := queries.posts_lacking(taking_part):
        names = queries.department_names()
        raise Problem("plan-posts-missing", departments="、".join(names.get(one, one) for one in lacking))
    filing.state, filing.return_reason = FilingState.FILED, None
    filing.filed_at, filing.filed_by = filing.filed_at or now(), filing.filed_by or actor.id  # first
    late = rules.is_late(local(filing.filed_at).date(), filing.year)
    record(actor.id, "plan-filed", filing.id, late=late, rows=len(rows))
    _tell(holders("office"), "plan-filed", filing)
    return filing


def take_back(actor: Person, filing_id: str) -> Filing:
    """Write on at a plan that was filed or accepted. What was published of it stands until the next
    version."""
    filing = _locked(filing_id)
    if not rules.may_write(actor.roles, actor.department, filing.department):
        raise Problem("plan-of-others")
    if filing.state not in rules.REVIEWED:
        raise Problem("plan-not-filed")
    filing.state = FilingState.DRAFT
    record(actor.id, "plan-taken-back", filing.id)
    return filing


def return_(actor: Person, filing_id: str, reason: str) -> Filing:
    """The office sends a plan back."""
    filing = _to_review(actor, filing_id, rules.REVIEWED)
    filing.state, filing.return_reason = FilingState.RETURNED, reason
    filing.decided_at, filing.decided_by = now(), actor.id
    record(actor.id, "plan-returned", filing.id, reason=reason)
    _tell(answering_for(filing.department), "plan-returned", filing, reason=reason)
    return filing


def accept(actor: Person, filing_id: str) -> Filing:
    """The office takes a plan into the county's."""
    filing = _to_review(actor, filing_id, frozenset({FilingState.FILED}))
    filing.state, filing.decided_at, filing.decided_by = FilingState.ACCEPTED, now(), actor.id
    record(actor.id, "plan-accepted", filing.id)
    _tell(answering_for(filing.department), "plan-accepted", filing)
    return filing


def approve_alone(actor: Person, row_id: str) -> PlanRow:
    """The office lets a department go by itself (R-105); before that the row counts for nothing."""
    rules.check_office(actor.roles)
    row = _locked_row(row_id)
    if row.departments or not queries.is_live(row) or row.filing.state not in rules.REVIEWED:
        raise Problem("plan-nothing-to-approve")
    if row.approved_at is None:
        row.approved_at, row.approved_by = now(), actor.id
        record(actor.id, "plan-row-approved", row.id, reason=row.single_reason)
        _tell(answering_for(row.department), "plan-row-approved", row.filing, row=row.name)
    return row


def merge(actor: Person, guest_ids: Sequence[str], host_id: str, note: str) -> PlanRow:
    """Make rows part of another: their departments and matters go there, they themselves stay to be seen."""
    rules.check_office(actor.roles)
    host, *guests = _locked_rows([host_id, *guest_ids])
    listed, lead = queries.matters_of(host.industry), queries.lead_of(host.industry)
    for row in (host, *guests):
        if not queries.is_live(row) or row.filing.state not in rules.REVIEWED:
            raise Problem("plan-merge-odd", field="host")
    if queries.in_work([host, *guests]):
        raise Problem("plan-row-in-work")
    for guest in guests:
        rules.check_merge(queries.as_rule(host), queries.as_rule(guest), listed, lead)
        _merge_one(actor, guest, host, note)
    return host


def _merge_one(actor: Person, guest: PlanRow, host: PlanRow, note: str) -> None:
    joined = rules.join(queries.as_rule(host), queries.as_rule(guest))
    before = {name: getattr(host, name) for name in JOINED}
    host.departments = list(joined.departments)
    host.matters = {code: list(names) for code, names in joined.matters.items()}
    host.ratios = dict(joined.ratios)
    host.unannounced, host.source = joined.unannounced, joined.source
    host.first_month, host.last_month = joined.first_month, joined.last_month
    methods = (*host.method.split("、"), *guest.method.split("、"))
    host.method = "、".join(dict.fromkeys(filter(None, methods)))
    if rules.is_outside(joined):
        host.window_reason = host.window_reason or guest.window_reason
    if host.campaign is None and guest.campaign is not None:
        host.campaign_id, host.campaign = guest.campaign_id, guest.campaign
    guest.merged_into, guest.merge_note = host.id, note
    _touch(actor, host, guest)
    guest.host_before = before | {"revision": host.revision}
    record(actor.id, "plan-row-merged", guest.id, into=host.name, reason=note)
    record(actor.id, "plan-row-joined", host.id, other=guest.name, reason=note, before=before)
    _tell_both(guest, host, "plan-row-merged")


def part(actor: Person, guest_id: str) -> PlanRow:
    """Undo a merging, as long as nothing happened to the other row since."""
    rules.check_office(actor.roles)
    guest = _locked_row(guest_id)
    before = guest.host_before
    if guest.merged_into is None or before is None:
        raise Problem("plan-merge-odd")
    host = _locked_row(guest.merged_into)
    if queries.in_work([host]):
        raise Problem("plan-row-in-work")
    if host.revision != before["revision"]:
        raise Problem("plan-part-late")
    for name in JOINED:
        setattr(host, name, before.get(name, getattr(host, name)))  # of what was not kept yet, as it is
    _set_free(actor, guest, host)
    for one in queries.merged_into([host.id]).get(host.id, []):  # who joined last before may part next
        if one.host_before and one.host_before["revision"] == before["revision"] - 1:
            one.host_before = one.host_before | {"revision": host.revision}
    return guest


def _set_free(actor: Person, guest: PlanRow, host: PlanRow) -> None:
    guest.merged_into, guest.merge_note, guest.host_before = None, "", None
    _touch(actor, host, guest)
    record(actor.id, "plan-row-parted", guest.id, other=host.name)
    record(actor.id, "plan-row-parted", host.id, other=guest.name)
    _tell_both(guest, host, "plan-row-parted")


def campaign_for(industry: str, campaign_id: str) -> Campaign | None:
    """The campaign that a row of an industry is to serve, if any."""
    if not campaign_id:
        return None
    found = queries.campaign(campaign_id)
    if found.closed_at is not None or industry not in found.industries:
        raise Problem("campaign-closed", field="matters")
    return found


# --- the parts of these -------------------------------------------------------------------------------------


def check_row(row: PlanRow, listed: rules.Matters, minimum: int) -> list[Problem]:
    """What keeps a row from being filed."""
    reasons = Reasons(row.window_reason, row.single_reason, row.attachment_id is not None)
    return list(rules.faults(queries.as_rule(row), PlanMode(row.mode), listed, minimum, reasons))


def _check_rows(rows: Sequence[PlanRow]) -> None:
    listed, minimum = queries.listed({row.industry for row in rows}), in_force(today()).minimum
    odd = [row.name for row in rows if check_row(row, listed.get(row.industry, {}), minimum)]
    if odd:
        raise Problem("plan-rows-incomplete", rows="、".join(odd))


def _write(row: PlanRow, entry: Entry, attachment: Attachment | None, actor: Person) -> None:
    scope = entry.scope
    row.name, row.mode, row.method = entry.name, entry.mode, entry.method
    row.matters = {code: list(names) for code, names in entry.matters.items() if names}
    row.departments = [code for code in row.matters if code != row.department]
    row.source = rules.source_of(row.source == RowSource.CAMPAIGN, row.departments)  # not by a guest's
    row.ratios = dict(entry.ratios)
    row.scope = {"towns": sorted(scope.towns), "tags": sorted(scope.tags)} if scope else {}
    row.strata = queries.strata(row.industry, scope)
    row.base = sum(row.strata.values())
    row.first_month, row.last_month, row.batch = entry.first_month, entry.last_month, entry.batch
    row.unannounced = entry.unannounced
    row.window_reason, row.single_reason = entry.window_reason, entry.single_reason
    row.attachment_id = attachment.id if attachment else row.attachment_id
    row.approved_at = row.approved_by = None  # of what it said before
    row.revision = (row.revision or 0) + 1
    row.changed_at, row.changed_by = now(), actor.id
    listed = queries.matters_of(row.industry)
    for problem in check_row(row, listed, in_force(today()).minimum):
        raise problem


def _touch(actor: Person, *rows: PlanRow) -> None:
    for row in rows:
        row.revision += 1
        row.changed_at, row.changed_by = now(), actor.id


def _order_of(campaign: Campaign | None) -> Attachment | None:
    """A superior's order is the paper a campaign's row rests on."""
    return db.session.get(Attachment, campaign.attachment_id) if campaign and campaign.attachment_id else None


def _said(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "mode": str(entry.mode)}


def _locked(filing_id: str) -> Filing:
    query = select(Filing).filter_by(id=filing_id).with_for_update()
    found = db.session.scalar(query) if is_uuid(filing_id) else None
    if found is None:
        raise Problem("not-found")
    return found


def _to_write(actor: Person, filing_id: str) -> Filing:
    filing = _locked(filing_id)
    rules.check_writer(actor.roles, actor.department, filing.department, filing.state)
    return filing


def _to_review(actor: Person, filing_id: str, states: frozenset[FilingState]) -> Filing:
    rules.check_office(actor.roles)
    filing = _locked(filing_id)
    if filing.state not in states:
        raise Problem("plan-not-filed")
    return filing


def _row_to_write(actor: Person, row_id: str) -> PlanRow:
    row = _locked_row(row_id)
    _to_write(actor, row.filing_id)
    if not queries.is_live(row):
        raise Problem("plan-row-gone")
    if queries.in_work([row]):
        raise Problem("plan-row-in-work")
    return row


def _locked_row(row_id: str) -> PlanRow:
    return _locked_rows([row_id])[0]


def _locked_rows(ids: Sequence[str]) -> list[PlanRow]:
    """In the order asked for; locked in that of their ids, so that two who merge never wait in a ring."""
    query = select(PlanRow).where(PlanRow.id.in_(ids)).order_by(PlanRow.id).with_for_update()
    found = {one.id: one for one in db.session.scalars(query)}
    if set(ids) - found.keys():
        raise Problem("not-found")
    return [found[one] for one in ids]


def _tell_both(guest: PlanRow, host: PlanRow, code: str) -> None:
    people = {*answering_for(guest.department), *answering_for(host.department)}
    tell(people, code, link=f"/office/plans/rows/{host.id}", key=host.id, row=guest.name, into=host.name)


def _tell(people: Sequence[str], code: str, filing: Filing, **more: str) -> None:
    name = queries.department_names().get(filing.department, filing.department)
    tell(
        people,
        code,
        link=f"{FILING_PAGE}{filing.id}",
        key=filing.id,
        department=name,
        year=filing.year,
        **more,
    )
