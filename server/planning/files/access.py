"""Who may see an attached paper: who brought it, the overseers, and whom the thing it belongs to concerns."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

from server.accounts.model import Person
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.planning.files.model import Attachment

READERS = ("office", "head", "planner", "liaison", "supervisor", "admin")
OVERSEERS = frozenset({"office", "supervisor", "admin"})

Concern = Callable[[Attachment, str], bool]


def register(app: Flask, concern: Concern) -> None:
    """Add a room's answer to whether a paper is the concern of a department (its code)."""
    app.extensions.setdefault("file_concerns", []).append(concern)


def attachment_for(person: Person, attachment_id: str) -> Attachment:
    """A paper this person may see; to others it does not exist."""
    found = db.session.get(Attachment, attachment_id) if is_uuid(attachment_id) else None
    if found is None or not may_see(person, found):
        raise Problem("not-found")
    return found


def may_see(person: Person, paper: Attachment) -> bool:
    """Whether it is this person's to see."""
    if OVERSEERS & person.roles or person.id == paper.added_by:
        return True
    if person.department is None or not {*READERS} & person.roles:
        return False
    if person.department == paper.department:
        return True
    concerns: list[Concern] = current_app.extensions.get("file_concerns", [])
    return any(one(paper, person.department) for one in concerns)
