"""What was drawn, as the head of a department looks at it before approving (R-501)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from server.accounts.model import Person
from server.infra.db import db
from server.planning.draw.access import may_know
from server.planning.draw.model import DrawnOfficer, DrawnSubject
from server.planning.frequency.queries import visits_since
from server.planning.tasks.approvals.facts import Chosen, Object
from server.planning.tasks.model import Task
from server.registry.model import Enterprise, Inspector

SHOWN = 20


def chosen(task: Task, department: str, person: Person) -> Chosen | None:
    """How many were drawn, the first of them if the reader may know them, and the department's officers."""
    standing = (DrawnSubject.task_id == task.id, DrawnSubject.state == "in")
    total = db.session.scalar(select(func.count()).select_from(DrawnSubject).where(*standing))
    if not total:
        return None
    officers = _officers(task, department)
    goes = task.unannounced and any(one == person.id for one, _name, _certificate in officers)
    objects = _objects(task) if may_know(person, task) and not goes else []
    return Chosen(total, objects, [(name, certificate) for _id, name, certificate in officers])


def _objects(task: Task) -> list[Object]:
    query = (
        select(DrawnSubject, Enterprise)
        .join(Enterprise, Enterprise.id == DrawnSubject.enterprise_id)
        .where(DrawnSubject.task_id == task.id, DrawnSubject.state == "in")
        .order_by(DrawnSubject.place)
        .limit(SHOWN)
    )
    rows = db.session.execute(query).all()
    before = visits_since(date(task.year, 1, 1), [one.id for _subject, one in rows])
    return [
        Object(
            name=enterprise.name,
            uscc=enterprise.uscc,
            address=enterprise.address,
            day=subject.day,
            half=subject.half,
            visits=sum(one.day < subject.day for one in before.get(enterprise.id, ())),
        )
        for subject, enterprise in rows
    ]


def _officers(task: Task, department: str) -> Sequence[tuple[str, str, str]]:
    query = (
        select(Person.id, Person.name, Inspector.certificate_number, Person.username)
        .join(DrawnOfficer, DrawnOfficer.person_id == Person.id)
        .join(DrawnSubject, DrawnSubject.id == DrawnOfficer.subject_id)
        .join(Inspector, Inspector.person_id == Person.id)
        .where(DrawnSubject.task_id == task.id, DrawnSubject.state == "in")
        .where(DrawnOfficer.department == department, DrawnOfficer.state == "in")
        .distinct()
        .order_by(Person.username)
    )
    return [(one, name, certificate) for one, name, certificate, _username in db.session.execute(query)]
