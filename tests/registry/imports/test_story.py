"""A clerk's way through an import: read, see, mend, write, undo; on both databases."""

import csv
import datetime as dt
import io
import json

import openpyxl
import pytest

from server.infra.clock import now
from server.infra.db import db, transaction
from server.registry.credit import assessing
from server.registry.credit.model import RiskAssessment
from server.registry.imports import applying, jobs
from server.registry.imports.fields import FIELDS, guessed
from server.registry.imports.model import ImportBatch, ImportRow
from server.registry.model import Enterprise, EnterpriseIndustry, RegistryChange
from server.registry.search import asked, find
from tests.dialogue import sign_in
from tests.office.conftest import words
from tests.people import PASSWORD
from tests.registry.imports.conftest import a_row, as_csv, chosen_on, code

pytestmark = pytest.mark.usefixtures("county")


def batch_of(one):
    return db.session.get(ImportBatch, one.url.rpartition("/")[2], populate_existing=True)


def places(sought):
    """Where the search index finds what was typed."""
    return find(asked(sought)).below(None, 10)


def subject(reference):
    return db.session.scalar(db.select(Enterprise).filter_by(reference=reference))


@pytest.mark.usefixtures("any_db")
def test_twenty_thousand_rows_of_which_forty_are_bad(app, bring):
    on_sqlite = "sqlite" in app.config["SQLALCHEMY_DATABASE_URI"]
    rows = [a_row(number) for number in range(20_000 if on_sqlite else 2000)]
    for at in range(0, 400, 10):
        rows[at]["registered_on"] = "去年"
    one = bring(as_csv(rows)).map()
    with app.app_context():
        assert batch_of(one).counts == {"added": len(rows) - 40, "rejected": 40}
        assert subject("N000001") is None
    assert "有 40 行未通过" in words(one.page())
    assert one.post("application").status_code == 409

    mended = one.client.get(f"{one.url}/rows.csv?verdict=rejected").data
    assert mended.decode("utf-8-sig").splitlines()[0].startswith("行号,原因,检查对象编号")
    again = bring(mended.replace("去年".encode(), b"2019-05-06")).map()
    with app.app_context():
        assert batch_of(again).counts == {"added": 40}
    assert again.post("application").status_code == 303
    assert one.post("application", leave_out="1").status_code == 303
    with app.app_context():
        assert batch_of(one).state == "applied"
        assert batch_of(one).rejects_left_out
        assert db.session.scalar(db.select(db.func.count()).select_from(Enterprise)) == len(rows) + 1
        assert db.session.scalar(db.select(db.func.count()).select_from(EnterpriseIndustry)) == len(rows) + 1
        found = subject("N000011")
        assert places(code(11)) == [found.seq]
        assert (found.name, found.town_code, found.registered_on.isoformat()) == (
            "青阳演示商行11号", "341723100", "2019-05-06")  # fmt: skip
        history = db.session.scalars(db.select(RegistryChange).filter_by(subject=found.id)).all()
        assert [(one.deed, one.source) for one in history] == [("added", "import")]
        classes = db.select(RiskAssessment.risk_class).filter_by(enterprise_id=found.id)
        assert db.session.scalars(classes).all() == ["B"]


@pytest.mark.usefixtures("any_db")
def test_what_is_there_is_changed_where_the_file_differs_and_put_back(app, bring):
    bring(as_csv([a_row(1), a_row(2)])).map().post("application")
    file = as_csv([a_row(1), a_row(2, name="青阳演示新名", risk_class="D", also="", tags="重点、示范")])
    one = bring(file).map()
    page = words(one.page(verdict="changed"))
    assert "青阳演示商行2号 → 青阳演示新名" in page
    with app.app_context():
        assert batch_of(one).counts == {"unchanged": 1, "changed": 1}
    one.post("application")
    with app.app_context():
        found = subject("N000002")
        now = (found.name, found.risk_class, found.revision, found.tags)
        assert now == ("青阳演示新名", "D", 2, ["示范", "重点"])
        assert found.seq in places("新名")
        (change,) = db.session.scalars(db.select(RegistryChange).filter_by(subject=found.id, deed="changed"))
        assert change.before == {"name": "青阳演示商行2号", "risk_class": "B", "tags": []}
        assert change.after["risk_class"] == "D"
        classes = db.select(RiskAssessment.risk_class).filter_by(enterprise_id=found.id)
        assert sorted(db.session.scalars(classes)) == ["B", "D"]
    assert one.post("undoing").status_code == 303
    with app.app_context():
        found = subject("N000002")
        assert batch_of(one).state == "undone"
        assert (found.name, found.risk_class, found.tags) == ("青阳演示商行2号", "B", [])
        assert found.seq in places("商行2号")
        assert list(db.session.scalars(classes)) == ["B"]


