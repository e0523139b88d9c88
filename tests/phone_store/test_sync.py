"""The dialogue with the real server: what is written offline arrives, whatever happens in between."""

import base64
import io
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Route

from server.infra.db import db
from server.visits.model import Entry
from tests.phone_store.conftest import Field, Tab

WRITE = "return (await store.append(given.visit, given.kind, given.body)).hash;"


def write(field: Field, tab: Tab, kind: str = "note", **body: Any) -> str:
    """Append an entry to the visit's journal: its hash."""
    return tab.run(
        WRITE, {"visit": field.visit, "kind": kind, "body": body or {"department": "XFJY", "text": "记录"}}
    )


def answer(field: Field, tab: Tab, item: str, verdict: str = "pass") -> str:
    """Answer an item."""
    return write(field, tab, "answer", item=item, verdict=verdict, value=None, remark="好", replaces=[])


def here(field: Field, state: dict[str, Any]) -> dict[str, Any]:
    """What the state says of the visit."""
    return state["visits"][field.visit]


def problems(field: Field, state: dict[str, Any]) -> list[str]:
    """The attention the visit needs."""
    return [one["problem"] for one in here(field, state)["attention"]]


def photo(side: int = 200) -> bytes:
    """A JPEG of noise, which does not compress: about one byte a pixel and more."""
    noise = random.Random(side).randbytes(side * side * 3)
    buffer = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def keep(field: Field, tab: Tab, content: bytes, kind: str = "image/jpeg") -> str:
    """Put a file into the phone's store and name it in the journal: its hash."""
    return tab.run(
        """
        const bytes = Uint8Array.from(atob(given.content), (letter) => letter.charCodeAt(0));
        const { sha256, bytes: size } = await store.putEvidence(given.visit, bytes, { type: given.type });
        await store.append(given.visit, "evidence", { sha256, bytes: size, type: given.type, captured_at: new Date().toISOString(), source: "app", location: null });
        return sha256;
        """,
        {"visit": field.visit, "type": kind, "content": base64.b64encode(content).decode()},
    )


def grades(field: Field, tab: Tab) -> dict[str, str]:
    """The grades of what is here."""
    return {one["sha256"]: one["grade"] for one in tab.run("return store.evidenceList(given);", field.visit)}


def stored_entries(field: Field) -> list[str]:
    """The hashes in the database of a server that is not running."""
    app = field.server.app
    with app.app_context():
        found = list(db.session.scalars(db.select(Entry.hash)))
        db.engine.dispose()
    return found


def test_what_is_written_offline_goes_by_itself_when_the_network_is_back(field: Field) -> None:
    tab = field.working("zhou")
    tab.page.context.set_offline(True)
    hashes = [answer(field, tab, "XF1"), answer(field, tab, "XF2")]
    state = tab.sync()
    assert state["phase"] == "offline"
    assert here(field, state)["entriesHere"] == 2
    tab.page.context.set_offline(False)
    tab.until("app.syncState().phase === 'idle'")
    assert field.held(tab) == sorted(hashes)
    state = tab.run("return app.syncState();")
    assert here(field, state) == {
        "entriesHere": 0,
        "filesHere": 0,
        "bytesHere": 0,
        "bytesSent": 0,
        "attention": [],
    }
    assert tab.run("return (await store.bundle(given)).checklist.items.length;", field.visit) == 4


def test_what_others_write_appears_on_an_open_visit_within_seconds(field: Field) -> None:
    watching = field.working("lin", f"/field/visits/{field.visit}")
    writing = field.working("zhou")
    written = answer(field, writing, "XF1")
    watching.until(
        "(await store.hashes(given.visit)).includes(given.hash)", {"visit": field.visit, "hash": written}
    )
    assert watching.run("return (await store.entries(given))[0].body.item;", field.visit) == "XF1"


def test_an_upload_goes_on_where_it_was_when_the_server_was_killed(field: Field) -> None:
    tab = field.working("zhou")
    offsets: list[int] = []
    tab.page.on(
        "request", lambda one: one.method == "PATCH" and offsets.append(int(one.headers["upload-offset"]))
    )
    sha256 = keep(field, tab, photo(2600))
    tab.run("window.round = app.syncNow('button');")
    tab.until("(await store.evidenceList(given))[0].sent > 0", field.visit)
    field.server.kill()
    tab.run("await window.round;")
    assert grades(field, tab) == {sha256: "uploading"}
    tab.reload()
    tab.open(field.people["zhou"])
    field.server.start()
    before = len(offsets)
    tab.start()
    state = tab.sync()
    assert grades(field, tab) == {sha256: "stored"}
    assert here(field, state)["filesHere"] == 0
    assert offsets[before] > 0


