"""Unfinished uploads on disk, in one folder that all workers share.

An upload is three files: `<id>.json` says what it is, `<id>.part` holds the bytes so far, `<id>.lock` lets
one request at a time write. Nothing is remembered about progress: the offset is the size of the part, the
last activity its modification time, so a server killed at any instant starts again from what is true.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from server.evidence.tus import Checksum
from server.kernel.problems import Problem

LIFETIME = timedelta(days=7)
"""How long an upload without activity can be continued: a working week in the field."""

_ID = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Upload:
    """What is to be uploaded, by whom, to which visit. `done`: the visit holds the blob."""

    id: str
    person: str
    visit: str
    sha256: str
    type: str
    length: int
    metadata: str
    done: bool = False


def new_upload_id() -> str:
    """256 random bits: nobody finds another person's upload by trying."""
    return secrets.token_urlsafe(32)


class Spool:
    """The folder. Every path in it is made by `_path`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, upload: Upload) -> None:
        """Note a new upload; if the disk is full, nothing of it stays."""
        try:
            self._path(upload.id, "part").touch(0o600)
            self._path(upload.id, "lock").touch(0o600)
            self._write_note(upload)
        except OSError:
            self.drop(upload.id)
            raise

    def find(self, upload_id: str, person: str, now: datetime) -> Upload:
        """The person's upload of that id. Another person's is not there."""
        upload = self._read_note(upload_id)
        if upload is None or upload.person != person:
            raise Problem("upload-unknown")
        if now >= self.expires(upload):
            raise Problem("upload-expired")
        return upload

    @contextlib.contextmanager
    def held(self, upload_id: str, person: str, now: datetime) -> Iterator[Upload]:
        """The upload, for this request alone; while another has it, it is refused at once."""
        self.find(upload_id, person, now)
        with self._door(upload_id) as door:
            try:
                fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Problem("upload-locked") from None
            yield self.find(upload_id, person, now)

    def _door(self, upload_id: str) -> BinaryIO:
        try:
            return self._path(upload_id, "lock").open("rb")
        except FileNotFoundError:  # given up a moment ago
            raise Problem("upload-unknown") from None

    def offset(self, upload: Upload) -> int:
        """How many bytes are here. A part that is gone has been moved to the store, so it was whole."""
        try:
            return upload.length if upload.done else self.part(upload).stat().st_size
        except FileNotFoundError:
            return upload.length

    def part(self, upload: Upload) -> Path:
        return self._path(upload.id, "part")

    def expires(self, upload: Upload) -> datetime:
        touched = [self._touched(upload.id, kind) for kind in ("json", "part")]
        return datetime.fromtimestamp(max(touched), UTC) + LIFETIME

    def _touched(self, upload_id: str, kind: str) -> float:
        try:
            return self._path(upload_id, kind).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def append(self, upload: Upload, pieces: Iterable[bytes], checksum: Checksum | None) -> int:
        """Write a chunk behind what is there, piece by piece as it comes in, and return the new offset.

        If it breaks off, what came stays; unless a checksum came with it, which holds for the whole only.
        """
        with self.part(upload).open("r+b", buffering=0) as part:
            start = part.seek(0, os.SEEK_END)
            try:
                digest = _write(part, pieces, checksum)
                if checksum and digest != checksum.digest:
                    raise Problem("upload-checksum", offset=start)
            except BaseException:
                if checksum:
                    part.truncate(start)
                raise
            return part.tell()

    def finish(self, upload: Upload) -> None:
        """The visit holds the blob: forget the bytes, remember until it expires that it is done."""
        self._write_note(replace(upload, done=True))
        self.part(upload).unlink(missing_ok=True)

    def drop(self, upload_id: str) -> None:
        for kind in ("json", "part", "lock"):
            self._path(upload_id, kind).unlink(missing_ok=True)

    def sweep(self, now: datetime) -> int:
        """Drop what has expired, and what a crash left without a note; return how many."""
        ids = {path.stem for path in self.folder.iterdir() if _ID.fullmatch(path.stem)}
        return sum(self._sweep_one(upload_id, now) for upload_id in ids)

    def _sweep_one(self, upload_id: str, now: datetime) -> bool:
        files = list(self.folder.glob(f"{upload_id}.*"))
        latest = max((path.stat().st_mtime for path in files), default=now.timestamp())
        if now < datetime.fromtimestamp(latest, UTC) + LIFETIME:
            return False
        for path in files:
            path.unlink(missing_ok=True)
        return True

    def _path(self, upload_id: str, kind: str) -> Path:
        if not _ID.fullmatch(upload_id):
            raise Problem("upload-unknown")
        return self.folder / f"{upload_id}.{kind}"

    def _read_note(self, upload_id: str) -> Upload | None:
        try:
            return Upload(**json.loads(self._path(upload_id, "json").read_text()))
        except FileNotFoundError:
            return None

    def _write_note(self, upload: Upload) -> None:
        """Whole or not at all: a reader sees the old note or the new one."""
        draft = self._path(upload.id, "draft")
        try:
            draft.write_text(json.dumps(asdict(upload)))
            draft.chmod(0o600)
            draft.replace(self._path(upload.id, "json"))
        finally:
            draft.unlink(missing_ok=True)


def upload_spool() -> Spool:
    """The spool the settings name."""
    return Spool(Path(current_app.config["UPLOAD_SPOOL"]))


def _write(part: BinaryIO, pieces: Iterable[bytes], checksum: Checksum | None) -> bytes | None:
    hasher = hashlib.new(checksum.algorithm) if checksum else None
    for piece in pieces:
        if hasher:
            hasher.update(piece)
        rest = memoryview(piece)
        while rest:
            rest = rest[part.write(rest) :]
    return hasher.digest() if hasher else None
