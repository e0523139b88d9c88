"""The deeds of the office: assign a visit, change its team, move it, cancel it.

Each is to be called inside `with transaction():`.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.accounts.model import Department, Person
from server.accounts.rescue import rescue_key
from server.catalogue.actions import current_checklist
from server.catalogue.model import ChecklistVersion, Industry
from server.catalogue.rules import bundle_items, narrowed
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import after_commit, db, insert_once
from server.infra.ids import new_id
from server.kernel.instants import local, rfc3339
from server.kernel.problems import Problem
from server.registry.actions import officers_of
from server.registry.credit import exempting
from server.registry.credit.rules import Exemption
from server.registry.model import Enterprise, Inspector
from server.registry.rules import Officer, certificate_valid_on, eligible
from server.visits import bundle, journal, queries, signals
from server.visits.model import NumberSeries, Visit, VisitMember
from server.visits.roster import owners

SERIES, TRAINING_SERIES = "LC", "YL"


@dataclass(frozen=True)
class Assignment:
    """One person to be sent on a visit."""

    person: Person
    lead: bool = False
    deputy: bool = False


@dataclass(frozen=True)
class Pool:
    """The officers of some departments, read once for however many visits."""

    officers: Sequence[Officer]
    rows: Sequence[tuple[Person, Inspector]]


def pool_of(departments: Collection[str]) -> Pool:
    """Those of these departments."""
    officers = officers_of(departments)
    query = (
        select(Person, Inspector)
        .join(Inspector, Inspector.person_id == Person.id)
        .where(Person.department.in_(departments), Person.active)
        .order_by(Person.department, Person.username)
    )
    return Pool(officers, [(person, held) for person, held in db.session.execute(query)])


@dataclass(frozen=True)
class Change:
    """What the office changed of a visit, as higher rooms are told: `before` and `after` in words, and who
    left."""

    kind: str
    actor: str | None
    reason: str
    before: str = ""
    after: str = ""
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class Errand:
    """One visit to be assigned. `door` is what its code at the door leads to; until `release_at` its team
    knows only the date and who goes (R-414)."""

    enterprise: Enterprise
    date: dt.date
    slot: str
    team: Sequence[Assignment]
    notice: str = ""
    release_at: dt.datetime | None = None
    door: str = ""


def assign_visit(
    actor: str | None,
    *,
    enterprise: Enterprise,
    date: dt.date,
    slot: str,
    team: Sequence[Assignment],
    notice: str = "",
    release_at: dt.datetime | None = None,
    checklist: ChecklistVersion | None = None,
    **shared: Any,
) -> Visit:
    """Send one team to one enterprise; without a `checklist` by the newest of its industry."""
    errand = Errand(enterprise, date, slot, team, notice, release_at)
    checklist = checklist or current_checklist(enterprise.industry)
    return assign_visits(actor, [errand], checklist=checklist, **shared)[0]


def assign_visits(
    actor: str | None,
    errands: Sequence[Errand],
    *,
    checklist: ChecklistVersion,
    exempt: bool = True,
    task_source: str = "",
    training: bool = False,
    approvals: Sequence[bundle.Document] = (),
    taking_part: Mapping[str, Collection[str]] | None = None,
) -> list[Visit]:
    """Send teams to enterprises by one checklist. What the visits share is read once, and all are written
    together: no query more for a hundred of them than for one.

    `approvals` are what the heads of the departments decided. `taking_part` names the departments that come,
    each with the matters it checks (none: all of them); without it every department of the checklist does.

    A `training` visit (演练) counts nowhere and has numbers of its own.

    Whether an enterprise is spared anything (守信免查) is the registry's to say, as of today; with
    `exempt=False` nobody asks.
    """
    items = checklist.items if taking_part is None else narrowed(checklist.items, taking_part)
    codes = {code for item in items for code in owners(item)}
    today = local(now()).date()
    exemptions = exempting.exemptions_of([one.enterprise for one in errands], today) if exempt else {}
    pool = pool_of(codes | set(taking_part or ()))
    held = _held(member.person.id for one in errands for member in one.team)
    industry = db.session.get_one(Industry, checklist.industry)
    departments = db.session.scalars(select(Department).where(Department.code.in_(codes))).all()
    numbers = _next_numbers(TRAINING_SERIES if training else SERIES, [one.date for one in errands])
    made = []
    for errand, number in zip(errands, numbers, strict=True):
        visit = _visit(errand, number, checklist.industry, training, held)
        found = exemptions.get(errand.enterprise.id)
        document = bundle.compose(
            visit,
            enterprise=errand.enterprise,
            industry=industry,
            checklist=checklist,
            items=bundle_items(items, found.categories if found else ()),
            departments=departments,
            members=visit.members,
            task_source=task_source,
            notice=errand.notice,
            rescue_key=rescue_key(),
            door=errand.door,
            approvals=approvals,
            reserve=_reserve(visit, errand.enterprise.uscc, pool),
            exemption=exempting.bundle_member(found) if found else None,
        )
        journal.begin(visit, document)
        made.append((visit, document))
        _record_assigned(actor, visit, found)
    bundle.keep_first(made)
    for visit, _document in made:
        _announce(visit)
    return [visit for visit, _document in made]


def take_numbers(prefix: str, year: int, how_many: int = 1) -> range:
    """The next numbers of a series and year; nobody else is given them."""
    insert_once(NumberSeries, prefix=prefix, year=year)
    own = (NumberSeries.prefix == prefix, NumberSeries.year == year)
    series = db.session.scalars(select(NumberSeries).where(*own).with_for_update()).one()
    series.last += how_many
    db.session.flush()
    return range(series.last - how_many + 1, series.last + 1)


def reassign(
    actor: str | None,
    visit_id: str,
    *,
    joins: Iterable[Assignment] = (),
    leaves: Iterable[Person] = (),
    reason: str,
) -> Visit:
    """Change a visit's team.

    Who leaves may still bring in what they have; the next bundle names the new team.
    """
    visit = journal.lock_visit(visit_id)
    if visit.cancelled_at:
        raise Problem("visit-cancelled")
    joining, leaving = list(joins), list(leaves)
    for person in leaving:
        _leave(visit, person, reason)
    _join(visit, joining)
    leads = [member for member in visit.members if member.lead and member.left_at is None]
    if len(leads) != 1:
        raise Problem("visit-lead")
    visit.lead_id = leads[0].person_id
    db.session.flush()
    _change_bundle(visit, bundle.with_team(bundle.load(visit.bundle_digest), visit.members))
    record(
        actor,
        "visit-reassigned",
        visit.id,
        joined=[one.person.id for one in joining],
        left=[person.id for person in leaving],
        reason=reason,
    )
    signals.visit_changed.send(
        visit.id,
        change=Change(
            "replaced",
            actor,
            reason,
            before="、".join(person.name for person in leaving),
            after="、".join(one.person.name for one in joining),
            left=tuple(person.id for person in leaving),
        ),
    )
    return visit


def reschedule(
    actor: str | None,
    visit_id: str,
    *,
    date: dt.date,
    slot: str,
    reason: str,
    release_at: dt.datetime | None = None,
) -> Visit:
    """Move a visit to another day. One of which anything is recorded has begun and is not moved."""
    visit = journal.lock_visit(visit_id)
    if visit.cancelled_at:
        raise Problem("visit-cancelled")
    if queries.has_entries(visit):
        raise Problem("visit-begun")
    before = f"{visit.date} {visit.slot}"
    visit.date, visit.slot, visit.release_at = date, slot, release_at
    present = [one for one in visit.members if one.left_at is None]
    held = _held(one.person_id for one in present)
    for member in present:
        member.certificate = _certificate(held.get(member.person_id), date)
    departments = [one.department for one in visit.departments]
    reserve = _reserve(visit, visit.enterprise.uscc, pool_of(departments))
    _change_bundle(visit, bundle.moved(bundle.load(visit.bundle_digest), visit, reserve))
    record(actor, "visit-moved", visit.id, before=before, after=f"{date} {slot}", reason=reason)
    change = Change("moved", actor, reason, before=before, after=f"{date} {slot}")
    signals.visit_changed.send(visit.id, change=change)
    return visit


def merge(
    actor: str | None, visit_id: str, other_id: str, reason: str, *, both_teams: bool = True
) -> Visit:
    """Let one visit to an enterprise check what another was to; the other is called off.

    `both_teams` says whether the other's team comes along. Neither may have begun. Items that bear one id and
    say different things cannot be asked as one.
    """
    visit, other = (journal.lock_visit(one) for one in sorted((visit_id, other_id)))
    if visit.id != visit_id:
        visit, other = other, visit
    if visit.cancelled_at or other.cancelled_at:
        raise Problem("visit-cancelled")
    if queries.has_entries(visit) or queries.has_entries(other):
        raise Problem("visit-begun")
    if visit.enterprise_id != other.enterprise_id:
        raise Problem("merge-elsewhere")
    own, more = bundle.load(visit.bundle_digest), bundle.load(other.bundle_digest)
    asked = {one["id"]: one for one in own["checklist"]["items"]}
    if any(asked.get(one["id"], one) != one for one in more["checklist"]["items"]):
        raise Problem("merge-differs")
    team = [one for one in other.members if one.left_at is None] if both_teams else []
    cancel_visit(actor, other.id, f"{reason}（并入 {visit.number}）")
    there = {one.person_id for one in visit.members if one.left_at is None}
    _join(visit, [Assignment(one.person) for one in team if one.person_id not in there])
    db.session.flush()
    document = bundle.with_team(bundle.joined(own, more), visit.members)
    _change_bundle(visit, document)
    record(actor, "visit-merged", visit.id, other=other.number, reason=reason)
    signals.visit_changed.send(visit.id, change=Change("merged", actor, reason, before=other.number))
    return visit


def annotate(visit_id: str, **members: Any) -> Visit:
    """Tell the phones more of a visit that has not begun: members of its bundle's `visit`."""
    visit = journal.lock_visit(visit_id)
    if visit.cancelled_at:
        raise Problem("visit-cancelled")
    if queries.has_entries(visit):
        raise Problem("visit-begun")
    _change_bundle(visit, bundle.annotated(bundle.load(visit.bundle_digest), members))
    return visit


