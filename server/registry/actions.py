"""The deeds of the registry: find who may be sent."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from server.accounts.model import Person
from server.infra.db import db
from server.registry import rules
from server.registry.model import Inspector


def eligible_officers(
    department: str, industry: str, days: Iterable[date], subject_uscc: str | None = None
) -> list[rules.Officer]:
    """The officers of a department who may be sent to a subject of an industry on `days`, by user name."""
    query = (
        select(Inspector, Person)
        .join(Person, Person.id == Inspector.person_id)
        .where(Person.department == department, Person.active)
        .order_by(Person.username)
    )
    officers = [_officer(inspector, person) for inspector, person in db.session.execute(query)]
    return rules.eligible(officers, industry=industry, days=days, subject_uscc=subject_uscc)


def _officer(inspector: Inspector, person: Person) -> rules.Officer:
    return rules.Officer(
        person=person.id,
        department=str(person.department),
        valid_from=inspector.valid_from,
        valid_until=inspector.valid_until,
        specialties=frozenset(inspector.specialties),
        state=inspector.state,
        conflict_uscc=inspector.conflict_uscc,
    )
