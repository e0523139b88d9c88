"""The deeds of the registry: find who may be sent."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select

from server.accounts.model import Person
from server.infra.db import db
from server.registry import rules
from server.registry.model import Inspector
from server.registry.people.model import Absence, Recusal


def eligible_officers(
    department: str, industry: str, days: Iterable[date], subject_uscc: str | None = None
) -> list[rules.Officer]:
    """The officers of a department who may be sent to a subject of an industry on `days`, by user name."""
    return rules.eligible(officers_of([department]), industry=industry, days=days, subject_uscc=subject_uscc)


def hold_officers_of(departments: Collection[str]) -> None:
    """Let nobody else send these departments' officers until the transaction ends: of two who want the same
    ones at once the second finds them taken."""
    query = select(Inspector.person_id).join(Person, Person.id == Inspector.person_id)
    query = query.where(Person.department.in_(departments)).order_by(Inspector.person_id)
    db.session.execute(query.with_for_update(of=Inspector))


def officers_of(departments: Collection[str]) -> list[rules.Officer]:
    """All officers of some departments as the rules see them, by department and user name: three queries."""
    own = (Person.department.in_(departments), Person.active)
    officers = db.session.execute(
        select(Inspector, Person.department)
        .join(Person, Person.id == Inspector.person_id)
        .where(*own)
        .order_by(Person.department, Person.username)
    )
    absences: defaultdict[str, list[rules.Away]] = defaultdict(list)
    away = select(Absence).join(Person, Person.id == Absence.person_id)
    for one in db.session.scalars(away.where(*own, Absence.withdrawn_at.is_(None))):
        absences[one.person_id].append(rules.Away(one.since, one.until))
    conflicts: defaultdict[str, set[str]] = defaultdict(set)
    recused = select(Recusal.person_id, Recusal.uscc).join(Person, Person.id == Recusal.person_id)
    for person, uscc in db.session.execute(recused.where(*own, Recusal.ended_at.is_(None))):
        conflicts[person].add(uscc)
    return [
        rules.Officer(
            person=held.person_id,
            department=str(department),
            valid_from=held.valid_from,
            valid_until=held.valid_until,
            specialties=frozenset(held.specialties),
            withdrawn=held.ended_at is not None,
            absences=tuple(absences[held.person_id]),
            conflicts=frozenset(conflicts[held.person_id]),
        )
        for held, department in officers
    ]
