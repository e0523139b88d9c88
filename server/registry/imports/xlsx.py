"""An XLSX file looked through before openpyxl may read it, then read by it row by row.

openpyxl trusts a file: it takes most parts as a whole and keeps every text of the book in memory, an empty
element of every row, and the height of each. A register may have a million rows, and a file may be meant to
harm. So refused by name is first what is encrypted or damaged, would unpack to something monstrous, or has a
document type (and with it every entity somebody might define). Then rows and texts come from the disk as they
are wanted; what a cell holds is openpyxl's word.
"""

from __future__ import annotations

import math
import os
import re
import tempfile
import warnings
import zipfile
from array import array
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import ARC_CONTENT_TYPES, SHARED_STRINGS, SHEET_MAIN_NS

from server.kernel.problems import Problem
from server.registry.imports.rules import MOST_COLUMNS, MOST_ROWS, Cell, ErrorValue, Formula

warnings.filterwarnings("ignore", module=r"openpyxl\.")  # of what it leaves out, which nobody asked for

MOST_MEMBERS = 1000
MOST_UNPACKED = 6 * 1024**3
"""A million rows of thirty columns unpack to two gigabytes."""

HARMLESS = 64 * 1024**2
MOST_RATIO = 250
"""What is repetitive in a table packs to a fiftieth; what is made to burst, to a thousandth."""

MOST_WHOLE = 16 * 1024**2
"""Of a part that openpyxl reads as a whole: styles, and the names of the other parts."""

MOST_TEXTS = 40_000_000
MOST_MERGED = 10_000
AT_ONCE = 4 * 1024**2
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

LOCAL_DATES = (*range(27, 37), *range(50, 59))
"""Formats of days that are Chinese spreadsheets' own (ECMA-376, 18.8.30); openpyxl knows the others."""

TEXTS_TAG, TEXT_TAG = f"{{{SHEET_MAIN_NS}}}sst", f"{{{SHEET_MAIN_NS}}}si"

