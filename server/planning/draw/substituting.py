"""Substitution: the next of the reserve in the place of a subject, the next free officer for another.

It is asked for with a coded reason and a paper, and decided by another person (R-410, R-412). Nobody says who
comes instead: positions that were fixed when the randomness fell do. Deeds are to be called inside
`with transaction():`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from itertools import islice
from typing import Any

from flask import current_app
from sqlalchemy import exists, func, or_, select

from server.accounts.model import Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.ids import is_uuid
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.messages.actions import answering_for, holders, tell
from server.planning.draw import course, ports, rules, settling, signals, staff
from server.planning.draw.ceremony import Choices, Positions
from server.planning.draw.course import (
    EXPERTS,
    OFFICER_REASONS,
    SUBJECT_REASONS,
    Decision,
    PassedOver,
    Standing,
)
from server.planning.draw.freezing import department_names, reached
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject, Substitution
from server.planning.draw.rules import Slot
from server.planning.files.model import Attachment
from server.planning.tasks.model import Task
from server.planning.tasks.queries import departments_of
from server.planning.tasks.rules import TaskState
from server.registry.actions import hold_officers_of
from server.registry.credit import policies
from server.registry.model import Enterprise, EnterpriseIndustry
from server.registry.rules import CLOSED, RiskClass

Json = dict[str, Any]
AT_ONCE = 50  # of the reserve that are looked at together
ALIVE = (TaskState.DRAWN, TaskState.SENT)


def ask(
    actor: Person,
    task: Task,
    subject_id: str,
    officer_id: str | None,
    *,
    code: str,
    reason: str,
    attachment: Attachment | None,
) -> Substitution:
    """Ask that a subject, or one officer of its team, be replaced."""
    subject = _drawn(task, subject_id)
    officer = _member(subject, officer_id) if officer_id else None
    department = _whose(task, officer)
    if not course.runs(actor.roles, actor.department, department):
        raise Problem("draw-others")
    if code not in (OFFICER_REASONS if officer else SUBJECT_REASONS):
        raise Problem("choice-needed", field="code")
    asked = select(Substitution.id).where(
        Substitution.subject_id == subject.id,
        Substitution.state == Decision.ASKED,
        or_(Substitution.officer_id == officer_id, Substitution.officer_id.is_(None)),
    )
    if db.session.scalar(asked):
        raise Problem("substitution-asked")
    found = Substitution(
        id=new_id(),
        task_id=task.id,
        department=department,
        subject_id=subject.id,
        officer_id=officer.id if officer else None,
        state=Decision.ASKED,
        reason_code=code,
        reason=reason,
        attachment_id=attachment.id if attachment else None,
        asked_at=now(),
        asked_by=actor.id,
    )
    db.session.add(found)
    record(actor.id, "substitution-asked", found.id, task=task.id, code=code, reason=reason)
    deciders = {*holders("head", department), *holders("office"), *answering_for(department)}
    link = "/office/substitutions"
    tell(deciders - {actor.id}, "substitution-asked", link=link, key=found.id, task=task.name)
    return found


def decide(actor: Person, substitution_id: str, approves: bool, opinion: str) -> Substitution:
    """Another person decides; approved, the place is filled at once by whom the draw says."""
    query = select(Substitution).where(Substitution.id == substitution_id).with_for_update()
    found = db.session.scalar(query) if is_uuid(substitution_id) else None
    if found is None:
        raise Problem("not-found")
    if not may_decide(actor, found):
        raise Problem("draw-others")
    course.refuse_same(actor.id, found.asked_by)
    if found.state != Decision.ASKED:
        raise Problem("draw-not-now")
    if not approves and not opinion:
        raise Problem("reason-needed", field="opinion", length=500)
    found.state = Decision.APPROVED if approves else Decision.REFUSED
    found.decided_at, found.decided_by, found.opinion = now(), actor.id, opinion
    record(actor.id, "substitution-decided", found.id, state=found.state, opinion=opinion)
    if approves:
        _carry_out(found)
    task = db.session.get_one(Task, found.task_id)
    link = f"/office/tasks/{task.id}/draw/result/{found.subject_id}"
    tell([found.asked_by], "substitution-decided", link=link, key=found.id, task=task.name)
    return found


def may_decide(person: Person, found: Substitution) -> bool:
    """Whether somebody may be the second person of a substitution."""
    return course.may_approve(person.roles, person.department, found.department)


def to_decide(person: Person) -> int:
    """How many substitutions wait for a person."""
    return db.session.scalar(_waiting(select(func.count()).select_from(Substitution), person)) or 0


def waiting_for(person: Person) -> Sequence[Substitution]:
    """Those that do, the oldest first."""
    query = _waiting(select(Substitution), person).order_by(Substitution.id)
    return db.session.scalars(query.limit(50)).all()


def _waiting(query: Any, person: Person) -> Any:
    query = query.where(Substitution.state == Decision.ASKED, Substitution.asked_by != person.id)
    if "office" in person.roles:
        return query
    own = person.department or ""
    may = course.may_approve(person.roles, person.department, own)
    return query.where(Substitution.department == (own if may else None))


def concerns(paper: Attachment, department: str) -> bool:
    """Whether a paper belongs to a substitution of a task a department takes part in."""
    task = db.session.scalar(select(Substitution.task_id).where(Substitution.attachment_id == paper.id))
    return task is not None and department in departments_of(task)


def _drawn(task: Task, subject_id: str) -> DrawnSubject:
    """A subject that is in, of a task that is drawn or dispatched; locked with its task."""
    db.session.refresh(task, with_for_update=True)
    subject = db.session.get(DrawnSubject, subject_id) if is_uuid(subject_id) else None
    if subject is None or subject.task_id != task.id or subject.draw_id is None:
        raise Problem("not-found")
    if task.state not in ALIVE or subject.state != Standing.IN or ports.visits_over([subject.id]):
        raise Problem("substitution-late")
    return subject


def _member(subject: DrawnSubject, officer_id: str) -> DrawnOfficer:
    officer = db.session.get(DrawnOfficer, officer_id) if is_uuid(officer_id) else None
    if officer is None or officer.subject_id != subject.id:
        raise Problem("not-found")
    if officer.state != Standing.IN:
        raise Problem("substitution-late")
    return officer


def _whose(task: Task, officer: DrawnOfficer | None) -> str:
    """Whose head decides: the officer's department; of a subject or an expert, the lead."""
    return officer.department if officer and officer.department != EXPERTS else task.lead


