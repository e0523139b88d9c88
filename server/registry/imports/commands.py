"""`flask registry import FILE`: the import of the office's pages, from a shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup

from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.registry.imports import actions, jobs, listing, reading
from server.registry.imports.model import ImportBatch
from server.registry.imports.rules import State, Verdict

registry_commands = AppGroup("registry", help="The registers of subjects and officers.")

LANGUAGE = "zh_Hans_CN"


@registry_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what it would do and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a line.")
def import_file(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import enterprises from an XLSX or CSV FILE. If a row is rejected nothing is written: exit 1."""
    try:
        batch_id = _read(file)
    except Problem as problem:
        none: dict[str, Any] = {"added": 0, "changed": 0, "unchanged": 0, "rejected": []}
        _end(none | {"problem": _told(problem)}, as_json, 1)
    batch = db.session.get_one(ImportBatch, batch_id)
    said: dict[str, Any] = {name: batch.counts.get(name, 0) for name in ("added", "changed", "unchanged")}
    said["rejected"] = [line for row in listing.all_rows(batch_id, Verdict.REJECTED) for line in _faults(row)]
    if not dry_run and not said["rejected"] and jobs.writes(batch):
        _apply(batch_id)
    else:
        with transaction():
            actions.discard(db.session.get_one(ImportBatch, batch_id), None)
    _end(said, as_json, 1 if said["rejected"] else 0)


def _read(file: Path) -> str:
    """The dry run, done here and not queued."""
    with file.open("rb") as content:
        taken = actions.take_in(content)
    with transaction():
        batch = actions.receive(None, taken, file.name)
        actions.choose_columns(batch, batch.mapping)
    reading.dry_run(taken.batch_id)
    batch = db.session.get_one(ImportBatch, taken.batch_id)
    if batch.state == State.REFUSED and batch.problem:
        raise Problem(batch.problem["code"], **batch.problem["params"])
    return taken.batch_id


def _apply(batch_id: str) -> None:
    with transaction():
        db.session.get_one(ImportBatch, batch_id).state = State.APPLYING
    jobs.apply(batch_id)
    batch = db.session.get_one(ImportBatch, batch_id)
    if batch.state != State.APPLIED:
        raise click.ClickException(_told(Problem("import-stale"))["reason"])


def _faults(row: Any) -> list[dict[str, Any]]:
    return [
        {"row": row.row, "column": one["column"], "reason": listing.sentence(one, LANGUAGE)}
        for one in row.reason
    ]


def _told(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "reason": problem.detail(LANGUAGE)}


def _end(said: dict[str, Any], as_json: bool, code: int) -> NoReturn:
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        counts = "，".join(f"{word} {said[name]}" for name, word in _WORDS.items())
        click.echo(f"{counts}，未通过 {len(said['rejected'])}")
        for line in said["rejected"]:
            click.echo(f"第 {line['row']} 行 {line['column']}：{line['reason']}", err=True)
        if "problem" in said:
            click.echo(said["problem"]["reason"], err=True)
    raise SystemExit(code)


_WORDS = {"added": "新增", "changed": "变更", "unchanged": "无变化"}
