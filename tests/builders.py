"""Scenes for tests: a visit, the phones on it, and the entries they write.

    visit = a_visit(app, people)
    lin = visit.phone("lin")
    lin.answer("SC1", "pass")      # written on the phone, not yet sent
    lin.push()                     # the server's answer, as JSON

    a_visit(app, people).answered().completed().signed()     # a whole visit, sent and in force

Phones speak to the app over HTTP as real ones do; only the visit itself is assigned by calling the deed.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.accounts.model import Person
from server.catalogue.model import ChecklistVersion
from server.catalogue.rules import checklist_hash
from server.infra.db import db, transaction
from server.kernel.ids import uuid7
from server.kernel.instants import SHANGHAI
from server.registry.credit import policies
from server.registry.credit.model import RiskPolicy
from server.registry.credit.policy import DEFAULT
from server.registry.model import Enterprise
from server.registry.rules import RiskClass
from server.visits import journal
from server.visits.assigning import Assignment, assign_visit, cancel_visit, reassign
from server.visits.entry import entry_hash
from server.visits.model import Visit
from tests.dialogue import sign_in
from tests.people import INDUSTRY, MERGED_ITEMS, PASSWORD, People

Json = dict[str, Any]

TEAM = ("lin", "ma", "zhou", "wu")
DEPARTMENT_OF = {"lin": "SCJG", "ma": "SCJG", "zhou": "XFJY", "wu": "XFJY", "tang": "XFJY", "shi": "YJGL"}
CERTIFICATES = {"lin": "340001", "ma": "340002", "zhou": "340003", "wu": "340004", "tang": "340005"}
ITEMS_OF = {"SCJG": {"SC1": None, "SC2": 5}, "XFJY": {"XF1": None, "XF2": None}}
MATTERS_OF = {
    "SCJG": {"登记事项检查": "R1", "计量器具检查": "R1"},
    "XFJY": {"消防安全检查": "R1"},
}
TRUSTED = (RiskClass.A, dt.date(2026, 5, 31), "E10-09")
DRAWING = {"width": 300, "height": 100, "strokes": [[10, 10, 20, 30, 40, 20]]}


def fresh_id() -> str:
    """A UUIDv7 as a phone makes it."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


