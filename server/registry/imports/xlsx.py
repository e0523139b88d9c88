"""An XLSX file read row by row, from the disk and with little memory whatever is in it.

A workbook is a zip of XML. openpyxl reads the same, but keeps every text of the book in memory and needs six
times as long; a register may have a million rows. So the sheet goes through expat as it is unzipped, and the
texts it refers to lie in a file. Before anything is read the zip is looked through: what is encrypted or
damaged, or would unpack to something monstrous, is refused by name. A document type is refused where it
stands, and with it every entity somebody might define.
"""

from __future__ import annotations

import mmap
import re
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from server.kernel.problems import Problem
from server.registry.imports.rules import MOST_COLUMNS, Cell, ErrorValue, Formula

MOST_MEMBERS = 1000
MOST_UNPACKED = 6 * 1024**3
"""A million rows of thirty columns unpack to two gigabytes."""

HARMLESS = 64 * 1024**2
MOST_RATIO = 250
"""What is repetitive in a table packs to a fiftieth; what is made to burst, to a thousandth."""

MOST_MERGED = 10_000
AT_ONCE = 256 * 1024
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_DATE_FORMATS = frozenset([*range(14, 18), 22, *range(27, 37), *range(50, 59)])  # ECMA-376, 18.8.30
_NO_DATE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')


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
    dates: frozenset[int]
    epoch: date

    def read(self) -> Generator[tuple[int, list[Cell]], None, None]:
        """Number and cells of every row that has any."""
        with (
            zipfile.ZipFile(self.path) as archive,
            closing(_texts(archive, self.shared)) as texts,
            archive.open(self.sheet) as stream,
        ):
            yield from _parsed(stream, self.sheet, _Sheet(texts, self.dates, self.epoch))


