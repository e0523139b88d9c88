"""A hard day: seven departments on three phones by PIN, and no server from morning to evening.

A recording dies twice, one phone's work is handed over by file, one phone is lost and comes back from its
rescue files, the lead drops out and the deputy signs. In the end nothing that any phone ever had is missing.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from server.accounts.model import Person
from server.evidence.model import Blob
from server.infra.db import db
from server.visits.model import Entry
from tests.pins import switch_to
from tests.processes import LiveServer
from tests.story.phone import SAVED, Phone, phone_of
from tests.story.test_joint_visit import items_of, officers_of, state_of, station

LEAD, FILMING = "SHWJ", "XFJY"
BOXES = {"a": ("SHWJ", "YJGL"), "b": ("XFJY", "SCJG"), "c": ("SHUI", "SHJ", "QXJ")}
"""Which departments share which phone; the deputy's account is on the second."""
PARTY = "王站长"
LONG = 120_000

HOLDS = """async (visit) => {
  const { app } = await import("/field/app/local/app.js");
  const [hashes, files] = await Promise.all([app.store.hashes(visit), app.store.evidenceList(visit)]);
  return { hashes, files: files.map(({ sha256 }) => sha256) };
}"""


class Day:
    """The visit, who goes, the phones, and all that any of them ever held."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.visit, self.document = station(server)
        self.hashes: set[str] = set()
        self.files: set[str] = set()
        team = self.document["team"]
        with server.app.app_context():
            people = db.session.query(Person).filter(Person.id.in_([one["person"] for one in team]))
            self.usernames = {one.id: one.username for one in people}
        self.deputy = next(one for one in team if one["deputy"])
        officers = [one for one in team if one["certificate"] and not one["deputy"]]
        self.first = {one["department"]: one for one in reversed(officers)}

    def username(self, member: dict[str, Any]) -> str:
        """By which a member of the team signs in."""
        return self.usernames[member["person"]]

    def note(self, phone: Phone) -> None:
        """Remember all that the open account holds."""
        held = phone.page.evaluate(HOLDS, self.visit)
        self.hashes.update(held["hashes"])
        self.files.update(held["files"])


def test_a_hard_day(browser: Browser, phone: dict[str, Any], live_server: LiveServer, tmp_path: Path) -> None:
    live_server.flask("demo", "load")
    live_server.start(jobs=True)
    day = Day(live_server)
    phones = {name: _shared(browser, phone, day, codes, name == "b") for name, codes in BOXES.items()}
    live_server.stop()

    for name, codes in BOXES.items():
        for code in codes:
            _work(phones[name], day, code)
        if name == "a":
            carried = set(day.hashes)

    # The lead has to go: what the first phone holds travels by file, and the phone is gone.
    files = [_handed_over(phones["a"], day, code, tmp_path) for code in BOXES["a"]]
    phones["a"].context.close()

    # The third phone is dying: its rescue files are all that is left of it.
    rescued = _rescue_files(phones["c"], tmp_path)
    phones["c"].context.close()

    deputy = phones["b"]
    switch_to(deputy.page, day.deputy["name"])
    for file, code in files:
        _take(deputy, file, code)
    assert carried - set(deputy.page.evaluate(HOLDS, day.visit)["hashes"]) == set()
    day.note(deputy)

    # Evening: the server is back. The office brings the rescue files in, the second phone sends what it has.
    live_server.start(jobs=True)
    _bring_in(browser, live_server, rescued)
    deputy.sign_in_again(day.username(day.deputy))
    for code in BOXES["b"]:
        switch_to(deputy.page, day.first[code]["name"])
        deputy.push()
    switch_to(deputy.page, day.deputy["name"])
    deputy.sync()
    _nothing_is_missing(live_server, day)

    # The deputy takes over and signs the visit off.
    deputy.take_over("组长另有紧急任务")
    deputy.sync()
    assert state_of(live_server, day.visit)["blockers"] == []
    deputy.open("/close")
    deputy.page.click("#signoff button[type=submit]")
    expect(deputy.page.locator("#lead .sealed")).to_be_visible(timeout=SAVED)
    deputy.sync()
    state = state_of(live_server, day.visit)
    assert state["status"] == "signed"
    assert state["signoffs"][-1]["in_force"]
    assert state["signoffs"][-1]["author"] == day.deputy["person"]
    assert deputy.errors == []


def _shared(
    browser: Browser, profile: dict[str, Any], day: Day, codes: tuple[str, ...], deputy: bool
) -> Phone:
    """A phone on which an officer of each department is enrolled, and has the visit."""
    first, *others = [day.first[code] for code in codes] + ([day.deputy] if deputy else [])
    phone = phone_of(browser, profile, day.server.url, day.username(first))
    phone.download(day.visit)
    for one in others:
        phone.join(day.username(one))
        phone.download(day.visit)
    return phone


def _work(phone: Phone, day: Day, code: str) -> None:
    """Everything of one department, from the door to its signatures."""
    switch_to(phone.page, day.first[code]["name"])
    phone.arrive(code, PARTY)
    items = items_of(day.document, code)
    for item in items:
        phone.answer(item)
    phone.open(f"/items/{items[0]['id']}")
    phone.photograph()
    if code == FILMING:
        _film_with_two_crashes(phone)
    phone.complete()
    for person in officers_of(day.document, code)[:2]:
        phone.sign_officer(person, code)
    phone.sign_party(code, PARTY)
    day.note(phone)


def _film_with_two_crashes(phone: Phone) -> None:
    """Two recordings end with their page, a third by the button: three of them are kept."""
    for crash in (True, True, False):
        phone.open("/recorder")
        phone.page.click("[data-do=record]:visible")
        expect(phone.page.locator(".recording[data-phase=recording]")).to_be_visible(timeout=SAVED)
        phone.page.wait_for_timeout(4_000)  # what is to be filmed
        if crash:
            phone.kill_tab()
        else:
            phone.page.click(".recording [data-do=record-stop]")
            phone.page.locator(".sheet button").first.click()
            expect(phone.page.locator(".recording")).to_have_count(0, timeout=SAVED)
    phone.open("/evidence")
    expect(phone.page.locator(".gallery__one")).to_have_count(4, timeout=SAVED)


def _handed_over(phone: Phone, day: Day, code: str, folder: Path) -> tuple[Path, str]:
    """One account's work as a file, and the code that opens it."""
    switch_to(phone.page, day.first[code]["name"])
    phone.open("/handover")
    phone.page.click("#handover-make button[type=submit]")
    phone.page.wait_for_selector(".parcel-code", timeout=LONG)
    with phone.page.expect_download() as saved:
        phone.page.click("[data-do=parcel-download]")
    file = folder / f"handover-{code}.liancha"
    saved.value.save_as(file)
    return file, "".join(phone.page.locator(".parcel-code").inner_text().split())


