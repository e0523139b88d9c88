"""Files nobody should trust: what is refused as a whole, before a row is read, and how it is said."""

import io
import os
import random
import struct
import tracemalloc
import zipfile
from collections import deque

import openpyxl
import pytest

from server.infra.db import db
from server.registry.imports import rules, tables, xlsx
from server.registry.imports.model import ImportBatch
from tests.office.conftest import words
from tests.registry.imports.conftest import a_row, as_csv, lines

ROWS = [a_row(1), a_row(2)]


def workbook(rows, **options):
    """An XLSX file as openpyxl writes it."""
    book = openpyxl.Workbook()
    for line in lines(rows):
        book.active.append(line)
    for cells in options.get("merged", ()):
        book.active.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content, name, made, method=zipfile.ZIP_DEFLATED):
    """A workbook with one part replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", method) as new:
        for one in old.namelist():
            new.writestr(one, made if one == name else old.read(one))
        if name not in old.namelist():
            new.writestr(name, made)
    return file.getvalue()


def encrypted(content):
    """The same zip with every member said to be encrypted."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(signature, at + 4)
    return bytes(changed)


SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BOMB = b"<worksheet><sheetData>" + b"<row/>" * 12_000_000 + b"</sheetData></worksheet>"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    b"<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)
GARBAGE = random.Random(1).randbytes(3_000_000)

WHOLE = {
    "garbage": (lambda: GARBAGE, "import-not-table"),
    "garbage that begins like a zip": (lambda: b"PK\x03\x04" + GARBAGE, "import-broken"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "import-not-table"),
    "another zip": (lambda: other_zip(), "import-not-table"),
    "half a workbook": (lambda: workbook(ROWS)[:-2000], "import-broken"),
    "an old workbook": (lambda: OLE + bytes(4096), "import-old-format"),
    "a workbook with a password": (
        lambda: OLE + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(99), "import-password"),
    "an encrypted zip": (lambda: encrypted(workbook(ROWS)), "import-password"),
    "a zip bomb": (lambda: with_part(workbook(ROWS), SHEET, BOMB), "import-bomb"),
    "a bomb of entities": (lambda: with_part(workbook(ROWS), SHEET, LAUGHS), "import-broken"),
    "a bomb beside the sheet": (lambda: with_part(workbook(ROWS), "x.bin", bytes(70_000_000)), "import-bomb"),
    "xml that is none": (lambda: with_part(workbook(ROWS), SHEET, b"<worksheet><sheet"), "import-broken"),
    "nothing": (lambda: b"", "import-empty"),
    "heads alone": (lambda: as_csv(ROWS).splitlines()[0], "import-empty"),
    "no heads": (lambda: b"\n".join(as_csv(ROWS, "utf-8").splitlines()[1:]), "import-no-heads"),
    "a letter": (lambda: "此致\n敬礼\n".encode(), "import-no-heads"),
    "one head twice": (lambda: "名称,名称,地址\na,b,c\n".encode(), "import-heads-twice"),
    "merged heads": (lambda: workbook(ROWS, merged=["A1:C1"]), "import-heads-merged"),
    "an encoding of neither": (lambda: "名称,地址\n".encode() + b"\xff\xff\xff,a\n", "import-encoding"),
    "a quote never closed": (lambda: '名称,地址\n"甲,乙\n'.encode() + b"x" * 200_000, "import-csv"),
    "too many columns": (
        lambda: (",".join(f"列{n}名" for n in range(201)) + "\n1\n").encode(), "import-columns"),
}  # fmt: skip


def other_zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a.txt", "a")
    return file.getvalue()


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_no_table_is_refused_by_name_and_leaves_nothing(app, bring, name):
    make, code = WHOLE[name]
    one = bring(make(), "对象.xlsx")
    assert one.answer.status_code == 422
    said = rules.Problem(code).title("zh")
    assert said in words(one.answer)
    with app.app_context():
        assert db.session.scalar(db.select(ImportBatch.id)) is None
        assert list((app.config["DATA_DIR"] / "imports").iterdir()) == []


