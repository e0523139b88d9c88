"""The story of one joint visit, from three phones to the sealed and printed record, in real Chromium.

The petrol station of the demo county: commerce leads, emergency management and fire take part with a phone
each, the other four departments do not come. The server is gone while they work.
"""

from __future__ import annotations

import io
import sqlite3
import subprocess
import sys
from typing import Any

from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from server.infra.db import db
from server.visits import bundle, journal
from server.visits.model import Visit
from tests.pins import let_in
from tests.processes import ROOT, LiveServer
from tests.story.phone import SAVED, Phone, phone_of

LEAD, EMERGENCY, FIRE = "SHWJ", "YJGL", "XFJY"
ABSENT = ("SCJG", "SHUI", "SHJ", "QXJ")


def station(server: LiveServer) -> tuple[str, dict[str, Any]]:
    """The petrol station's visit and its bundle."""
    app = server.app
    with app.app_context():
        visit = db.session.query(Visit).filter_by(industry="JYZ").one()
        return visit.id, bundle.load(visit.bundle_digest)


def items_of(document: dict[str, Any], department: str) -> list[dict[str, Any]]:
    """The items a department has to answer."""
    items = document["checklist"]["items"]
    return [one for one in items if one["department"] == department and not one["exempt"]]


def officers_of(document: dict[str, Any], department: str) -> list[str]:
    """The certified officers of a department."""
    team = [one for one in document["team"] if one["department"] == department]
    return [one["person"] for one in team if one["certificate"]]


def state_of(server: LiveServer, visit_id: str) -> dict[str, Any]:
    """The state the server folds."""
    app = server.app
    with app.app_context():
        return journal.read(db.session.get(Visit, visit_id)).folded()


def test_one_joint_visit(browser: Browser, phone: dict[str, Any], live_server: LiveServer) -> None:
    live_server.flask("demo", "load")
    live_server.start(jobs=True)
    visit, document = station(live_server)

    # All sign in and download.
    lead, emergency, fire, colleague = (
        phone_of(browser, phone, live_server.url, name) for name in ("shwj01", "yjgl01", "xfjy01", "xfjy05")
    )
    phones = (lead, emergency, fire, colleague)
    for one in phones:
        one.download(visit)

    # No server from here on.
    live_server.stop()

    _work(lead, document, LEAD, "王站长")
    _work(emergency, document, EMERGENCY, "王站长")
    _work_and_lose_the_tab(fire, document)

    # A colleague of the fire brigade answers the same item otherwise, on a phone of their own.
    disputed = items_of(document, FIRE)[0]
    colleague.arrive(FIRE, "王站长")
    colleague.fail(disputed, "灭火器压力不足 2 具")
    colleague.photograph()

    # The lead's app is reloaded with the server still down: nothing is gone.
    answered = items_of(document, LEAD)
    lead.open(f"/items/{answered[-1]['id']}")
    lead.page.reload()
    lead.sees(answered[-1], "pass")

    for code in ABSENT:
        lead.absent(code, "另有紧急任务")
    # The departments are done and sign; the party signs each section on the phone where it was written.
    for one, code in ((lead, LEAD), (emergency, EMERGENCY), (fire, FIRE)):
        one.complete()
        for person in officers_of(document, code)[:2]:
            one.sign_officer(person, code)
        one.sign_party(code, "王站长")

    # The server comes back and all sync.
    live_server.start(jobs=True)
    for one in phones:
        one.sync()
    for one in phones:
        one.sync()

    state = state_of(live_server, visit)
    _nothing_is_missing(state, document, disputed)
    assert state["items"][disputed["id"]]["state"] == "conflict"
    assert [one["code"] for one in state["blockers"] if one["code"] == "item-conflict"] == ["item-conflict"]

    # The fire brigade settles its conflict; what was signed before is outdated for its section: sign again.
    fire.open(f"/items/{disputed['id']}")
    expect(fire.page.locator(".conflict__sides .side")).to_have_count(2, timeout=SAVED)
    failing = fire.page.locator(".conflict__sides .side", has=fire.page.locator(".badge--fail"))
    failing.locator("button[type=submit]").click()
    fire.sees(disputed, "fail")
    fire.order_correction(disputed, "更换压力不足的灭火器")
    fire.complete()
    for person in officers_of(document, FIRE)[:2]:
        fire.sign_officer(person, FIRE)
    fire.sync()
    assert any(one["code"] == "signature-outdated" for one in state_of(live_server, visit)["blockers"])
    fire.sign_party(FIRE, "王站长")
    fire.sync()

    # The lead signs the visit off.
    assert state_of(live_server, visit)["blockers"] == []
    lead.sync()
    lead.open("/close")
    lead.page.click("#signoff button[type=submit]")
    expect(lead.page.locator("#lead .sealed")).to_be_visible(timeout=SAVED)
    lead.sync()

    state = state_of(live_server, visit)
    assert (state["status"], state["blockers"]) == ("signed", [])
    assert state["signoffs"][-1]["in_force"]
    _the_paper_holds_everything(lead, live_server, visit, state)
    _one_flipped_byte_is_named(live_server, visit)
    assert [one.errors for one in phones] == [[], [], [], []]


