"""The frame of a draw: who may be drawn today and who may go there, frozen before anybody commits to it.

`prepare` only reads, a million candidates column by column; `freeze` is the deed and is called inside
`with transaction():`.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import func, or_, select

from server.accounts.model import Department, Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.kernel.workdays import working_days
from server.planning.draw import ceremony, course, rules, staff
from server.planning.draw.course import EXPERTS, OPEN, Ceremony, DrawState, Standing, Writing
from server.planning.draw.model import Draw, DrawnSubject, DrawParty
from server.planning.draw.rules import Officer, Slot, Subject
from server.planning.frequency.queries import visits_since
from server.planning.frequency.rules import Visited, standing
from server.planning.tasks.approvals.queries import refuse_refused
from server.planning.tasks.model import Task
from server.planning.tasks.rules import TaskSource, TaskState, Terms
from server.registry.credit import policies
from server.registry.credit.policy import Policy
from server.registry.model import Enterprise, EnterpriseIndustry
from server.registry.rules import CLOSED, RiskClass

ROWS_AT_ONCE = 10_000
SOURCES = (TaskSource.PLAN, TaskSource.CAMPAIGN, TaskSource.SINGLE)
"""The others name their subjects (R-415)."""


@dataclass(frozen=True)
class Frozen:
    """All that a draw is made of before anybody commits."""

    task_id: str
    revision: int
    salts: bytes
    frame: str
    frame_hash: str
    members: bytes
    eligibility: str
    eligibility_hash: str
    sizes: dict[str, int]
    ratios: dict[str, int]
    quotas: dict[str, int]
    left_out: int
    capped: bytes


def draw_terms(task: Task, today: dt.date) -> rules.Terms:
    """What was agreed, as the draw takes it: the working days that remain, two officers at least (R-406)."""
    terms = agreed(task)
    since = max(terms.since, today + dt.timedelta(days=1))
    heads = [(one.department, max(rules.LEAST_OFFICERS, one.heads)) for one in terms.shares]
    if terms.experts:
        heads.append((EXPERTS, terms.experts))
    return rules.Terms(
        industry=task.industry,
        heads=tuple(heads),
        slots=tuple(Slot(day, half) for day in working_days(since, terms.until) for half in terms.halves),
        total=terms.total,
        drawn_on=today,
    )


def agreed(task: Task) -> Terms:
    """What was agreed for a task."""
    if task.terms is None:
        raise Problem("draw-not-agreed")
    return Terms.parse(task.terms)


def refuse_unready(actor: Person, task: Task) -> None:
    """Who freezes, and of which tasks."""
    if not course.runs(actor.roles, actor.department, task.lead):
        raise Problem("draw-others")
    if task.state != TaskState.AGREED or task.source not in SOURCES:
        raise Problem("draw-not-agreed")
    refuse_refused(task.id)
    for draw, other in _open_draws():
        if other.id == task.id:
            raise Problem("draw-open")
        if _meet(agreed(task), agreed(other)):
            raise Problem("draw-other-open", task=other.name, draw=draw.id)


def _open_draws() -> Sequence[tuple[Draw, Task]]:
    query = select(Draw, Task).join(Task, Task.id == Draw.task_id).where(Draw.state.in_(OPEN))
    return [(draw, task) for draw, task in db.session.execute(query)]


def _meet(one: Terms, other: Terms) -> bool:
    """Whether two tasks might want the same officers on the same days."""
    shared = {share.department for share in one.shares} & {share.department for share in other.shares}
    return bool(shared) and one.since <= other.until and other.since <= one.until


def prepare(actor: Person, task: Task) -> Frozen:
    """Read the registers as they are now, and refuse what cannot be drawn from them, in words."""
    refuse_unready(actor, task)
    today = local(now()).date()
    terms = draw_terms(task, today)
    if not terms.slots:
        raise Problem("draw-no-days")
    salts = secrets.token_bytes(32)
    policy = policies.in_force(today)
    people = _people(terms, salts)
    found, capped = _frame(task, terms, salts, policy, people)
    subjects = [one for one, _id in found]
    sizes = dict(sorted(Counter(one.stratum for one in subjects).items()))
    ratios = {stratum: _ratio(task, policy, stratum) for stratum in sizes}
    quotas = course.quotas(sizes, ratios, policy.minimum)
    _refuse_hopeless(terms, sizes, quotas, people)
    eligible = ceremony.canonical(rules.eligibility(subjects, people.values(), terms))
    frame_hash = ceremony.frame_hash(ceremony.frame_lines((one.stratum, one.name) for one in subjects))
    return Frozen(
        task_id=task.id,
        revision=task.revision,
        salts=salts,
        frame=json.dumps(rules.frame(subjects), separators=(",", ":")),
        frame_hash=frame_hash,
        members=b"".join(identifier for _one, identifier in found),
        eligibility=eligible.decode(),
        eligibility_hash=ceremony.sha256(eligible),
        sizes=sizes,
        ratios=ratios,
        quotas=quotas,
        left_out=len(capped),
        capped=b"".join(sorted(capped)),
    )


def freeze(
    actor: Person, frozen: Frozen, *, kind: Ceremony, source: str, writing: Writing, minutes: int
) -> Draw:
    """Keep a frame as the next draw of its task; a second person approves it (R-412)."""
    task = _locked(frozen.task_id)
    refuse_unready(actor, task)
    if task.revision != frozen.revision:
        raise Problem("draw-not-now")
    earlier = db.session.scalar(select(func.count()).where(Draw.task_id == task.id)) or 0
    shares = [one.department for one in agreed(task).shares]
    draw = Draw(
        id=new_id(),
        task_id=task.id,
        attempt=earlier + 1,
        state=DrawState.FROZEN,
        ceremony=kind,
        source=source,
        writing=writing,
        minutes=minutes,
        frozen_at=now(),
        frozen_by=actor.id,
        parties=[
            DrawParty(party=party, position=at) for at, party in enumerate(course.parties(kind, shares), 1)
        ],
        **{name: value for name, value in vars(frozen).items() if name not in ("task_id", "revision")},
    )
    db.session.add(draw)
    record(actor.id, "draw-frozen", draw.id, task=task.id, frame=draw.frame_hash, quotas=draw.quotas)
    return draw


def _locked(task_id: str) -> Task:
    """A task, while no other is frozen: who freezes holds the rows of all that may be, so that two that want
    the same officers meet."""
    query = select(Task).where(or_(Task.id == task_id, Task.state == TaskState.AGREED)).order_by(Task.id)
    held = db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    task = next((one for one in held if one.id == task_id), None)
    if task is None:
        raise Problem("not-found")
    return task


def _ratio(task: Task, policy: Policy, stratum: str) -> int:
    """The task's own ratio, else the one the policy sets."""
    own = task.ratios.get(stratum)
    return policy.rate(RiskClass(stratum)).ratio if own is None else own


