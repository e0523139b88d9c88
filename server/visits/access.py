"""Who may see and who may add to a visit: access is to visits; knowing a hash opens nothing (DESIGN §4)."""

from __future__ import annotations

from sqlalchemy import select

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.visits.model import Visit, VisitMember

OFFICE_ROLES = frozenset({"admin", "office", "supervisor"})
"""Who reads every visit at a desk."""

DEPARTMENT_ROLES = frozenset({"head", "planner", "liaison"})
"""Who reads at a desk the visits that the own department takes part in, and no others."""

DIRECTING_ROLES = frozenset({"admin", "office"})
"""Who directs every visit."""


def membership(person: Person, visit: Visit) -> VisitMember | None:
    """The person's place on the team, present or former."""
    return db.session.get(VisitMember, (visit.id, person.id))


def is_on_team(person: Person, visit: Visit) -> bool:
    """Whether the person is on the team now."""
    member = membership(person, visit)
    return member is not None and member.left_at is None


def is_withheld(visit: Visit) -> bool:
    """Whether it is too early for its team to know where it goes (R-414)."""
    return visit.release_at is not None and now() < visit.release_at


def may_read(person: Person, visit: Visit) -> bool:
    """Present members, the office, and those who answer for a department that takes part.

    While a visit is withheld: only the office, and those of the lead department who direct it and do not go.
    """
    if is_withheld(visit):
        return _may_know(person, visit)
    if is_on_team(person, visit):
        return True
    if OFFICE_ROLES & set(person.roles):
        return True
    answers_for = DEPARTMENT_ROLES & set(person.roles)
    return bool(answers_for) and any(one.department == person.department for one in visit.departments)


def _may_know(person: Person, visit: Visit) -> bool:
    if OFFICE_ROLES & set(person.roles):
        return True
    return may_direct(person, visit) and not is_on_team(person, visit)


def may_push(person: Person, visit: Visit) -> bool:
    """Whoever was ever on the team, without limit of time."""
    return membership(person, visit) is not None


def visit_for(person: Person, visit_id: str) -> Visit:
    """A visit whose journal the person may add to; to anyone else it does not exist."""
    query = select(Visit).join(VisitMember).where(Visit.id == visit_id, VisitMember.person_id == person.id)
    visit = db.session.scalar(query) if is_uuid(visit_id) else None
    if visit is None:
        raise Problem("not-found")
    return visit


def visit_to_read(person: Person, visit_id: str) -> Visit:
    """A visit the person is on now; a former member is told so, and whoever comes before its release."""
    visit = visit_for(person, visit_id)
    if not is_on_team(person, visit):
        raise Problem("visit-left")
    if is_withheld(visit):
        raise Problem("visit-withheld")
    return visit


def may_direct(person: Person, visit: Visit) -> bool:
    """Who changes its team or calls it off: the office, and the lead department's head, planner and
    liaison."""
    if DIRECTING_ROLES & set(person.roles):
        return True
    leading = {member.department for member in visit.members if member.lead and member.left_at is None}
    return person.department in leading and bool(DEPARTMENT_ROLES & set(person.roles))