def _rescue_files(phone: Phone, folder: Path) -> list[Path]:
    """A file of each account, made without their PINs."""
    phone.page.goto(f"{phone.url}/field/rescue")
    links = phone.page.locator("a[href^='/field/rescue/']")
    expect(links).to_have_count(3, timeout=SAVED)
    files = []
    for place in [one.get_attribute("href") for one in links.all()]:
        phone.page.goto(phone.url + str(place))
        phone.page.click("#rescue-make button[type=submit]")
        phone.page.wait_for_selector("[data-do=parcel-download]", timeout=LONG)
        with phone.page.expect_download() as saved:
            phone.page.click("[data-do=parcel-download]")
        files.append(folder / f"rescue-{len(files)}.liancha")
        saved.value.save_as(files[-1])
    return files


def _take(phone: Phone, file: Path, code: str) -> None:
    """A colleague's file is chosen and opened by its code."""
    phone.page.goto(f"{phone.url}/field/take")
    if phone.page.locator("#take-again").count():
        phone.page.click("#take-again button")
    with phone.page.expect_file_chooser() as chooser:
        phone.page.click("[data-do=parcel-pick]")
    chooser.value.set_files(file)
    phone.page.fill("#code", code)
    phone.page.click("#take-code button[type=submit]")
    # It may bring nothing new: a colleague of the same phone may have carried this work in their file.
    expect(phone.page.locator("#take")).to_contain_text(re.compile("已收下|本机都有"), timeout=LONG)


def _bring_in(browser: Browser, server: LiveServer, files: list[Path]) -> None:
    """The office takes each rescue file in and waits for what came of it."""
    page = browser.new_context().new_page()
    page.goto(f"{server.url}/login?next=/office/rescue")
    page.fill("[name=username]", "office01")
    page.fill("[name=password]", "liancha-demo")
    page.click("form button:has-text('登录')")
    for file in files:
        page.goto(f"{server.url}/office/rescue")
        page.set_input_files("#file", file)
        page.click("#receive form button")
        page.wait_for_url("**/office/rescue/*")
        expect(page.locator("#import .page-head .badge")).to_have_text("已导入", timeout=LONG)
    page.context.close()


def _nothing_is_missing(server: LiveServer, day: Day) -> None:
    with server.app.app_context():
        accepted = (Entry.visit_id == day.visit, Entry.standing == "accepted")
        entries = set(db.session.scalars(db.select(Entry.hash).where(*accepted)))
        blobs = set(db.session.scalars(db.select(Blob.sha256).where(Blob.visit_id == day.visit)))
        db.engine.dispose()
    assert day.hashes - entries == set()
    assert day.files - blobs == set()
    state = state_of(server, day.visit)
    assert {one["grade"] for one in state["evidence"].values()} == {"stored"}
    assert {one["state"] for one in state["departments"].values()} == {"completed"}
    assert len([one for one in state["signatures"] if one["role"] == "inspector"]) == 14
    assert len([one for one in state["signatures"] if one["role"] == "party"]) == 7
