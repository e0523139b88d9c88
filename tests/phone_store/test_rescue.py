"""Rescue files: made by a real phone that has no server any more, brought in at the office."""

import base64
import hashlib
import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.accounts.rescue import oaep, private_key, rescue_key
from server.evidence.model import Blob
from server.infra.db import db
from server.infra.storage import evidence_store
from server.rescue.model import RescueImport
from server.rescue.parcel import Parcel, WrongKey
from server.visits.model import Entry
from tests.builders import Caller, Scene, a_visit
from tests.dialogue import form_token, sign_in
from tests.people import PASSWORD, People
from tests.phone_store.conftest import Phone, Tab
from tests.phone_store.test_sync import photo

MAKE = """
  const [{ makeRescue }, { accounts }] = await Promise.all([import("/field/app/store/rescue.js"), app]);
  const [account] = await accounts();
  const { blob } = await makeRescue(account);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
"""
KEEP = """
  const bytes = Uint8Array.from(atob(given.content), (letter) => letter.charCodeAt(0));
  const { sha256, bytes: size } = await store.putEvidence(given.visit, bytes, { type: "image/jpeg" });
  await store.append(given.visit, "evidence", { sha256, bytes: size, type: "image/jpeg", captured_at: new Date().toISOString(), source: "app", item: "XF1", location: null });
  return sha256;
"""


class Desk:
    """The office's side: somebody signed in, and what the server has."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, app.test_client()
        assert sign_in(self.client, "he", PASSWORD).status_code == 302

    def bring_in(self, content: bytes) -> Any:
        """Send the form with this file."""
        parts = (
            (b'name="csrf_token"', form_token(self.client).encode()),
            (b'name="file"; filename="rescue"', content),
        )
        body = (
            b"".join(b"--cut\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % part for part in parts)
            + b"--cut--\r\n"
        )
        return self.client.post("/office/rescue", data=body, content_type="multipart/form-data; boundary=cut")

    def outcome(self, content: bytes) -> dict[str, Any]:
        """What came of a file that was taken in."""
        answer = self.bring_in(content)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        page = self.client.get(answer.location)
        assert page.status_code == 200
        with self.app.app_context():
            row = db.session.scalar(select(RescueImport).order_by(RescueImport.id.desc()))
            return row.outcome | {
                "page": re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))
            }

    def held(self, visit: str) -> tuple[list[str], list[str]]:
        """The accepted entries and the blobs of a visit."""
        with self.app.app_context():
            entries = db.session.scalars(
                select(Entry.hash).where(Entry.visit_id == visit, Entry.standing == "accepted")
            )
            return sorted(entries), sorted(
                db.session.scalars(select(Blob.sha256).where(Blob.visit_id == visit))
            )


def lost_phone(
    app: Flask, people: People, alone: Phone, *, enrolled: bool = True
) -> tuple[Scene, Tab, list[str], str]:
    """Zhou's phone with ten entries and a photo of two chunks, which met the server once and never again."""
    visit = a_visit(app, people)
    with app.app_context():
        session = {
            "person": {"id": people["zhou"], "name": "周", "department": "XFJY"},
            "rescue_key": rescue_key(),
        }
    tab = alone.tab()
    tab.enrol(session)
    if enrolled:
        device = {
            "id": tab.run("return store.device;"),
            "public_key": tab.run("return store.publicKey;"),
            "label": "Zhou",
        }
        assert Caller(app, "zhou").post("/api/devices", device).status_code == 201
    for number in range(9):
        tab.run(
            "await store.append(given.visit, 'note', { department: 'XFJY', text: given.text });",
            {"visit": visit.id, "text": f"第 {number} 条"},
        )
    content = photo(1100)
    sha256 = tab.run(KEEP, {"visit": visit.id, "content": base64.b64encode(content).decode()})
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert len(content) > 1024 * 1024
    return visit, tab, sorted(tab.run("return store.hashes(given);", visit.id)), sha256


def made(tab: Tab) -> bytes:
    return base64.b64decode(tab.run(MAKE))


def frames(content: bytes) -> list[tuple[int, int]]:
    """Where each frame begins and ends."""
    found, at = [], 12 + int.from_bytes(content[8:12])
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at + 8 : at + 12])
        found.append((at, end))
        at = end
    return found