def test_no_file_at_all_is_said(clerk, bring):
    assert "请选择文件" in words(bring(b"", "").answer)


def test_a_file_beyond_the_limit_is_refused(app, bring):
    app.config["MAX_IMPORT"] = 1024 * 1024
    one = bring(b"a" * (1024 * 1024 + 10))
    assert (one.answer.status_code, "最多 1 MB" in words(one.answer)) == (413, True)
    assert bring(b"a" * (3 * 1024 * 1024)).answer.status_code == 413


def test_other_forms_are_not_loosened(app, clerk):
    answer = clerk.post("/office/imports/sources", data=b"x" * (41 * 1024 * 1024))
    assert answer.status_code == 413


def test_more_rows_than_may_be_are_refused(bring, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    assert "行数太多" in words(bring(as_csv([a_row(1), a_row(2), a_row(3)])).answer)


def test_a_size_that_lies_is_found_out(tmp_path):
    """The directory says a few bytes, the member inflates to more: reading stops at what was said."""
    content = bytearray(with_part(workbook(ROWS), SHEET, b"<worksheet>" + b" " * 100_000 + b"</worksheet>"))
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(SHEET.encode()))
    struct.pack_into("<I", content, at + 24, 50)
    path = tmp_path / "lying.xlsx"
    path.write_bytes(content)
    with pytest.raises(rules.Problem) as refused:
        tables.open_table(path)
    assert refused.value.code == "import-broken"


def test_too_many_merged_cells_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_MERGED", 2)
    path = tmp_path / "merged.xlsx"
    path.write_bytes(workbook(ROWS, merged=["A2:A3", "B2:B3", "C2:C3"]))
    with pytest.raises(rules.Problem) as refused:
        tables.open_table(path)
    assert refused.value.code == "import-merged-everywhere"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_separators_are_told_apart(tmp_path, encoding, delimiter):
    path = tmp_path / "file"
    path.write_bytes(as_csv(ROWS, "utf-8").decode().replace(",", delimiter).encode(encoding))
    table = tables.open_table(path)
    assert table.heads[:3] == ["检查对象编号", "统一社会信用代码", "名称"]
    assert next(table.rows())[1][2] == "青阳演示商行1号"


def test_a_workbook_is_read_as_openpyxl_reads_it(tmp_path):
    """Shared and inline texts, rich text, days, booleans, numbers, holes, a second sheet."""
    path = tmp_path / "book.xlsx"
    content = workbook([a_row(number, staff_count=number, lat=30.5 + number / 1000) for number in range(50)])
    path.write_bytes(content)
    table = tables.open_table(path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    expected = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [list(cells) for _number, cells in table.rows()] == expected
    assert table.total == 50


def test_memory_does_not_grow_with_the_file(tmp_path):
    """A million shared texts lie on the disk: what stays in memory is eight bytes of each."""
    texts = 200_000
    shared = b"".join(b"<si><t>text number %d of many</t></si>" % n for n in range(texts))
    rows = b"".join(b'<row r="%d"><c t="s"><v>%d</v></c></row>' % (n + 1, n) for n in range(texts))
    content = with_part(workbook(ROWS), "xl/sharedStrings.xml", b"<sst>" + shared + b"</sst>")
    content = with_part(content, SHEET, b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>")
    path = tmp_path / "large.xlsx"
    path.write_bytes(content)
    del shared, rows, content
    book = xlsx.survey(path)
    tracemalloc.start()
    (last,) = deque(book.read(), maxlen=1)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert last == (texts, [f"text number {texts - 1} of many"])
    assert peak < 8_000_000


def test_garbage_of_fifty_megabytes_is_refused_at_once(bring):
    assert bring(os.urandom(50 * 1024 * 1024), "企业.xlsx").answer.status_code == 422
