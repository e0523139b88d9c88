"""Two tabs of one phone, each with its button and timers: one exchanges at a time, all goes once."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Request, Route

from server.infra.db import db
from server.visits.model import Entry
from tests.evidence.files import image
from tests.evidence.speaking_tus import sha256
from tests.phone_store.conftest import Field, Tab
from tests.processes import LiveServer

AT = "2026-11-24T09:31:00.000+08:00"
SEED = int(os.environ.get("SEED", "1"))
SYNC = Path(__file__).resolve().parents[2] / "pwa" / "sync" / "sync.js"
OFTEN = {
    "POLL_MS = 3_000": "POLL_MS = 40",
    "ROUND_MS = 60_000": "ROUND_MS = 300",
    "WRITING_MS = 300": "WRITING_MS = 30",
}

WATCH = """
  window.asked = [];
  const real = window.fetch;
  window.fetch = async (path, options) => {
    const from = performance.timeOrigin + performance.now();
    try {
      return await real(path, options);
    } finally {
      if (String(path).includes(given)) window.asked.push([from, performance.timeOrigin + performance.now()]);
    }
  };
"""
STEPS = {
    "button": "void app.syncNow('button');",
    "timer": "void app.syncNow('timer');",
    "online": "dispatchEvent(new Event('online'));",
    "seen": "document.dispatchEvent(new Event('visibilitychange'));",
    "note": "await store.append(given.visit, 'note', { department: 'XFJY', text: given.text });",
    "photo": """
      const bytes = Uint8Array.from(atob(given.photo), (letter) => letter.charCodeAt(0));
      const kept = await store.putEvidence(given.visit, bytes, { type: "image/jpeg" });
      const about = { type: "image/jpeg", captured_at: given.at, source: "app", location: null };
      await store.append(given.visit, "evidence", { ...kept, ...about });
    """,
}  # fmt: skip


@pytest.fixture
def field(live_server: LiveServer, browser: Browser, phone: dict[str, Any]) -> Iterator[Field]:
    """The field, with its server running."""
    made = Field(live_server, browser, phone)
    yield made
    for context in made.contexts:
        context.close()


def test_button_and_timers_of_two_tabs_send_everything_once(field: Field) -> None:
    chance, phone = Random(SEED), field.phone("zhou")
    phone.context.route("**/sync/sync.js", often)
    begun: list[Request] = []
    phone.context.on("request", lambda one: begun.append(one) if is_upload(one) else None)
    tabs = [phone.tab(f"/field/visits/{field.visit}") for _ in range(2)]
    tabs[0].enrol_here()
    tabs[1].open(field.people["zhou"])
    for tab in tabs:
        tab.run(WATCH, field.visit)
        tab.run("app.startSync(store);")
    photos = work(field, tabs, chance)
    for tab in tabs:
        tab.sync()
    told = f"SEED={SEED}"
    assert overlaps(*(tab.run("return window.asked;") for tab in tabs)) == [], told
    assert len(begun) == len(set(photos)), told
    grades = {
        one["sha256"]: one["grade"] for one in tabs[0].run("return store.evidenceList(given);", field.visit)
    }
    assert grades == dict.fromkeys(photos, "stored"), told
    here = sorted(tabs[0].run("return store.hashes(given);", field.visit))
    assert field.held(tabs[1]) == here, told
    field.server.stop()
    with field.server.app.app_context():
        chain = list(db.session.execute(db.select(Entry.position, Entry.seq).order_by(Entry.position)))
        db.engine.dispose()
    numbers = list(range(1, len(here) + 1))
    assert [(position, seq) for position, seq in chain] == list(zip(numbers, numbers, strict=True)), told


def work(field: Field, tabs: list[Tab], chance: Random) -> list[str]:
    """Write, photograph and exchange in both tabs, in an order by chance: the names of the photos."""
    photos = []
    for n in range(60):
        step = chance.choice([*STEPS, "button", "timer", "note"])
        content = image("JPEG") + chance.randbytes(30_000)
        given = {
            "visit": field.visit,
            "text": f"记录 {n}",
            "at": AT,
            "photo": base64.b64encode(content).decode(),
        }
        chance.choice(tabs).run(STEPS[step], given)
        photos += [sha256(content)] * (step == "photo")
    return photos


def often(route: Route) -> None:
    """The exchange with quicker timers."""
    source = SYNC.read_text()
    for slow, quick in OFTEN.items():
        assert slow in source
        source = source.replace(slow, quick)
    route.fulfill(body=source, content_type="text/javascript")


def is_upload(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/api/evidence/uploads")


def overlaps(one: list[list[float]], other: list[list[float]]) -> list[Any]:
    """Requests that two tabs had under way at the same time."""
    return [(a, b) for a in one for b in other if a[0] < b[1] and b[0] < a[1]]
