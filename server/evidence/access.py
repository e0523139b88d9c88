"""Which visit somebody may see the evidence of. What one may not see does not exist."""

from server.accounts.model import Person
from server.accounts.session import office_is_fresh
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.visits.access import is_on_team, may_push, may_read
from server.visits.model import Visit


def visit_to_look_at(person: Person, visit_id: str) -> Visit:
    """A visit whose blobs the person may open: on its team by a field session, else by one of the office."""
    visit = _visit(visit_id)
    if visit is None or not may_read(person, visit):
        raise Problem("not-found")
    if not is_on_team(person, visit) and not office_is_fresh():
        raise Problem("sign-in")
    return visit


def visit_to_ask_about(person: Person, visit_id: str) -> Visit:
    """A visit of which the person may ask what the server holds: whoever may send to it, too."""
    visit = _visit(visit_id)
    if visit is None or not (may_read(person, visit) or may_push(person, visit)):
        raise Problem("not-found")
    return visit


def _visit(visit_id: str) -> Visit | None:
    return db.session.get(Visit, visit_id) if is_uuid(visit_id) else None