# --- carrying it out ----------------------------------------------------------------------------------------


@dataclass
class Reserve:
    """A settled draw, read again to say who is next."""

    draw: Draw

    @cached_property
    def transcript(self) -> Json:
        """All that was committed to, and what fell."""
        return settling.transcript_of(self.draw)

    @cached_property
    def positions(self) -> Positions:
        """Where everything fell."""
        opened = self.transcript["opened"]
        secrets = [bytes.fromhex(opened[one.party]) for one in self.draw.parties if one.party in opened]
        return Positions.of(secrets, self.draw.randomness or "", self.draw.commit_hash or "")

    def subjects(self, stratum: str) -> list[str]:
        """The candidates of a stratum in order; the first of them were drawn."""
        names = next(one["candidates"] for one in self.transcript["frame"] if one["stratum"] == stratum)
        return sorted(names, key=lambda name: self.positions("E", stratum, name))

    def officers(self, line: str, department: str) -> Iterator[tuple[str, int]]:
        """Who of a department may go to a line, the first choice first, with how far from its grid they are;
        recused and those who were there not long ago left out."""
        eligibility = self.transcript["eligibility"]
        area = settling.areas_of(self.transcript["frame"], eligibility, {line})[line]
        barred = eligibility["barred"].get(line, ())
        for at, tier in enumerate(eligibility["areas"][area]["tiers"].get(department, ())):
            names = [eligibility["officers"][one] for one in tier if one not in barred]
            for name in Choices([names], lambda name: self.positions("I", line, name)):
                yield name, at

    def enterprises(self, names: Iterable[str]) -> dict[str, str]:
        """The registry ids behind pseudonyms of subjects."""
        return settling.enterprises_behind(self.draw, self.transcript["frame"], dict.fromkeys(names))


def _carry_out(found: Substitution) -> None:
    task = db.session.get_one(Task, found.task_id)
    subject = _drawn(task, found.subject_id)
    hold_officers_of(departments_of(task.id))
    reserve = Reserve(db.session.get_one(Draw, subject.draw_id))
    if found.officer_id:
        officer = _member(subject, found.officer_id)
        successor = _replace_officer(found, task, reserve, subject, officer)
        signals.officer_replaced.send(
            officer.id, successor=successor.id, actor=found.decided_by, reason=found.reason
        )
        return
    next_one = _replace_subject(found, task, reserve, subject)
    signals.subject_replaced.send(
        subject.id, successor=next_one.id, actor=found.decided_by, reason=found.reason
    )


def _grounds(found: Substitution) -> Json:
    """What both rows of a substitution say of it."""
    return {
        "reason_code": found.reason_code,
        "reason": found.reason,
        "attachment_id": found.attachment_id,
        "at": now(),
        "actor": found.asked_by,
        "approved_by": found.decided_by,
    }


