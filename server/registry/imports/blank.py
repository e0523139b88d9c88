"""The template to download: the heads, and what may stand in each column."""

from __future__ import annotations

import csv
import io
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from server.registry.imports.fields import FIELDS

SHEET, EXPLANATION = "检查对象", "填写说明"
CHOICES = {
    "entity_type": "企业,个体工商户,民办非企业单位,事业单位",
    "status": "存续,经营异常,停业,注销,吊销,迁出",
    "risk_class": "A,B,C,D,U",
    "emerging_flag": "是,否",
    "coord_sys": "CGCS2000,WGS84",
}
ROWS = 10_000
NOTES = (
    "带 * 的列必填。没有的列可以删去：删去的列不改动名录库；保留但留空的单元格会清空原有内容。",
    "每行一个检查对象（一处经营场所或一个工程项目）。同一信用代码有多处场所时，请分别填写检查对象编号。",
    "请不要合并单元格，不要使用公式；日期写成 2026-11-25。信用代码、编号请按文本填写。",
)


def xlsx() -> bytes:
    """The template as a workbook, with lists to choose from."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    for at, field in enumerate(FIELDS, 1):
        cell = sheet.cell(1, at, f"{field.head}*" if field.obligatory else field.head)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE7F3")
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = max(12, len(field.head) * 2 + 4)
        for row in range(2, 202):
            sheet.cell(row, at).number_format = "@"  # keeps eighteen figures, and days as they are typed
        if field.name in CHOICES:
            choice = DataValidation(type="list", formula1=f'"{CHOICES[field.name]}"', allow_blank=True)
            sheet.add_data_validation(choice)
            choice.add(f"{letter}2:{letter}{ROWS}")
    sheet.freeze_panes = "A2"
    _explain(book.create_sheet(EXPLANATION))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _explain(sheet: Any) -> None:
    for note in NOTES:
        sheet.append([note])
    sheet.append([])
    sheet.append(["列", "必填", "填写说明"])
    for field in FIELDS:
        sheet.append([field.head, "是" if field.obligatory else "", field.hint])
    for letter, width in (("A", 24), ("B", 8), ("C", 70)):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(vertical="top")


def as_csv() -> bytes:
    """The template as CSV: the heads alone, in UTF-8 with the mark that spreadsheets want."""
    lines = io.StringIO()
    csv.writer(lines).writerow([f"{field.head}*" if field.obligatory else field.head for field in FIELDS])
    return ("\ufeff" + lines.getvalue()).encode()
