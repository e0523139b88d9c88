"""The deeds around an import: receive a file, say what its columns are, have it written or taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import IO

from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.problems import Problem
from server.registry.imports import fields, files, jobs
from server.registry.imports.model import ImportBatch, ImportMapping
from server.registry.imports.rules import ROWS_KEPT, State, Verdict, are_kept
from server.registry.imports.tables import Table, open_table

TO_BE_MAPPED = (State.MAPPING, State.READY, State.REFUSED)
LONGEST_NAME = 200


@dataclass(frozen=True)
class Taken:
    """A file on the disk that can be read."""

    batch_id: str
    sha256: str
    bytes: int
    table: Table


def take_in(file: IO[bytes]) -> Taken:
    """Put a file on the disk and look at it. Nothing is entered yet; what cannot be read leaves nothing."""
    batch_id = new_id()
    return looked_at(batch_id, *files.keep(file, batch_id))


def looked_at(batch_id: str, digest: str, length: int) -> Taken:
    """A file that lies on the disk, if it can be read; else it goes."""
    try:
        return Taken(batch_id, digest, length, open_table(files.place_of(batch_id)))
    except BaseException:
        files.forget(batch_id)
        raise


def receive(actor: str | None, taken: Taken, filename: str, source_id: str | None = None) -> ImportBatch:
    """Enter a file that was taken in; its columns are as remembered for such heads, else as guessed."""
    table = taken.table
    remembered = db.session.get(ImportMapping, _name_of(table.heads))
    batch = ImportBatch(
        id=taken.batch_id,
        filename=PurePath(filename.replace("\\", "/")).name[:LONGEST_NAME] or "?",
        sha256=taken.sha256,
        bytes=taken.bytes,
        state=State.MAPPING,
        layout={
            "heads": table.heads,
            "examples": table.examples,
            "others": table.others,
            "sheet": table.sheet,
        },
        mapping=fields.usable(remembered.mapping if remembered else fields.guessed(table.heads), table.heads),
        counts={},
        source_id=source_id,
        created_at=now(),
        created_by=actor,
    )
    db.session.add(batch)
    record(actor, "import.received", batch.id, file=batch.filename, sha256=taken.sha256)
    return batch


def map_columns(batch: ImportBatch, mapping: Mapping[str, str]) -> None:
    """Say which column fills what, and have the dry run begin."""
    choose_columns(batch, mapping)
    jobs.read.later(batch.id)


def choose_columns(batch: ImportBatch, mapping: Mapping[str, str]) -> None:
    """Say which column fills what; remembered for the next file with these heads."""
    if batch.state not in TO_BE_MAPPED:
        raise Problem("import-not-now")
    heads: Sequence[str] = batch.layout["heads"]
    chosen = fields.usable(mapping, heads)
    twice = fields.named_twice(chosen)
    if twice:
        raise Problem("import-mapped-twice", field="mapping", head=twice)
    if not fields.identifies(chosen):
        raise Problem("import-unmapped", field="mapping")
    db.session.merge(ImportMapping(heads=_name_of(heads), mapping=chosen, used_at=now()))
    batch.mapping = chosen
    batch.state, batch.touched_at, batch.problem = State.WAITING, now(), None


def have_applied(batch: ImportBatch, actor: str | None, leave_out: bool) -> None:
    """Have it written. With rejected rows that is a choice of its own, kept with the import."""
    if batch.state != State.READY:
        raise Problem("import-not-now")
    rejected = batch.counts.get(Verdict.REJECTED, 0)
    if rejected and not leave_out:
        raise Problem("import-rejects", count=rejected)
    if not jobs.writes(batch):
        raise Problem("import-nothing")
    batch.rejects_left_out = bool(rejected)
    batch.applied_by, batch.state, batch.touched_at = actor, State.APPLYING, now()
    jobs.apply.later(batch.id)


def have_undone(batch: ImportBatch, actor: str | None) -> None:
    """Have it taken back, as long as it is known what each row did."""
    if batch.state != State.APPLIED:
        raise Problem("import-not-now")
    if not are_kept(now() - batch.touched_at):
        raise Problem("import-undo-late", days=ROWS_KEPT.days)
    batch.undone_by, batch.state, batch.touched_at = actor, State.UNDOING, now()
    jobs.undo.later(batch.id)


def discard(batch: ImportBatch, actor: str | None) -> None:
    """Give it up: nothing of it was written, and nothing will be."""
    if batch.state not in TO_BE_MAPPED:
        raise Problem("import-not-now")
    batch.state = State.DISCARDED
    record(actor, "import.discarded", batch.id, file=batch.filename)
    jobs.forget.later(batch.id)


def _name_of(heads: Sequence[str]) -> str:
    return sha256(json.dumps(fields.own_heads(heads), ensure_ascii=False).encode()).hexdigest()
