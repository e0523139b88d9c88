"""Whom a draw may send, and when they are taken already: read from the registers and from what is drawn."""

from __future__ import annotations

import datetime as dt
import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import and_, or_, select, true

from server.accounts.model import Person
from server.infra.db import db
from server.planning.draw import ceremony, ports
from server.planning.draw.course import EXPERTS, Standing
from server.planning.draw.model import DrawnOfficer, DrawnSubject
from server.planning.draw.rules import Officer, Span
from server.planning.tasks.model import Task
from server.planning.tasks.rules import TaskState
from server.registry.actions import officers_of
from server.registry.model import Grid, Inspector
from server.registry.people.model import Expert
from server.visits.model import Visit, VisitMember
from server.visits.rules import NOON

AT_ONCE = 500  # of the drawn that are looked up together


def salt_of(salts: bytes, identifier: str) -> bytes:
    """The salt of a candidate or an officer: it tells nothing of anybody else's."""
    return hmac.digest(salts, identifier.encode(), "sha256")


def name_of(salts: bytes, identifier: str) -> str:
    """What somebody is called in a draw."""
    return ceremony.pseudonym(salt_of(salts, identifier), identifier)


def slot_code(day: dt.date, half: str) -> str:
    """A slot as it stands in a transcript."""
    return f"{day}/{half}"


def slot_of(code: str) -> tuple[dt.date, str]:
    """The day and half a slot's code says."""
    day, _slash, half = code.partition("/")
    return dt.date.fromisoformat(day), half


def staff(
    departments: Collection[str], salts: bytes, since: dt.date, until: dt.date
) -> dict[str, Officer]:
    """By id, the officers of some departments and, if these are among them, experts; as taken in a time."""
    taken = bookings(since, until)
    found = _officers(departments, salts, taken)
    return found | _experts(departments, salts, taken) if EXPERTS in departments else found


def _officers(
    departments: Collection[str], salts: bytes, taken: Mapping[str, set[str]]
) -> dict[str, Officer]:
    query = select(Inspector.person_id, Inspector.grids, Person.name).join(Person)
    known = {
        person: (frozenset(grids), called) for person, grids, called in db.session.execute(query)
    }
    towns = towns_of_grids()
    return {
        one.person: Officer(
            name=name_of(salts, one.person),
            called=known[one.person][1],
            department=one.department,
            certificate=Span(one.valid_from, one.valid_until),
            industries=one.specialties,
            grids=known[one.person][0],
            towns=frozenset(towns[grid] for grid in known[one.person][0] if grid in towns),
            away=tuple(Span(span.since, span.until) for span in one.absences),
            booked=frozenset(taken.get(one.person, ())),
            recused=one.conflicts,
        )
        for one in officers_of(departments)
        if not one.withdrawn
    }


def towns_of_grids() -> dict[str, str]:
    """The town each grid lies in."""
    return dict(db.session.execute(select(Grid.code, Grid.town_code)).all())


def _experts(
    departments: Collection[str], salts: bytes, taken: Mapping[str, set[str]]
) -> dict[str, Officer]:
    """Those whom one of the departments may invite. Where an officer of that name is, they are taken too."""
    appointed = db.session.scalars(select(Expert).where(Expert.ended_at.is_(None)))
    officers = select(Person.name, Person.id).where(Person.id.in_(select(Inspector.person_id)))
    elsewhere: defaultdict[str, set[str]] = defaultdict(set)
    for called, person in db.session.execute(officers):
        elsewhere[called] |= taken.get(person, set())
    return {
        one.id: Officer(
            name=name_of(salts, one.id),
            called=one.name,
            department=EXPERTS,
            certificate=Span(one.appointed_from, one.appointed_until),
            industries=frozenset(one.industries),
            booked=frozenset(taken.get(one.id, set()) | elsewhere.get(one.name, set())),
        )
        for one in appointed
        if not one.inviters or not set(one.inviters).isdisjoint(departments)
    }


def bookings(since: dt.date, until: dt.date) -> dict[str, set[str]]:
    """The slots in which people are taken: on a visit, or drawn and not yet dispatched."""
    taken: defaultdict[str, set[str]] = defaultdict(set)
    visits = (
        select(VisitMember.person_id, Visit.date, Visit.slot)
        .join(Visit)
        .where(Visit.date.between(since, until), Visit.cancelled_at.is_(None), VisitMember.left_at.is_(None))
    )
    for person, day, at in db.session.execute(visits):
        taken[person].add(slot_code(day, "am" if at < NOON else "pm"))
    when = (DrawnSubject.id, DrawnSubject.day, DrawnSubject.half)
    is_expert = DrawnOfficer.expert_id.is_not(None)
    of_these_years = Task.year.between(since.year - 1, until.year)  # a visit may have moved into these days
    drawn = (
        select(DrawnOfficer.person_id, DrawnOfficer.expert_id, *when)
        .join(DrawnSubject, DrawnSubject.id == DrawnOfficer.subject_id)
        .join(Task, Task.id == DrawnSubject.task_id)
        .where(
            or_(DrawnSubject.day.between(since, until), and_(is_expert, of_these_years)),
            DrawnSubject.state == Standing.IN,
            DrawnOfficer.state == Standing.IN,
            or_(Task.state == TaskState.DRAWN, and_(Task.state == TaskState.SENT, is_expert)),
        )
    )
    rows = db.session.execute(drawn).all()
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        sent = ports.present_visits({subject for _person, _expert, subject, _day, _half in some})
        for drawn_person, expert, subject, day, half in some:
            now = sent.get(subject)
            if now is None:
                slot = day, half
            elif expert and not now.called_off:  # who stands in no visit; an officer was counted with it
                slot = now.day, now.half
            else:
                continue
            if since <= slot[0] <= until:
                taken[expert or drawn_person or ""].add(slot_code(*slot))
    return dict(taken)


def met_since(
    since: dt.date, names: Mapping[str, str], only: str | None = None
) -> dict[str, frozenset[str]]:
    """By enterprise, the pseudonyms of the officers who were there since a day; `names` has them by id. Of
    one enterprise alone, if it is named."""
    query = (
        select(Visit.enterprise_id, VisitMember.person_id)
        .join(Visit)
        .where(
            Visit.date >= since,
            Visit.cancelled_at.is_(None),
            Visit.training.is_(False),
            VisitMember.left_at.is_(None),
            Visit.enterprise_id == only if only else true(),
        )
    )
    met: defaultdict[str, set[str]] = defaultdict(set)
    for enterprise, person in db.session.execute(query):
        if person in names:
            met[enterprise].add(names[person])
    return {enterprise: frozenset(some) for enterprise, some in met.items()}


def ids_by_name(salts: bytes, wanted: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """Who stands behind pseudonyms of officers: the id, and whether it is an expert's."""
    missing = set(wanted)
    everyone = [(one, False) for one in db.session.scalars(select(Inspector.person_id))]
    everyone += [(one, True) for one in db.session.scalars(select(Expert.id))]
    named = ((name_of(salts, one), (one, expert)) for one, expert in everyone)
    return {name: who for name, who in named if name in missing}