@pytest.mark.usefixtures("any_db")
def test_points_keep_having_their_say_beside_what_an_import_states(app, people, bring):
    bring(as_csv([a_row(1)])).map().post("application")
    with app.app_context(), transaction():
        day = dt.date(2026, 1, 1)
        assessing.add_points(people["he"], subject("N000001").id, 60, day, None, "立案查处")
    one = bring(as_csv([a_row(1, risk_class="A")])).map()
    one.post("application")
    with app.app_context():
        assert subject("N000001").risk_class == "C"
        assert assessing.sources_of(subject("N000001").id).imported.risk_class == "A"
    one.post("undoing")
    with app.app_context():
        assert subject("N000001").risk_class == "C"


@pytest.mark.usefixtures("any_db")
def test_a_class_that_other_sources_settled_is_undone_with_the_import(app, bring):
    bring(as_csv([a_row(1)])).map().post("application")
    with app.app_context(), transaction():
        found = subject("N000001")
        said = {"source": "decision", "risk_class": "B", "reason": "测试", "at": found.changed_at}
        db.session.add(RiskAssessment(enterprise_id=found.id, as_of=found.registered_on, **said))
    one = bring(as_csv([a_row(1, name="新名", risk_class="C")])).map()
    one.post("application")
    one.post("undoing")
    with app.app_context():
        assert batch_of(one).counts["kept"] == 0
        assert (subject("N000001").name, subject("N000001").risk_class) == ("青阳演示商行1号", "B")


@pytest.mark.usefixtures("any_db")
def test_undoing_keeps_what_was_changed_or_used_since_and_names_it(app, bring, county):
    one = bring(as_csv([a_row(1), a_row(2), a_row(3)])).map()
    one.post("application")
    with app.app_context(), transaction():
        subject("N000001").revision += 1
        used = subject("N000002")
        db.session.add(RiskAssessment(enterprise_id=used.id, source="decision", risk_class="C", reason="测试",
                                      as_of=used.registered_on, at=used.changed_at))  # fmt: skip
    one.post("undoing")
    with app.app_context():
        left = db.session.scalars(db.select(Enterprise.reference).order_by(Enterprise.reference)).all()
        assert left == ["N000001", "N000002", "T-1"]
        assert batch_of(one).counts["kept"] == 2
        deeds = db.select(RegistryChange.deed).where(RegistryChange.deed == "undone")
        assert len(db.session.scalars(deeds).all()) == 1
        assert not places("商行3号")
    page = words(one.page())
    assert "导入后又有改动" in page
    assert "已有检查或其他记录引用" in page


def test_whatever_refers_to_a_subject_keeps_it(app, bring):
    """By the tables themselves: this room knows no visits, and a later room need not tell it."""
    one = bring(as_csv([a_row(1)])).map()
    with app.app_context():
        asked_of = str(applying._referred_to(batch_of(one))).replace('"', "")
    assert all(f"FROM {table}" in asked_of for table in ("visit", "trigger", "risk_point"))


@pytest.mark.usefixtures("any_db")
def test_a_register_that_changed_since_the_dry_run_is_read_again(app, bring):
    first = bring(as_csv([a_row(1)])).map()
    second = bring(as_csv([a_row(1, name="另一名称"), a_row(2)])).map()
    first.post("application")
    second.post("application")
    with app.app_context():
        batch = batch_of(second)
        assert (batch.state, batch.counts) == ("ready", {"added": 1, "changed": 1})
        assert subject("N000001").name == "青阳演示商行1号"
    assert "名录库有了变动" in words(second.page())
    with app.app_context(), transaction():
        subject("N000001").revision += 1
    second.post("application")
    with app.app_context():
        assert batch_of(second).state == "ready"
        assert subject("N000002") is None
    second.post("application")
    with app.app_context():
        assert batch_of(second).state == "applied"
        assert subject("N000001").name == "另一名称"


def test_rejected_rows_go_out_and_come_in_until_they_are_mended(app, bring):
    content = as_csv([a_row(1, status="没有的")]).replace("经营状态".encode(), "何种情形".encode())
    one = bring(content)
    chosen = chosen_on(one.page().get_data(as_text=True))
    one.map(chosen | {next(name for name, field in chosen.items() if not field): "status"})
    for typed, mended in (("没有的", "还是没有"), ("还是没有", "存续")):
        rows = one.client.get(f"{one.url}/rows.csv?verdict=rejected").data
        assert rows.decode("utf-8-sig").splitlines()[0].startswith("行号,原因,检查对象编号")
        one = bring(rows.replace(typed.encode(), mended.encode())).map()  # its columns as for the first file
    with app.app_context():
        assert batch_of(one).counts == {"added": 1}


def test_of_two_who_write_at_once_one_does(app, bring):
    one = bring(as_csv([a_row(1)])).map()
    assert one.post("application").status_code == 303
    assert one.post("application").status_code == 409
    assert one.post("discarding").status_code == 409
    with app.app_context():
        jobs.apply(batch_of(one).id)  # the job comes twice
        assert db.session.scalar(db.select(db.func.count()).select_from(Enterprise)) == 2


def test_nothing_to_write_is_said(bring):
    bring(as_csv([a_row(1)])).map().post("application")
    again = bring(as_csv([a_row(1)])).map()
    assert "没有要写入的内容" in words(again.page())
    assert again.post("application").status_code == 409


