"""Reading who goes where when: visits, and subjects drawn whose visit is not dispatched yet.

A visit or subject that somebody may not know yet has no name and no address here (R-414). No query in a loop.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, exists, extract, func, or_, select

from server.accounts.model import Department, Person
from server.accounts.naming import label
from server.infra.clock import now
from server.infra.db import db
from server.kernel.instants import local
from server.planning.agenda.rules import next_working
from server.planning.dispatch.model import Sending
from server.planning.draw import access as draws
from server.planning.draw import staff
from server.planning.draw.course import Standing
from server.planning.draw.model import DrawnOfficer, DrawnSubject
from server.planning.tasks.model import Task
from server.planning.tasks.rules import OVERSEERS, TaskState
from server.registry.actions import officers_of
from server.registry.model import Enterprise
from server.registry.rules import hindrances
from server.visits.access import OFFICE_ROLES
from server.visits.listing import readable_by
from server.visits.model import Visit, VisitDepartment, VisitMember

MOST = 3000  # entries of one calendar


@dataclass(frozen=True)
class Filters:
    """What a calendar is narrowed to."""

    department: str | None = None
    officer: str | None = None
    lead: str | None = None  # the officer who leads a team


@dataclass(frozen=True)
class Entry:
    """One line of a day. `name` is None where the reader may not know it yet; `url` where none is open."""

    day: dt.date
    at: str  # a time, or half a day
    name: str | None
    town: str
    departments: tuple[str, ...]
    lead: str
    url: str
    state: str  # of the visit, or `drawn`


@dataclass(frozen=True)
class Load:
    """The visits of a department, a team or an officer by month."""

    key: str
    name: str
    months: tuple[int, ...]

    @property
    def total(self) -> int:
        """Of the year."""
        return sum(self.months)


@dataclass(frozen=True)
class Free:
    """How many of a department's officers could still go on a day, in each half of it."""

    am: int
    pm: int
    total: int


def entries(person: Person, since: dt.date, until: dt.date, filters: Filters) -> dict[dt.date, list[Entry]]:
    """All lines of some days, in the order of the day."""
    found = [*_visits(person, since, until, filters), *_drawn(person, since, until, filters)]
    by_day: defaultdict[dt.date, list[Entry]] = defaultdict(list)
    for one in sorted(found, key=lambda one: (one.at, one.name or "")):
        by_day[one.day].append(one)
    return by_day


def officers(person: Person, department: str | None) -> Sequence[Person]:
    """Whose calendar may be asked for: the officers of the own department, at the joint office of any."""
    codes = {department or person.department} if OVERSEERS & person.roles else {person.department}
    known = {one.person for one in officers_of([code for code in codes if code])}
    query = select(Person).where(Person.id.in_(known)).order_by(Person.department, Person.username)
    return db.session.scalars(query).all()


def by_department(year: int) -> list[Load]:
    """The visits of each department that inspects, by month."""
    query = (
        select(VisitDepartment.department, extract("month", Visit.date), func.count())
        .join(Visit)
        .where(*_counted(year))
        .group_by(VisitDepartment.department, extract("month", Visit.date))
    )
    counted = _by_month(db.session.execute(query))
    named = select(Department).where(Department.can_inspect).order_by(Department.order)
    return [Load(one.code, label(one), counted[one.code]) for one in db.session.scalars(named)]


def by_officer(year: int, department: str) -> list[Load]:
    """The visits of each officer of a department, by month; those without any too."""
    query = (
        select(VisitMember.person_id, extract("month", Visit.date), func.count())
        .join(Visit)
        .join(Person, Person.id == VisitMember.person_id)
        .where(*_counted(year), VisitMember.left_at.is_(None), Person.department == department)
        .group_by(VisitMember.person_id, extract("month", Visit.date))
    )
    counted = _by_month(db.session.execute(query))
    return _named(counted, {one.person for one in officers_of([department]) if not one.withdrawn})


def by_team(year: int, department: str) -> list[Load]:
    """The visits of each team of a department, by month; a team is known by who leads it."""
    query = (
        select(Visit.lead_id, extract("month", Visit.date), func.count())
        .join(Person, Person.id == Visit.lead_id)
        .where(*_counted(year), Person.department == department)
        .group_by(Visit.lead_id, extract("month", Visit.date))
    )
    return _named(_by_month(db.session.execute(query)))


def free_officers(departments: Collection[str]) -> dict[dt.date, dict[str, Free]]:
    """For the working days to come, by department, who has neither leave nor a visit."""
    days = next_working(local(now()).date())
    taken = staff.bookings(days[0], days[-1])
    everybody = [one for one in officers_of(departments) if not one.withdrawn]
    found: dict[dt.date, dict[str, Free]] = {}
    for day in days:
        halves: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for one in everybody:
            count = halves[one.department]
            count[2] += 1
            if hindrances(one, days=[day]):
                continue
            for at, half in enumerate(("am", "pm")):
                count[at] += staff.slot_code(day, half) not in taken.get(one.person, ())
        found[day] = {code: Free(*count) for code, count in halves.items()}
    return found


def years() -> list[int]:
    """The years there are visits in, and this one."""
    first = db.session.scalar(select(func.min(Visit.date)))
    last = db.session.scalar(select(func.max(Visit.date)))
    this = local(now()).date()
    return list(range(max(last or this, this).year, min(first or this, this).year - 1, -1))


def _counted(year: int) -> list[ColumnElement[bool]]:
    return [
        Visit.date.between(dt.date(year, 1, 1), dt.date(year, 12, 31)),
        Visit.cancelled_at.is_(None),
        Visit.training.is_(False),
    ]