def _people(terms: rules.Terms, salts: bytes) -> dict[str, Officer]:
    departments = [department for department, _heads in terms.heads]
    return staff.staff(departments, salts, terms.slots[0].day, terms.slots[-1].day)


def _frame(
    task: Task, terms: rules.Terms, salts: bytes, policy: Policy, people: Mapping[str, Officer]
) -> tuple[list[tuple[Subject, bytes]], list[bytes]]:
    """The candidates with their ids, in the order of the frame's lines; and those that reached their cap."""
    names = {identifier: one.name for identifier, one in people.items()}
    met = staff.met_since(terms.drawn_on - dt.timedelta(days=current_app.config["DRAW_MET_DAYS"]), names)
    full = reached(task, policy, terms.slots[0].day)
    towns = staff.towns_of_grids()
    found: list[tuple[Subject, bytes]] = []
    capped: list[bytes] = []
    for row in _rows(task):
        if row.id in full and RiskClass(row.risk_class) in full[row.id]:
            capped.append(UUID(row.id).bytes)
            continue
        subject = Subject(
            name=staff.name_of(salts, row.id),
            stratum=str(row.risk_class),
            uscc=row.uscc,
            grid=sys.intern(row.grid) if row.grid else None,
            town=sys.intern(row.town_code or towns.get(row.grid) or "") or None,
            met=met.get(row.id, frozenset()),
        )
        found.append((subject, UUID(row.id).bytes))
    found.sort(key=lambda one: f"{one[0].stratum}\0{one[0].name}".encode())
    return found, capped