def _work(officer: Phone, document: dict[str, Any], department: str, party: str) -> None:
    """Arrive and answer all own items, with two photos in a row on the first."""
    officer.arrive(department, party)
    items = items_of(document, department)
    for item in items:
        officer.answer(item)
    officer.open(f"/items/{items[0]['id']}")
    officer.photograph(2)


def _work_and_lose_the_tab(fire: Phone, document: dict[str, Any]) -> None:
    """The same, but the tab is killed while the camera is open; the app comes back to the item."""
    fire.arrive(FIRE, "王站长")
    items = items_of(document, FIRE)
    for item in items:
        fire.answer(item)
    fire.open(f"/items/{items[1]['id']}")
    fire.photograph()
    fire.open_camera()
    fire.kill_tab()
    fire.page.goto(f"{fire.url}/field/")
    let_in(fire.page)
    fire.page.wait_for_url(f"**/items/{items[1]['id']}", timeout=SAVED)
    fire.sees(items[1], "pass")
    expect(fire.page.locator("img[data-thumb]")).to_have_count(1, timeout=SAVED)
    fire.photograph()


def _nothing_is_missing(state: dict[str, Any], document: dict[str, Any], disputed: dict[str, Any]) -> None:
    """Every answer, photo and signature that the phones kept is with the server."""
    for department in (LEAD, EMERGENCY, FIRE):
        for item in items_of(document, department):
            wanted = "conflict" if item["id"] == disputed["id"] else "answered"
            assert state["items"][item["id"]]["state"] == wanted
    # Two fake cameras may see the same picture at the same moment: one blob then, cited twice.
    assert sum(len(one["entries"]) for one in state["evidence"].values()) == 2 + 2 + 2 + 1
    assert {one["grade"] for one in state["evidence"].values()} == {"stored"}
    assert len([one for one in state["signatures"] if one["role"] == "inspector"]) == 6
    assert [one["name"] for one in state["signatures"] if one["role"] == "party"] == ["王站长"] * 3
    assert {code for code, one in state["departments"].items() if one["state"] == "absent"} == set(ABSENT)


def _the_paper_holds_everything(lead: Phone, server: LiveServer, visit: str, state: dict[str, Any]) -> None:
    """The PDF names every answer's remark, every piece of evidence and every signatory."""
    lead.context.clear_cookies()
    page = lead.context.new_page()
    page.goto(f"{server.url}/login?next=/office/visits")
    page.fill("[name=username]", "office01")
    page.fill("[name=password]", "liancha-demo")
    page.click("form button:has-text('登录')")
    page.wait_for_url("**/office/**")
    answer = page.request.get(f"{server.url}/office/visits/{visit}/record.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.body())).pages
    text = "".join(page.extract_text() for page in pages).replace("\n", "")
    for sha256 in state["evidence"]:
        assert sha256 in text
    for item in state["items"].values():
        assert (item["remark"] or "").replace(" ", "") in text.replace(" ", "")
    for signature in state["signatures"]:
        assert signature["name"] in text


def _one_flipped_byte_is_named(server: LiveServer, visit: str) -> None:
    """The record is whole; a byte changed in a stored entry, or in a stored blob, is found and named."""
    assert verified(server, visit) == (0, "1 visits checked, 0 findings")
    server.stop()
    with sqlite3.connect(server.data_dir / "liancha.db") as stored:
        name, text = stored.execute(
            "select hash, document from entry"
            " where visit_id = ? and kind = 'answer' and document like '%\"pass\"%' limit 1",
            [visit],
        ).fetchone()
        stored.execute(
            "update entry set document = ? where hash = ?", [text.replace('"pass"', '"fail"'), name]
        )
    code, said = verified(server, visit)
    assert (code, name in said) == (1, True)
    with sqlite3.connect(server.data_dir / "liancha.db") as stored:
        stored.execute("update entry set document = ? where hash = ?", [text, name])
        sha256 = stored.execute("select sha256 from blob where visit_id = ? limit 1", [visit]).fetchone()[0]
    blob = next(path for path in (server.data_dir / "evidence").rglob(f"*{sha256}*") if path.is_file())
    content = bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 1
    blob.chmod(0o600)
    blob.write_bytes(content)
    code, said = verified(server, visit)
    assert (code, sha256 in said) == (1, True)


def verified(server: LiveServer, visit: str) -> tuple[int, str]:
    """What `flask journal verify` answers: its exit code and its words."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "journal", "verify", "--visit", visit],
        cwd=ROOT, env=server.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.strip()