def _replace_officer(
    found: Substitution, task: Task, reserve: Reserve, subject: DrawnSubject, officer: DrawnOfficer
) -> DrawnOfficer:
    """The next free officer of the department comes; who was on the team of this line before does not."""
    rows = select(DrawnOfficer).where(DrawnOfficer.subject_id == subject.id)
    team = db.session.scalars(rows).all()
    known = {one.name for one in team}
    free = _Free(task, reserve, subject.enterprise_id, slot_of(subject))
    order = reserve.officers(subject.name or "", officer.department)
    able = ((one, at) for one, at in order if one not in known and free.may_come(one))
    name, wide = next(able, (None, 0))
    if name is None:
        raise Problem("substitute-none", department=department_names()[officer.department])
    successor = _officer_row(free, subject.id, officer.department, name, officer.place, wide)
    officer.state = Standing.REPLACED
    for member, value in _grounds(found).items():
        setattr(successor, member, value)
    successor.replaces = officer.id
    db.session.add(successor)
    _pass_lead_on(officer, successor, team)
    record(found.decided_by, "officer-replaced", officer.id, successor=successor.id, code=found.reason_code)
    return successor


def _pass_lead_on(officer: DrawnOfficer, successor: DrawnOfficer, team: Sequence[DrawnOfficer]) -> None:
    """Who led is followed by the first of the department's own who may lead."""
    if not officer.lead:
        return
    own = [one for one in team if one.department == officer.department and one.state == Standing.IN]
    own = sorted([*own, successor], key=lambda one: one.place)
    lead = settling.lead_of([one.person_id or "" for one in own], settling.may_lead())
    for one in own:
        one.lead = one.person_id == lead
    officer.lead = False


def _replace_subject(
    found: Substitution, task: Task, reserve: Reserve, subject: DrawnSubject
) -> DrawnSubject:
    """The next of the reserve of the same stratum (R-411), in the same slot, with officers of its own."""
    subject.state = Standing.REPLACED
    team = db.session.scalars(
        select(DrawnOfficer).where(DrawnOfficer.subject_id == subject.id, DrawnOfficer.state == Standing.IN)
    ).all()
    for one in team:
        one.state = Standing.REPLACED
    db.session.flush()
    slot, successor_id = slot_of(subject), new_id()
    rows: list[DrawnOfficer] = []
    name, enterprise, passed = _next_subject(task, reserve, subject, slot)
    if name:
        released = _Released(slot, {one.name for one in team})
        slot, rows = _new_team(task, reserve, successor_id, (name, enterprise), released)
    successor = DrawnSubject(
        id=successor_id,
        task_id=task.id,
        draw_id=subject.draw_id,
        place=subject.place,
        stratum=subject.stratum,
        name=name,
        enterprise_id=enterprise,
        day=slot.day,
        half=slot.half,
        state=Standing.IN if name else Standing.SHORT,
        replaces=subject.id,
        passed_over=passed,
        **_grounds(found),
    )
    db.session.add(successor)
    db.session.flush()
    db.session.add_all(rows)
    record(
        found.decided_by, "subject-replaced", subject.id,
        successor=successor.id, code=found.reason_code, passed_over=passed,
    )  # fmt: skip
    return successor


def slot_of(subject: DrawnSubject) -> Slot:
    """When the visit to a subject is to be: it may have been moved since it was drawn."""
    visit = ports.present_visits([subject.id]).get(subject.id)
    return Slot(visit.day, visit.half) if visit else Slot(subject.day, subject.half)


def _next_subject(
    task: Task, reserve: Reserve, subject: DrawnSubject, slot: Slot
) -> tuple[str | None, str | None, list[Json]]:
    """The first nobody took yet that may still be visited, its registry id, and those passed over for it."""
    taken = set(db.session.scalars(select(DrawnSubject.name).where(DrawnSubject.draw_id == subject.draw_id)))
    waiting = [name for name in reserve.subjects(subject.stratum) if name not in taken]
    passed: list[Json] = []
    for start in range(0, len(waiting), AT_ONCE):
        some = waiting[start : start + AT_ONCE]
        ids = reserve.enterprises(some)
        hindered = _hindered(task, ids.values(), slot)
        for name in some:
            if ids[name] not in hindered:
                return name, ids[name], passed
            passed.append({"name": name, "why": hindered[ids[name]]})
    return None, None, passed


def _hindered(task: Task, enterprises: Collection[str], slot: Slot) -> dict[str, PassedOver]:
    """What has become since the draw of subjects of the reserve, where it keeps them from being visited."""
    own = (EnterpriseIndustry.seq == Enterprise.seq, EnterpriseIndustry.industry == task.industry)
    query = select(
        Enterprise.id, Enterprise.status, Enterprise.risk_class, exists().where(*own)
    ).where(Enterprise.id.in_(enterprises))
    capped = reached(task, policies.in_force(local(now()).date()), slot.day, enterprises)
    hindered = dict.fromkeys(enterprises, PassedOver.CLOSED)
    for identifier, status, risk_class, is_own in db.session.execute(query):
        if status in CLOSED:
            continue
        if not is_own:
            hindered[identifier] = PassedOver.INDUSTRY
        elif RiskClass(risk_class) in capped.get(identifier, ()):
            hindered[identifier] = PassedOver.CAP
        else:
            del hindered[identifier]
    return hindered


