"""Lists as files: what a spreadsheet must not compute, Chinese names, and rows read one after the other."""

import csv
import datetime as dt
import io
import json
from itertools import count

import jsonschema_rs
import openpyxl
import pytest

from server.infra.db import db
from server.kernel.problems import Problem
from server.registry.rules import RiskClass
from server.web.exports import FORMULA_SIGNS, exported, unguarded
from server.web.gate import PUBLIC, allow

COLUMNS = [("name", "名称"), ("class", "信用风险分类"), ("lat", "纬度"), ("on", "日期"), ("at", "时间"),
           ("listed", "已列入"), ("tags", "标签")]  # fmt: skip
ROW = {
    "name": "青阳示例加油站",
    "class": RiskClass.A,
    "lat": -30.5,
    "on": dt.date(2026, 5, 12),
    "at": dt.datetime(2026, 5, 12, 1, 31, tzinfo=dt.UTC),
    "listed": True,
    "tags": ["一", "二"],
}
OPENED = dt.datetime.fromisoformat("2026-05-12T00:00")  # openpyxl's days are midnights
BAD = ["=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(1)", "\tx", "\rx", "＝1", "#N/A", "a\x07b"]


@pytest.fixture
def answered(app):
    """A page that exports the rows it is given: `answered(rows, "csv")`."""

    def page(rows, form, columns=COLUMNS):
        @app.get("/exported-in-a-test", endpoint="exported_in_a_test")
        @allow(PUBLIC)
        def view():
            return exported("检查对象 名录", columns, rows, form)

        return app.test_client().get("/exported-in-a-test")

    return page


def sheet_of(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]


def lines_of(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_csv_has_a_byte_order_mark_chinese_heads_and_plain_values(answered):
    answer = answered([ROW], "csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert lines_of(answer) == [
        [head for _, head in COLUMNS],
        ["青阳示例加油站", "A", "-30.5", "2026-05-12", "2026-05-12 09:31", "是", "一、二"],
    ]


def test_a_chinese_file_name_reaches_old_and_new_browsers(answered):
    said = answered([], "csv").headers["Content-Disposition"]
    assert said.startswith("attachment;")
    assert "filename*=UTF-8''%E6%A3%80%E6%9F%A5%E5%AF%B9%E8%B1%A1%20%E5%90%8D%E5%BD%95.csv" in said


def test_xlsx_keeps_numbers_and_days_as_such(answered):
    heads, row = sheet_of(answered([ROW], "xlsx")).iter_rows(values_only=True)
    assert heads == tuple(head for _, head in COLUMNS)
    assert row == ("青阳示例加油站", "A", -30.5, OPENED, "2026-05-12 09:31", "是", "一、二")


def test_json_comes_with_a_schema_its_rows_obey(answered):
    body = json.loads(answered([ROW, {"name": "另一家"}], "json").data)
    rows, schema = body["rows"], body["schema"]
    assert rows[0]["on"] == "2026-05-12"
    assert (rows[0]["at"], rows[0]["tags"]) == ("2026-05-12T01:31:00.000Z", ["一", "二"])
    assert schema["properties"]["name"] == {"title": "名称", "type": ["string"]}
    assert schema["properties"]["lat"]["type"] == ["null", "number"]
    assert all(jsonschema_rs.is_valid(schema, row) for row in rows)
    assert not jsonschema_rs.is_valid(schema, {"name": 1})


@pytest.mark.parametrize("text", BAD)
def test_no_spreadsheet_computes_what_was_typed_as_text(answered, text):
    sheet = sheet_of(answered([{"text": text}], "xlsx", [("text", text)]))
    for cell in next(sheet.iter_cols()):
        assert cell.data_type == "s"
        assert cell.value.strip() == text.replace("\x07", "").strip()


@pytest.mark.parametrize("text", BAD)
def test_a_csv_cell_never_begins_like_a_formula_and_reads_back_as_it_was(answered, text):
    head, cell = (line[0] for line in lines_of(answered([{"text": text}], "csv", [("text", text)])))
    assert head == cell
    assert not cell.startswith(FORMULA_SIGNS)
    assert unguarded(cell) == text


def test_an_apostrophe_of_its_own_stays(answered):
    assert unguarded("'t Huis") == "'t Huis"


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_file_begins_to_come_at_once(app, form):
    with app.test_request_context():
        answer = exported("x", [("name", "名称")], ({"name": f"第{n}家"} for n in count()), form)
        parts = answer.iter_encoded()
        assert sum(len(next(parts)) for _part in range(40)) > 10_000
        answer.close()


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_an_empty_list_is_a_whole_file(answered, form):
    assert answered([], form).status_code == 200


def test_rows_are_read_as_they_are_sent(app):
    read = []

    def rows():
        for number in count():
            read.append(number)
            yield {"name": number}

    with app.test_request_context():
        answer = exported("x", [("name", "名称")], rows(), "csv")
        assert len(read) == 1
        parts = answer.iter_encoded()
        next(parts), next(parts)
        assert len(read) <= 501
        answer.close()


def test_rows_may_come_from_the_database_while_they_are_sent(answered, people):
    query = db.text("SELECT name FROM person ORDER BY username")

    def rows():
        for row in db.session.execute(query):
            yield {"name": row.name}

    names = [line[0] for line in lines_of(answered(rows(), "csv", [("name", "姓名")]))]
    assert names[:2] == ["姓名", "管理员演示"]


def test_what_goes_wrong_at_the_first_row_is_a_problem(answered):
    def rows():
        raise Problem("not-allowed")
        yield

    assert answered(rows(), "csv").status_code == 403


def test_an_unknown_form_is_not_found(answered):
    assert answered([], "exe").status_code == 404


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(answered, monkeypatch):
    monkeypatch.setattr("server.web.exports.ROWS_OF_A_SHEET", 3)
    answer = answered(({"n": n} for n in range(7)), "xlsx", [("n", "序号")])
    sheets = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets
    assert [[row[0].value for row in sheet.iter_rows()] for sheet in sheets] == [
        ["序号", 0, 1, 2],
        ["序号", 3, 4, 5],
        ["序号", 6],
    ]
