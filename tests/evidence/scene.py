"""Two visits, and who of the cast does what here.

lin     leads the one visit, and sends evidence to it
wu      has left its team: may still send what she took, sees no more
tang    leads the other visit
he      is from the office: sees both, sends nothing
"""

from dataclasses import dataclass

from flask import Flask

from server.infra.clock import now
from server.infra.db import db, transaction
from server.visits.model import VisitMember
from tests.builders import a_visit
from tests.people import People


@dataclass(frozen=True)
class Scene:
    """What the tests name: the two visits."""

    visit: str
    other_visit: str


def set_scene(app: Flask, people: People) -> Scene:
    """Have both assigned, and wu leave."""
    scene = Scene(a_visit(app, people).id, a_visit(app, people, team=("tang", "ma")).id)
    with app.app_context(), transaction():
        db.session.get_one(VisitMember, (scene.visit, people["wu"])).left_at = now()
    return scene
