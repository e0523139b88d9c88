"""Files nobody should trust: what is refused as a whole, before a row is read, and how it is said."""

import datetime as dt
import io
import os
import random
import struct
import tracemalloc
import zipfile
from collections import deque

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from server.infra.db import db
from server.registry.imports import rules, tables, xlsx
from server.registry.imports.model import ImportBatch
from server.registry.imports.rules import ErrorValue, Formula
from tests.office.conftest import words
from tests.registry.imports.conftest import a_row, as_csv, lines

ROWS = [a_row(1), a_row(2)]
OPENED = dt.datetime.fromisoformat("2026-11-25T00:00")


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
    """A workbook with one part replaced, or with one more."""
    types = TEXTS_OF_IT if name == TEXTS else b"</Types>"
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", method) as new:
        for one in old.namelist():
            new.writestr(one, made if one == name else old.read(one).replace(b"</Types>", types))
        if name not in old.namelist():
            new.writestr(name, made)
    return file.getvalue()


def with_sheet(rows, content=None):
    """A workbook with these rows, written in XML."""
    made = b"<worksheet " + MAIN + b"><sheetData>" + rows + b"</sheetData></worksheet>"
    return with_part(content or workbook(ROWS), SHEET, made)


def encrypted(content):
    """The same zip with every member said to be encrypted."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(signature, at + 4)
    return bytes(changed)


SHEET, TEXTS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
TEXTS_OF_IT = f'<Override PartName="/{TEXTS}" ContentType="{SHARED_STRINGS}"/></Types>'.encode()
MAIN = f'xmlns="{SHEET_MAIN_NS}"'.encode()
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
    "a row without end": (lambda: with_sheet(b"<row>" + b"<c/>" * 3_000_000), "import-bomb"),
    "a text without end": (
        lambda: with_part(workbook(ROWS), TEXTS, b"<sst><si><t>" + b"x" * 9_000_000), "import-bomb"),
    "styles without end": (
        lambda: with_part(workbook(ROWS), STYLES, b"<styleSheet>" + b"<xf/>" * 4_000_000), "import-bomb"),
    "a document type in UTF-16": (
        lambda: with_part(workbook(ROWS), SHEET, "<!DOCTYPE w><w/>".encode("utf-16")), "import-broken"),
    "rows upside down": (lambda: with_sheet(b'<row r="2"/><row r="1"/>'), "import-broken"),
    "a text that is not there": (lambda: with_sheet(b'<row><c t="s"><v>9</v></c></row>'), "import-broken"),
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


CELLS = {
    "a formula": (b"<c><f>1+</f><v>2</v></c>", Formula("=1+")),
    "one shared with another cell": (b'<c><f t="shared" si="0"/><v>2</v></c>', Formula("=")),
    "what a formula failed with": (b'<c t="e"><v>#N/A</v></c>', ErrorValue("#N/A")),
    "a formula's text": (b'<c t="str"><v>text</v></c>', "text"),
    "a text in pieces": (
        b'<c t="inlineStr"><is><r><t>a</t></r><rPh sb="0" eb="1"><t>z</t></rPh><r><t>b</t></r></is></c>',
        "ab",
    ),
    "a sign XML has none for": (b'<c t="inlineStr"><is><t>a_x000D_b</t></is></c>', "a\rb"),
    "yes": (b'<c t="b"><v>1</v></c>', True),
    "a large number": (b"<c><v>1E400</v></c>", "inf"),
    "a day": (b'<c s="1"><v>46351</v></c>', OPENED),
    "a day as Chinese spreadsheets show it": (b'<c s="2"><v>46351</v></c>', OPENED),
    "a time": (b'<c s="1"><v>0.5</v></c>', "12:00:00"),
    "a day of no calendar": (b'<c s="1"><v>13800000000</v></c>', ErrorValue("#VALUE!")),
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl's
@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_what_it_says(tmp_path, name):
    made, expected = CELLS[name]
    content = with_sheet(b"<row>" + made + b"</row>")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = archive.read(STYLES)
    styles = styles.replace(b"</cellXfs>", b'<xf numFmtId="14"/><xf numFmtId="31"/></cellXfs>')
    content = with_part(content, STYLES, styles)
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    ((_number, (cell,)),) = xlsx.survey(path).read()
    assert (type(cell), cell) == (type(expected), expected)


def test_days_count_from_1904_where_a_book_says_so(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append([dt.date(2026, 11, 25)])
    book.create_sheet("hidden", 0).sheet_state = "hidden"
    book.save(tmp_path / "book.xlsx")
    found = xlsx.survey(tmp_path / "book.xlsx")
    assert (list(found.read()), found.others) == ([(1, [OPENED])], 0)


def test_memory_does_not_grow_with_the_file(tmp_path):
    """A million shared texts lie on the disk: what stays in memory is eight bytes of each."""
    texts = 200_000
    shared = b"".join(b"<si><t>text number %d of many</t></si>" % n for n in range(texts))
    rows = b"".join(b'<row r="%d"><c t="s"><v>%d</v></c></row>' % (n + 1, n) for n in range(texts))
    content = with_part(workbook(ROWS), TEXTS, b"<sst " + MAIN + b">" + shared + b"</sst>")
    content = with_sheet(rows, content)
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
