"""The dry run: a file is read row by row and compared with the register; what each row would do is kept.

In small transactions, so that nobody waits for it; what was written before a crash is begun anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from server.infra import counters
from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.kernel.problems import Problem
from server.registry.imports import files, rules, standing
from server.registry.imports.fields import BY_NAME
from server.registry.imports.model import ImportBatch, ImportRow
from server.registry.imports.rules import Book, Cell, Outcome, Reading, State, Verdict
from server.registry.imports.seen import Seen
from server.registry.imports.tables import Table, open_table
from server.registry.imports.xlsx import Merged
from server.registry.terms import terms_of

ROWS_AT_ONCE = 1000
FORGOTTEN_AT_ONCE = 20_000
SEARCHED = ("name", "uscc", "address", "tags")
LONGEST_SHOWN = 500

Json = dict[str, Any]


def dry_run(batch_id: str) -> bool:
    """Read a file that waits; whether it could be read, and rows came of it."""
    if not _begun(batch_id):
        return False
    try:
        table = open_table(files.place_of(batch_id))
        _Run(db.session.get_one(ImportBatch, batch_id), table).go()
    except Problem as problem:
        _refuse(batch_id, problem)
        return False
    except Exception:
        _refuse(batch_id, Problem("import-failed"))
        raise
    with transaction():
        batch = db.session.get_one(ImportBatch, batch_id)
        batch.state, batch.total = State.READY, batch.done
    return True


def _begun(batch_id: str) -> bool:
    with transaction():
        batch = db.session.get(ImportBatch, batch_id)
        if batch is None or not rules.may_begin(batch.state, now() - batch.touched_at):
            return False
        batch.state, batch.touched_at = State.READING, now()
        batch.done, batch.counts, batch.total = 0, {}, None
        batch.seen_seq = counters.last("enterprise")
    forget_rows(batch_id)
    return True


def forget_rows(batch_id: str) -> None:
    """Delete what was written of a file, a part at a time."""
    last = db.session.scalar(select(func.max(ImportRow.row)).where(ImportRow.batch_id == batch_id)) or 0
    for upto in range(FORGOTTEN_AT_ONCE, last + FORGOTTEN_AT_ONCE, FORGOTTEN_AT_ONCE):
        with transaction():
            db.session.execute(delete(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.row <= upto))


def _refuse(batch_id: str, problem: Problem) -> None:
    db.session.rollback()
    with transaction():
        batch = db.session.get_one(ImportBatch, batch_id)
        batch.state = State.REFUSED
        batch.problem = {"code": problem.code, "params": problem.params}


class _Run:
    """One file being read."""

    def __init__(self, batch: ImportBatch, table: Table) -> None:
        self.batch_id, self.table = batch.id, table
        self.columns = [batch.mapping.get(head) for head in table.heads]
        self.with_industries = "also" in self.columns
        self.book: Book = standing.book()
        self.merged = _Merges(table.merged)
        self.seen = Seen()
        self.counts: Counter[str] = Counter()

    def go(self) -> None:
        """All rows, some at a time."""
        rows = self.table.rows()
        try:
            while some := list(islice(rows, ROWS_AT_ONCE)):
                if sum(self.counts.values()) + len(some) > rules.MOST_ROWS:
                    raise Problem("import-too-many-rows", most=rules.MOST_ROWS)
                self._write(self._judged(some))
        finally:
            self.seen.close()

    def _judged(self, some: Sequence[tuple[int, Sequence[Cell]]]) -> list[Json]:
        readings = [(number, cells, self._read(number, cells)) for number, cells in some]
        values = [reading.values for _number, _cells, reading in readings]
        by_reference = standing.by_reference(_all("reference", values), self.with_industries)
        codes = _all("uscc", values) | {one.values["uscc"] for one in by_reference.values()}
        by_code = standing.by_code(codes, self.with_industries)
        return [
            self._row(number, cells, self._outcome(number, reading, by_reference, by_code))
            for number, cells, reading in readings
        ]

    def _read(self, number: int, cells: Sequence[Cell]) -> Reading:
        padded = [*cells, *[None] * (len(self.columns) - len(cells))]
        by_name = {name: cell for name, cell in zip(self.columns, padded, strict=False) if name}
        reading = rules.read_row(by_name, self.book)
        across = self.merged.at(number)
        if across:
            reading.faults.insert(0, Problem("import-merged", range=across.name))
        return reading

    def _outcome(self, number: int, reading: Reading, by_reference: Mapping[str, rules.Subject],
                 by_code: Mapping[str, Sequence[rules.Subject]]) -> Outcome:  # fmt: skip
        subject = rules.standing_for(reading, by_reference, by_code)
        first = self.seen.first_row(rules.keys_of(reading, subject), number)
        if first is not None:
            name = "reference" if reading.values.get("reference") else "uscc"
            reading.fault(name, Problem("import-twice", row=first))
        return rules.outcome(reading, subject, by_code)

    def _row(self, number: int, cells: Sequence[Cell], found: Outcome) -> Json:
        self.counts[found.verdict] += 1
        row: Json = {
            "batch_id": self.batch_id, "row": number, "verdict": found.verdict.value, "column": None,
            "enterprise_id": found.subject.id if found.subject else None,
            "revision": found.subject.revision if found.subject else None,
            "ordinal": None, "reason": None, "values": found.values, "before": None,
        }  # fmt: skip
        if found.verdict is Verdict.REJECTED:
            texts = [rules.text_of(cell)[:LONGEST_SHOWN] for cell in cells[: len(self.columns)]]
            faults = [self._fault(problem) for problem in found.faults]
            row |= {"values": {"cells": texts}, "reason": faults, "column": faults[0]["column"]}
        elif found.verdict is Verdict.ADDED:
            row |= {"enterprise_id": new_id(), "ordinal": self.counts[Verdict.ADDED]}
            row |= {"values": found.values | _terms(found.values)}
        elif found.verdict is Verdict.CHANGED and found.subject:
            row["before"] = found.before
            if not found.values.keys().isdisjoint(SEARCHED):
                row["values"] = found.values | _terms(found.subject.values | found.values)
        return row

    def _fault(self, problem: Problem) -> Json:
        """A fault as it is kept: the head of its column in this file, else the template's."""
        head = BY_NAME[problem.field].head if problem.field else ""
        at = self.columns.index(problem.field) if problem.field in self.columns else None
        column = self.table.heads[at] if at is not None else head
        return {"column": column[:60], "code": problem.code, "params": problem.params}

    def _write(self, rows: list[Json]) -> None:
        with transaction():
            db.session.execute(insert(ImportRow.__table__), rows)  # type: ignore[arg-type]
            done = sum(self.counts.values())
            total = max(self.table.total, done)
            change = {"done": done, "total": total, "counts": dict(self.counts), "touched_at": now()}
            db.session.execute(update(ImportBatch).where(ImportBatch.id == self.batch_id).values(**change))


class _Merges:
    """The merged cells of a file, asked for row by row, downwards."""

    def __init__(self, merged: Iterable[Merged]) -> None:
        self._coming: Iterator[Merged] = iter(merged)
        self._next = next(self._coming, None)
        self._open: list[Merged] = []

    def at(self, row: int) -> Merged | None:
        """A block of merged cells this row lies in."""
        while self._next and self._next.first <= row:
            self._open.append(self._next)
            self._next = next(self._coming, None)
        self._open = [one for one in self._open if one.last >= row]
        return self._open[0] if self._open else None


def _terms(values: Mapping[str, Any]) -> Json:
    return {"terms": terms_of(values["name"], values["uscc"], values["address"], values["tags"])}


def _all(name: str, values: Iterable[Mapping[str, Any]]) -> set[str]:
    return {one[name] for one in values if one.get(name)}

