"""Lists as files: XLSX, CSV or JSON, row by row, so that a million rows need no more memory than ten.

A file is opened by a spreadsheet, and a spreadsheet computes. A text that looks like a formula leaves here so
that none computes it: as a text cell in XLSX, behind an apostrophe in CSV (`unguarded` takes it off again).
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from itertools import chain, islice
from typing import Any
from urllib.parse import quote

from flask import Response, stream_with_context
from flask_babel import gettext as _

from server.kernel import instants
from server.kernel.problems import Problem
from server.web import spreadsheet

Row = Mapping[str, Any]
Columns = Sequence[tuple[str, str]]

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
APOSTROPHE = "'"
ROWS_AT_ONCE = 500

_NAMED = {bool: "boolean", int: "integer", float: "number", list: "array", dict: "object", type(None): "null"}


def exported(name: str, columns: Columns, rows: Iterable[Row], form: str) -> Response:
    """The rows as a file to keep, called `name`; `columns` are members of a row and their heads, in order.

    The rows may be read from the database as they are sent. The first is read before anything is answered,
    so that what goes wrong at the start is a problem and not a broken file.
    """
    if form not in _FORMS:
        raise Problem("not-found")
    media_type, write = _FORMS[form]
    reading = iter(rows)
    started = chain(list(islice(reading, 1)), reading)
    response = Response(stream_with_context(write(columns, started)), content_type=media_type)
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


def _xlsx(columns: Columns, rows: Iterator[Row]) -> Iterator[bytes]:
    heads = [head for _member, head in columns]
    cells = ([_plain(row.get(member)) for member, _head in columns] for row in rows)
    return spreadsheet.written(heads, cells, lambda text: text.startswith((*FORMULA_SIGNS, "#")))


def _taken(lines: io.StringIO) -> str:
    text = lines.getvalue()
    lines.seek(0)
    lines.truncate()
    return text


_FORMS: dict[str, tuple[str, Callable[[Columns, Iterator[Row]], Iterator[str] | Iterator[bytes]]]] = {
    "xlsx": (spreadsheet.MEDIA_TYPE, _xlsx),
    "csv": ("text/csv; charset=utf-8", _csv),
    "json": ("application/json", _json),
}