def survey(path: Path) -> Workbook:
    """Look through a file without reading its rows: refused here is what is refused as a whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_monsters(archive)
            return _surveyed(path, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise Problem("import-broken", part=type(error).__name__) from error


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
    names = {name.lower(): name for name in archive.namelist()}
    if "xl/workbook.xml" not in names:
        raise Problem("import-not-table")
    sheets, since_1904 = _sheets(archive, names["xl/workbook.xml"])
    targets = _targets(archive, names)
    sheet = names.get(targets.get(sheets[0][1], "").lower()) if sheets else None
    if sheet is None:
        raise Problem("import-not-table")
    rows, merged = _look_through(archive, sheet)
    shared = names.get("xl/sharedstrings.xml")
    return Workbook(
        path, sheet, sheets[0][0], len(sheets) - 1, rows, merged, shared,
        _dates(archive, names.get("xl/styles.xml")),
        date(1904, 1, 1) if since_1904 else date(1899, 12, 30),
    )  # fmt: skip


def _sheets(archive: zipfile.ZipFile, part: str) -> tuple[list[tuple[str, str]], bool]:
    """Names and relations of the sheets that can be seen, in order; and whether days count from 1904."""
    found: list[tuple[str, str]] = []
    flags: list[bool] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet" and attributes.get("state", "visible") == "visible":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            found.append((attributes.get("name", ""), relation))
        if tag == "workbookPr":
            flags.append(attributes.get("date1904", "0") in ("1", "true"))

    _gone_through(archive, part, start)
    return found, any(flags)


def _targets(archive: zipfile.ZipFile, names: dict[str, str]) -> dict[str, str]:
    """Which part each relation of the workbook leads to."""
    targets: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            targets[attributes.get("Id", "")] = whole

    if "xl/_rels/workbook.xml.rels" in names:
        _gone_through(archive, names["xl/_rels/workbook.xml.rels"], start)
    return targets


def _dates(archive: zipfile.ZipFile, part: str | None) -> frozenset[int]:
    """The styles that show a number as a day."""
    custom: dict[str, str] = {}
    styles: list[str] = []
    inside: list[bool] = [False]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyleXfs"):
            inside[0] = tag == "cellXfs"
        elif tag == "xf" and inside[0]:
            styles.append(attributes.get("numFmtId", "0"))

    if part:
        _gone_through(archive, part, start)
    return frozenset(at for at, style in enumerate(styles) if _is_date(style, custom))


def _is_date(style: str, custom: dict[str, str]) -> bool:
    if style in custom:
        return bool(re.search("[dy年日]", _NO_DATE.sub("", custom[style]).lower()))
    return style.isdecimal() and int(style) in _DATE_FORMATS


def _look_through(archive: zipfile.ZipFile, part: str) -> tuple[int, list[Merged]]:
    """How many rows a sheet has and which cells are merged; the latter stand behind all rows.

    Unpacking it to its end also shows whether it is as large as it says: a zip's reader stops there.
    """
    rows, merged, rest = 0, [], b""
    with archive.open(part) as stream:
        while content := stream.read(AT_ONCE):
            window = rest + content
            cut = window.rfind(b"<") if len(window) < 2 * AT_ONCE else len(window)
            whole, rest = window[:cut], window[cut:]
            rows += whole.count(b"<row ") + whole.count(b"<row>") + whole.count(b":row ")
            merged += _merged_in(whole)
            if len(merged) > MOST_MERGED:
                raise Problem("import-merged-everywhere", most=MOST_MERGED)
    return rows, sorted(merged + _merged_in(rest), key=lambda one: one.first)


def _merged_in(content: bytes) -> list[Merged]:
    if b"mergeCell" not in content:
        return []
    found = (one.groups() for one in _MERGED.finditer(content))
    return [
        Merged(int(first), int(last), f"{left.decode()}{first.decode()}:{right.decode()}{last.decode()}")
        for left, first, right, last in found
    ]


# --- XML ----------------------------------------------------------------------------------------------------

Start = Callable[[str, dict[str, str]], None]


def _parser(start: Start, end: Callable[[str], None] | None = None,
            data: Callable[[str], None] | None = None) -> Any:  # fmt: skip
    """A parser that calls with names as they are without prefix, and knows no document types."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    cut: dict[str, str] = {}

    def local(name: str) -> str:
        if name not in cut:
            cut[name] = name.rpartition(":")[2]
        return cut[name]

    def refuse(*_declared: Any) -> None:
        raise Problem("import-broken", part="<!DOCTYPE>")

    parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    if end:
        parser.EndElementHandler = lambda name: end(local(name))
    if data:
        parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _feed(parser: Any, content: bytes, last: bool, part: str) -> None:
    try:
        parser.Parse(content, last)
    except expat.ExpatError as error:
        raise Problem("import-broken", part=part[:60]) from error


def _gone_through(archive: zipfile.ZipFile, part: str, start: Start) -> None:
    parser = _parser(start)
    with archive.open(part) as stream:
        while content := stream.read(AT_ONCE):
            _feed(parser, content, False, part)
    _feed(parser, b"", True, part)


def _parsed(stream: IO[bytes], part: str, sheet: _Sheet) -> Iterator[tuple[int, list[Cell]]]:
    parser = _parser(sheet.start, sheet.end, sheet.data)
    try:
        while content := stream.read(AT_ONCE):
            _feed(parser, content, False, part)
            done, sheet.done = sheet.done, []
            yield from done
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Problem("import-broken", part=part[:60]) from error
    _feed(parser, b"", True, part)
    yield from sheet.done


