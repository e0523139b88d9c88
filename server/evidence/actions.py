"""The deeds of evidence: begin an upload, complete it, hand a blob out, answer for it, tidy up.

The order of completion is what keeps evidence: bytes checked, moved to the store and fsynced, then the row.
A crash in between leaves a file without a row, which the next attempt takes over.
"""

import contextlib
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import exists, select, update

from server.evidence import contents, previews
from server.evidence.model import Blob
from server.evidence.rules import KEPT_UNCITED, Findings, Grade, accepted_type, grade, is_sha256, storage_key
from server.evidence.spool import Spool, Upload, new_upload_id
from server.evidence.tus import read_metadata
from server.infra import audit
from server.infra.clock import now
from server.infra.db import after_commit, db, transaction
from server.infra.storage import evidence_store
from server.kernel.problems import Problem
from server.visits.model import Entry, Visit
from server.visits.signals import blob_stored

REFUSAL = 422
"""The status of every problem of the file itself: going on with the same upload would be of no use."""


_cited = exists().where(Entry.visit_id == Blob.visit_id, Entry.document.contains(Blob.sha256))
"""Any mention of a blob counts, in entries of any kind and standing."""


def begin_upload(spool: Spool, person_id: str, visit: Visit, length: int, header: str) -> Upload:
    """A new upload of this person to this visit; `header` is its metadata as it was sent."""
    metadata = read_metadata(header)
    if not is_sha256(metadata.get("sha256")):
        raise Problem("malformed", field="sha256", reason="sha256: 64 lower-case hexadecimal digits")
    type_ = accepted_type(metadata.get("type", ""))
    if length == 0:
        raise Problem("evidence-empty")
    upload = Upload(new_upload_id(), person_id, visit.id, metadata["sha256"], type_, length, header)
    spool.begin(upload)
    return upload


def complete_upload(spool: Spool, upload: Upload) -> None:
    """All bytes are here: make them the visit's blob, or refuse them and forget the upload.

    May be called again after a crash at any point.
    """
    try:
        findings = _examine(spool, upload)
    except Problem as problem:
        if problem.status == REFUSAL:
            spool.drop(upload.id)
        raise
    _keep(spool, upload, findings)
    spool.finish(upload)


def take_in(spool: Spool, person_id: str, visit_id: str, file: Path, sha256: str, type_: str) -> None:
    """A file that came another way than by an upload becomes the visit's blob, or is refused. It is moved."""
    plain, length = accepted_type(type_), file.stat().st_size
    upload = Upload(new_upload_id(), person_id, visit_id, sha256, plain, length, "")
    spool.begin(upload)
    try:
        file.replace(spool.part(upload))
        complete_upload(spool, upload)
    finally:
        spool.drop(upload.id)


def _examine(spool: Spool, upload: Upload) -> Findings:
    with _bytes_of(spool, upload) as file:
        if _digest(file) != upload.sha256:
            raise Problem("evidence-hash-mismatch")
        return contents.look(file, upload.type)


@contextmanager
def _bytes_of(spool: Spool, upload: Upload) -> Iterator[BinaryIO]:
    """The uploaded bytes: in the spool, or already in the store where a crash came between file and row."""
    key = storage_key(upload.visit, upload.sha256)
    if spool.part(upload).exists():
        file: BinaryIO = spool.part(upload).open("rb")
    elif evidence_store().exists(key):
        file = evidence_store().open(key)
    else:
        raise Problem("evidence-hash-mismatch")
    with file:
        yield file


def _keep(spool: Spool, upload: Upload, findings: Findings) -> None:
    """File before row, and nothing at all where the visit holds the same bytes already."""
    known = db.session.get(Blob, (upload.visit, upload.sha256))
    if known is not None and _is_intact(known):
        return
    if spool.part(upload).exists():
        evidence_store().put(storage_key(upload.visit, upload.sha256), spool.part(upload))
    with transaction():
        _write_row(upload, findings)