def test_columns_are_chosen_by_hand_and_remembered(app, bring):
    content = "编号甲,代码乙,何名\nN1,%s,甲店\n".replace("%s", code(1)).encode()
    one = bring(content)
    assert "编号甲" in words(one.page())
    refused = one.post("mapping", **{"column-2": "name"})
    assert refused.status_code == 422
    assert "不知道每行是哪个对象" in words(refused)
    twice = one.post("mapping", **{"column-0": "reference", "column-1": "uscc", "column-2": "uscc"})
    assert "两列对应了同一项" in words(twice)
    one.post("mapping", **{"column-0": "reference", "column-1": "uscc", "column-2": "name"})
    assert "新对象缺少这一列" in words(one.page())
    with app.app_context():
        assert batch_of(bring(content)).mapping == {"编号甲": "reference", "代码乙": "uscc", "何名": "name"}


def test_a_part_of_the_columns_changes_only_those(app, bring):
    bring(as_csv([a_row(1, phone="0566-1")])).map().post("application")
    one = bring(as_csv([{"reference": "N000001", "phone": "0566-2"}])).map()
    one.post("application")
    with app.app_context():
        found = subject("N000001")
        assert (found.phone, found.name) == ("0566-2", "青阳演示商行1号")


def test_the_template_is_understood_as_it_is(app, clerk):
    book = openpyxl.load_workbook(io.BytesIO(clerk.get("/office/imports/template.xlsx").data))
    heads = [cell.value for cell in book.worksheets[0][1]]
    text = clerk.get("/office/imports/template.csv").data.decode("utf-8-sig")
    line = next(csv.reader([text.splitlines()[0]]))
    assert heads == line
    assert guessed(heads) == dict(zip(heads, (field.name for field in FIELDS), strict=True))


def test_rows_go_out_in_every_form(bring):
    one = bring(as_csv([a_row(1), a_row(2, status="没有的")])).map()
    added = json.loads(one.client.get(f"{one.url}/rows.json?verdict=added").data)
    assert added["rows"][0]["name"] == "青阳演示商行1号"
    book = openpyxl.load_workbook(io.BytesIO(one.client.get(f"{one.url}/rows.xlsx?verdict=rejected").data))
    assert "可填：存续" in book.worksheets[0]["B2"].value


def test_given_up_leaves_neither_rows_nor_file(app, bring):
    one = bring(as_csv([a_row(1)])).map()
    one.post("discarding")
    with app.app_context():
        assert batch_of(one).state == "discarded"
        assert list((app.config["DATA_DIR"] / "imports").iterdir()) == []
    assert one.page().status_code == 200


def test_a_dry_run_that_was_killed_begins_anew(app, bring, monkeypatch):
    one = bring(as_csv([a_row(1)])).map()
    with app.app_context():
        batch_id = batch_of(one).id
        with transaction():
            batch = batch_of(one)
            batch.state, batch.touched_at = "reading", batch.touched_at.replace(year=2020)
        jobs.take_up_again()
        assert (batch_of(one).state, batch_of(one).counts) == ("ready", {"added": 1})
        with transaction():
            batch = batch_of(one)
            batch.state, batch.touched_at = "applying", batch.touched_at.replace(year=2020)
        jobs.take_up_again()
        assert batch_of(one).state == "ready"
        assert "处理中断" in words(one.page())
        assert batch_id


def test_after_ninety_days_the_rows_go_and_with_them_the_undoing(app, bring):
    one = bring(as_csv([a_row(1)])).map()
    one.post("application")
    for days, left in ((89, 1), (91, 0)):
        with app.app_context():
            with transaction():
                batch_of(one).touched_at = now() - dt.timedelta(days=days)
            jobs.tidy()
            rows = db.select(db.func.count()).select_from(ImportRow)
            assert db.session.scalar(rows) == left
            page = words(one.page())
            assert ("可以撤销到" in page, "各行内容已于" in page) == (left, not left)
    answer = one.post("undoing")
    assert (answer.status_code, "不能再整批撤销" in words(answer)) == (409, True)
    with app.app_context():
        assert (batch_of(one).state, subject("N000001").name) == ("applied", "青阳演示商行1号")


def test_an_officer_does_not_come_in(app, county, people):
    client = app.test_client()
    sign_in(client, "lin", PASSWORD)
    assert client.get("/office/imports").status_code == 403


def test_what_the_register_exports_comes_in_again_as_unchanged(bring):
    placed = {"lat": "30.6389", "lon": "117.8472", "grid": "341723100-G01"}
    rows = [a_row(1, tags="重点、示范", **placed), a_row(2, phone="-")]
    bring(as_csv(rows)).map().post("application")
    for form in ("csv", "xlsx"):
        one = bring(b"", "")
        content = one.client.get(f"/office/enterprises/export.{form}").data
        page = words(bring(content, f"名录库.{form}").map().page())
        assert "无变化 2" in page, form
        assert "未通过 1" in page, form  # the cast's own petrol station has a code that is none
