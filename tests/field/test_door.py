"""The code at the door as the phone shows it without network, and the page it opens on another."""

import datetime as dt
from collections.abc import Callable

import pytest

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.instants import local
from server.planning.dispatch import actions
from server.planning.dispatch.model import Sending
from server.visits import assigning
from tests.field.conftest import County, Phone
from tests.planning.scenes import a_drawn_task

DRAWN = """async (path) => (await import("/field/app/local/qr.js")).drawCode(location.origin + path).path"""


@pytest.fixture
def visit(county: County) -> str:
    """Dispatched for tomorrow, with something the enterprise put right."""
    with county.app.app_context():
        tomorrow = local(now()).date() + dt.timedelta(days=1)
    task = a_drawn_task(county.app, county.people, days=[(tomorrow, "am")], source="campaign")
    with county.app.app_context(), transaction():
        he = db.session.get_one(Person, county.people["he"])
        (made,) = actions.dispatch(he, task)
        said = {"item": "XF1", "said": "灭火器已更换 <两具>", "at": "2026-12-01T10:00:00+08:00"}
        assigning.annotate(made.id, corrected_before=[said])
        return made.id


def test_the_code_is_shown_offline_and_opens_once_the_arrival_is_sent(
    county: County, officer: Callable[..., Phone], visit: str
) -> None:
    anybody = county.app.test_client()
    with county.app.app_context():
        door = db.session.get_one(Sending, visit).door
    zhou = officer("zhou")
    page = zhou.open(visit)
    page.click("text=企业自述检查前已改正 1 项")
    assert "灭火器已更换 <两具>" in page.inner_text("#visit-head")
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{county.server.url}/field/visits/{visit}/arrive/XFJY")
    page.wait_for_selector("#step-arrived")
    zhou.context.set_offline(True)
    page.click("text=出示入企码")
    page.wait_for_selector("svg.door__code")
    assert page.evaluate(DRAWN, f"/d/{door}") == page.get_attribute("svg.door__code path", "d")
    assert page.eval_on_selector("svg.door__code", "one => one.getBoundingClientRect().width") > 250
    assert "先记录到场" in page.inner_text("#door-state")
    assert "尚未开放" in anybody.get(f"/d/{door}").text
    page.go_back()
    page.click("#form-arrived button[type=submit]")
    page.wait_for_selector("#step-arrived .said")
    zhou.context.set_offline(False)
    zhou.sync()
    page.click("text=出示入企码")
    page.wait_for_selector("#door-state .mark--stored")
    assert "属实" in anybody.get(f"/d/{door}").text
