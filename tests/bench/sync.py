"""Batches of 200 signed entries, every signature verified, beside the database's own durable commits."""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import requests

from server.demo import people
from server.demo.phone import Phone
from server.infra.db import db, transaction
from server.kernel.ids import uuid7
from server.visits.assigning import Assignment, assign_visit
from server.visits.model import Visit
from tests.bench.figures import Figure
from tests.evidence.remote import RemoteSpeaker
from tests.processes import LiveServer

ENTRIES = 200
LEAD, DEMO_PASSWORD = "shwj01", people.PASSWORD
AIMS = {1: "", 16: "300/s"}
CLIENTS = {1: 30, 16: 120}  # clients -> visits pushed by them


def measure(server: LiveServer, visit: str) -> list[Figure]:
    """Visits per second, pushed whole in one batch each, by one client and by sixteen."""
    speakers = [RemoteSpeaker(server.url, LEAD, DEMO_PASSWORD) for _ in range(max(CLIENTS))]
    batches = _batches(server, visit, sum(CLIENTS.values()), speakers[0])
    figures = []
    for clients, number in CLIENTS.items():
        own, batches = batches[:number], batches[number:]
        ours = number / _timed(clients, own, lambda client, one: _push(speakers[client], *one))
        theirs = _commits(server.data_dir / "yardstick.db", clients, own)
        name = f"visits of {ENTRIES} entries pushed, clients: {clients}"
        figures.append(Figure(name, ours, "/s", "durable commits of the same bytes", theirs, AIMS[clients]))
    return figures


def _batches(server: LiveServer, model: str, number: int, speaker: RemoteSpeaker) -> list[tuple[str, bytes]]:
    """A visit each, and its journal as one body."""
    app = server.app
    with app.app_context():
        like = db.session.get_one(Visit, model)
        team = [Assignment(one.person, lead=one.lead) for one in like.members]
        with transaction():
            about = {"enterprise": like.enterprise, "date": like.date, "slot": like.slot, "team": team}
            visits = [assign_visit(None, exempt=False, **about) for _ in range(number)]
            ids = [one.id for one in visits]
        lead = like.lead_id
    session = speaker.session.get(f"{server.url}/api/session", timeout=30).json()
    return [(visit, _journal(server, speaker, visit, lead, session["nonce"])) for visit in ids]


def _journal(server: LiveServer, speaker: RemoteSpeaker, visit: str, author: str, nonce: str) -> bytes:
    """200 notes of one new enrolment."""
    phone = Phone(author, visit, uuid7(int(time.time() * 1000), secrets.token_bytes(10)))
    key = {"id": phone.device, "public_key": phone.public_jwk(), "label": "bench"}
    there = f"{server.url}/api/devices"
    requests.post(there, json=key, headers=speaker.headers, timeout=30).raise_for_status()
    for number in range(ENTRIES):
        body = {"department": "SHWJ", "text": f"第 {number} 条现场情况：通道畅通，器材在位，记录完整。"}
        phone.write("note", body, datetime.now(UTC), nonce)
    return json.dumps({"entries": phone.chain}).encode()


def _push(speaker: RemoteSpeaker, visit: str, body: bytes) -> None:
    headers = speaker.headers | {"Content-Type": "application/json"}
    there = f"{speaker.url}/api/visits/{visit}/entries"
    answer = requests.post(there, data=body, headers=headers, timeout=120)
    said: dict[str, Any] = answer.json()
    if len(said.get("accepted", [])) != ENTRIES:
        raise RuntimeError(f"not accepted: {answer.status_code} {str(said)[:500]}")


def _timed(clients: int, work: Sequence[Any], deed: Callable[[int, Any], None]) -> float:
    """Seconds until all work is done by so many at once; what fails in a client fails the bench."""
    places, failures = count(), []

    def run(client: int) -> None:
        try:
            while (place := next(places)) < len(work):
                deed(client, work[place])
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(client,)) for client in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    if failures:
        raise failures[0]
    return took


def _commits(path: Path, clients: int, batches: Sequence[tuple[str, bytes]]) -> float:
    """The same entries as bare rows, a commit for each batch, by as many writers."""
    rows = [[(json.dumps(one),) for one in json.loads(body)["entries"]] for _, body in batches]
    with _opened(path) as made:
        made.execute("create table if not exists entry (document text)")
    return len(batches) / _timed(clients, rows, lambda _, one: _commit(path, one))


def _commit(path: Path, rows: Sequence[tuple[str]]) -> None:
    with _opened(path) as writer:
        writer.execute("begin immediate")
        writer.executemany("insert into entry values (?)", rows)
        writer.execute("commit")
    writer.close()


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    return connection
