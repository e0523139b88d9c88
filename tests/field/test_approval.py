"""What arrival says of the head's approval: in words for each standing, and never in the way of recording."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.instants import local
from server.planning.dispatch import actions as dispatch
from server.planning.tasks.approvals import actions, queries
from server.planning.tasks.model import Approval, Task
from server.planning.tasks.rules import TaskSource
from server.visits.assigning import tell_approvals
from tests.field.conftest import County, Phone
from tests.planning.scenes import a_drawn_task

STANDING = """async ([approvals, now]) => (await import("/field/app/views/approval.js")).approvalStanding(approvals, "XFJY", now)"""
ONE = {"department": "XFJY", "urgent": False, "due_at": None}
URGENT = ONE | {"state": "asked", "urgent": True, "due_at": "2026-06-01T00:00:00.000Z"}
DUE = dt.datetime(2026, 6, 1, tzinfo=dt.UTC).timestamp() * 1000

CASES = [
    (None, DUE, None),
    ([ONE | {"state": "approved"}], DUE, None),
    ([ONE | {"state": "asked"}], DUE, "missing"),
    ([ONE | {"state": "refused"}], DUE, "refused"),
    ([URGENT], DUE, "urgent"),
    ([URGENT], DUE + 1, "overdue"),
    ([URGENT | {"state": "approved"}], DUE + 1, None),
    ([URGENT | {"state": "refused"}], DUE - 1, "refused"),
    ([ONE | {"department": "SCJG", "state": "approved"}], DUE, "missing"),
]


@pytest.fixture
def bare(county: County, browser: Browser) -> Iterator[Page]:
    """A page of the server in which modules can be asked one by one."""
    page = browser.new_page()
    page.goto(f"{county.server.url}/healthz")
    yield page
    page.close()


def test_how_an_approval_stands(bare: Page) -> None:
    assert [bare.evaluate(STANDING, [one, at]) for one, at, _said in CASES] == [said for *_, said in CASES]


def test_arrival_says_so_in_red_or_amber_and_records_all_the_same(
    county: County, officer: Callable[..., Phone]
) -> None:
    with county.app.app_context():
        tomorrow = local(now()).date() + dt.timedelta(days=1)
    # In the afternoon: another test sends the same team in the morning.
    task = a_drawn_task(county.app, county.people, days=[(tomorrow, "pm")], source=TaskSource.CAMPAIGN)
    with county.app.app_context(), transaction():
        actions.ask(None, db.session.get_one(Task, task), "XFJY")
        he = db.session.get_one(Person, county.people["he"])
        (visit,) = (one.id for one in dispatch.dispatch(he, task))
    zhou = officer("zhou")
    page = zhou.open(visit)
    page.goto(f"{county.server.url}/field/visits/{visit}/arrive/XFJY")
    page.wait_for_selector("#approval .needs--red")
    assert "还没有审批" in page.inner_text("#approval")
    assert "还没到日子" in page.inner_text("#early")
    page.click("#form-arrived button[type=submit]")
    page.wait_for_selector("#step-arrived .said")
    page.wait_for_selector("#early:empty", state="attached")

    with county.app.app_context(), transaction():
        asked = db.session.get_one(Approval, (task, "XFJY"))
        asked.urgent, asked.due_at = True, now() + dt.timedelta(hours=1)
        db.session.flush()
        tell_approvals(visit, queries.bundle_member(task))
    zhou.sync()
    page.wait_for_selector("#approval .needs:not(.needs--red)")
    assert "补办审批" in page.inner_text("#approval")

    with county.app.app_context(), transaction():
        head = db.session.get_one(Person, county.people["luo"])
        head.department, head.roles = "XFJY", {"head"}
        db.session.flush()
        actions.decide(head, db.session.get_one(Task, task), "XFJY", approves=True, opinion="")
    zhou.sync()
    page.wait_for_selector("#approval:empty", state="attached")