def base64url(data: bytes) -> str:
    """Without padding, as JOSE writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """The signing key of one enrolment."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())

    @property
    def public(self) -> Json:
        """The public half, as a JWK."""
        numbers = self.private.public_key().public_numbers()
        x, y = (base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def sign(self, entry_hash: str) -> str:
        """The signature of a hash: ECDSA P-256, IEEE P1363."""
        der = self.private.sign(bytes.fromhex(entry_hash), ec.ECDSA(hashes.SHA256()))
        r, s = decode_dss_signature(der)
        return base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


class Caller:
    """Somebody signed in, talking JSON to the server."""

    def __init__(self, app: Flask, username: str) -> None:
        self.client: FlaskClient = app.test_client()
        assert sign_in(self.client, username, PASSWORD).status_code == 302
        self.session: Json = self.client.get("/api/session").get_json()

    def get(self, path: str, **headers: str) -> TestResponse:
        """A GET; header names are given with underscores."""
        return self.client.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def post(self, path: str, body: Any) -> TestResponse:
        """A POST of JSON with the CSRF header."""
        return self.client.post(path, json=body, headers={"X-CSRFToken": self.session["csrf_token"]})


class Phone:
    """One enrolment on one visit: its key, its chain, and what of it is not sent yet."""

    def __init__(self, visit: Scene, username: str, caller: Caller, enrol: bool = True) -> None:
        self.visit, self.username, self.caller = visit, username, caller
        self.person = visit.people[username]
        self.department = DEPARTMENT_OF.get(username, "")
        self.device, self.key = fresh_id(), Key()
        self.chain: list[Json] = []
        self.unsent: list[Json] = []
        if enrol:
            self.enrol()

    def enrol(self) -> TestResponse:
        """Register the public key."""
        answer = self.caller.post(
            "/api/devices",
            {"id": self.device, "public_key": self.key.public, "label": f"{self.username}的手机"},
        )
        assert answer.status_code == 201, answer.get_json()
        return answer

    def write(self, kind: str, body: Json | None = None, **members: Any) -> Json:
        """Write one more entry of this chain; `members` replace what it would say."""
        entry = self.seal(
            {
                "id": fresh_id(),
                "visit": self.visit.id,
                "device": self.device,
                "seq": len(self.chain) + 1,
                "prev": self.chain[-1]["hash"] if self.chain else None,
                "author": self.person,
                "at": dt.datetime.now(SHANGHAI).isoformat(timespec="milliseconds"),
                "nonce": self.caller.session["nonce"],
                "kind": kind,
                "body": body or {},
                **members,
            }
        )
        self.chain.append(entry)
        self.unsent.append(entry)
        self.visit.entries.append(entry)
        return entry

    def seal(self, entry: Json) -> Json:
        """The entry with its hash and signature."""
        name = entry_hash(entry)
        return {**entry, "hash": name, "sig": self.key.sign(name)}

    def post(self, entries: Sequence[Any], **more: Any) -> TestResponse:
        """Push these entries; the response."""
        return self.caller.post(f"/api/visits/{self.visit.id}/entries", {"entries": list(entries), **more})

    def push(self, entries: Sequence[Any] | None = None, **more: Any) -> Json:
        """Push these entries, or all that is unsent; the server's answer."""
        if entries is None:
            entries, self.unsent = self.unsent, []
        answer = self.post(entries, **more)
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()

    def hashes(self) -> Json:
        """What the server says it holds."""
        return self.caller.get(f"/api/visits/{self.visit.id}/hashes").get_json()

    def entries(self, **query: int) -> Json:
        """A page of what the server holds."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return self.caller.get(f"/api/visits/{self.visit.id}/entries?{asked}").get_json()

    # What officers do

    def answer(self, item: str, verdict: str = "pass", *, replaces: Iterable[Json] = (), **body: Any) -> Json:
        """An answer; a failed one says why."""
        said = {
            "item": item,
            "verdict": verdict,
            "value": None,
            "remark": "现场情况与规定不符" * (verdict == "fail"),
        }
        return self.write("answer", {**said, "replaces": [one["hash"] for one in replaces], **body})

    def arrive(self, party: bool = True) -> None:
        """All that comes before a department's first answer, with every officer of it."""
        code = self.department
        officers = [
            {"person": self.visit.people[name], "certificate": CERTIFICATES[name]}
            for name in self.visit.team
            if DEPARTMENT_OF[name] == code and name in CERTIFICATES
        ]
        self.write("visit.arrived", {"department": code, "location": None})
        self.write("identity.shown", {"department": code, "officers": officers})
        self.write("rights.informed", {"department": code})
        self.write("recusal.asked", {"department": code, "requested": False})
        if party:
            person = {"name": "演示人", "post": "站长", "authority": "负责人"}
            self.write("party.present", {"department": code, **person})

    def answer_all(self) -> None:
        """Answer every item of the own department with `pass`."""
        for item, value in ITEMS_OF[self.department].items():
            self.answer(item, value=value)

    def sign(self, role: str = "inspector", scope: str | None = None) -> Json:
        """Sign on the screen what is known by now."""
        body = {"role": role, "scope": scope or self.department, "method": "screen", "drawing": DRAWING}
        who = {"name": "演示人"} if role == "party" else {"name": self.username, "person": self.person}
        return self.write("signature", {**body, **who, "covers": self.visit.covers()})

    def complete(self, results: Json | None = None, replaces: Iterable[Json] = ()) -> Json:
        """Declare the own department complete."""
        body = {"department": self.department, "results": results or MATTERS_OF[self.department]}
        named = [one["hash"] for one in replaces]
        return self.write("department.completed", {**body, "covers": self.visit.covers(), "replaces": named})

    def sign_off(self, replaces: Iterable[Json] = ()) -> Json:
        """The lead's sign-off of all that is known by now."""
        named = [one["hash"] for one in replaces]
        body = {"results": MATTERS_OF, "covers": self.visit.covers(), "replaces": named}
        return self.write("visit.signed", body)


class Scene:
    """One assigned visit with the phones of its team."""

    def __init__(self, app: Flask, people: People, visit_id: str, team: Sequence[str]) -> None:
        self.app, self.people, self.id, self.team = app, people, visit_id, list(team)
        self.entries: list[Json] = []
        self._phones: dict[str, Phone] = {}
        self._callers: dict[str, Caller] = {}

    def caller(self, username: str) -> Caller:
        """A signed-in person, the same one each time."""
        if username not in self._callers:
            self._callers[username] = Caller(self.app, username)
        return self._callers[username]

    def phone(self, username: str) -> Phone:
        """A person's phone, the same one each time."""
        if username not in self._phones:
            self._phones[username] = Phone(self, username, self.caller(username))
        return self._phones[username]

    def another_phone(self, username: str, *, carried_by: str | None = None) -> Phone:
        """A second enrolment; one on a colleague's phone, `carried_by`, is not registered yet."""
        return Phone(self, username, self.caller(carried_by or username), enrol=carried_by is None)

    def covers(self) -> Json:
        """What names all that the phones wrote so far: the last entry of each chain, and the bundle."""
        before = {entry["prev"] for entry in self.entries}
        heads = sorted(entry["hash"] for entry in self.entries if entry["hash"] not in before)
        return {"heads": heads, "bundle": self.bundle_digest}

    @property
    def bundle_digest(self) -> str:
        """The digest of the bundle that holds now."""
        with self.app.app_context():
            return db.session.get_one(Visit, self.id).bundle_digest

    def state(self) -> Json:
        """The visit as the server folds it."""
        with self.app.app_context():
            return json.loads(json.dumps(journal.read(db.session.get_one(Visit, self.id)).folded()))

    # What the office does

    def reassigned(
        self, *, leaves: Sequence[str] = (), joins: Sequence[str] = (), lead: str | None = None
    ) -> Scene:
        """The same visit with another team."""
        with self.app.app_context(), transaction():
            joining = [Assignment(_person(self.people, name), lead=name == lead) for name in joins]
            leaving = [_person(self.people, name) for name in leaves]
            reassign(self.people["he"], self.id, joins=joining, leaves=leaving, reason="工作调整")
        self.team = [name for name in self.team if name not in leaves] + list(joins)
        return self

    def cancelled(self) -> Scene:
        """The same visit, called off."""
        with self.app.app_context(), transaction():
            cancel_visit(self.people["he"], self.id, "企业停业")
        return self

    # A whole visit, step by step, sent as it is written

    def answered(self) -> Scene:
        """Both departments came, said what they have to say, and answered all their items."""
        for first, second in (("lin", "ma"), ("zhou", "wu")):
            self.phone(first).arrive()
            self.phone(first).answer_all()
            self.phone(second).write("note", {"department": DEPARTMENT_OF[second], "text": "同行检查"})
        return self.sent()

    def completed(self) -> Scene:
        """Both departments declared themselves complete; the party signed the whole."""
        for name in ("lin", "zhou"):
            self.phone(name).complete()
        self.phone("lin").sign(role="party", scope="visit")
        return self.sent()

    def signed(self) -> Scene:
        """The lead signed off."""
        self.phone("lin").sign_off()
        return self.sent()

    def sent(self) -> Scene:
        """All that was written is on the server."""
        for phone in self._phones.values():
            answer = phone.push() if phone.unsent else {"rejected": []}
            assert answer["rejected"] == [], answer
        return self


def a_visit(app: Flask, people: People, team: Sequence[str] = TEAM, **assignment: Any) -> Scene:
    """A visit assigned for today; the first of the team leads, the second is the deputy."""
    with app.app_context(), transaction():
        return _assigned(app, people, team, assignment)


def a_merged_visit(app: Flask, people: People, team: Sequence[str] = TEAM, **assignment: Any) -> Scene:
    """A visit over a list with merged items and one exempt, with what the handbook says of one of them."""
    with app.app_context(), transaction(), _trusted(people):
        return _assigned(app, people, team, {"checklist": _merged_checklist(), **assignment})


def _assigned(app: Flask, people: People, team: Sequence[str], assignment: Json) -> Scene:
    sent = [
        Assignment(_person(people, name), lead=place == 0, deputy=place == 1)
        for place, name in enumerate(team)
    ]
    details = {"date": dt.date(2026, 11, 24), "slot": "09:30", "task_source": "年度计划", **assignment}
    enterprise = db.session.get_one(Enterprise, people.enterprise)
    visit = assign_visit(people["he"], enterprise=enterprise, team=sent, **details)
    return Scene(app, people, visit.id, team)


@contextlib.contextmanager
def _trusted(people: People) -> Iterator[None]:
    """The enterprise is exempt under trust (R-1001) meanwhile, by a policy the county then has."""
    if policies.newest() is None:
        policies.enter_list(None, "E10-2021", "十大新兴产业", "省政府", {"E10-09": "新材料"})
        db.session.flush()
        document = replace(DEFAULT, emerging_list="E10-2021").document
        dated = {"effective_from": dt.date(2026, 1, 1), "set_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
        db.session.add(RiskPolicy(id=fresh_id(), document=document, reason="首次设定", **dated))
    enterprise = db.session.get_one(Enterprise, people.enterprise)
    before = enterprise.risk_class, enterprise.risk_as_of, enterprise.emerging_code
    enterprise.risk_class, enterprise.risk_as_of, enterprise.emerging_code = TRUSTED
    db.session.flush()
    yield
    enterprise.risk_class, enterprise.risk_as_of, enterprise.emerging_code = before


def _merged_checklist() -> ChecklistVersion:
    """Older than the list other visits take."""
    known = db.session.scalar(select(ChecklistVersion).where(ChecklistVersion.version == "合并版"))
    if known is not None:
        return known
    made = ChecklistVersion(
        id=fresh_id(),
        industry=INDUSTRY,
        version="合并版",
        hash=checklist_hash(MERGED_ITEMS),
        published_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        items=MERGED_ITEMS,
    )
    db.session.add(made)
    return made


def _person(people: People, username: str) -> Person:
    return db.session.get_one(Person, people[username])
