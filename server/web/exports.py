"""Lists as files: CSV and JSON sent row by row, XLSX from the disk; a million rows take no memory.

A file is opened by a spreadsheet, and a spreadsheet computes. A text that looks like a formula leaves here so
that none computes it: as a text cell in XLSX, behind an apostrophe in CSV (`unguarded` takes it off again).
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import quote

import xlsxwriter
from flask import Response, send_file, stream_with_context
from flask_babel import gettext as _

from server.kernel import instants
from server.kernel.problems import Problem

Row = Mapping[str, Any]
Columns = Sequence[tuple[str, str]]

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
APOSTROPHE = "'"
ROWS_AT_ONCE = 500

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_OF_A_SHEET = 1_048_575  # the most a sheet holds, beside its heads
CELLS_OF_A_SHEET = 20_000_000  # some 1.5 GB; more than two would be a kind of zip that Excel wants to repair
LONGEST = 32_767  # signs of a cell

_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMED = {bool: "boolean", int: "integer", float: "number", list: "array", dict: "object", type(None): "null"}


def exported(name: str, columns: Columns, rows: Iterable[Row], form: str) -> Response:
    """The rows as a file to keep, called `name`; `columns` are members of a row and their heads, in order.

    The rows may be read from the database as they are sent. The first is read before anything is answered,
    so that what goes wrong at the start is a problem and not a broken file.
    """
    reading = iter(rows)
    started = chain(list(islice(reading, 1)), reading)
    if form == "xlsx":
        response = send_file(_workbook(columns, started), XLSX)
    elif form in _STREAMED:
        media_type, write = _STREAMED[form]
        response = Response(stream_with_context(write(columns, started)), content_type=media_type)
    else:
        raise Problem("not-found")
    names = {"filename": f"liancha.{form}", "filename*": f"UTF-8''{quote(name, safe='')}.{form}"}  # RFC 6266
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def unguarded(text: str) -> str:
    """A text of a CSV file without the apostrophe `exported` may have put before it."""
    return text[1:] if text.startswith(APOSTROPHE) and text[1:].startswith(FORMULA_SIGNS) else text


def _guarded(text: str) -> str:
    return APOSTROPHE + text if text.startswith(FORMULA_SIGNS) else text


def _plain(value: Any) -> str | int | float | date | None:
    """A value as a cell holds it."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return f"{instants.local(value):%Y-%m-%d %H:%M}"
    if value is None or isinstance(value, int | float | date):
        return value
    return "、".join(map(str, value)) if isinstance(value, list | tuple | set) else str(value)


def _csv(columns: Columns, rows: Iterator[Row]) -> Iterator[str]:
    """With the byte order mark that spreadsheets want, to know the encoding."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    lines.write("\ufeff")
    writer.writerow([_guarded(head) for _member, head in columns])
    yield _taken(lines)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        for row in some:
            cells = (_plain(row.get(member)) for member, _head in columns)
            writer.writerow([_guarded(cell) if isinstance(cell, str) else cell for cell in cells])
        yield _taken(lines)


def _json(columns: Columns, rows: Iterator[Row]) -> Iterator[str]:
    """The rows, and after them the schema of one: only then is known which types there were."""
    types: dict[str, set[str]] = {member: set() for member, _head in columns}
    yield '{"rows": ['
    separator = "\n"
    while some := list(islice(rows, ROWS_AT_ONCE)):
        values = [{member: _json_value(row.get(member)) for member in types} for row in some]
        for one in values:
            for member, value in one.items():
                types[member].add(_NAMED.get(type(value), "string"))
        yield separator + ",\n".join(json.dumps(one, ensure_ascii=False) for one in values)
        separator = ",\n"
    yield '\n], "schema": ' + json.dumps(_schema(columns, types), ensure_ascii=False) + "}\n"


def _schema(columns: Columns, types: Mapping[str, set[str]]) -> dict[str, Any]:
    properties = {
        member: {"title": head, "type": sorted(types[member]) or ["null"]} for member, head in columns
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def _json_value(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return instants.rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, set) else value


def _workbook(columns: Columns, rows: Iterator[Row]) -> IO[bytes]:
    """What one sheet does not hold goes on in the next; there is one sheet at least."""
    file = TemporaryFile()  # noqa: SIM115 - it is closed when it has been sent
    most = min(ROWS_OF_A_SHEET, CELLS_OF_A_SHEET // len(columns))
    with xlsxwriter.Workbook(file, {"constant_memory": True, "use_zip64": True}) as book:
        formats = {
            "head": book.add_format({"bold": True}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "text": book.add_format({"quote_prefix": True}),  # stays a text when somebody edits it
        }
        first = list(islice(rows, 1))
        while first or not book.worksheets():
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            for column, (_member, head) in enumerate(columns):
                sheet.write_string(0, column, _fitting(head), formats["head"])
            for at, row in enumerate(chain(first, islice(rows, most - 1)), 1):
                for column, (member, _head) in enumerate(columns):
                    _put(sheet, at, column, _plain(row.get(member)), formats)
            first = list(islice(rows, 1))
    file.seek(0)
    return file


def _put(sheet: Any, at: int, column: int, value: Any, formats: Mapping[str, Any]) -> None:
    if isinstance(value, str):
        is_risky = value.startswith((*FORMULA_SIGNS, "#"))
        sheet.write_string(at, column, _fitting(value), formats["text"] if is_risky else None)
    elif isinstance(value, date):
        sheet.write_datetime(at, column, value, formats["day"])
    elif value is not None:
        sheet.write_number(at, column, value)


def _fitting(text: str) -> str:
    return _ILLEGAL.sub("", text)[:LONGEST]


def _taken(lines: io.StringIO) -> str:
    text = lines.getvalue()
    lines.seek(0)
    lines.truncate()
    return text


_STREAMED: dict[str, tuple[str, Callable[[Columns, Iterator[Row]], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "json": ("application/json", _json),
}
