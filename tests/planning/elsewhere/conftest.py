"""People at a desk, on a working day."""

import datetime as dt
import io

import pytest
import xlsxwriter

from server.kernel.instants import SHANGHAI
from tests.office.conftest import desk

__all__ = ["desk"]

HEADS = ("任务编号", "任务名称", "统一社会信用代码", "企业名称", "检查日期", "时段", "检查人员",
         "执法证号", "组长")  # fmt: skip
ROW = ("皖双随机2026-07", "加油站联合抽查", "91341723MA2TEST01X", "青阳县演示加油站", "2026-05-14", "上午",
       "林演示、马演示、周演示、吴演示", "340001、340002、340003、340004", "马演示")  # fmt: skip


@pytest.fixture(autouse=True)
def moment(app, people):
    app.config["CLOCK"] = lambda: dt.datetime(2026, 5, 12, 9, tzinfo=SHANGHAI)


def a_row(**others):
    """A row in which some columns say something else."""
    said = dict(zip(HEADS, ROW, strict=True)) | others
    return [said[head] for head in HEADS]


def a_csv(*rows, heads=HEADS):
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in (heads, *rows)).encode()


def a_workbook(*rows, heads=HEADS):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((heads, *rows)):
            sheet.write_row(at, 0, row)
    return file.getvalue()
