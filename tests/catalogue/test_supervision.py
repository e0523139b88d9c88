"""The “互联网+监管” list: bringing it in, and what has no match, both ways."""

import io
import re

import pytest

from server.catalogue import supervision
from server.catalogue.drafts import actions
from server.catalogue.model import SupervisionMatter
from server.infra.db import db
from server.kernel.problems import Problem
from tests.catalogue.drafts.makers import LICENCE, WATER, a_document
from tests.dialogue import form_token
from tests.office.conftest import submit, words

LIST = "编码,名称,部门\nQY-1,登记检查,市场监管局\nQY-2,消防检查,XFJY\nQY-3,供水检查,青阳县卫生健康委员会\n"
PAGE = "/office/catalogue/supervision"


def listed():
    db.session.rollback()  # what requests have written meanwhile
    return {one.code: (one.name, one.department) for one in db.session.scalars(db.select(SupervisionMatter))}


def test_a_list_is_taken_in_and_taken_in_again_changes_nothing(any_db, makers):
    found = makers.does("he", supervision.take_in, LIST)
    assert len(found.added) == 3
    assert listed() == {
        "QY-1": ("登记检查", "SCJG"),
        "QY-2": ("消防检查", "XFJY"),
        "QY-3": ("供水检查", "WJW"),
    }
    again = supervision.preview(LIST)
    assert (again.added, again.changed, again.unchanged) == ((), (), 3)
    renamed = "QY-2,消防监督检查,消防救援大队"
    told = [(old.name, new.name) for old, new in supervision.preview(renamed).changed]
    assert told == [("消防检查", "消防监督检查")]
    makers.does("he", supervision.take_in, renamed)
    assert listed()["QY-2"] == ("消防监督检查", "XFJY")
    assert "QY-1" in listed()  # what a list leaves out stays


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffQY-1,登记检查,市场监管局",
        "QY-1\t登记检查\t市场监管局\r\n",
        "名称,部门,编码\n登记检查,市场监管局,QY-1",
        '编码,名称,部门\n"QY-1","登记检查","市场监管局"\n\n',
    ],
)
def test_a_table_in_whatever_dress(makers, text):
    (one,) = supervision.preview(text).added
    assert (one.code, one.name, one.department) == ("QY-1", "登记检查", "SCJG")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",登记检查,市场监管局", "code"),
        ("长" * 41 + ",登记检查,", "code"),
        ("QY-1,,市场监管局", "name"),
        ("QY-0,登记检查,气象局", "department"),
        ("QY-9,先来的,", "twice"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(makers, row, reason):
    text = f"QY-9,别的,\n{row}"
    (rejected,) = supervision.preview(text).rejected
    assert (rejected.row, rejected.reason) == (2, reason)
    with pytest.raises(Problem) as refused:
        makers.does("he", supervision.take_in, text)
    assert refused.value.code == "supervision-rows-rejected"
    assert listed() == {}


def test_both_ways_it_says_what_has_no_match(any_db, makers):
    makers.does("he", supervision.take_in, LIST)
    makers.adds("fang", LICENCE | {"supervision_code": "QY-1"})
    makers.adds("luo", a_document() | {"supervision_code": "QY-7"})
    makers.adds("hu", WATER)
    gone = makers.adds("hu", a_document() | {"supervision_code": "QY-3"})
    makers.does("hu", actions.drop, gone)
    found = supervision.report()
    assert [one.matter for one in found.without] == ["饮用水"]
    assert [(one.matter, one.codes) for one in found.unknown] == [("消防器材", ("QY-7",))]
    assert [one.code for one in found.unnamed] == ["QY-3", "QY-2"]  # by department
    assert (found.matched, found.listed) == (1, 3)
    of_health = supervision.report("WJW")
    assert ([one.matter for one in of_health.without], [one.code for one in of_health.unnamed]) == (
        ["饮用水"],
        ["QY-3"],
    )
    rows = list(supervision.table({}))
    assert {(row["matter"], row["code"], row["name"]) for row in rows} == {
        ("营业执照", "QY-1", "登记检查"),
        ("消防器材", "QY-7", ""),
        ("饮用水", "", ""),
        ("", "QY-2", "消防检查"),
        ("", "QY-3", "供水检查"),
    }


def test_the_office_looks_first_and_then_takes_in(makers):
    he = makers.desk("he")
    look = submit(he, f"{PAGE}/list", text=LIST)
    assert "新增 3 项" in words(look)
    assert listed() == {}
    assert submit(he, f"{PAGE}/list", text=LIST, deed="take-in").status_code == 303
    assert len(listed()) == 3
    assert submit(he, f"{PAGE}/list", text="QY-1,,", deed="take-in").status_code == 422


def test_a_file_of_a_spreadsheet_in_gb18030(makers):
    he = makers.desk("he")
    file = (io.BytesIO(LIST.encode("gb18030")), "清单.csv")
    page = he.post(f"{PAGE}/list", data={"csrf_token": form_token(he), "file": file})
    assert "供水检查" in words(page)
    broken = (io.BytesIO(b"\xff\x81\xff\x00" * 9), "清单.csv")
    assert he.post(f"{PAGE}/list", data={"csrf_token": form_token(he), "file": broken}).status_code == 422


def test_a_department_names_the_code_on_the_page(makers):
    makers.does("he", supervision.take_in, LIST)
    makers.adds("fang", LICENCE)
    fang = makers.desk("fang")
    assert "确定对应" in words(fang.get(f"{PAGE}?department=SCJG"))
    assert submit(fang, f"{PAGE}/codes", matter="营业执照", code="QY-1").status_code == 303
    assert listed()  # and with that what the request has written
    assert supervision.report("SCJG").without == ()
    assert submit(fang, f"{PAGE}/codes", matter="营业执照", code="QY-0").status_code == 422
    assert submit(makers.desk("he"), f"{PAGE}/codes", matter="营业执照", code="QY-1").status_code == 403
    assert "QY-1" in fang.get(f"{PAGE}/table.csv").get_data(as_text=True)


def test_every_row_of_the_report_is_on_some_page(makers):
    listed_there = "\n".join(f"QY-{number:03d},登记检查{number},WJW" for number in range(120))
    makers.does("he", supervision.take_in, listed_there)
    page, seen = makers.desk("he").get(PAGE), []
    while True:
        text = page.get_data(as_text=True)
        seen.append(re.findall(r">(QY-\d{3})<", text))
        following = re.search(r'href="([^"]*part=unnamed[^"]*)#unnamed"', text)
        if following is None:
            break
        page = makers.desk("he").get(following.group(1).replace("&amp;", "&"))
    assert [len(codes) for codes in seen] == [50, 50, 20]
    assert len(set().union(*seen)) == 120
