"""Small pictures that stand for evidence on screens and on paper.

A cache on disk: made in the background after an upload, or when first asked for; made again if lost.
"""

import tempfile
from pathlib import Path

from flask import current_app

from server.evidence import contents
from server.evidence.model import Blob
from server.evidence.rules import Medium, Preview, medium_of, storage_key
from server.infra.db import db, transaction
from server.infra.jobs import job
from server.infra.storage import evidence_store


@job
def make(visit_id: str, sha256: str) -> None:
    """Make the preview of a blob, unless there is one."""
    preview_of(visit_id, sha256)


def preview_of(visit_id: str, sha256: str) -> bytes | None:
    """The preview of a blob as a JPEG; none if the visit has no such blob or it cannot be pictured."""
    blob = db.session.get(Blob, (visit_id, sha256))
    if blob is None or medium_of(blob.type) is Medium.AUDIO:
        return None
    cached = _path(visit_id, sha256)
    if cached.exists():
        return cached.read_bytes()
    return None if blob.preview is Preview.FAILED else _make(blob)


def forget(visit_id: str, sha256: str) -> None:
    _path(visit_id, sha256).unlink(missing_ok=True)


def _make(blob: Blob) -> bytes | None:
    visit_id, sha256, type_ = blob.visit_id, blob.sha256, blob.type
    db.session.rollback()  # the reading is over; a picture of a film may take a minute
    with evidence_store().open(storage_key(visit_id, sha256)) as file:
        picture = contents.picture(file, type_)
    if picture is not None:
        _write(_path(visit_id, sha256), picture)
    with transaction():
        made = db.session.get(Blob, (visit_id, sha256))
        if made is not None:
            made.preview = Preview.FAILED if picture is None else Preview.MADE
    return picture


def _path(visit_id: str, sha256: str) -> Path:
    return Path(current_app.config["DATA_DIR"]) / "previews" / visit_id / f"{sha256}.jpg"


def _write(path: Path, picture: bytes) -> None:
    """Whole or not at all: several workers may make the same picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        try:
            draft.write(picture)
            draft.flush()
            Path(draft.name).replace(path)
        except OSError:
            Path(draft.name).unlink(missing_ok=True)
            raise