def tell_approvals(visit_id: str, approvals: Sequence[bundle.Document]) -> Visit:
    """Tell the phones how the heads decided, of a visit that has begun too: urgent ones are approved late."""
    visit = journal.lock_visit(visit_id)
    document = bundle.load(visit.bundle_digest)
    is_over = visit.cancelled_at is not None or visit.sealed is not None
    if not is_over and document["visit"].get("approvals") != approvals:
        _change_bundle(visit, bundle.annotated(document, {"approvals": list(approvals)}))
    return visit


def cancel_visit(actor: str | None, visit_id: str, reason: str) -> Visit:
    """Call a visit off. What was captured all the same is still taken in, and marked so."""
    visit = journal.lock_visit(visit_id)
    if visit.cancelled_at:
        raise Problem("visit-cancelled")
    if visit.sealed:
        raise Problem("visit-signed")
    visit.cancelled_at = now()
    visit.cancel_reason = reason
    _change_bundle(visit, bundle.cancelled(bundle.load(visit.bundle_digest), reason))
    record(actor, "visit-cancelled", visit.id, reason=reason)
    signals.visit_changed.send(visit.id, change=Change("cancelled", actor, reason))
    return visit


def _next_numbers(prefix: str, days: Sequence[dt.date]) -> list[str]:
    """The next numbers of visits: LC-2026-0001. Capitals and digits, as a dense QR code wants."""
    wanted = Counter(day.year for day in days)
    numbers = {year: iter(take_numbers(prefix, year, many)) for year, many in sorted(wanted.items())}
    return [f"{prefix}-{day.year}-{next(numbers[day.year]):04d}" for day in days]