def _rows(task: Task) -> Iterator[Any]:
    """The candidates' columns, as a stream."""
    wanted = task.scope.get("tags")
    query: Any = (
        select(
            Enterprise.id, Enterprise.uscc, Enterprise.risk_class, Enterprise.town_code, Enterprise.grid,
            *([Enterprise.tags] if wanted else []),
        )
        .join(EnterpriseIndustry, EnterpriseIndustry.seq == Enterprise.seq)
        .where(EnterpriseIndustry.industry == task.industry, Enterprise.status.not_in(CLOSED))
        .execution_options(yield_per=ROWS_AT_ONCE)
    )  # fmt: skip
    if task.scope.get("towns"):
        query = query.where(Enterprise.town_code.in_(task.scope["towns"]))
    for row in db.session.execute(query):
        if not wanted or not set(wanted).isdisjoint(row.tags or ()):
            yield row


def reached(
    task: Task, policy: Policy, day: dt.date, enterprises: Collection[str] | None = None
) -> dict[str, set[RiskClass]]:
    """By enterprise that was visited or is drawn, the classes in which its cap is reached (R-206, R-405).

    Of all enterprises where none are named. A special check ordered by a superior stands outside the cap.
    """
    if task.source == TaskSource.CAMPAIGN:
        return {}
    years = max(rate.years for rate in policy.rates.values())
    visits = defaultdict(list, visits_since(dt.date(day.year - years + 1, 1, 1), enterprises))
    for enterprise, drawn_day in db.session.execute(_drawn_elsewhere(task, enterprises)):
        if all(one.day != drawn_day for one in visits[enterprise]):  # of a task that is half dispatched
            visits[enterprise].append(Visited(drawn_day, frozenset()))
    return {
        enterprise: {one for one in RiskClass if standing(policy, one, some, day).reached}
        for enterprise, some in visits.items()
    }


def _drawn_elsewhere(task: Task, enterprises: Collection[str] | None) -> Any:
    """What other tasks drew and have not yet dispatched."""
    query = (
        select(DrawnSubject.enterprise_id, DrawnSubject.day)
        .join(Task, Task.id == DrawnSubject.task_id)
        .where(
            DrawnSubject.state == Standing.IN,
            DrawnSubject.enterprise_id.is_not(None),
            Task.state == TaskState.DRAWN,
            Task.id != task.id,
        )
    )
    return query if enterprises is None else query.where(DrawnSubject.enterprise_id.in_(enterprises))


def _refuse_hopeless(
    terms: rules.Terms, sizes: Mapping[str, int], quotas: Mapping[str, int], people: Mapping[str, Officer]
) -> None:
    """What is sure to fail is said now: nobody to draw, nobody to send, too few for so many."""
    lines = sum(quotas.values())
    if not sizes:
        raise Problem("draw-empty")
    if not lines:
        raise Problem("draw-nothing")
    capacities = rules.capacities(people.values(), terms)
    few = {department: most for department, most in capacities.items() if most < lines}
    if few:
        named = department_names()
        listed = "、".join(f"{named.get(one, one)}（{most}）" for one, most in few.items())
        raise Problem("draw-too-few", lines=lines, departments=listed)
    places = len(rules.rounds(rules.drawable(people.values(), terms), terms))
    if places < lines:
        raise Problem("draw-too-short", lines=lines, places=places)


def department_names() -> dict[str, str]:
    """The departments' short names by code, and what experts are called."""
    names = dict(db.session.execute(select(Department.code, Department.short_name)).all())
    return {**names, EXPERTS: "专家"}