@dataclass(frozen=True)
class _Released:
    """Those who were to go to the subject replaced: in its slot they are free again."""

    slot: Slot
    names: Collection[str | None]


def _new_team(
    task: Task, reserve: Reserve, subject_id: str, line: tuple[str, str | None], released: _Released
) -> tuple[Slot, list[DrawnOfficer]]:
    """Who goes to the next of the reserve, and when: in the slot of the subject replaced; where that is over,
    or not all departments can come then, in the first later one of the draw."""
    name, enterprise = line
    short = Problem("substitute-no-days")
    for slot in _slots(reserve, released.slot):
        free = _Free(task, reserve, enterprise, slot, released)
        try:
            return slot, _team(task, reserve, subject_id, name, free)
        except Problem as problem:
            short = problem
    raise short


def _slots(reserve: Reserve, own: Slot) -> Iterator[Slot]:
    """Those a substitute may be visited in, in order; not today's, of which nobody could be told in time."""
    today = local(now()).date()
    if own.day > today:
        yield own
    for code in sorted(set(reserve.transcript["eligibility"]["slots"])):
        slot = Slot(*staff.slot_of(code))
        if slot.day > today and slot.code > own.code:
            yield slot


def _team(
    task: Task, reserve: Reserve, subject_id: str, line: str, free: _Free
) -> list[DrawnOfficer]:
    rows: list[DrawnOfficer] = []
    for department, count in reserve.transcript["eligibility"]["heads"]:
        able = ((one, wide) for one, wide in reserve.officers(line, department) if free.may_come(one))
        chosen = list(islice(able, count))
        if len(chosen) < count:
            raise Problem("substitute-none", department=department_names()[department])
        rows += [
            _officer_row(free, subject_id, department, one, place, wide)
            for place, (one, wide) in enumerate(chosen, 1)
        ]
    own = [one.person_id or "" for one in rows if one.department == task.lead]
    lead = settling.lead_of(own, settling.may_lead())
    for one in rows:
        one.lead = one.person_id == lead
    return rows


def _officer_row(
    free: _Free, subject_id: str, department: str, name: str, place: int, wide: int
) -> DrawnOfficer:
    identifier = free.ids[name]
    return DrawnOfficer(
        id=new_id(),
        subject_id=subject_id,
        department=department,
        person_id=None if department == EXPERTS else identifier,
        expert_id=identifier if department == EXPERTS else None,
        name=name,
        place=place,
        widening=wide,
        state=Standing.IN,
        at=now(),
    )


class _Free:
    """Who may come to an enterprise in a slot, as the registers say now; nothing takes those `released`."""

    def __init__(
        self,
        task: Task,
        reserve: Reserve,
        enterprise: str | None,
        slot: Slot,
        released: _Released | None = None,
    ) -> None:
        eligibility = reserve.transcript["eligibility"]
        departments = [department for department, _heads in eligibility["heads"]]
        people = staff.staff(departments, reserve.draw.salts, slot.day, slot.day)
        self.ids = {one.name: identifier for identifier, one in people.items()}
        names = released.names if released and released.slot == slot else ()
        self._people = {
            one.name: replace(one, booked=one.booked - {slot.code}) if one.name in names else one
            for one in people.values()
        }
        self._slot = slot
        self._today = local(now()).date()
        since = self._today - timedelta(days=current_app.config["DRAW_MET_DAYS"])
        known = {identifier: one.name for identifier, one in people.items()}
        self._met = staff.met_since(since, known, only=enterprise).get(enterprise or "", frozenset())
        self._industry = task.industry
        self._uscc = db.session.scalar(select(Enterprise.uscc).where(Enterprise.id == enterprise))
        self._visits = _visits_by_name(task)
        self._total = eligibility["total"]

    def may_come(self, name: str) -> bool:
        """Certified today and that day, not away, not taken, not recused, of the trade, not there not long
        ago (R-407), and not sent too often."""
        one = self._people.get(name)
        return (
            one is not None
            and one.certificate.holds(self._today)
            and not rules.is_away(one, self._slot)
            and self._uscc not in one.recused
            and (not one.industries or self._industry in one.industries)
            and name not in self._met
            and self._visits.get(name, 0) < self._total
        )


def _visits_by_name(task: Task) -> dict[str | None, int]:
    query = (
        select(DrawnOfficer.name, func.count())
        .join(DrawnSubject, DrawnSubject.id == DrawnOfficer.subject_id)
        .where(DrawnSubject.task_id == task.id, DrawnOfficer.state == Standing.IN)
        .group_by(DrawnOfficer.name)
    )
    return dict(db.session.execute(query).all())


