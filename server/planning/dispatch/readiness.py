"""Which drawn subjects of a task have no visit yet, and what has changed since the draw that keeps one back.

Only reading, in a handful of queries whatever the size of the task.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import func, select

from server.accounts.model import Department, Person
from server.infra.clock import now
from server.infra.db import db
from server.kernel.instants import local
from server.planning.dispatch import rules
from server.planning.dispatch.model import Sending
from server.planning.dispatch.rules import Goer, Hitch, HitchKind
from server.planning.draw.course import Decision
from server.planning.draw.model import DrawnOfficer, DrawnSubject, Substitution
from server.planning.frequency import queries as frequency
from server.planning.frequency.rules import Visited, standing
from server.planning.tasks.approvals.queries import refusals
from server.planning.tasks.model import Approval, Task
from server.planning.tasks.rules import ApprovalState, TaskSource, TaskState, Terms
from server.registry.actions import officers_of
from server.registry.credit import policies
from server.registry.credit.policy import Policy
from server.registry.model import Enterprise
from server.registry.people.model import Expert
from server.registry.rules import CLOSED, Officer, hindrances
from server.visits.model import Visit, VisitMember

IN = "in"  # the standing of a drawn row that counts
EXPERT = "expert"
DECIDED = (ApprovalState.APPROVED, ApprovalState.REFUSED)
OUTSIDE_CAP = frozenset({TaskSource.CAMPAIGN, TaskSource.CALL})


@dataclass(frozen=True)
class Line:
    """One drawn subject with its team, and what is in the way."""

    subject: DrawnSubject
    enterprise: Enterprise
    team: tuple[Goer, ...]
    experts: tuple[DrawnOfficer, ...]
    hitches: tuple[Hitch, ...]

    def goes(self, over_cap: bool = False) -> bool:
        """Whether a visit can be made of it; a cap is exceeded with a reason only."""
        return all(over_cap and one.kind is HitchKind.CAP for one in self.hitches)


@dataclass(frozen=True)
class Readiness:
    """All that is left to dispatch of a task, with the names that stand in it."""

    lines: tuple[Line, ...]
    people: Mapping[str, Person]
    experts: Mapping[str, Expert]
    unapproved: tuple[str, ...]
    refused: Mapping[str, str]

    @cached_property
    def ready(self) -> list[Line]:
        """Those a visit can be made of at once."""
        return [one for one in self.lines if one.goes()]

    @cached_property
    def hindered(self) -> list[Line]:
        """Those something is in the way of."""
        return [one for one in self.lines if not one.goes()]

    @property
    def capped(self) -> bool:
        """Whether a cap alone keeps one of them."""
        return any(one.goes(over_cap=True) for one in self.hindered)


def of(task: Task) -> Readiness:
    """How the undispatched rest of a task stands now."""
    subjects = _subjects(task)
    drawn = _officers(task)
    people = _people(one.person_id for some in drawn.values() for one in some)
    experts = _experts(one.expert_id for some in drawn.values() for one in some)
    known = {one.person: one for one in officers_of(departments_of(task))}
    booked = _booked({one.day for one, _ in subjects}, people.keys())
    capped = _capped(task, subjects)
    asked = _asked(task)
    lines = [
        _line(task, *one, drawn[one[0].id], known, booked, capped.get(one[0].id), asked[one[0].id])
        for one in subjects
    ]
    decided = _decisions(task)
    unapproved = tuple(one for one in departments_of(task) if decided.get(one) not in DECIDED)
    refused = refusals(task.id) if ApprovalState.REFUSED in decided.values() else {}
    return Readiness(tuple(lines), people, experts, unapproved, refused)


def is_under_way(task: Task) -> bool:
    """Whether a task is being dispatched in the background, and has not stopped half-way."""
    if task.sending_since is None:
        return False
    last = db.session.scalar(select(func.max(Sending.sent_at)).where(Sending.task_id == task.id))
    return rules.is_under_way(max(task.sending_since, last or task.sending_since), now())


def departments_of(task: Task) -> list[str]:
    """Those that take part, the lead first."""
    if task.terms is None:
        return [task.lead]
    return [share.department for share in Terms.parse(task.terms).shares]


def names_of(codes: Collection[str]) -> dict[str, Department]:
    """Departments by code."""
    query = select(Department).where(Department.code.in_(codes))
    return {one.code: one for one in db.session.scalars(query)}


def _decisions(task: Task) -> dict[str, str]:
    """How the heads of departments stand to their taking part (R-501)."""
    query = select(Approval.department, Approval.state).where(Approval.task_id == task.id)
    return dict(db.session.execute(query).all())


def _subjects(task: Task) -> list[tuple[DrawnSubject, Enterprise]]:
    query = (
        select(DrawnSubject, Enterprise)
        .join(Enterprise, Enterprise.id == DrawnSubject.enterprise_id)
        .outerjoin(Sending, Sending.subject_id == DrawnSubject.id)
        .where(DrawnSubject.task_id == task.id, DrawnSubject.state == IN, Sending.visit_id.is_(None))
        .order_by(DrawnSubject.day, DrawnSubject.half, DrawnSubject.place, DrawnSubject.id)
    )
    return [(subject, enterprise) for subject, enterprise in db.session.execute(query)]


def _officers(task: Task) -> defaultdict[str, list[DrawnOfficer]]:
    query = (
        select(DrawnOfficer)
        .join(DrawnSubject, DrawnSubject.id == DrawnOfficer.subject_id)
        .where(DrawnSubject.task_id == task.id, DrawnOfficer.state == IN)
        .order_by(DrawnOfficer.subject_id, DrawnOfficer.department, DrawnOfficer.place)
    )
    found: defaultdict[str, list[DrawnOfficer]] = defaultdict(list)
    for one in db.session.scalars(query):
        found[one.subject_id].append(one)
    return found


def _people(ids: Iterable[str | None]) -> dict[str, Person]:
    wanted = {one for one in ids if one}
    return {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(wanted)))}


def _experts(ids: Iterable[str | None]) -> dict[str, Expert]:
    query = select(Expert).where(Expert.id.in_({one for one in ids if one}))
    return {one.id: one for one in db.session.scalars(query)}


def _booked(days: Collection[date], people: Collection[str]) -> set[tuple[str, date, str]]:
    """Who is on a visit in which half day already."""
    query = (
        select(VisitMember.person_id, Visit.date, Visit.slot)
        .join(Visit)
        .where(Visit.date.in_(days), Visit.cancelled_at.is_(None), VisitMember.left_at.is_(None))
        .where(Visit.training.is_(False))
    )
    return {
        (person, day, rules.half_of(slot))
        for person, day, slot in db.session.execute(query)
        if person in people
    }


def drawn_for(day: date, half: str) -> set[str]:
    """Who is drawn for a subject of that half day to which nobody is sent yet."""
    query = (
        select(DrawnOfficer.person_id)
        .join(DrawnSubject, DrawnSubject.id == DrawnOfficer.subject_id)
        .join(Task, Task.id == DrawnSubject.task_id)
        .outerjoin(Sending, Sending.subject_id == DrawnSubject.id)
        .where(DrawnSubject.day == day, DrawnSubject.half == half, Sending.visit_id.is_(None))
        .where(DrawnSubject.state == IN, DrawnOfficer.state == IN, Task.state == TaskState.DRAWN)
    )
    return {person for person in db.session.scalars(query) if person}


def _capped(task: Task, subjects: Sequence[tuple[DrawnSubject, Enterprise]]) -> dict[str, Hitch]:
    """By id, subjects whose enterprise some department may not visit once more in that year (R-206)."""
    if task.source in OUTSIDE_CAP or not subjects:
        return {}
    policy = policies.in_force(local(now()).date())
    years = max(rate.years for rate in policy.rates.values())
    first = min(subject.day.year for subject, _ in subjects)
    visits = frequency.visits_since(date(first - years, 1, 1), [one.id for _, one in subjects])
    codes = departments_of(task)
    found = {
        subject.id: _cap(policy, one, visits.get(one.id, []), codes, subject.day) for subject, one in subjects
    }
    return {name: hitch for name, hitch in found.items() if hitch}


def _cap(
    policy: Policy, enterprise: Enterprise, visits: Sequence[Visited], departments: Iterable[str], day: date
) -> Hitch | None:
    for code in departments:
        found = standing(policy, enterprise.risk_class, visits, day, code)
        if found.reached:
            return Hitch(HitchKind.CAP, department=code, used=found.used, allowed=found.allowed or 0)
    return None


def _asked(task: Task) -> defaultdict[str, list[Hitch]]:
    """Subjects whose enterprise, or one of whose team, may yet be replaced: nobody sets out before that is
    decided."""
    query = (
        select(Substitution.subject_id, DrawnOfficer.person_id, DrawnOfficer.department)
        .outerjoin(DrawnOfficer, DrawnOfficer.id == Substitution.officer_id)
        .where(Substitution.task_id == task.id, Substitution.state == Decision.ASKED)
        .order_by(Substitution.id)
    )
    found: defaultdict[str, list[Hitch]] = defaultdict(list)
    for subject, person, department in db.session.execute(query):
        whose = (person, department) if person and department != EXPERT else ()
        found[subject].append(Hitch(HitchKind.ASKED, *whose))
    return found


def _line(
    task: Task,
    subject: DrawnSubject,
    enterprise: Enterprise,
    drawn: Sequence[DrawnOfficer],
    known: Mapping[str, Officer],
    booked: Collection[tuple[str, date, str]],
    cap: Hitch | None,
    asked: Sequence[Hitch],
) -> Line:
    officers = [one for one in drawn if one.department != EXPERT and one.person_id]
    team = tuple(
        Goer(
            str(one.person_id),
            one.department,
            one.lead,
            hindered(known.get(str(one.person_id)), one.department, subject.day, enterprise.uscc),
            (one.person_id, subject.day, subject.half) in booked,
        )
        for one in officers
    )
    hitches = [*rules.team_hitches(departments_of(task), team), *asked]
    if enterprise.status in CLOSED:
        hitches.append(Hitch(HitchKind.CLOSED))
    if cap:
        hitches.append(cap)
    experts = tuple(one for one in drawn if one.department == EXPERT)
    return Line(subject, enterprise, team, experts, tuple(hitches))


def hindered(officer: Officer | None, department: str, day: date, uscc: str) -> tuple[str, ...]:
    """What keeps an officer of a department from an enterprise on a day; one it has no more is gone."""
    if officer is None or officer.withdrawn or officer.department != department:
        return ("gone",)
    return tuple(hindrances(officer, days=[day], subject_uscc=uscc))
