"""What the tests of draws share: a county large enough to draw from, and a ceremony held as its people do."""

import datetime as dt
import json
import re

import pytest
from sqlalchemy import func, select

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.planning.draw import actions, ceremony, freezing, settling
from server.planning.draw.course import Ceremony, Writing
from server.planning.draw.model import Draw
from server.planning.tasks.model import Task, TaskDepartment
from server.registry.enterprises import enter
from server.registry.rules import RiskClass
from tests.dialogue import form_token, sign_in
from tests.people import PASSWORD, Role, _enter, an_enterprise
from tests.planning.draw.transcripts import secret_of
from tests.planning.scenes import TERMS, a_task

NOW = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)
DICE = "3152646123514263514263514"

MORE = (
    # watches draws
    Role("gu", "顾演示", None, ("supervisor",)),
    # a second person in the joint office
    Role("yu", "于演示", None, ("office",)),
    # plans for the lead department, and conducts its draws
    Role("ping", "平演示", "SCJG", ("planner",)),
    # the head of the fire brigade
    Role("huo", "霍演示", "XFJY", ("head",)),
)


@pytest.fixture
def county(app, people):
    """The cast and a few more; twelve further petrol stations. Ids by user name."""
    app.config["CLOCK"] = lambda: NOW
    with app.app_context(), transaction():
        ids = {**people.ids, **{role.username: _enter(role) for role in MORE}}
        for at in range(12):
            more_enterprises(at, RiskClass.B if at < 8 else RiskClass.C)
    return ids


def more_enterprises(at, risk_class=RiskClass.B, **others):
    """One more petrol station."""
    return enter(
        an_enterprise(
            reference=f"D-{at}",
            uscc=f"9134172300001{at:04d}X",
            name=f"青阳县第{at}演示加油站",
            address=f"青阳县示范路{at}号",
            risk_class=risk_class,
            **others,
        )
    )


def an_agreed_task(**more):
    """A task that may be drawn: both departments agreed. Within a transaction."""
    task = a_task(**{"state": "agreed", "ratios": {"B": 3000, "C": 5000}, **more})
    for at, one in enumerate(TERMS["departments"]):
        share = TaskDepartment(task_id=task.id, department=one["department"], position=at, answer="agreed")
        db.session.add(share)
    return task


@pytest.fixture
def task(app, county):
    """The id of a task that may be drawn."""
    with app.app_context(), transaction():
        return an_agreed_task().id


@pytest.fixture
def held(app, county, task):
    """Hold a whole ceremony by its deeds; how far, by name. The id of the draw."""

    def hold(upto="settled", kind=Ceremony.OBSERVED, opening=None, task_id=task):
        steps = ("frozen", "approved", "committed", "opened", "settled")
        wanted = steps[: steps.index(upto) + 1]
        with app.app_context():
            draw_id = _freeze(county, task_id, kind)
            for step in wanted[1:]:
                _STEPS[step](county, draw_id, opening)
        return draw_id

    return hold


def _person(county, name):
    return db.session.get_one(Person, county[name])


def _freeze(county, task_id, kind):
    he = _person(county, "he")
    frozen = freezing.prepare(he, db.session.get_one(Task, task_id))
    with transaction():
        return freezing.freeze(
            _person(county, "he"), frozen, kind=kind, source="现场掷骰子", writing=Writing.DICE, minutes=15
        ).id


SPEAKERS = {"office": "he", "observer": "gu", "SCJG": "ping", "XFJY": "luo"}


def _approve(county, draw_id, _opening):
    with transaction():
        actions.approve(_person(county, "yu"), draw_id)


def _commit(county, draw_id, _opening):
    for party in _parties(draw_id):
        with transaction():
            actions.commit(
                _person(county, SPEAKERS[party]), draw_id, party, ceremony.commitment(party, secret_of(party))
            )


def _open(county, draw_id, opening):
    for party in _parties(draw_id):
        if opening is None or party in opening:
            with transaction():
                actions.open_secret(
                    _person(county, SPEAKERS[party]), draw_id, party, secret_of(party).hex()
                )


def _fall(county, draw_id, _opening):
    before = db.session.scalar(select(func.count()).where(Draw.randomness.is_not(None)))
    dice = DICE[before:] + DICE[:before]  # never the same twice
    with transaction():
        draw = actions.note_randomness(_person(county, "he"), draw_id, dice, dice)
    settling.settle_now_or_later(draw)


def _parties(draw_id):
    return [one.party for one in db.session.get_one(Draw, draw_id).parties]


_STEPS = {"approved": _approve, "committed": _commit, "opened": _open, "settled": _fall}


@pytest.fixture
def desk(app):
    """Somebody signed in at a desk: `desk("he")` gives their client."""

    def at(username):
        client = app.test_client()
        assert sign_in(client, username, PASSWORD).status_code == 302
        return client

    return at


def submit(client, url, **form):
    """Send a form as its page would."""
    return client.post(url, data={"csrf_token": form_token(client), **form})


def transcript_of(client, draw_id):
    """What the public page hands out."""
    return json.loads(client.get(f"/draws/{draw_id}/transcript.json").data)


def hidden(page, name):
    """The value of a hidden field."""
    return re.search(rf'name="{name}" type="hidden" value="([^"]*)"', page.get_data(as_text=True)).group(1)


def names_of(app, table, column):
    """A column of a table."""
    with app.app_context():
        return list(db.session.scalars(select(getattr(table, column))))


