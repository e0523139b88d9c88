"""The deeds around rescue files: receive one, and take in what is in it as if a phone had pushed it.

Receiving looks at who it is from and puts it aside; taking in is a job, for it may hold gigabytes. Entries
and files go the ways they always go, one batch or file at a time, so a repetition or a cut changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any

from flask import current_app
from sqlalchemy import select

from server.accounts.model import Person
from server.accounts.rescue import data_key_of, private_key, rescue_key
from server.evidence import actions as evidence
from server.evidence.rules import Grade
from server.evidence.spool import upload_spool
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.infra.jobs import crontab, every, job
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.rescue import rules
from server.rescue.contents import Contents, Piece, bytes_of, look_through
from server.rescue.model import RescueImport
from server.rescue.parcel import Damage, NotAParcel, Parcel, Vault, WrongKey
from server.rescue.rules import About, Link
from server.visits import actions as visits
from server.visits.model import Entry, Visit

Json = dict[str, Any]

COPIED_AT_ONCE = 1024 * 1024
ABANDONED_AFTER = timedelta(days=1)


def receive(person: Person, file: IO[bytes]) -> RescueImport:
    """Put a file aside and have it taken in; refused where it is no rescue file of this organisation."""
    parcel = _opened(file)
    about = _about(parcel)
    _vault(parcel, about)  # a key of ours opens it
    if parcel.size > shutil.disk_usage(_folder()).free:
        raise Problem("storage-full")
    made = RescueImport(id=new_id(), bytes=parcel.size, device_id=about.device, person_id=about.person,
                        label=about.label, made_at=about.made_at, imported_at=now(), imported_by=person.id,
                        outcome={"state": "waiting", "visits": {}, "damaged": []})  # fmt: skip
    made.sha256 = _put_aside(file, _place(made.id))
    with transaction():
        db.session.add(made)
        record(person.id, "rescue.received", made.id, device=about.device, sha256=made.sha256)
        take_in.later(made.id)
    return made


@job
def take_in(import_id: str) -> None:
    """Take in what a file holds; what came of it stands in its row, and the file is given up."""
    row = db.session.get_one(RescueImport, import_id)
    person = db.session.get_one(Person, row.imported_by)
    try:
        with _place(import_id).open("rb") as file:
            outcome = _Importing(import_id, person, _opened(file)).run()
    except Exception:
        _note(import_id, row.outcome | {"state": "failed"})
        raise
    finally:
        _place(import_id).unlink(missing_ok=True)
    with transaction():
        _write(import_id, outcome)
        done = {"visits": sorted(outcome["visits"]), "damaged": outcome["damages"]}
        record(person.id, "rescue.imported", import_id, **done)


@every(crontab(minute="29", hour="3"))
def give_up_abandoned() -> None:
    """What a killed server left half taken in: say so, and forget the file; the phone still has it."""
    for place in _folder().iterdir():
        if place.stat().st_mtime < (now() - ABANDONED_AFTER).timestamp():
            row = db.session.get(RescueImport, place.name)
            if row is not None:
                _note(row.id, row.outcome | {"state": "failed"})
            place.unlink(missing_ok=True)


class _Importing:
    """One file being taken in."""

    def __init__(self, import_id: str, person: Person, parcel: Parcel) -> None:
        self.import_id, self.person, self.parcel = import_id, person, parcel
        self.about = _about(parcel)
        self.vault = _vault(parcel, self.about)
        self.found: Contents = look_through(parcel, self.vault)
        self.outcome: Json = {"state": "working", "visits": {}, "damaged": [], "done": 0}
        self.outcome["of"] = sum(map(len, self.found.links.values())) + len(self.found.pieces)

    def run(self) -> Json:
        """Visit by visit, entries before files."""
        known = set(db.session.scalars(select(Visit.id).where(Visit.id.in_(self.found.visits))))
        for visit_id in self.found.visits:
            self.outcome["visits"][visit_id] = rules.new_visit()
            if visit_id in known:
                self._take_entries(visit_id)
                self._take_files(visit_id)
            else:
                self.outcome["visits"][visit_id]["unknown"] = True
        damaged = self.found.damaged
        named = {"damaged": damaged[: rules.DAMAGES_NAMED], "damages": len(damaged)}
        return self.outcome | {"state": "done"} | named

    def _take_entries(self, visit_id: str) -> None:
        links = self.found.links.get(visit_id, [])
        places = select(Entry.device_id, Entry.seq).where(
            Entry.visit_id == visit_id, Entry.device_id.in_(self.about.devices)
        )
        held = {(device, seq) for device, seq in db.session.execute(places)}
        lost = rules.lost_places(links, self.about.devices, held)
        for batch in rules.batches(links):
            self._push(visit_id, batch, lost)
            self._tell(len(batch))

    def _push(self, visit_id: str, batch: Sequence[Link], lost: Sequence[Json]) -> None:
        raws = [self._entry(link) for link in batch]
        held = select(Entry.hash).where(Entry.hash.in_([link.hash for link in batch]))
        known = set(db.session.scalars(held))
        offered = [{"id": self.about.device, "public_key": self.about.public_key}]
        candidates = visits.examine(visit_id, raws, offered)
        with transaction():
            answer = visits.push_entries(self.person, visit_id, candidates, lost)
        rules.count_answer(self.outcome["visits"][visit_id], answer, known)

    def _entry(self, link: Link) -> Any:
        return json.loads(self.vault.open(f"entries/{link.hash}", self.parcel.content(link.at)) or b"null")

    def _take_files(self, visit_id: str) -> None:
        outcome = self.outcome["visits"][visit_id]
        pieces = [piece for piece in self.found.pieces.values() if piece.visit == visit_id]
        for piece in pieces:
            try:
                self._take_file(visit_id, piece, outcome)
            except Problem as problem:
                if problem.status >= 500:
                    raise
                rules.count(outcome["files_refused"], problem.code)
            self._tell(1)

    def _take_file(self, visit_id: str, piece: Piece, outcome: Json) -> None:
        spool = upload_spool()
        handle, name = tempfile.mkstemp(dir=_folder())
        draft = Path(name)
        try:
            sha256 = self._decrypt(piece, handle)
            if not draft.stat().st_size or piece.sha256 not in (None, sha256):
                self.found.damage("segment" if piece.segment else "file", piece.sha256 or piece.id)
                return
            visit = db.session.get_one(Visit, visit_id)
            if evidence.receipts(visit, [sha256], False)[sha256] != Grade.ABSENT:
                outcome["files_known"] += 1
                return
            evidence.take_in(spool, self.person.id, visit_id, draft, sha256, piece.type)
            outcome["segments" if piece.segment else "files"] += 1
        finally:
            draft.unlink(missing_ok=True)

    def _decrypt(self, piece: Piece, handle: int) -> str:
        digest = hashlib.sha256()
        with os.fdopen(handle, "wb") as draft:
            for content in bytes_of(piece, self.parcel, self.vault):
                digest.update(content)
                draft.write(content)
        return digest.hexdigest()

    def _tell(self, steps: int) -> None:
        """How far it is, for the page of whoever waits."""
        self.outcome["done"] += steps
        _note(self.import_id, self.outcome)


def _opened(file: IO[bytes]) -> Parcel:
    try:
        return Parcel(file, private_key(), rescue_key()["n"])
    except NotAParcel:
        raise Problem("rescue-not-a-file", field="file") from None
    except WrongKey:
        raise Problem("rescue-other-key", field="file") from None


def _about(parcel: Parcel) -> About:
    """It stands in front and is repeated at the end, so that one of them may be damaged."""
    for frame in islice(parcel.frames(), rules.MOST_FRAMES):
        if not isinstance(frame, Damage) and isinstance(frame.record.get("about"), dict):
            return rules.read_about(frame.record["about"], now())
    raise Problem("rescue-unreadable", field="file")


def _vault(parcel: Parcel, about: About) -> Vault:
    try:
        return Vault(parcel.unwrap(about.data_keys, data_key_of(about.person)))
    except WrongKey:
        raise Problem("rescue-other-key", field="file") from None


def _folder() -> Path:
    folder = Path(current_app.config["UPLOAD_SPOOL"]) / "rescue"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _place(import_id: str) -> Path:
    if not is_uuid(import_id):
        raise ValueError("not the id of an import")
    return _folder() / import_id


def _put_aside(file: IO[bytes], place: Path) -> str:
    """A copy on the disk, and its SHA-256."""
    digest = hashlib.sha256()
    file.seek(0)
    with place.open("xb") as copy:
        while content := file.read(COPIED_AT_ONCE):
            digest.update(content)
            copy.write(content)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


def _note(import_id: str, outcome: Json) -> None:
    with transaction():
        _write(import_id, outcome)


def _write(import_id: str, outcome: Json) -> None:
    """A copy, for a JSON column takes notice of another object only."""
    db.session.get_one(RescueImport, import_id).outcome = json.loads(json.dumps(outcome))