def _visit(
    errand: Errand, number: str, industry: str, training: bool, held: Mapping[str, Inspector]
) -> Visit:
    return Visit(
        id=new_id(),
        number=number,
        code=secrets.token_hex(16),
        enterprise_id=errand.enterprise.id,
        industry=industry,
        date=errand.date,
        slot=errand.slot,
        lead_id=_lead_of(errand.team).id,
        created_at=now(),
        training=training,
        release_at=errand.release_at,
        members=[_member(one, errand.date, held) for one in errand.team],
    )


def _record_assigned(actor: str | None, visit: Visit, exemption: Exemption | None) -> None:
    record(
        actor,
        "visit-assigned",
        visit.id,
        number=visit.number,
        team=[one.person_id for one in visit.members],
        **({"release_at": rfc3339(visit.release_at)} if visit.release_at else {}),
        **({"exempt": sorted(exemption.categories)} if exemption and exemption.granted else {}),
    )


def _lead_of(team: Sequence[Assignment]) -> Person:
    leads = [one.person for one in team if one.lead]
    if len(leads) != 1:
        raise Problem("visit-lead")
    return leads[0]


def _held(people: Iterable[str]) -> dict[str, Inspector]:
    """The certificates of some people, by person."""
    query = select(Inspector).where(Inspector.person_id.in_(set(people)))
    return {one.person_id: one for one in db.session.scalars(query)}


