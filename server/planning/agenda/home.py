"""The office's first page: what waits for a person, what they were told, where their department goes next."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from server.accounts.current import current_person
from server.accounts.model import Person
from server.accounts.naming import labels
from server.infra.clock import now
from server.infra.db import db
from server.kernel import instants
from server.messages import listing as messages
from server.visits.access import OFFICE_ROLES
from server.visits.listing import readable_by
from server.visits.model import Visit, VisitDepartment
from server.web.gate import SIGNED_IN, allow
from server.web.waiting import waiting_for

blueprint = Blueprint("home", __name__, url_prefix="/office", template_folder="templates")

MOST_MESSAGES, MOST_VISITS = 6, 8


@blueprint.get("")
@allow(SIGNED_IN)
def index() -> str:
    """My tasks first."""
    person = current_person()
    return render_template(
        "agenda/home.html",
        waiting=waiting_for(person),
        messages=messages.newest(person, MOST_MESSAGES),
        visits=next_visits(person),
        names=labels(),
        today=instants.local(now()).date(),
    )


def next_visits(person: Person) -> Sequence[Visit]:
    """Those from today on that this person may read: of the county at the joint office, else one's own."""
    query = (
        select(Visit)
        .join(Visit.enterprise)
        .where(
            Visit.date >= instants.local(now()).date(),
            Visit.cancelled_at.is_(None),
            Visit.training.is_(False),
            readable_by(person),
        )
    )
    if person.department and not OFFICE_ROLES & person.roles:
        own = select(VisitDepartment.visit_id).where(VisitDepartment.department == person.department)
        query = query.where(Visit.id.in_(own))
    query = query.order_by(Visit.date, Visit.slot, Visit.id).limit(MOST_VISITS)
    return db.session.scalars(
        query.options(contains_eager(Visit.enterprise), selectinload(Visit.departments))
    ).all()
