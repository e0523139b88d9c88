"""The work on imports that nobody waits for: dry run, writing, taking back, and looking after all three."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.jobs import crontab, every, job
from server.registry.imports import applying, files, reading
from server.registry.imports.model import ImportBatch, ImportRow
from server.registry.imports.rules import AT_WORK, ROWS_KEPT, SILENT, State, Verdict
from server.registry.jobs import look_for_twins
from server.registry.search import refresh_statistics

LARGE = 10_000
"""So many new subjects change what the database should know of its tables."""

KEPT = timedelta(days=30)


@job
def read(batch_id: str) -> None:
    """The dry run. A file that came by itself and has no fault is then written by itself."""
    if reading.dry_run(batch_id):
        with transaction():
            batch = db.session.get_one(ImportBatch, batch_id)
            if batch.source_id and writes(batch) and not batch.counts.get(Verdict.REJECTED):
                batch.state = State.APPLYING
                apply.later(batch_id)


@job
def apply(batch_id: str) -> None:
    """Write it. Where the register has changed since the dry run, that is done afresh instead."""
    try:
        with transaction():
            applying.apply(batch_id)
    except (applying.StaleError, IntegrityError):
        with transaction():
            batch = db.session.get_one(ImportBatch, batch_id)
            batch.state, batch.rejects_left_out = State.WAITING, False
            batch.problem = {"code": "import-stale", "params": {}}
            read.later(batch_id)
    except Exception:
        _back(batch_id, State.APPLYING, State.READY)
        raise
    else:
        finish(batch_id)


@job
def undo(batch_id: str) -> None:
    """Take it back."""
    try:
        with transaction():
            applying.undo(batch_id)
    except Exception:
        _back(batch_id, State.UNDOING, State.APPLIED)
        raise
    finish(batch_id)


@job
def finish(batch_id: str) -> None:
    """Bring the lists up to date, and give the file up, for it is in the register."""
    applying.listed(batch_id)
    look_for_twins()
    files.forget(batch_id)
    if writes(db.session.get_one(ImportBatch, batch_id)) >= LARGE:
        with transaction():
            if db.engine.dialect.name == "sqlite":
                db.session.execute(text("PRAGMA analysis_limit = 1000"))  # a sample is enough, and quick
            db.session.execute(refresh_statistics())


@job
def forget(batch_id: str) -> None:
    """Nobody wants it: its file and its rows go."""
    files.forget(batch_id)
    reading.forget_rows(batch_id)


def writes(batch: ImportBatch) -> int:
    """How many subjects it would add or change."""
    return batch.counts.get(Verdict.ADDED, 0) + batch.counts.get(Verdict.CHANGED, 0)


def _back(batch_id: str, at: State, to: State) -> None:
    """It failed: as it was before, with that said."""
    with transaction():
        batch = db.session.get_one(ImportBatch, batch_id)
        if batch.state == at:
            batch.state, batch.problem = to, {"code": "import-failed", "params": {}}


@every(crontab(minute="*/10"))
def take_up_again() -> None:
    """What a killed server left in the middle: a dry run begins anew, a deed stands where it was before."""
    since = now() - SILENT
    silent = select(ImportBatch).where(ImportBatch.state.in_(AT_WORK), ImportBatch.touched_at < since)
    for batch_id, state in [(batch.id, State(batch.state)) for batch in db.session.scalars(silent)]:
        if state in (State.WAITING, State.READING):
            read.later(batch_id)
        elif state is State.LISTING:
            finish.later(batch_id)
        else:
            _back(batch_id, state, State.READY if state is State.APPLYING else State.APPLIED)


@every(crontab(minute="41", hour="3"))
def tidy() -> None:
    """Files that nobody decided about for a month are given up; of old imports the rows go, and they stay."""
    undecided = (State.MAPPING, State.READY, State.REFUSED)
    old = select(ImportBatch).where(ImportBatch.state.in_(undecided), ImportBatch.touched_at < now() - KEPT)
    for batch in db.session.scalars(old).all():
        with transaction():
            batch.state = State.DISCARDED
            forget.later(batch.id)
    ended = (State.APPLIED, State.UNDONE)
    rows = select(ImportRow.row).where(ImportRow.batch_id == ImportBatch.id).exists()
    since = now() - ROWS_KEPT
    past = select(ImportBatch.id).where(ImportBatch.state.in_(ended), ImportBatch.touched_at < since, rows)
    for batch_id in db.session.scalars(past).all():
        with transaction():
            forget.later(batch_id)