def _by_month(rows: object) -> defaultdict[str, tuple[int, ...]]:
    months: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 12)
    for key, month, count in rows:  # type: ignore[attr-defined]
        months[key][int(month) - 1] = count
    return defaultdict(lambda: (0,) * 12, {key: tuple(one) for key, one in months.items()})


def _named(counted: defaultdict[str, tuple[int, ...]], also: Collection[str] = ()) -> list[Load]:
    people = counted.keys() | set(also)
    named = select(Person.id, Person.name).where(Person.id.in_(people)).order_by(Person.username)
    return [Load(key, name, counted[key]) for key, name in db.session.execute(named)]


def _visits(person: Person, since: dt.date, until: dt.date, filters: Filters) -> list[Entry]:
    known = readable_by(person)
    shown = known if OFFICE_ROLES & person.roles else or_(known, _concerns(person))
    query = (
        select(
            Visit.id, Visit.date, Visit.slot, Visit.status, Enterprise.name, Enterprise.town,
            Person.name.label("lead"), known.label("known"),
        )
        .join(Enterprise, Enterprise.id == Visit.enterprise_id)
        .join(Person, Person.id == Visit.lead_id)
        .where(
            Visit.date.between(since, until), Visit.cancelled_at.is_(None), Visit.training.is_(False), shown,
            *_narrowed(filters),
        )
        .order_by(Visit.date, Visit.slot, Visit.id)
        .limit(MOST)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    departments = _departments([row.id for row in rows])
    return [
        Entry(
            row.date,
            row.slot,
            row.name if row.known else None,
            row.town if row.known else "",
            departments[row.id],
            row.lead,
            f"/office/visits/{row.id}" if row.known else "",
            row.status,
        )
        for row in rows
    ]


def _concerns(person: Person) -> ColumnElement[bool]:
    """Visits the own department takes part in, whose enterprise may still be withheld."""
    own = select(VisitDepartment.visit_id).where(VisitDepartment.department == person.department)
    return Visit.id.in_(own)


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.department:
        part = select(VisitDepartment.visit_id).where(VisitDepartment.department == filters.department)
        found.append(Visit.id.in_(part))
    if filters.officer:
        team = select(VisitMember.visit_id).where(
            VisitMember.person_id == filters.officer, VisitMember.left_at.is_(None)
        )
        found.append(Visit.id.in_(team))
    if filters.lead:
        found.append(Visit.lead_id == filters.lead)
    return found


def _departments(visits: Collection[str]) -> defaultdict[str, tuple[str, ...]]:
    query = select(VisitDepartment.visit_id, VisitDepartment.department)
    query = query.where(VisitDepartment.visit_id.in_(visits)).order_by(VisitDepartment.order)
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for visit, code in db.session.execute(query):
        found[visit] += (code,)
    return found


def _drawn(person: Person, since: dt.date, until: dt.date, filters: Filters) -> list[Entry]:
    """Subjects that are drawn and not dispatched, of tasks this person may read."""
    query = (
        select(DrawnSubject, Task, Enterprise.name, Enterprise.town)
        .join(Task, Task.id == DrawnSubject.task_id)
        .join(Enterprise, Enterprise.id == DrawnSubject.enterprise_id)
        .outerjoin(Sending, Sending.subject_id == DrawnSubject.id)
        .where(
            DrawnSubject.day.between(since, until),
            DrawnSubject.state == Standing.IN,
            Task.state.in_((TaskState.DRAWN, TaskState.SENT)),
            Sending.visit_id.is_(None),
            *_narrowed_drawn(person, filters),
        )
        .order_by(DrawnSubject.day, DrawnSubject.half, DrawnSubject.id)
        .limit(MOST)
    )
    rows = db.session.execute(query).all()
    teams = _teams([subject.id for subject, *_ in rows])
    found = []
    for subject, task, name, town in rows:
        team = teams[subject.id]
        known = draws.may_see_line(person, task, team)
        lead = next((one.person_id for one in team if one.lead), None)
        found.append(
            Entry(
                subject.day,
                subject.half,
                name if known else None,
                town if known else "",
                tuple(dict.fromkeys(one.department for one in team)),
                lead or "",
                f"/office/tasks/{task.id}",
                "drawn",
            )
        )
    return _with_leads(found)


def _narrowed_drawn(person: Person, filters: Filters) -> list[ColumnElement[bool]]:
    """Of one's own department, unless one reads all; and of whom the filters name."""
    own = None if OVERSEERS & person.roles else DrawnOfficer.department == person.department
    wanted = [
        own,
        DrawnOfficer.department == filters.department if filters.department else None,
        DrawnOfficer.person_id == filters.officer if filters.officer else None,
        and_(DrawnOfficer.person_id == filters.lead, DrawnOfficer.lead) if filters.lead else None,
    ]
    return [
        exists().where(DrawnOfficer.subject_id == DrawnSubject.id, DrawnOfficer.state == Standing.IN, one)
        for one in wanted
        if one is not None
    ]


def _teams(subjects: Collection[str]) -> defaultdict[str, list[DrawnOfficer]]:
    query = select(DrawnOfficer).where(
        DrawnOfficer.subject_id.in_(subjects), DrawnOfficer.state == Standing.IN
    )
    teams: defaultdict[str, list[DrawnOfficer]] = defaultdict(list)
    for one in db.session.scalars(query.order_by(DrawnOfficer.department, DrawnOfficer.place)):
        teams[one.subject_id].append(one)
    return teams


def _with_leads(found: Sequence[Entry]) -> list[Entry]:
    ids = {one.lead for one in found if one.lead}
    names = dict(db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())
    return [replace(one, lead=names.get(one.lead, "")) for one in found]