def _write_row(upload: Upload, findings: Findings) -> None:
    """A row of its own, or a fresh start for one whose file had been lost or damaged."""
    db.session.get(Visit, upload.visit, with_for_update=True)  # of two uploads of one file, one comes second
    blob = db.session.get(Blob, (upload.visit, upload.sha256))
    deed = "evidence.stored" if blob is None else "evidence.restored"
    if blob is None:
        blob = Blob(visit_id=upload.visit, sha256=upload.sha256, uploaded_by=upload.person)
        db.session.add(blob)
    blob.bytes, blob.type = upload.length, findings.type
    blob.width, blob.height = findings.width, findings.height
    blob.stored_at, blob.backed_up_at = now(), None
    audit.record(upload.person, deed, upload.visit, sha256=upload.sha256, bytes=upload.length)
    after_commit(lambda: blob_stored.send(upload.visit, sha256=upload.sha256))
    previews.make.later(upload.visit, upload.sha256)


def blob_of(visit: Visit, sha256: str) -> Blob:
    """The blob of that name which this visit holds."""
    blob = db.session.get(Blob, (visit.id, sha256)) if is_sha256(sha256) else None
    if blob is None or not _is_there(blob):
        raise Problem("not-found")
    return blob


def open_blob(blob: Blob) -> BinaryIO:
    return evidence_store().open(storage_key(blob.visit_id, blob.sha256))


def receipts(visit: Visit, hashes: list[str], backup_reports: bool) -> dict[str, Grade]:
    """What the server vouches for. It looks at the file too: a row alone frees no bytes on a phone."""
    blobs = db.session.scalars(select(Blob).where(Blob.visit_id == visit.id, Blob.sha256.in_(hashes)))
    known = {blob.sha256: _grade(blob, backup_reports) for blob in blobs if _is_there(blob)}
    return {sha256: known.get(sha256, Grade.ABSENT) for sha256 in hashes}


def grades(visit_id: str, backup_reports: bool) -> dict[str, str]:
    """Every blob of a visit with its grade."""
    blobs = db.session.scalars(select(Blob).where(Blob.visit_id == visit_id))
    return {blob.sha256: _grade(blob, backup_reports).value for blob in blobs}


def bad_blobs(visit_id: str) -> list[str]:
    """Names of the visit's blobs whose bytes are gone or no longer hash to their name."""
    blobs = db.session.scalars(select(Blob).where(Blob.visit_id == visit_id).order_by(Blob.sha256))
    return [blob.sha256 for blob in blobs if not _is_intact(blob)]


def report_backup(passed_at: datetime) -> int:
    """A backup that began at `passed_at` is complete: what was stored before it is backed up."""
    unmarked = update(Blob).where(Blob.backed_up_at.is_(None), Blob.stored_at < passed_at)
    with transaction():
        marked: int = db.session.execute(unmarked.values(backed_up_at=passed_at)).rowcount  # type: ignore[attr-defined]
        audit.record(None, "evidence.backed-up", "evidence", passed_at=passed_at.isoformat(), blobs=marked)
    return marked


def sweep_uncited() -> int:
    """Remove blobs no entry has named for 30 days. Returns how many."""
    uncited = select(Blob.visit_id, Blob.sha256).where(Blob.stored_at < now() - KEPT_UNCITED, ~_cited)
    return sum(_remove_uncited(*key) for key in db.session.execute(uncited).all())


def _remove_uncited(visit_id: str, sha256: str) -> bool:
    """Row before file: what a crash leaves is a file without a row, which opens to nobody."""
    with transaction():
        db.session.get(Visit, visit_id, with_for_update=True)  # no entry comes in between
        blob = db.session.scalar(
            select(Blob).where(Blob.visit_id == visit_id, Blob.sha256 == sha256, ~_cited)
        )
        if blob is None:  # named, or gone, in the meantime
            return False
        db.session.delete(blob)
        audit.record(None, "evidence.swept", visit_id, sha256=sha256)
    evidence_store().delete(storage_key(visit_id, sha256))
    previews.forget(visit_id, sha256)
    return True


def _grade(blob: Blob, backup_reports: bool) -> Grade:
    return grade(blob.stored_at, blob.backed_up_at, now(), backup_reports)


def _is_there(blob: Blob) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return evidence_store().size(storage_key(blob.visit_id, blob.sha256)) == blob.bytes
    return False


def _is_intact(blob: Blob) -> bool:
    if not _is_there(blob):
        return False
    with open_blob(blob) as file:
        return _digest(file) == blob.sha256


def _digest(file: BinaryIO) -> str:
    return hashlib.file_digest(cast("io.FileIO", file), "sha256").hexdigest()
