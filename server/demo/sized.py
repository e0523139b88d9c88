"""A visit of any size, for benches and trials: departments and items are taken from the sample in turn."""

from datetime import date
from itertools import cycle, islice
from typing import Any

import click

from server.accounts.model import Department, Person
from server.catalogue.actions import publish_checklist
from server.catalogue.model import ChecklistVersion, Industry
from server.demo.county import items_of, read_json
from server.infra.db import db
from server.registry.actions import officers_of
from server.registry.model import Enterprise, Inspector
from server.registry.rules import OFFICERS_PER_DEPARTMENT, SubjectStatus, eligible, short_departments
from server.visits.assigning import Assignment, assign_visit
from server.visits.model import Visit

SLOT = "09:00"


def assign(departments: int, items: int, username: str, day: date, training: bool = False) -> Visit:
    """A visit led by this officer, with two officers of each department."""
    lead = db.session.scalar(db.select(Person).filter_by(username=username, active=True))
    if lead is None or db.session.get(Inspector, lead.id) is None:
        raise click.BadParameter(f"{username} is not the user name of an officer", param_hint="--lead")
    if items < departments:
        raise click.BadParameter("every department needs an item", param_hint="--items")
    codes = _departments(str(lead.department), departments)
    team = [Assignment(one, lead=one is lead) for code in codes for one in _officers(code, lead, day)]
    short = short_departments(codes, [str(one.person.department) for one in team])
    if short:
        raise click.ClickException(f"fewer than two officers with a valid certificate: {', '.join(short)}")
    enterprises = db.select(Enterprise).filter_by(status=SubjectStatus.ACTIVE).order_by(Enterprise.reference)
    return assign_visit(
        None,
        enterprise=db.session.scalars(enterprises.limit(1)).one(),
        date=day,
        slot=SLOT,
        team=team,
        checklist=_checklist(codes, items),
        exempt=False,
        training=training,
    )


def _departments(lead: str, wanted: int) -> list[str]:
    """The lead's department first, then the others in their order."""
    query = db.select(Department.code).where(Department.can_inspect, Department.code != lead)
    return [lead, *db.session.scalars(query.order_by(Department.order).limit(wanted - 1))]


def _officers(code: str, lead: Person, day: date) -> list[Person]:
    """Two who may be sent on that day; the lead among the own department's."""
    free = [one.person for one in eligible(officers_of([code]), days=[day])]
    query = db.select(Person).where(Person.id.in_(free)).order_by(Person.id != lead.id, Person.username)
    return list(db.session.scalars(query.limit(OFFICERS_PER_DEPARTMENT)))


def _checklist(codes: list[str], wanted: int) -> ChecklistVersion:
    """A published sample checklist of that many items, in an industry that the first department leads."""
    code = f"DEMO-{codes[0]}"
    industry = db.session.get(Industry, code)
    if industry is None:
        industry = Industry(
            code=code, name="演示行业（样例）", lead_department=codes[0], document={"sample": True}
        )
        db.session.add(industry)
        db.session.flush()
    return publish_checklist(
        None, industry, f"DEMO-{len(codes)}-{wanted}", _items(codes, wanted), sample=True
    )


def _items(codes: list[str], wanted: int) -> list[dict[str, Any]]:
    """Items dealt to the departments in turn, each from the department's own samples; numbered anew."""
    samples = [item for industry in read_json("catalogue.json")["industries"] for item in items_of(industry)]
    sources = {code: cycle([one for one in samples if one["department"] == code]) for code in codes}
    dealt = [next(sources[code]) for code in islice(cycle(codes), wanted)]
    numbered = [one | {"id": f"{one['department']}-{number:04d}"} for number, one in enumerate(dealt, 1)]
    return sorted(numbered, key=lambda one: codes.index(one["department"]))
