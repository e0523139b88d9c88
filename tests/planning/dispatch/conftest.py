"""What the tests of dispatch share: somebody at a desk, and a task dispatched."""

import datetime as dt

import pytest

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.planning.dispatch import actions
from tests.builders import Scene
from tests.dialogue import form_token, sign_in
from tests.people import PASSWORD
from tests.planning.scenes import TEAM, a_drawn_task

NOW = dt.datetime(2026, 12, 1, 2, 0, tzinfo=dt.UTC)  # a week before the visits of the scenes


@pytest.fixture
def desk(app):
    """Somebody signed in at a desk: `desk("he")` gives their client."""

    def at(username):
        client = app.test_client()
        assert sign_in(client, username, PASSWORD).status_code == 302
        return client

    return at


@pytest.fixture
def submit():
    """Send a form as its page would."""

    def send(client, url, **form):
        return client.post(url, data={"csrf_token": form_token(client), **form})

    return send


@pytest.fixture
def dispatched(app, people):
    """A task dispatched as the office does it: its id, and a scene for each visit."""
    app.config["CLOCK"] = lambda: NOW

    def dispatch(subjects=1, **task):
        drawn = a_drawn_task(app, people, subjects, **task)
        with app.app_context(), transaction():
            he = db.session.get_one(Person, people["he"])
            ids = [visit.id for visit in actions.dispatch(he, drawn)]
        return drawn, [Scene(app, people, one, task.get("team", TEAM)) for one in ids]

    return dispatch
