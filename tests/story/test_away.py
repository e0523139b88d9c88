"""What the office decides while a phone is away: the visit is called off, or its owner taken off the team.

Nothing that was captured meanwhile is lost, and the phone says plainly what happened.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.visits import assigning, journal
from server.visits.model import Visit
from tests.processes import LiveServer
from tests.story.phone import SAVED, Phone, phone_of
from tests.story.test_joint_visit import FIRE, items_of, station


def cancel(server: LiveServer, visit_id: str, phone: Phone) -> None:
    """The office calls the visit off."""
    app = server.app
    with app.app_context(), transaction():
        assigning.cancel_visit(None, visit_id, "企业停业整顿")


def take_off(server: LiveServer, visit_id: str, phone: Phone) -> None:
    """The office takes the phone's owner off the team."""
    app = server.app
    with app.app_context(), transaction():
        person = db.session.query(Person).filter_by(username=phone.username).one()
        assigning.reassign(None, visit_id, leaves=[person], reason="借调")


@pytest.mark.parametrize(
    ("decide", "status", "note"),
    [(cancel, "已取消", "这次检查已取消"), (take_off, "已调离", "您已不在这次检查的人员名单中")],
)
def test_what_was_captured_meanwhile_is_kept(
    browser: Browser, phone: dict[str, Any], live_server: LiveServer, decide: Any, status: str, note: str
) -> None:
    live_server.flask("demo", "load")
    live_server.start()
    visit, document = station(live_server)
    fire = phone_of(browser, phone, live_server.url, "xfjy01")
    fire.download(visit)
    live_server.stop()

    fire.arrive(FIRE, "王站长")
    item = items_of(document, FIRE)[0]
    fire.fail(item, "灭火器压力不足 2 具")
    fire.photograph()
    decide(live_server, visit, fire)
    live_server.start()
    fire.sync()

    fire.page.goto(f"{live_server.url}/field/")
    expect(fire.page.locator(".visit-card", has_text=status)).to_be_visible(timeout=SAVED)
    fire.open()
    expect(fire.page.locator("#visit-head .needs")).to_contain_text(note, timeout=SAVED)
    fire.open(f"/items/{item['id']}")
    fire.sees(item, "fail")

    app = live_server.app
    with app.app_context():
        state = journal.read(db.session.get_one(Visit, visit)).folded()
    assert state["items"][item["id"]]["remark"] == "灭火器压力不足 2 具"
    assert [one["grade"] for one in state["evidence"].values()] == ["stored"]
    assert fire.errors == []