def _member(one: Assignment, date: dt.date, held: Mapping[str, Inspector]) -> VisitMember:
    if one.person.department is None:
        raise Problem("visit-member-department", person=one.person.name)
    return VisitMember(
        person_id=one.person.id,
        person=one.person,
        department=one.person.department,
        certificate=_certificate(held.get(one.person.id), date),
        lead=one.lead,
        deputy=one.deputy,
        joined_at=now(),
    )


def _certificate(inspector: Inspector | None, date: dt.date) -> str:
    """The number of the certificate that holds on that day (R-304); without one a person only accompanies."""
    if inspector is None or inspector.ended_at:
        return ""
    if not certificate_valid_on(inspector.valid_from, inspector.valid_until, date):
        return ""
    return inspector.certificate_number


def _reserve(visit: Visit, uscc: str, pool: Pool) -> list[tuple[Person, Inspector]]:
    """Certified officers of the visit's departments who are free to stand in for one of the team."""
    sent = {member.person_id for member in visit.members}
    free = {one.person for one in eligible(pool.officers, days=[visit.date], subject_uscc=uscc)} - sent
    return [one for one in pool.rows if one[0].id in free]


def _leave(visit: Visit, person: Person, reason: str) -> None:
    member = next((one for one in visit.members if one.person_id == person.id and one.left_at is None), None)
    if member is None:
        raise Problem("visit-member-missing", person=person.name)
    member.left_at, member.left_reason = now(), reason


def _join(visit: Visit, joining: Sequence[Assignment]) -> None:
    """Add people, or take them back; who is on the team already takes the part named now."""
    held = _held(one.person.id for one in joining)
    known = {member.person_id: member for member in visit.members}
    for one in joining:
        fresh = _member(one, visit.date, held)
        member = known.get(one.person.id)
        if member is None:
            visit.members.append(fresh)
            continue
        if member.left_at is not None:
            member.joined_at, member.left_at, member.left_reason = fresh.joined_at, None, None
        member.department, member.certificate = fresh.department, fresh.certificate
        member.lead, member.deputy = one.lead, one.deputy


def _change_bundle(visit: Visit, document: dict[str, Any]) -> None:
    bundle.keep(visit, document)
    db.session.flush()
    journal.project(visit)
    _announce(visit)


def _announce(visit: Visit) -> None:
    visit_id = visit.id
    after_commit(lambda: signals.bundle_changed.send(visit_id))