def test_two_tabs_send_everything_once(field: Field) -> None:
    phone = field.phone("zhou")
    tabs = [phone.tab(), phone.tab()]
    tabs[0].enrol_here()
    tabs[1].open(field.people["zhou"])
    pushes: list[str] = []
    phone.context.on(
        "request",
        lambda one: one.method == "POST" and one.url.endswith("/entries") and pushes.append(one.url),
    )
    for _ in range(3):
        write(field, tabs[0])
    for tab in tabs:
        tab.run(
            "app.startSync(store); window.round = Promise.all([app.syncNow('button'), app.syncNow('button')]);"
        )
    for tab in tabs:
        tab.run("await window.round;")
    assert len(pushes) == 1
    assert len(field.held(tabs[0])) == 3
    assert tabs[1].run("return app.syncState().phase;") == "idle"


def test_a_server_restored_from_yesterday_gets_everything_back(field: Field, tmp_path: Path) -> None:
    zhou, lin = field.working("zhou"), field.working("lin")
    early = answer(field, zhou, "XF1")
    zhou.sync()
    field.server.stop()
    shutil.copytree(field.server.data_dir, tmp_path / "yesterday")
    field.server.start()
    later = answer(field, zhou, "XF2")
    sha256 = keep(field, zhou, photo())
    zhou.sync()
    lin.sync()
    whole = field.held(zhou)
    assert len(whole) == 3
    field.server.stop()
    shutil.rmtree(field.server.data_dir)
    shutil.copytree(tmp_path / "yesterday", field.server.data_dir)
    field.server.flask("data", "renew-epoch")
    assert stored_entries(field) == [early]
    field.server.start()
    lin.sync()  # the colleague's phone has the entries, too, and brings them
    assert field.held(lin) == whole
    zhou.sync()
    assert field.held(zhou) == whole
    assert later in whole
    assert grades(field, zhou) == {sha256: "stored"}


def test_an_entry_that_has_no_effect_is_shown_and_the_rest_goes_on(field: Field) -> None:
    tab = field.working("zhou")
    foreign, own = answer(field, tab, "SC1"), answer(field, tab, "XF1")
    state = tab.sync()
    assert here(field, state)["attention"][0]["hash"] == foreign
    assert problems(field, state) == ["quarantined"]
    assert state["phase"] == "attention"
    assert field.held(tab) == sorted([foreign, own])
    assert tab.run("return (await store.context(given)).quarantined;", field.visit) == [foreign]


