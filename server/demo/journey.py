"""A visit as its team lives it: its officers' phones, the order of the day, what reaches the server when.

It decides nothing: results come from the visit's own fold, and everything goes in through the real actions.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from server.accounts.actions import enrol
from server.accounts.model import Person
from server.accounts.nonces import issue_nonce
from server.demo.phone import Phone
from server.demo.pictures import photo
from server.evidence.actions import begin_upload, complete_upload
from server.evidence.spool import upload_spool
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.visits import bundle
from server.visits.actions import examine, push_entries
from server.visits.fold import fold
from server.visits.model import Visit

Json = dict[str, Any]

STEP = timedelta(seconds=26)  # between two entries


@contextmanager
def pretending(at: datetime) -> Iterator[None]:
    """Let the server's clock show another time, so that what was done days ago was received days ago."""
    before = current_app.config.get("CLOCK")
    current_app.config["CLOCK"] = lambda: at
    try:
        yield
    finally:
        current_app.config["CLOCK"] = before


@dataclass
class Journey:
    """One visit under way. Everybody is taken to have synced whenever somebody writes `covers`."""

    visit: Visit
    at: datetime
    bundle: Json = field(init=False)
    nonce: str = field(init=False)
    phones: dict[str, Phone] = field(default_factory=dict)
    pictures: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bundle = bundle.load(self.visit.bundle_digest)
        self.nonce = issue_nonce(self.at)

    # who and what
    def officers(self, department: str) -> list[Json]:
        """The department's officers on the team."""
        return [one for one in self.bundle["team"] if one["department"] == department]

    def departments(self) -> list[str]:
        """The departments of the visit, the lead first."""
        return [one["code"] for one in self.bundle["departments"]]

    def lead(self) -> Json:
        """Who leads."""
        lead: Json = next(one for one in self.bundle["team"] if one["lead"])
        return lead

    def items(self, department: str) -> list[Json]:
        """The department's items that are to be answered."""
        return [
            one
            for one in self.bundle["checklist"]["items"]
            if one["department"] == department and not one["exempt"]
        ]

    def entries(self) -> list[Json]:
        """All that was written so far."""
        return [entry for phone in self.phones.values() for entry in phone.chain]

    def state(self) -> Json:
        """What it all amounts to."""
        return fold(self.bundle, self.entries(), {"digest": self.visit.bundle_digest})

    def covers(self) -> Json:
        """All that was written so far, named by the last entry of every chain."""
        heads = sorted(phone.chain[-1]["hash"] for phone in self.phones.values() if phone.chain)
        return {"heads": heads, "bundle": self.visit.bundle_digest}

    # writing
    def write(self, officer: Json, kind: str, **body: Any) -> str:
        """One more entry by this officer; its hash."""
        self.at += STEP
        return str(self._phone(officer).write(kind, body, self.at, self.nonce)["hash"])

    def shoot(self, officer: Json, subject: str, caption: str, **about: Any) -> str:
        """Take a picture and name it in the journal; its SHA-256."""
        jpeg = photo(subject, len(self.entries()))
        sha256 = hashlib.sha256(jpeg).hexdigest()
        self.pictures.setdefault(officer["person"], []).append((sha256, jpeg))
        self.write(
            officer,
            "evidence",
            sha256=sha256,
            bytes=len(jpeg),
            type="image/jpeg",
            captured_at=(self.at + STEP).isoformat(timespec="milliseconds"),
            location=self.location(),
            caption=caption,
            source="app",
            department=officer["department"],
            **about,
        )
        return sha256

    def location(self) -> Json | None:
        """Where they stand: some steps from the registered address."""
        enterprise = self.bundle["enterprise"]
        if enterprise["lat"] is None:
            return None
        return {"lat": enterprise["lat"] + 1200, "lon": enterprise["lon"] - 900, "accuracy": 12}

    # reaching the server
    def send(self, officers: list[Json] | None = None) -> None:
        """Let phones sync, the lead's last: entries, then pictures. Without names: everybody's."""
        for officer in sorted(officers or self.bundle["team"], key=lambda one: bool(one["lead"])):
            phone = self.phones.get(officer["person"])
            if phone:
                with pretending(self.at + STEP):
                    self._sync(phone)

    def _sync(self, phone: Phone) -> None:
        candidates = examine(self.visit.id, phone.unsent())
        with transaction():
            answer = push_entries(db.session.get_one(Person, phone.person), self.visit.id, candidates)
        if answer["rejected"]:
            raise RuntimeError(f"the demo wrote what the server refuses: {answer['rejected']}")
        for sha256, jpeg in self.pictures.pop(phone.person, []):
            self._upload(phone.person, sha256, jpeg)

    def _upload(self, person: str, sha256: str, jpeg: bytes) -> None:
        spool, visit = upload_spool(), db.session.get_one(Visit, self.visit.id)
        header = f"sha256 {_base64(sha256)},type {_base64('image/jpeg')}"
        upload = begin_upload(spool, person, visit, len(jpeg), header)
        spool.append(upload, [jpeg], None)
        complete_upload(spool, upload)
        spool.drop(upload.id)

    def _phone(self, officer: Json) -> Phone:
        person = str(officer["person"])
        if person not in self.phones:
            phone = Phone(person, self.visit.id, new_id())
            with pretending(self.at), transaction():
                enrol(db.session.get_one(Person, person), phone.device, phone.public_jwk(), "演示手机")
            self.phones[person] = phone
        return self.phones[person]


def _base64(text: str) -> str:
    """A value as tus metadata holds it."""
    return b64encode(text.encode()).decode()
