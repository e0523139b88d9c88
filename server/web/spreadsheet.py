"""An XLSX file written and sent row by row: its first bytes leave at once, and nothing of it is kept.

openpyxl can write to a file only, and takes ten times as long: a register of a million rows would be silent
for so long that every proxy gives up. What is written here is the least that spreadsheets want (ECMA-376):
texts within their cells, numbers, and days.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from typing import Any
from xml.sax.saxutils import escape

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_OF_A_SHEET = 1_048_575  # the most a sheet holds, beside its heads
BYTES_OF_A_SHEET = 1_500_000_000  # more than two gigabytes would be a kind of zip that Excel refuses
ROWS_AT_ONCE = 500
LONGEST = 32_767  # signs of a cell

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EPOCH = date(1899, 12, 30)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"

# Styles 1: a day. 2: stays a text when somebody edits it. 3: a head.
_STYLES = (
    f'{_HEAD}<styleSheet {_MAIN}>'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf xfId="0"/><xf numFmtId="164" xfId="0" applyNumberFormat="1"/>'
    '<xf xfId="0" quotePrefix="1"/><xf fontId="1" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)

Row = Sequence[Any]


class _Sink:
    """Where the zip is written to: taken from there piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, content: Any) -> int:
        self._pieces.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Nothing is kept back."""

    def take(self) -> bytes:
        whole, self._pieces = b"".join(self._pieces), []
        return whole


def written(heads: Sequence[str], rows: Iterator[Row], is_risky: Callable[[str], bool]) -> Iterator[bytes]:
    """The file, piece by piece. A text that `is_risky` is marked so that no spreadsheet takes it for more.

    What one sheet does not hold goes on in the next; there is one sheet at least.
    """
    sink = _Sink()
    sheets = 0
    more: list[Row] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:  # type: ignore[call-overload]
        while more or not sheets:
            sheets += 1
            with archive.open(f"xl/worksheets/sheet{sheets}.xml", "w") as part:
                for content in _sheet(heads, chain(more, rows), is_risky):
                    part.write(content)
                    yield sink.take()
            more = list(islice(rows, 1))
        for name, text in _parts(sheets):
            archive.writestr(name, text)
    yield sink.take()


def _sheet(heads: Sequence[str], rows: Iterable[Row], is_risky: Callable[[str], bool]) -> Iterator[bytes]:
    letters = [_letters(at) for at in range(len(heads))]
    yield (
        f'{_HEAD}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
    ).encode()
    cells = "".join(_text(letter, 1, head, 3) for letter, head in zip(letters, heads, strict=True))
    yield f'<row r="1">{cells}</row>'.encode()
    number, length = 1, 0
    reading = iter(rows)
    while number <= ROWS_OF_A_SHEET and length < BYTES_OF_A_SHEET:
        some = list(islice(reading, min(ROWS_AT_ONCE, ROWS_OF_A_SHEET + 1 - number)))
        if not some:
            break
        content = "".join(
            _row(letters, at, row, is_risky) for at, row in enumerate(some, number + 1)
        ).encode()
        number, length = number + len(some), length + len(content)
        yield content
    yield b"</sheetData></worksheet>"


def _row(letters: Sequence[str], at: int, row: Row, is_risky: Callable[[str], bool]) -> str:
    cells = []
    for letter, value in zip(letters, row, strict=True):
        if isinstance(value, str):
            cells.append(_text(letter, at, value, 2 if is_risky(value) else 0))
        elif isinstance(value, date):
            cells.append(f'<c r="{letter}{at}" s="1"><v>{(value - _EPOCH).days}</v></c>')
        elif value is not None:
            cells.append(f'<c r="{letter}{at}"><v>{value!r}</v></c>')
    return f'<row r="{at}">{"".join(cells)}</row>'


def _text(letter: str, at: int, text: str, style: int) -> str:
    inner = escape(_ILLEGAL.sub("", text)[:LONGEST], {"\r": "&#13;"})
    return f'<c r="{letter}{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{inner}</t></is></c>'


def _letters(at: int) -> str:
    """The name of a column: A … Z, AA …"""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


def _parts(sheets: int) -> Iterator[tuple[str, str]]:
    """What makes sheets a workbook."""
    each = range(1, sheets + 1)
    entries = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in each)
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in each
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for n in each
    )
    yield "xl/workbook.xml", (
        f'{_HEAD}<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{entries}</sheets></workbook>'
    )
    yield "xl/_rels/workbook.xml.rels", (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId{sheets + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    )
    yield "xl/styles.xml", _STYLES
    yield "_rels/.rels", _RELATIONS
    yield "[Content_Types].xml", (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{types}</Types>'
    )
