"""Who may know where a draw sends whom, before it is over (R-414)."""

from __future__ import annotations

from sqlalchemy import select

from server.accounts.model import Person
from server.infra.db import db
from server.planning.draw import course
from server.planning.draw.model import DrawnOfficer, DrawnSubject
from server.planning.tasks.model import Task
from server.planning.tasks.queries import departments_of
from server.planning.tasks.rules import OVERSEERS

KNOWING = frozenset({"admin", "office", "supervisor"})
DIRECTING = frozenset({"head", "planner", "liaison"})


def may_know(person: Person, task: Task) -> bool:
    """Whether somebody may see which enterprises a task goes to.

    The office and whoever watches; who directs it for the lead; of a task that is announced beforehand, also
    those who answer for the other departments. An officer who goes there learns it with the visit.
    """
    if KNOWING & person.roles:
        return True
    answers = bool(DIRECTING & person.roles)
    return answers and (person.department == task.lead or not task.unannounced)


def may_read(person: Person, task: Task) -> bool:
    """Whether somebody reads what was drawn at all: of the departments those that still take part."""
    return bool(OVERSEERS & person.roles) or person.department in departments_of(task.id)


def may_see_frame(person: Person, task: Task) -> bool:
    """Whether somebody may look into a frame: who conducts or approves its draw, and whoever watches."""
    return bool(KNOWING & person.roles) or course.may_approve(person.roles, person.department, task.lead)


def may_see_line(person: Person, task: Task, members: list[DrawnOfficer]) -> bool:
    """The same for one line: an officer does not learn at a desk where the own team goes unannounced."""
    if KNOWING & person.roles:
        return True
    goes = any(one.person_id == person.id for one in members)
    return may_know(person, task) and not (task.unannounced and goes)


def may_see_all(person: Person, task: Task) -> bool:
    """Whether that is so of every line, as a paper of all of them asks."""
    goes = select(DrawnOfficer.id).join(DrawnSubject, DrawnSubject.id == DrawnOfficer.subject_id)
    goes = goes.where(DrawnSubject.task_id == task.id, DrawnOfficer.person_id == person.id).limit(1)
    if not may_know(person, task):
        return False
    return not task.unannounced or bool(KNOWING & person.roles) or db.session.scalar(goes) is None