def test_a_lost_phone_is_restored_by_its_file_once_and_again(
    any_db: str, app: Flask, people: People, alone: Phone
) -> None:
    visit, tab, hashes, sha256 = lost_phone(app, people, alone)
    tab.run("await app.lock();")  # nobody opens it any more: the file needs no secret
    content = made(tab)
    desk = Desk(app)
    outcome = desk.outcome(content)
    assert desk.held(visit.id) == (hashes, [sha256])
    assert outcome["state"] == "done"
    assert outcome["damages"] == 0
    assert (outcome["visits"][visit.id]["accepted"], outcome["visits"][visit.id]["files"]) == (10, 1)
    with app.app_context(), evidence_store().open(f"{visit.id}/{sha256}") as file:
        assert hashlib.sha256(file.read()).hexdigest() == sha256
    again = desk.outcome(content)["visits"][visit.id]
    assert (again["accepted"], again["known"], again["files"], again["files_known"]) == (0, 10, 0, 1)
    assert desk.held(visit.id) == (hashes, [sha256])
    assert not list((app.config["DATA_DIR"] / "spool" / "rescue").iterdir())


def test_what_is_damaged_is_named_and_the_rest_goes_on(
    any_db: str, app: Flask, people: People, alone: Phone
) -> None:
    visit, tab, hashes, sha256 = lost_phone(app, people, alone)
    content = bytearray(made(tab))
    places = frames(content)
    entries = places[1:11]
    for begin, end in (places[0], entries[3]):  # the first word on whose it is, and one entry
        content[(begin + end) // 2] ^= 0xFF
    content[entries[6][0] + 10] ^= 0xFF  # the length of another
    desk = Desk(app)
    outcome = desk.outcome(bytes(content))
    kept, blobs = desk.held(visit.id)
    assert outcome["damages"] >= 3
    assert set(kept) < set(hashes)
    assert len(kept) == 8
    assert blobs == [sha256]
    assert "损坏" in outcome["page"]
    whole = desk.outcome(made(tab))
    assert desk.held(visit.id) == (hashes, [sha256])
    assert whole["visits"][visit.id]["accepted"] == 2


def test_keys_of_before_labels_are_opened_here_and_those_of_another_use_are_not(
    app: Flask, people: People, alone: Phone
) -> None:
    _, tab, _, _ = lost_phone(app, people, alone)
    with app.app_context():
        key, n = private_key(), rescue_key()["n"]
    parcel = Parcel(io.BytesIO(made(tab)), key, n)

    def opened(label: str) -> bytes:
        wrapped = base64.b64encode(key.public_key().encrypt(bytes(32), oaep(label))).decode()
        return parcel.unwrap([{"n": n, "key": wrapped}], "data-key:zhou")

    assert opened("") == opened("data-key:zhou") == bytes(32)
    with pytest.raises(WrongKey):
        opened("data-key:lin")


def test_a_file_cut_short_gives_what_it_still_holds(app: Flask, people: People, alone: Phone) -> None:
    visit, tab, hashes, _ = lost_phone(app, people, alone)
    content = made(tab)
    desk = Desk(app)
    outcome = desk.outcome(content[: len(content) // 2])
    assert desk.held(visit.id) == (hashes, [])
    assert {one["what"] for one in outcome["damaged"]} == {"place", "file"}


def test_an_enrolment_the_server_never_met_is_held_back(app: Flask, people: People, alone: Phone) -> None:
    visit, tab, _, sha256 = lost_phone(app, people, alone, enrolled=False)
    desk = Desk(app)
    assert desk.outcome(made(tab))["visits"][visit.id]["held_back"] == 10
    assert desk.held(visit.id) == ([], [sha256])


def test_what_is_no_rescue_file_is_refused_and_leaves_nothing(
    app: Flask, people: People, client: FlaskClient
) -> None:
    desk = Desk(app)
    for content in (
        b"",
        b"LIANCHA1",
        b"\0" * 50 * 1024 * 1024,
        b"LIANCHA1\xff\xff\xff\xff",
        b'LIANCHA1\0\0\0\x11{"kind":"rescue"}',
    ):
        answer = desk.bring_in(content)
        assert answer.status_code == 422
        assert "救援文件" in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(RescueImport)) is None
    sign_in(client, "zhou", PASSWORD)
    assert client.get("/office/rescue").status_code == 403
