"""From a call to a visit on the phones: terms, approvals asked urgently, team, visit, in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from server.accounts.model import Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.problems import Problem
from server.planning.calls import rules, teams
from server.planning.calls.actions import answers_of, locked, may_send, standings
from server.planning.calls.model import Call
from server.planning.calls.rules import TeamBy
from server.planning.calls.teams import Team
from server.planning.dispatch.actions import dispatch
from server.planning.dispatch.rules import HALVES, begins
from server.planning.draw.course import Standing
from server.planning.draw.model import DrawnOfficer, DrawnSubject
from server.planning.tasks.model import Task
from server.planning.tasks.rules import Share, TaskState, Terms
from server.planning.tasks.settling import settle
from server.registry import listing
from server.registry.actions import hold_officers_of
from server.registry.model import Enterprise
from server.visits.model import Visit


@dataclass(frozen=True)
class Choice:
    """How the team is found: drawn, or these people with this lead and for this reason."""

    way: TeamBy
    heads: int = rules.LEAST_HEADS  # of the lead department, where it is drawn
    reason: str = ""
    officers: Collection[str] = ()
    lead: str = ""
    over_cap_reason: str = ""


def send(actor: Person, task_id: str, choice: Choice) -> Visit:
    """Send whoever comes. To be called inside `with transaction():`."""
    task, made = locked(actor, task_id)
    if not may_send(actor, task):
        raise Problem("call-others")
    if task.state != TaskState.CALLED:
        raise Problem("call-over")
    enterprise = listing.one(made.enterprise_id)
    terms = terms_of(task, choice.heads)
    day, half = terms.since, terms.halves[0]
    if rules.half_ends(day, half) <= now():
        raise Problem("call-day-over")
    db.session.refresh(enterprise, with_for_update={"key_share": True})  # two calls to one place: in turn
    _check_cap(made, enterprise, terms, choice.over_cap_reason)
    hold_officers_of([share.department for share in terms.shares])
    team = _team(actor, task, terms, enterprise, choice)
    made.team_by, made.team_reason = choice.way, choice.reason
    settle(actor, task, terms, urgent=True, begins_at=begins(day, HALVES[half]))
    _write(actor, task, terms, enterprise, team)
    task.state = TaskState.DRAWN
    db.session.flush()
    (visit,) = dispatch(actor, task.id, made.over_cap_reason)
    record(actor.id, "call-sent", task.id, visit=visit.id, by=choice.way, reason=choice.reason)
    return visit


def terms_of(task: Task, heads: int = rules.LEAST_HEADS) -> Terms:
    """What the lead asked for, with those who come."""
    if task.on_table is None:
        raise Problem("not-found")
    asked = Terms.parse(task.on_table)
    coming = [
        Share(one.department, one.heads or rules.LEAST_HEADS)
        for one in answers_of(task.id)
        if one.comes and not one.without_reason
    ]
    return Terms(asked.since, asked.until, asked.halves, (Share(task.lead, heads), *coming), total=1)


def _check_cap(made: Call, enterprise: Enterprise, terms: Terms, reason: str) -> None:
    """R-206 once more: there may be another visit by now, of another call perhaps."""
    found = standings(enterprise, [share.department for share in terms.shares], terms.since).values()
    rules.check_cap(found, made.over_cap_reason or reason)
    if any(one.reached for one in found) and not made.over_cap_reason:
        made.over_cap_reason = rules.without_numbers(reason)


def _team(actor: Person, task: Task, terms: Terms, enterprise: Enterprise, choice: Choice) -> Team:
    if choice.way is TeamBy.DRAW:
        rules.check_answer(True, choice.heads, "")
        return teams.draw(actor, task, terms, enterprise)
    if not choice.reason:
        raise Problem("call-appointed-why", field="reason")
    return teams.appoint(task, terms, enterprise, choice.officers, choice.lead)


def _write(actor: Person, task: Task, terms: Terms, enterprise: Enterprise, team: Team) -> None:
    subject = DrawnSubject(
        id=new_id(),
        task_id=task.id,
        place=1,
        stratum=str(enterprise.risk_class),
        enterprise_id=enterprise.id,
        day=terms.since,
        half=terms.halves[0],
        state=Standing.IN,
        at=now(),
        actor=actor.id,
    )
    db.session.add(subject)
    db.session.flush()
    db.session.add_all(
        DrawnOfficer(
            id=new_id(),
            subject_id=subject.id,
            department=department,
            person_id=person,
            place=place,
            lead=person == team.lead,
            state=Standing.IN,
            at=now(),
            actor=actor.id,
        )
        for department, people in team.members.items()
        for place, person in enumerate(people, 1)
    )
