"""A file as a table: its heads, and its rows one after the other, whether XLSX or CSV.

What a file is, is seen in its bytes and not in its name. Refused here, before a row is read, is what can only
be refused as a whole.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from server.kernel.problems import Problem
from server.registry.imports import xlsx
from server.registry.imports.rules import MOST_COLUMNS, MOST_ROWS, Cell, text_of
from server.web.exports import unguarded

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
AT_ONCE = 1024 * 1024
EXAMPLES = 3
LONGEST_LINE = 1024 * 1024
DELIMITERS = ",;\t"

_DATA = re.compile(r"[0-9A-Z]{18}|[-+]?[0-9]+([./-][0-9]+)*")


@dataclass
class Table:
    """The heads of a file, where they stand, and how to read on."""

    heads: list[str]
    head_row: int
    total: int
    examples: list[list[str]]
    book: xlsx.Workbook | None = None
    path: Path = Path()
    encoding: str = ""
    delimiter: str = ","
    merged: list[xlsx.Merged] = field(default_factory=list)

    @property
    def sheet(self) -> str:
        """The name of the sheet read, where it is of a workbook."""
        return self.book.name if self.book else ""

    @property
    def others(self) -> int:
        """How many further sheets are not read."""
        return self.book.others if self.book else 0

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Number (the heads' row is mostly 1) and cells of every row below the heads that has any."""
        for number, cells in self._all():
            if number > self.head_row:
                yield number, cells

    def _all(self) -> Generator[tuple[int, Sequence[Cell]], None, None]:
        return self.book.read() if self.book else _lines(self.path, self.encoding, self.delimiter)


def open_table(path: Path) -> Table:
    """Look at a file; a Problem says why it cannot be read at all."""
    with path.open("rb") as file:
        beginning = file.read(8)
    if beginning.startswith(OLE):
        raise Problem("import-password" if _is_encrypted(path) else "import-old-format")
    table = _workbook(path) if beginning.startswith(ZIP) else _csv(path)
    if table.total > MOST_ROWS:
        raise Problem("import-too-many-rows", most=MOST_ROWS)
    return _with_heads(table)


def _is_encrypted(path: Path) -> bool:
    """Whether an OLE file is a workbook behind a password: its folder names the stream that holds it."""
    rest = b""
    with path.open("rb") as file:
        while content := file.read(AT_ONCE):
            if ENCRYPTED in rest + content:
                return True
            rest = content[-len(ENCRYPTED) :]
    return False


def _workbook(path: Path) -> Table:
    book = xlsx.survey(path)
    return Table([], 0, book.rows, [], book=book, merged=book.merged)


def _csv(path: Path) -> Table:
    encoding, lines = _encoding(path)
    table = Table([], 0, lines, [], path=path, encoding=encoding)
    with path.open(encoding=encoding, newline="") as file:
        first = next((line for line in iter(lambda: file.readline(LONGEST_LINE), "") if line.strip()), "")
    table.delimiter = max(DELIMITERS, key=first.count)
    return table


def _encoding(path: Path) -> tuple[str, int]:
    """UTF-8, with its mark or not, or GB18030; and how many lines there are."""
    with path.open("rb") as file:
        marked = file.read(3) == codecs.BOM_UTF8
    for encoding in ("utf-8-sig" if marked else "utf-8", "gb18030"):
        try:
            return encoding, _decoded_lines(path, encoding)
        except UnicodeDecodeError:
            continue
    raise Problem("import-encoding")


def _decoded_lines(path: Path, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as file:
        while content := file.read(AT_ONCE):
            if b"\0" in content:
                raise Problem("import-not-table")
            decoder.decode(content)
            lines += content.count(b"\n")
    decoder.decode(b"", True)
    return lines


def _lines(path: Path, encoding: str, delimiter: str) -> Generator[tuple[int, list[Cell]], None, None]:
    number = 0
    with path.open(encoding=encoding, newline="") as file:
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter), 1):
                if any(cells):
                    yield number, [unguarded(cell) for cell in cells]
        except csv.Error as error:
            raise Problem("import-csv", row=number + 1) from error


def _with_heads(table: Table) -> Table:
    """Find the heads in the first row that has anything in it, and a few rows to show beside them."""
    with closing(table._all()) as rows:
        beginning = list(islice(rows, EXAMPLES + 1))
    if not beginning:
        raise Problem("import-empty")
    number, cells = beginning[0]
    texts = [text_of(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    _check_heads(table, number, texts)
    table.heads, table.head_row = texts, number
    table.total = max(table.total - number, 0)
    table.examples = [[text_of(cell) for cell in row] for _number, row in beginning[1:]]
    if not table.examples:
        raise Problem("import-empty")
    return table


def _check_heads(table: Table, number: int, texts: Sequence[str]) -> None:
    across = next((one for one in table.merged if one.first <= number), None)
    if across:
        raise Problem("import-heads-merged", range=across.name)
    if len(texts) > MOST_COLUMNS:
        raise Problem("import-columns", most=MOST_COLUMNS)
    if len(texts) < 2 or any(map(_DATA.fullmatch, texts)):
        raise Problem("import-no-heads")
    twice = next((text for text in texts if text and texts.count(text) > 1), None)
    if twice:
        raise Problem("import-heads-twice", head=twice[:60])
