"""What the tests of the handbook share: a list with something of everything, published."""

import pytest

from server.catalogue.actions import publish_checklist
from server.catalogue.model import Industry
from server.infra.db import db, transaction
from tests.people import INDUSTRY, ITEMS, an_item

HELP = {
    "standard": "灭火器压力指针在绿区。\n通道净宽不小于规定。",
    "failures": "灭火器<b>过期</b>",
    "correction": "更换或者送检灭火器",
    "penalty": "依照《消防法》有关规定处理",
}
CHOICE = {
    "type": "choice",
    "options": [
        {"value": "O1", "label": "已送检待结论", "result": "pending"},
        {"value": "O2", "label": "资料齐全", "result": "pass"},
        {"value": "O3", "label": "无合格证明", "result": "fail"},
    ],
}
LIMITLESS = {"type": "number", "unit": "箱", "decimals": 0, "min": None, "max": None, "limit_text": "见证"}
EVERYTHING = [
    *ITEMS[:2],
    an_item("SC3", "SCJG", "计量器具检查", CHOICE),
    an_item(
        "XF1",
        "XFJY",
        "消防安全检查",
        severity="S3",
        help=HELP,
        frequency="每年一次",
        also=[{"department": "YJGL", "matter": "安全生产检查", "item": "YJ1"}],
    ),
    an_item("XF2", "XFJY", "消防安全检查", LIMITLESS),
    an_item("XF3", "XFJY", "<script>alert(1)</script>", {"type": "text", "max_length": 10}),
]


def publish(version, items=EVERYTHING, code=INDUSTRY):
    """Publish one more version; its id."""
    with transaction():
        industry = db.session.get_one(Industry, code)
        return publish_checklist(None, industry, version, items, sample=True).id


@pytest.fixture
def book(app, people):
    """The id of the version in force; the cast's own "测试版" stands before it."""
    with app.app_context():
        return publish("第二版")
