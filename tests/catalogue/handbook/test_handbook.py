"""The handbook as everybody gets it: as page and paper, in force or earlier, by one hash."""

import io
import re

import pytest
from pypdf import PdfReader

from server.catalogue.handbook.rules import Section, chapters, entries_of
from server.catalogue.model import ChecklistVersion
from server.infra.db import db
from tests.catalogue.handbook.conftest import EVERYTHING, HELP, publish
from tests.office.conftest import words
from tests.people import ITEMS, an_item

SECTIONS = [Section("XFJY", "消防", lead=True), Section("SCJG", "市场监管局"), Section("WJW", "卫健委")]


def printed(answer):
    """All that is printed, without the spaces and line ends that layout puts in."""
    assert answer.mimetype == "application/pdf", answer.text
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def version_of(app, version_id):
    with app.app_context():
        return db.session.get_one(ChecklistVersion, version_id)


# --- rules


def test_items_are_grouped_by_department_and_matter_and_numbered_as_on_the_record():
    items = [an_item("S1", "SCJG", "甲"), an_item("X1", "XFJY", "乙"), an_item("S2", "SCJG", "丙"),
             an_item("S3", "SCJG", "甲")]  # fmt: skip
    book = chapters(items, SECTIONS)
    said = [
        (chapter.department.code, matter.name, [(one.number, one.item["id"]) for one in matter.entries])
        for chapter in book
        for matter in chapter.matters
    ]
    assert said == [
        ("XFJY", "乙", [(1, "X1")]),
        ("SCJG", "甲", [(2, "S1"), (4, "S3")]),
        ("SCJG", "丙", [(3, "S2")]),
    ]
    assert [one.number for one in entries_of(book)] == [1, 2, 3, 4]


def test_an_item_without_words_of_its_own_says_by_its_content_what_compliance_is():
    items = [an_item("S1", "SCJG", "甲"), an_item("S2", "SCJG", "甲", help=HELP)]
    bare, explained = entries_of(chapters(items, SECTIONS))
    assert bare.standard == bare.item["content"]
    assert explained.standard == HELP["standard"]


# --- the pages


def test_the_list_names_the_version_in_force_of_every_industry(client, book, any_db):
    page = client.get("/handbook")
    assert "加油站" in words(page)
    assert "版本 第二版" in words(page)
    assert "测试版" not in words(page)
    assert 'href="/handbook/YY"' in page.text


def test_an_empty_county_says_what_will_stand_here(client):
    assert "还没有发布手册" in words(client.get("/handbook"))


def test_it_says_what_is_checked_on_what_basis_and_how_to_comply(app, client, book, any_db):
    page = client.get("/handbook/YY")
    text = words(page)
    for part in (
        "加油站综合监管合规手册",
        "演示样例",
        "第二版",
        version_of(app, book).hash,
        "市场监督管理局 （牵头）",
        "SC1 是否符合规定",
        "《消防法》第十六条",
        "灭火器压力指针在绿区。",
        "更换或者送检灭火器",
        "依照《消防法》有关规定处理",
        "±0.30",
        "每年一次",
        "青阳县应急管理局（安全生产检查）",
        "重大",
    ):
        assert part in text, part
    assert f'href="/handbook/YY/{book}.pdf"' in page.text


def test_what_departments_wrote_is_text_and_never_markup(client, book):
    page = client.get("/handbook/YY").text
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "灭火器&lt;b&gt;过期" in page


def test_reading_it_leaves_no_trace_and_a_copy_is_asked_for_by_its_tag(app, client, book):
    first = client.get("/handbook/YY")
    assert "Set-Cookie" not in first.headers
    tag = first.headers["ETag"]
    assert tag.startswith(f'"{version_of(app, book).hash[:16]}')
    assert client.get("/handbook/YY", headers={"If-None-Match": tag}).status_code == 304
    client.set_cookie("locale", "en")
    assert client.get("/handbook/YY", headers={"If-None-Match": tag}).status_code == 200


def test_earlier_versions_stay_and_say_which_is_in_force(app, client, people, any_db):
    with app.app_context():
        first = db.session.scalar(db.select(ChecklistVersion.id))
    tag = client.get(f"/handbook/YY/{first}").headers["ETag"]
    assert "以前的版本" not in words(client.get(f"/handbook/YY/{first}"))
    with app.app_context():
        second = publish("第二版")
    earlier = client.get(f"/handbook/YY/{first}", headers={"If-None-Match": tag})
    assert "这是以前的版本，现行版本是 第二版" in words(earlier)
    assert "SC3" not in words(earlier)
    assert "SC3" in words(client.get("/handbook/YY"))
    for one in (first, second):
        assert f'href="/handbook/YY/{one}"' in client.get("/handbook/YY").text


@pytest.mark.parametrize(
    "address", ["NO", "YY%00", "YY/0193a9b2-0000-7000-8000-00000000000f", "YY/%00", "NO/check"]
)
def test_what_is_no_handbook_is_not_found(client, book, any_db, address):
    assert client.get(f"/handbook/{address}").status_code == 404
    assert client.get(f"/handbook/{address}.pdf").status_code == 404


def test_an_industry_without_a_list_has_no_handbook_and_another_s_version_is_not_its_own(app, client, book):
    assert client.get("/handbook/XX").status_code == 404
    assert client.get(f"/handbook/XX/{book}").status_code == 404


# --- on paper


def test_the_paper_says_the_same_with_the_same_hash(app, client, book, any_db):
    answer = client.get("/handbook/YY.pdf")
    text = printed(answer)
    for part in (
        "加油站综合监管合规手册",
        "第二版",
        "演示样例",
        version_of(app, book).hash[:16],
        "目录",
        "第1页共",
        "灭火器压力指针在绿区。",
        "更换或者送检灭火器",
        "青阳县应急管理局（安全生产检查）",
        "±0.30",
    ):
        assert part in text, part
    assert all(one["content"].replace(" ", "") in text for one in EVERYTHING)
    assert client.get(f"/handbook/YY/{book}.pdf").data == answer.data
    tag = answer.headers["ETag"]
    assert client.get("/handbook/YY.pdf", headers={"If-None-Match": tag}).status_code == 304


def test_the_paper_is_made_once_and_is_chinese_for_every_reader(app, client, book):
    client.get("/handbook/YY.pdf")
    client.set_cookie("locale", "en")
    assert "检查依据" in printed(client.get("/handbook/YY.pdf"))
    assert len(list((app.config["DATA_DIR"] / "documents").glob("*.pdf"))) == 1


def test_an_earlier_version_is_printed_as_it_was(app, client, book):
    with app.app_context():
        first = db.session.scalar(db.select(ChecklistVersion.id).filter_by(version="测试版"))
    text = printed(client.get(f"/handbook/YY/{first}.pdf"))
    assert "测试版" in text
    assert "无合格证明" not in text
    assert len([one for one in ITEMS if one["content"].replace(" ", "") in text]) == len(ITEMS)
