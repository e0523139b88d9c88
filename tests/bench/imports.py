"""Imports of a million enterprises on SQLite, as CSV and as a workbook: time of each step, and peak memory.

Each form has a process of its own, so that its memory is its own: `python -m tests.bench.imports csv 1000`.
"""

import csv
import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from flask_migrate import upgrade
from openpyxl.utils import get_column_letter
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from stdnum.cn import uscc

from server import create_app
from server.demo import county
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.instants import local
from server.registry.imports import actions, applying, jobs, reading
from server.registry.imports.fields import FIELDS
from server.registry.imports.model import ImportBatch
from server.registry.imports.rules import State
from server.registry.model import Town
from tests.bench.enterprises import made_up_name
from tests.bench.figures import Figure
from tests.processes import ROOT

ROWS = 1_000_000
STEPS = (
    "taking in", "dry run", "writing (others wait)", "lists after it", "undoing (others wait)", "lists again",
)  # fmt: skip


def measure() -> list[Figure]:
    """Seconds of one core, whatever else the machine does, and megabytes of each step, in both forms."""
    return [figure for form in ("csv", "xlsx") for figure in _figures(form)]


def _figures(form: str) -> Iterator[Figure]:
    command = [sys.executable, "-m", "tests.bench.imports", form, str(ROWS)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
    for step, (seconds, megabytes) in said.items():
        name = f"{ROWS:,} rows, {form}: {step}"
        yield Figure(f"{name}, of one core", seconds, "s")
        yield Figure(f"{name}, peak memory", megabytes, "MB", aim="500 MB")


def _steps(form: str, total: int) -> Iterator[tuple[str, float, float]]:
    with TemporaryDirectory(prefix="liancha-imports-") as folder:
        app = create_app({"DATA_DIR": folder, "DATABASE_URL": "", "SECRET_KEY": "of the bench"})
        with app.app_context():
            upgrade(str(ROOT / "migrations"))
            with transaction():
                county.settle(local(now()).date())
            towns = list(db.session.scalars(db.select(Town.name).order_by(Town.code)))
            path = Path(folder, f"file.{form}")
            {"csv": _write_csv, "xlsx": _write_xlsx}[form](path, chain([_HEADS], _rows(total, towns)))
            db.session.remove()
            for step, deed in zip(STEPS, _deeds(path, total), strict=True):
                Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
                start = time.process_time()
                deed()
                yield step, time.process_time() - start, _peak()


def _deeds(path: Path, total: int) -> Iterator[Any]:
    """What is done with an import, one after the other, as the jobs do it."""
    ids: list[str] = []

    def take_in() -> None:
        with path.open("rb") as file:
            taken = actions.take_in(file)
        with transaction():
            batch = actions.receive(None, taken, path.name)
            actions.choose_columns(batch, batch.mapping)
        ids.append(taken.batch_id)

    def within(state: State, deed: Any) -> Any:
        def do() -> None:
            with transaction():
                db.session.get_one(ImportBatch, ids[0]).state = state
            with transaction():
                deed(ids[0])

        return do

    def dry_run() -> None:
        reading.dry_run(ids[0])
        counts = db.session.get_one(ImportBatch, ids[0]).counts
        if counts != {"added": total}:
            raise RuntimeError(counts)

    yield take_in
    yield dry_run
    yield within(State.APPLYING, applying.apply)
    yield lambda: jobs.finish(ids[0])
    yield within(State.UNDOING, applying.undo)
    yield lambda: jobs.finish(ids[0])


def _peak() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


_FILLED: dict[str, Any] = {
    "entity_type": "企业", "registrar": "SCJG", "industry": "JYZ", "risk_class": "B",
    "risk_as_of": "2026-10-31", "emerging_flag": "否", "coord_sys": "CGCS2000",
    "status": "存续", "tags": "重点、示范",
}  # fmt: skip
_HEADS = [field.head for field in FIELDS]


def _rows(total: int, towns: Sequence[str]) -> Iterator[list[Any]]:
    """All columns of the template, with as many different texts as a register has."""
    for n in range(total):
        chance = n * 2654435761 % 2**32  # spreads, and is the same each time
        town, code = towns[chance % len(towns)], f"91341723MA{n:07d}"
        row = _FILLED | {
            "reference": f"I{n:07d}",
            "uscc": code + uscc.calc_check_digit(code),
            "name": f"青阳{town[:2]}{made_up_name(chance // 7)}商行",
            "town": town,
            "address": f"安徽省池州市青阳县{town}{made_up_name(chance // 11)[:2]}路{n}号",
            "legal_rep": made_up_name(chance // 13)[:3],
            "phone": f"0566-{chance % 10**7:07d}",
            "registered_on": f"20{chance % 20:02d}-05-{chance % 28 + 1:02d}",
            "staff_count": chance % 50,
        }
        yield [row.get(field.name, "") for field in FIELDS]


def _write_csv(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def _write_xlsx(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    """A workbook as spreadsheets write it: each text once, rows with a height. (openpyxl writes no such.)"""
    whole = io.BytesIO()
    openpyxl.Workbook().save(whole)
    sheet, texts = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    entry = f'<Override PartName="/{texts}" ContentType="{SHARED_STRINGS}"/></Types>'.encode()
    letters = [get_column_letter(at) for at in range(1, len(FIELDS) + 1)]
    known: dict[str, int] = {}
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != sheet:
                new.writestr(name, old.read(name).replace(b"</Types>", entry))
        with new.open(sheet, "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{SHEET_MAIN_NS}"><sheetData>'.encode())
            for at, row in enumerate(rows, 1):
                cells = (
                    f'<c r="{letter}{at}" t="s"><v>{known.setdefault(str(value), len(known))}</v></c>'
                    for letter, value in zip(letters, row, strict=True)
                    if value != ""
                )
                part.write(f'<row r="{at}" ht="14.25" customHeight="1">{"".join(cells)}</row>'.encode())
            part.write(b"</sheetData></worksheet>")
        with new.open(texts, "w") as part:
            part.write(f'<sst xmlns="{SHEET_MAIN_NS}">'.encode())
            part.writelines(f"<si><t>{escape(text)}</t></si>".encode() for text in known)
            part.write(b"</sst>")


if __name__ == "__main__":
    form, total = sys.argv[1], int(sys.argv[2])
    said = {}
    for step, seconds, megabytes in _steps(form, total):
        said[step] = seconds, megabytes
        print(step, said[step], file=sys.stderr, flush=True)  # noqa: T201
    print(json.dumps(said))  # noqa: T201