class _Sheet:
    """Rows as they come out of a sheet's XML."""

    def __init__(self, texts: Sequence[str], dates: frozenset[int], epoch: date) -> None:
        self.texts, self.dates, self.epoch = texts, dates, epoch
        self.done: list[tuple[int, list[Cell]]] = []
        self.row, self.at = 0, -1
        self.cells: list[Cell] = []
        self.kind, self.style = "n", 0
        self.parts: list[str] | None = None
        self.value, self.phonetic = "", False
        self.formula: str | None = None
        self.columns: dict[str, int] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self.at = self._column(attributes.get("r"))
            self.kind = attributes.get("t", "n")
            style = attributes.get("s", "0")
            self.style = int(style) if style.isdecimal() else 0
            self.value, self.formula = "", None
        elif tag in ("v", "f") or (tag == "t" and not self.phonetic):
            self.parts = []
        elif tag == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdecimal() and len(number) < 9 else self.row + 1
            self.cells, self.at = [], -1
        elif tag == "rPh":
            self.phonetic = True

    def data(self, text: str) -> None:
        if self.parts is not None:
            self.parts.append(text)

    def end(self, tag: str) -> None:
        if tag in ("v", "t", "f") and self.parts is not None:
            text, self.parts = "".join(self.parts), None
            if tag == "f":
                self.formula = text
            else:
                self.value = text if tag == "v" else self.value + text
        elif tag == "c":
            self._put()
        elif tag == "row":
            if any(cell is not None and cell != "" for cell in self.cells):
                self.done.append((self.row, self.cells))
        elif tag == "rPh":
            self.phonetic = False

    def _column(self, reference: str | None) -> int:
        if not reference:
            return self.at + 1
        letters = reference.rstrip("0123456789")
        if letters not in self.columns:
            at = 0
            for letter in letters[:4]:
                at = at * 26 + (ord(letter) & 31)
            self.columns[letters] = at - 1
        return self.columns[letters]

    def _put(self) -> None:
        if not 0 <= self.at < MOST_COLUMNS:
            return
        cell = self._cell()
        if cell is None:
            return
        while len(self.cells) <= self.at:
            self.cells.append(None)
        self.cells[self.at] = cell

    def _cell(self) -> Cell:
        value, kind = self.value, self.kind
        if self.formula is not None:
            return Formula(f"={self.formula}")
        if kind == "s":
            return self.texts[int(value)] if value.isdecimal() and int(value) < len(self.texts) else None
        if kind == "e":
            return ErrorValue(value)
        if kind == "b":
            return value == "1"
        if kind != "n":
            return value
        return _number(value, self.style in self.dates, self.epoch) if value else None


def _number(text: str, is_date: bool, epoch: date) -> Cell:
    try:
        number: int | float = int(text) if text.isdecimal() and len(text) < 16 else float(text)
    except ValueError:
        return text
    if not is_date:
        return number if number == number and abs(number) < 1e300 else text
    try:
        return datetime(epoch.year, epoch.month, epoch.day) + timedelta(seconds=round(number * 86400))  # noqa: DTZ001
    except OverflowError:
        return text


class Texts(Sequence[str]):
    """The texts a workbook's cells share, in a file."""

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self.ends = array("Q", [0])
        self.map: mmap.mmap | None = None

    def add(self, text: str) -> None:
        self.ends.append(self.ends[-1] + self.file.write(text.encode()))

    def seal(self) -> None:
        self.file.flush()
        if self.ends[-1]:
            self.map = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)

    def close(self) -> None:
        if self.map:
            self.map.close()
        self.file.close()

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, at: Any) -> Any:
        return self.map[self.ends[at] : self.ends[at + 1]].decode() if self.map else ""


def _texts(archive: zipfile.ZipFile, part: str | None) -> Texts:
    texts = Texts()
    if part is None:
        return texts
    state: dict[str, Any] = {"parts": None, "text": [], "phonetic": False}

    def start(tag: str, _attributes: dict[str, str]) -> None:
        if tag == "t" and not state["phonetic"]:
            state["parts"] = state["text"]
        elif tag == "rPh":
            state["phonetic"] = True

    def data(text: str) -> None:
        if state["parts"] is not None:
            state["parts"].append(text)

    def end(tag: str) -> None:
        if tag == "t":
            state["parts"] = None
        elif tag == "rPh":
            state["phonetic"] = False
        elif tag == "si":
            texts.add("".join(state["text"]))
            state["text"] = []

    parser = _parser(start, end, data)
    with archive.open(part) as stream:
        while content := stream.read(AT_ONCE):
            _feed(parser, content, False, part)
    _feed(parser, b"", True, part)
    texts.seal()
    return texts