_ROW = re.compile(rb"<(?:[^\s<>/:]+:)?row[\s/>]")
_ROWS_END = re.compile(rb"</(?:[^\s<>/:]+:)?sheetData[\s>]")
_TEXT = re.compile(rb"<(?:[^\s<>/:]+:)?si[\s/>]")
_MERGED = re.compile(rb'<(?:[^\s<>/:]+:)?mergeCell\s[^>]*?ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_LONGEST_TAG = 1000


@dataclass
class Merged:
    """A block of cells somebody made one."""

    first: int
    last: int
    name: str


@dataclass
class Workbook:
    """The first sheet of a file, and all that is needed to read it."""

    path: Path
    sheet: str
    name: str
    others: int
    rows: int
    merged: list[Merged]
    shared: str | None
    dates: set[int]
    durations: set[int]
    epoch: datetime

    def read(self) -> Generator[tuple[int, list[Cell]], None, None]:
        """Number and cells of every row that has any."""
        last = 0
        with (
            _broken_if_it_fails(),
            zipfile.ZipFile(self.path) as archive,
            _texts(archive, self.shared) as texts,
            archive.open(self.sheet) as stream,
        ):
            parser = _Parser(None, texts, False, self.epoch, self.dates, self.durations)
            for element in _each(stream, DATA_TAG, ROW_TAG):
                number, row = parser.parse_row(element)
                parser.row_dimensions.clear()
                if not last < number <= MOST_ROWS:
                    raise Problem("import-broken", part=f"row {number}"[:60])
                last = number
                cells = _cells(row)
                if any(cell not in (None, "") for cell in cells):
                    yield number, cells


class _Parser(WorkSheetParser):
    """openpyxl's, but that a formula is what stands in its cell: it is shown, so it need not make sense."""

    def parse_formula(self, element: Element) -> str:
        return "=" + (element.findtext(FORMULA_TAG) or "")


def survey(path: Path) -> Workbook:
    """Look through a file without reading its rows: refused here is what is refused as a whole."""
    with _broken_if_it_fails(), _Archive(path) as archive:
        _refuse_monsters(archive)
        return _surveyed(path, archive)


@contextmanager
def _broken_if_it_fails() -> Iterator[None]:
    """A damaged file makes zlib, zipfile, expat and openpyxl fail in more ways than can be named."""
    try:
        yield
    except Problem:
        raise
    except Exception as error:
        raise Problem("import-broken", part=type(error).__name__) from error


class _Archive(zipfile.ZipFile):
    """A zip of which nothing large is read as a whole."""

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        """A part, unless it is too large for that."""
        if self.getinfo(name).file_size > MOST_WHOLE:
            raise Problem("import-bomb", part=str(name)[:60])
        return super().read(name, pwd)


def _refuse_monsters(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
        raise Problem("import-bomb", part=f"{len(members)} × {unpacked // 1024**2} MB")
    for member in members:
        if member.flag_bits & 1:
            raise Problem("import-password")
        if member.compress_type not in METHODS:
            raise Problem("import-broken", part=member.filename[:60])
        if member.file_size > HARMLESS and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            raise Problem("import-bomb", part=member.filename[:60])


def _surveyed(path: Path, archive: zipfile.ZipFile) -> Workbook:
    reader = _opened(path, archive)
    book, found = reader.wb, reader.package.find(SHARED_STRINGS)
    shared = found.PartName[1:] if found else None
    sheets = [
        (sheet.name, relation.target)
        for sheet, relation in reader.parser.find_sheets()
        if sheet.state == "visible" and relation.Type.endswith("/worksheet")
    ]
    if not sheets:
        raise Problem("import-not-table")
    (name, part), *others = sheets
    rows, merged = _look_through(archive, part, shared)
    local = {at for at, style in enumerate(book._cell_styles) if style.numFmtId in LOCAL_DATES}
    dates, durations = book._date_formats | local, book._timedelta_formats
    return Workbook(path, part, name, len(others), rows, merged, shared, dates, durations, book.epoch)


def _opened(path: Path, archive: zipfile.ZipFile) -> ExcelReader:
    """What openpyxl knows of a workbook before it reads a sheet."""
    if ARC_CONTENT_TYPES not in archive.namelist():
        raise Problem("import-not-table")
    with path.open("rb") as file:
        reader = ExcelReader(file, read_only=True, keep_links=False)
    reader.archive = archive
    reader.read_manifest()
    try:
        reader.read_workbook()
    except OSError:  # there is none
        raise Problem("import-not-table") from None
    apply_stylesheet(archive, reader.wb)
    return reader


def _look_through(archive: zipfile.ZipFile, sheet: str, shared: str | None) -> tuple[int, list[Merged]]:
    """How many rows a sheet has and which cells are merged; the latter stand behind all rows."""
    rows, merged, ended = 0, [], False
    for name in archive.namelist():
        texts = 0
        for piece in _pieces(archive, name):
            if name == sheet:
                found = len(_ROW.findall(piece))
                _refuse_endless(piece, found or ended, name)
                rows, ended = rows + found, ended or bool(_ROWS_END.search(piece))
                merged += _merged_in(piece)
            elif name == shared:
                found = len(_TEXT.findall(piece))
                _refuse_endless(piece, found, name)
                texts += found
            if len(merged) > MOST_MERGED:
                raise Problem("import-merged-everywhere", most=MOST_MERGED)
            if texts > MOST_TEXTS:
                raise Problem("import-bomb", part=name[:60])
    return rows, sorted(merged, key=lambda one: one.first)


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part in pieces that cut no tag through, and without a document type.

    Unpacking it to its end also shows whether it is as large as it says: a zip's reader stops there.
    """
    rest = b""
    with archive.open(name) as stream:
        while content := stream.read(AT_ONCE):
            window = rest + content
            if b"<!DOCTYPE" in window.replace(b"\0", b""):  # whatever it is encoded in
                raise Problem("import-broken", part="<!DOCTYPE>")
            cut = window.rfind(b"<")
            if cut < len(window) - _LONGEST_TAG:
                cut = len(window)
            yield window[:cut]
            rest = window[cut:]
    yield rest


def _refuse_endless(piece: bytes, found: Any, name: str) -> None:
    """A row or a text is kept in memory while it is read: it must end before long."""
    if not found and len(piece) > AT_ONCE // 2:
        raise Problem("import-bomb", part=name[:60])


def _merged_in(piece: bytes) -> list[Merged]:
    if b"mergeCell" not in piece:
        return []
    found = (one.groups() for one in _MERGED.finditer(piece))
    return [
        Merged(int(first), int(last), f"{left.decode()}{first.decode()}:{right.decode()}{last.decode()}")
        for left, first, right, last in found
    ]


def _each(stream: IO[bytes], whole: str, part: str) -> Iterator[Element]:
    """The parts of a whole, one after the other. None is kept, and nothing behind the whole is read."""
    inside: Element | None = None
    for event, element in iterparse(stream, ("start", "end")):  # noqa: S314 - it has no document type
        if event == "start":
            inside = element if element.tag == whole else inside
        elif element is inside:
            return
        elif element.tag == part and inside is not None:
            yield element
            inside.clear()


def _cells(row: list[dict[str, Any]]) -> list[Cell]:
    """A row as a list, with holes where nothing stands."""
    cells: list[Cell] = []
    for one in row:
        at = one["column"] - 1
        if one["value"] is None or not len(cells) <= at < MOST_COLUMNS:
            continue
        cells += [None] * (at - len(cells))
        cells.append(_cell(one["value"], one["data_type"]))
    return cells


def _cell(value: Any, kind: str) -> Cell:
    if kind == "f":
        return Formula(value)
    if kind == "e":
        return ErrorValue(value)
    if isinstance(value, time | timedelta) or (isinstance(value, float) and not math.isfinite(value)):
        return str(value)
    return unescape(value) if isinstance(value, str) and "_x" in value else value


class _Texts:
    """The texts that cells share, read on as they are asked for and kept in a file."""

    def __init__(self, coming: Iterator[Element]) -> None:
        self.coming = coming
        self.ends = array("Q", [0])
        self.file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - `_texts` closes it

    def __getitem__(self, at: int) -> str:
        while at >= len(self.ends) - 1:
            text = Text.from_tree(next(self.coming)).content
            self.ends.append(self.ends[-1] + self.file.write(text.encode()))
        start, end = self.ends[at], self.ends[at + 1]
        return os.pread(self.file.fileno(), end - start, start).decode()


@contextmanager
def _texts(archive: zipfile.ZipFile, part: str | None) -> Iterator[_Texts]:
    with archive.open(part) if part else nullcontext() as stream:
        texts = _Texts(_each(stream, TEXTS_TAG, TEXT_TAG) if stream else iter(()))
        with texts.file:
            yield texts
