"""What the page of a task says was done: to it, to its draws, and to its visits."""

import datetime as dt
import re
from pathlib import Path

from server.infra.audit import record
from server.infra.db import db, transaction
from server.planning.dispatch import actions as dispatch
from server.planning.dispatch import changes
from server.planning.dispatch.rules import Liberty
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject
from server.planning.tasks import queries, words
from tests.planning.scenes import DAY, a_drawn_task, a_substitution
from tests.planning.tasks.conftest import person

ROOMS = ("tasks", "draw", "calls", "elsewhere")
DEED = re.compile(r'record\(\s*[^,()]*(?:\([^()]*\))?[^,()]*,\s*"([a-z-]+)"')


def test_there_are_words_for_every_deed(app):
    planning = Path(words.__file__).parents[1]
    files = [file for room in ROOMS for file in (planning / room).rglob("*.py")]
    deeds = {deed for file in files for deed in DEED.findall(file.read_text("utf-8"))}
    assert {"draw-frozen", "task-opened", "call-answered", "substitution-decided"} <= deeds
    assert deeds - {*words.DEEDS} <= {"file-attached"}


def test_the_deeds_of_draws_stand_in_the_history(any_db, app, people, county):
    del app.config["CLOCK"]
    task, other = (a_drawn_task(app, people, elsewhere=False) for _ in range(2))
    with app.app_context():
        with transaction():
            for one in (task, other):
                draw = db.session.scalar(db.select(Draw.id).filter_by(task_id=one))
                record(None, "draw-settled", draw)
            subject = db.session.scalar(db.select(DrawnSubject).filter_by(task_id=task))
            officer = db.session.scalar(db.select(DrawnOfficer).filter_by(subject_id=subject.id, place=1))
            officer.state = "replaced"
            record(None, "substitution-asked", a_substitution(people, task, 0, "ma"), task=task)
            record(None, "officer-replaced", officer.id)
            record(None, "talks-note", task)
        deeds = [entry.deed for entry, _name in queries.history(task)]
        assert deeds == ["officer-replaced", "substitution-asked", "draw-settled"]


def test_dispatch_and_the_changes_of_visits_stand_in_the_history(app, people, county, desk):
    del app.config["CLOCK"]
    task = a_drawn_task(app, people)
    with app.app_context():
        he = person(county, "he")
        with transaction():
            visit = dispatch.dispatch(he, task)[0].id
        with transaction():
            changes.move(he, visit, DAY + dt.timedelta(days=1), "am", "企业停电", [*Liberty])
        deeds = [entry.deed for entry, _name in queries.history(task)]
        assert deeds == ["task-visit-moved", "task-dispatched"]
    page = desk("he").get(f"/office/tasks/{task}").text
    assert "一次检查改期" in page
    assert "检查已分发" in page