def test_an_entry_altered_on_its_way_here_is_not_believed(field: Field) -> None:
    lin, zhou = field.working("lin"), field.working("zhou")
    first = answer(field, zhou, "XF1", "fail")
    zhou.sync()

    def alter(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"verdict":"fail"', '"verdict":"pass"'))

    pattern = "**/entries?*"
    lin.page.route(pattern, alter)
    assert problems(field, lin.sync()) == ["answer-altered"]
    assert lin.run("return store.hashes(given);", field.visit) == []
    lin.page.unroute(pattern)
    assert problems(field, lin.sync()) == []
    assert lin.run("return store.hashes(given);", field.visit) == [first]


def test_an_entry_altered_on_its_way_there_is_refused_shown_and_sent_again_by_the_button(
    field: Field,
) -> None:
    tab = field.working("zhou")

    def alter(route: Route) -> None:
        route.continue_(post_data=route.request.post_data.replace("记录", "伪造"))

    pattern = "**/entries"
    tab.page.route(pattern, alter)
    written = write(field, tab)
    state = tab.sync()
    assert problems(field, state) == ["bad-hash"]
    assert here(field, state)["attention"][0]["hash"] == written
    tab.page.unroute(pattern)
    assert problems(field, tab.sync()) == []
    assert field.held(tab) == [written]


def test_without_a_session_nothing_is_lost_and_signing_in_is_asked_for(field: Field) -> None:
    tab = field.working("zhou")
    context = tab.page.context
    session = [one for one in context.cookies() if not one["name"].startswith("liancha_seq")]
    context.clear_cookies(name=session[0]["name"])
    written = write(field, tab)
    state = tab.sync()
    assert (state["phase"], state["problem"]) == ("attention", "sign-in")
    assert here(field, state)["entriesHere"] == 1
    field.sign_in(context, "zhou")
    assert tab.sync()["problem"] is None
    assert field.held(tab) == [written]


def test_a_stale_token_is_fetched_again_and_the_write_repeated(field: Field) -> None:
    tab = field.working("zhou")
    stale = iter([True])

    def answer(route: Route) -> None:
        real = route.fetch()
        session = real.json() | ({"csrf_token": "stale"} if next(stale, False) else {})
        route.fulfill(response=real, json=session)

    tab.page.route("**/api/session", answer)
    written = write(field, tab)
    assert tab.sync()["phase"] == "idle"
    assert field.held(tab) == [written]


@pytest.mark.parametrize("status", [200, 302, 401, 502])
def test_a_captive_portal_is_neither_success_nor_refusal(field: Field, status: int) -> None:
    tab = field.working("zhou")
    portal = {
        "status": status,
        "content_type": "text/html",
        "body": "<h1>请先登录无线网络</h1>",
        "headers": {"Location": "/portal"},
    }
    tab.page.route("**/api/**", lambda route: route.fulfill(**portal))
    written = write(field, tab)
    state = tab.sync()
    assert state["phase"] == "offline"
    assert here(field, state)["entriesHere"] == 1
    tab.page.unroute("**/api/**")
    tab.sync()
    assert field.held(tab) == [written]


def test_a_refused_file_is_kept_with_the_reason_and_the_others_go_on(field: Field) -> None:
    tab = field.working("zhou")
    script = keep(field, tab, b"#!/bin/sh\necho this is no video\n" * 50, "video/mp4")
    real = keep(field, tab, photo())
    state = tab.sync()
    (attention,) = here(field, state)["attention"]
    assert attention["sha256"] == script
    assert attention["detail"]
    assert grades(field, tab) == {script: "local", real: "stored"}
    size = "return (await store.evidenceBlob(given.visit, given.sha256)).size;"
    assert tab.run(size, {"visit": field.visit, "sha256": script}) == 1600


def test_with_somebody_elses_session_entries_go_and_none_come(field: Field) -> None:
    phone = field.phone("zhou")
    tab = phone.tab()
    tab.enrol_here()
    tab.start()
    lin = field.working("lin")
    answer(field, lin, "SC1")
    lin.sync()
    field.sign_in(phone.context, "wu")
    written = write(field, tab)
    state = tab.sync()
    assert state["problem"] == "other-person"
    assert written in field.held(tab)
    assert tab.run("return store.hashes(given);", field.visit) == [written]


def test_a_hole_in_the_own_chain_is_declared_and_the_rest_goes_on(field: Field) -> None:
    tab = field.working("zhou")
    tab.page.context.set_offline(True)
    hashes = [write(field, tab) for _ in range(3)]
    tab.run(
        """
        const db = await new Promise((resolve) => { const r = indexedDB.open(`liancha-${store.home}`); r.onsuccess = () => resolve(r.result); });
        const tx = db.transaction("entries", "readwrite");
        tx.objectStore("entries").delete(given);
        await new Promise((resolve) => { tx.oncomplete = resolve; });
        db.close();
        """,
        hashes[1],
    )
    tab.reload()
    tab.open(field.people["zhou"])
    tab.page.context.set_offline(False)
    tab.start()
    tab.sync()
    assert field.held(tab) == sorted([hashes[0], hashes[2]])
    lost = tab.run("return (await store.context(given)).lost;", field.visit)
    assert [(one["seq"], one["hash"]) for one in lost] == [(2, hashes[1])]


def test_a_taken_id_leads_to_a_new_enrolment_in_the_same_database(field: Field) -> None:
    phone = field.phone("zhou")
    tab = phone.tab()
    device = tab.enrol_here()
    other = field.working("wu")
    taken = other.run(
        """
        const session = await (await fetch("/api/session")).json();
        const body = JSON.stringify({ id: given, public_key: store.publicKey, label: "other" });
        const headers = { "Content-Type": "application/json", "X-CSRFToken": session.csrf_token };
        return (await fetch("/api/devices", { method: "POST", headers, body })).status;
        """,
        device,
    )
    assert taken == 201
    tab.start()
    assert tab.run("return store.devices;")[1:] == [device]
    written = write(field, tab)
    assert tab.sync()["phase"] == "idle"
    assert field.held(tab) == [written]


def test_a_phone_that_lost_its_last_entries_notices_and_gets_them_back(field: Field) -> None:
    tab = field.working("zhou")
    hashes = [write(field, tab) for _ in range(2)]
    tab.sync()
    tab.run(
        """
        const db = await new Promise((resolve) => { const r = indexedDB.open(`liancha-${store.home}`); r.onsuccess = () => resolve(r.result); });
        const tx = db.transaction(["entries", "chain"], "readwrite");
        tx.objectStore("entries").delete(given.hash);
        tx.objectStore("chain").delete([given.visit, store.device, 2]);
        await new Promise((resolve) => { tx.oncomplete = resolve; });
        db.close();
        """,
        {"visit": field.visit, "hash": hashes[1]},
    )
    tab.reload()
    tab.open(field.people["zhou"])
    assert problems(field, tab.start()) == ["loss-detected"]
    assert sorted(tab.run("return store.hashes(given);", field.visit)) == sorted(hashes)
    write(field, tab)
    assert [one["seq"] for one in tab.run("return store.entries(given);", field.visit)] == [1, 2, 3]


def test_a_clock_wrong_by_a_year_is_told_and_refuses_nothing(field: Field) -> None:
    phone = field.phone("zhou")
    page = phone.context.new_page()
    page.clock.install(time="2025-01-01T08:00:00+08:00")
    page.goto(phone.address + "/field/blank")
    tab = Tab(page)
    tab.enrol_here()
    tab.run("app.startSync(store);")
    written = write(field, tab)
    state = tab.sync()
    assert state["problem"] == "clock-wrong"
    assert state["clockSkew"] < -300 * 24 * 3600 * 1000
    assert field.held(tab) == [written]
