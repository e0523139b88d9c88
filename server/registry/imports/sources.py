"""Where files come from by themselves: a folder of the inbox or an HTTPS address, looked at when due.

What was seen before, by its SHA-256, is not read again. A clean file is written by itself, one with a
rejected row waits for somebody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path, PurePath
from typing import IO
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select

from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.infra.jobs import crontab, every, job
from server.kernel.problems import Problem
from server.registry.imports import actions, fetching, files
from server.registry.imports.model import ImportBatch, ImportSource

SETTLED_SECONDS = 60
"""A file that was written to a moment ago may not be whole yet."""

MOST_FILES = 100


def inbox() -> Path:
    """The folder whose folders are sources."""
    folder = Path(current_app.config["DATA_DIR"]) / "inbox"
    folder.mkdir(exist_ok=True)
    return folder


def add(actor: str | None, name: str, address: str, every_hours: int) -> ImportSource:
    """Have a place looked at from now on."""
    if "://" in address:
        fetching.check_address(address)
    else:
        _folder(address).mkdir(exist_ok=True)
    source = ImportSource(
        id=new_id(), name=name, address=address, every_hours=every_hours, created_at=now(), created_by=actor
    )
    db.session.add(source)
    record(actor, "import-source.added", source.id, address=address)
    return source


def set_active(source: ImportSource, actor: str, active: bool) -> None:
    """Pause it or go on."""
    source.active = active
    record(actor, "import-source.resumed" if active else "import-source.paused", source.id)


@every(crontab(minute="*/10"))
def look_where_due() -> None:
    """All sources whose time has come."""
    for source in db.session.scalars(select(ImportSource).where(ImportSource.active)).all():
        if source.looked_at is None or source.looked_at + timedelta(hours=source.every_hours) <= now():
            look.later(source.id)


@job
def look(source_id: str) -> None:
    """Look at one source now, and keep with it what went wrong, if anything did."""
    problem = None
    try:
        for name, opened in _offered(db.session.get_one(ImportSource, source_id).address):
            try:
                with opened as file:
                    _take(source_id, name, file)
            except Problem as found:
                problem = found
    except Problem as found:
        problem = found
    with transaction():
        source = db.session.get_one(ImportSource, source_id)
        source.looked_at = now()
        source.problem = {"code": problem.code, "params": problem.params} if problem else None


def _offered(address: str) -> Iterator[tuple[str, AbstractContextManager[IO[bytes]]]]:
    """Names and contents of the files a source has."""
    if "://" in address:
        body = fetching.fetched(address, current_app.config["IMPORT_PRIVATE"])
        yield PurePath(urlsplit(address).path).name or "export", body
        return
    folder = _folder(address)
    if not folder.is_dir():
        raise Problem("source-folder", folder=address)
    settled = [place for place in folder.iterdir() if _is_settled(place)]
    for place in sorted(settled)[-MOST_FILES:]:
        yield place.name, place.open("rb")


def _is_settled(place: Path) -> bool:
    right = place.suffix.lower() in (".csv", ".xlsx") and place.is_file() and not place.is_symlink()
    return right and place.stat().st_mtime < now().timestamp() - SETTLED_SECONDS


def _take(source_id: str, name: str, file: IO[bytes]) -> None:
    """Take a file in, unless the same was seen before. Columns nobody can guess wait for somebody."""
    batch_id = new_id()
    digest, length = files.keep(file, batch_id)
    if db.session.scalar(select(ImportBatch.id).where(ImportBatch.sha256 == digest).limit(1)):
        files.forget(batch_id)
        return
    taken = actions.looked_at(batch_id, digest, length)
    with transaction():
        actions.receive(None, taken, name, source_id)
    with transaction():
        batch = db.session.get_one(ImportBatch, batch_id)
        actions.map_columns(batch, batch.mapping)


def _folder(name: str) -> Path:
    """A folder of the inbox by its name; a name that leads out of it is none."""
    if not name or PurePath(name).name != name or name.startswith(".") or not name.isprintable():
        raise Problem("source-address", field="address")
    return inbox() / name
