"""A file of the province, from the upload to a task that is drawn and can be dispatched."""

import datetime as dt
import io
import re
import threading
from contextlib import suppress

import pytest

from server.accounts.model import Person
from server.infra import clock
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.planning.dispatch import actions as dispatch
from server.planning.draw.model import DrawnOfficer, DrawnSubject
from server.planning.elsewhere import actions, views
from server.planning.tasks.actions import close
from server.planning.tasks.model import Approval, Task
from server.registry.model import Enterprise
from server.registry.people.model import Absence
from tests.dialogue import form_token
from tests.office.conftest import submit, words
from tests.planning.elsewhere.conftest import a_csv, a_row, a_workbook

URL = "/office/tasks/elsewhere"
CHOSEN = {"number": "皖双随机2026-07", "name": "加油站联合抽查", "industry": "YY", "lead": "SCJG"}


def bring(client, content, name="抽查结果.csv"):
    """Upload a file."""
    data = {"csrf_token": form_token(client), "file": (io.BytesIO(content), name)}
    return client.post(URL, data=data, content_type="multipart/form-data")


def task_in(app):
    with app.app_context():
        return db.session.scalars(db.select(Task.id)).all()


@pytest.mark.parametrize("make", [a_csv, a_workbook])
def test_a_file_becomes_a_task_that_is_drawn_marked_and_dispatched(app, people, desk, make):
    he = desk("he")
    answer = bring(he, make(a_row()))
    assert answer.status_code == 303
    page = he.get(answer.location)
    assert "与名录一致" in words(page)
    assert 'value="皖双随机2026-07"' in page.get_data(as_text=True)
    assert task_in(app) == []
    made = submit(he, answer.location, **CHOSEN)
    assert made.status_code == 303
    after = he.get(answer.location)
    assert ("已导入" in words(after), "尚未写入" in words(after)) == (True, False)
    assert f'href="{made.location}"' in after.text
    with app.app_context():
        task = db.session.scalars(db.select(Task)).one()
        assert (task.source, task.state, task.lead) == ("elsewhere", "drawn", "SCJG")
        assert task.basis == "省平台任务编号：皖双随机2026-07"
        subject = db.session.scalars(db.select(DrawnSubject)).one()
        assert (subject.draw_id, subject.half, subject.stratum) == (None, "am", "B")
        assert str(subject.day) == "2026-05-14"
        officers = db.session.scalars(db.select(DrawnOfficer).where(DrawnOfficer.lead)).all()
        assert [one.person_id for one in officers] == [people["ma"]]
        assert db.session.scalar(db.select(db.func.count()).select_from(DrawnOfficer)) == 4
        assert {one.department for one in db.session.scalars(db.select(Approval))} == {"SCJG", "XFJY"}
        with transaction():
            (visit,) = dispatch.dispatch(db.session.get_one(Person, people["he"]), task.id)
        assert (visit.lead_id, len(visit.members)) == (people["ma"], 4)
    page = words(he.get(made.location))
    assert page.count("省平台已定") == 2
    assert "提出方案" not in page
    assert "省平台抽取" in page
    assert "省平台任务编号：皖双随机2026-07" in page
    assert "省平台" in words(he.get("/office/tasks"))


def test_mismatches_are_listed_and_read_anew_once_the_register_is_right(app, people, desk):
    he = desk("he")
    rows = a_row(), a_row(统一社会信用代码="91341723MA2TEST02Y", 企业名称="别的站", 时段="下午")
    page = bring(he, a_csv(*rows)).location
    shown = words(he.get(page))
    assert "没有这个信用代码的对象 91341723MA2TEST02Y" in shown
    refused = submit(he, page, **CHOSEN)
    assert refused.status_code == 422
    assert "有对象不能导入" in words(refused)
    assert task_in(app) == []
    with app.app_context(), transaction():
        db.session.get_one(Enterprise, people.enterprise).name = "青阳县改名加油站"
    assert "名称与名录不同，名录为 青阳县改名加油站" in words(he.get(page))
    assert submit(he, page, **CHOSEN, leave_out="y").status_code == 303
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(DrawnSubject)) == 1


def test_an_evening_is_no_morning(people, desk):
    he = desk("he")
    page = he.get(bring(he, a_csv(a_row(时段="晚上"))).location)
    assert "2026-05-14 晚上" in words(page)
    assert "时段既不是上午也不是下午 晚上" in words(page)


def test_industry_and_lead_are_taken_from_the_registers_and_said_or_left_to_choose(people, desk):
    he = desk("he")
    page = he.get(bring(he, a_csv(a_row())).location)
    assert '<option selected value="YY">' in page.text
    assert '<option selected value="SCJG">' in page.text
    assert "取自名录" in words(page)
    address = bring(he, a_csv(a_row(统一社会信用代码="91341723MA2TEST02Y"))).location
    page = he.get(address)
    assert '<option selected value="YY">' not in page.text
    assert "取自名录" not in words(page)
    refused = submit(he, address, **CHOSEN | {"industry": "", "lead": ""})
    assert (refused.status_code, words(refused).count("请选择一项")) == (422, 2)


def test_a_task_says_the_most_visits_one_officer_has_in_the_file(app, people, desk):
    he = desk("he")
    rows = [a_row(检查日期=f"2026-05-{day}") for day in (14, 15)]
    assert submit(he, bring(he, a_csv(*rows)).location, **CHOSEN).status_code == 303
    with app.app_context():
        assert db.session.scalars(db.select(Task)).one().terms["total"] == 2


def test_a_page_shows_what_is_to_be_looked_at_first_and_the_export_has_all(people, desk, monkeypatch):
    monkeypatch.setattr(views, "SHOWN", 1)
    he = desk("he")
    rows = a_row(), a_row(统一社会信用代码="91341723MA2TEST02Y", 企业名称="别的站", 时段="下午")
    address = bring(he, a_csv(*rows)).location
    page = words(he.get(address))
    assert "别的站" in page
    assert "青阳县演示加油站" not in page
    assert "还有 1 个，全部内容见导出文件" in page
    exported = he.get(f"{address}/reading.csv?industry=YY&lead=SCJG").text
    assert "青阳县演示加油站" in exported
    assert "没有这个信用代码的对象 91341723MA2TEST02Y" in exported


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_empty_file_has_the_heads_that_are_known(app, people, desk, form):
    he = desk("he")
    assert f'href="{URL}/template.{form}"' in he.get(URL).text
    empty = he.get(f"{URL}/template.{form}").data
    if form == "csv":
        empty += a_csv(a_row()).split(b"\n")[1]
        assert "与名录一致" in words(he.get(bring(he, empty).location))
    else:
        assert bring(he, empty, "空表.xlsx").status_code in (303, 422)


def test_an_officer_who_falls_out_is_replaced_by_the_province_and_its_new_file(app, people, desk):
    """No reserve is here: what is dispatched stays, the rest is given up and comes with the new file."""
    he = desk("he")
    rows = a_row(), a_row(检查日期="2026-05-15")
    assert submit(he, bring(he, a_csv(*rows)).location, **CHOSEN).status_code == 303
    (task,) = task_in(app)
    with app.app_context(), transaction():
        away = {"since": dt.date(2026, 5, 15), "until": dt.date(2026, 5, 15), "noted_at": clock.now()}
        db.session.add(Absence(id="a", person_id=people["wu"], kind="leave", reason="病假", **away))
    with app.app_context(), transaction():
        assert len(dispatch.dispatch(db.session.get_one(Person, people["he"]), task)) == 1
    assert "请在省平台重新抽取人员" in words(he.get(f"/office/tasks/{task}/dispatch"))
    substitute = {"检查人员": "林演示、马演示、周演示、唐演示", "执法证号": "340001、340002、340003、340005"}
    address = bring(he, a_csv(rows[0], a_row(检查日期="2026-05-15", **substitute))).location
    assert submit(he, address, **CHOSEN, leave_out="y").status_code == 409  # the task is still there
    with app.app_context(), transaction():
        close(db.session.get_one(Person, people["he"]), db.session.get_one(Task, task), "省平台重新抽取")
    assert "该时段的检查已分发" in words(he.get(address))
    assert submit(he, address, **CHOSEN, leave_out="y").status_code == 303
    with app.app_context():
        again = db.session.scalars(db.select(Task.id).where(Task.state == "drawn")).one()
        with transaction():
            (visit,) = dispatch.dispatch(db.session.get_one(Person, people["he"]), again, "省平台已抽取")
        assert str(visit.date) == "2026-05-15"
        assert people["tang"] in {one.person_id for one in visit.members}


def test_nothing_that_goes_is_no_task(app, desk):
    he = desk("he")
    page = bring(he, a_csv(a_row(统一社会信用代码="91341723MA2TEST02Y"))).location
    answer = submit(he, page, **CHOSEN, leave_out="y")
    assert (answer.status_code, task_in(app)) == (409, [])
    assert "没有可以导入的对象" in words(answer)


def test_the_same_task_is_taken_in_once(app, desk):
    he = desk("he")
    for status in (303, 409):
        page = bring(he, a_csv(a_row())).location
        answer = submit(he, page, **CHOSEN)
        assert answer.status_code == status
    assert "已经导入过" in words(answer)
    assert len(task_in(app)) == 1


def test_of_several_who_take_a_file_in_at_once_one_does(any_db, app, people, desk, monkeypatch):
    file_id = bring(desk("he"), a_csv(a_row())).location.rpartition("/")[2]
    together, said, read = threading.Barrier(3), [], actions.read

    def read_late(*args):
        with suppress(threading.BrokenBarrierError):
            together.wait(1)  # where only one writes at a time, nobody else comes
        return read(*args)

    def attempt():
        with app.app_context():
            try:
                with transaction():
                    he = db.session.get_one(Person, people["he"])
                    file = actions.file_of(he, file_id)
                    said.append(actions.take_in(he, file, **CHOSEN, leave_out=False).state)
            except Problem as problem:
                said.append(problem.code)

    monkeypatch.setattr(actions, "read", read_late)
    threads = [threading.Thread(target=attempt) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["drawn", "elsewhere-known", "elsewhere-known"]
    assert len(task_in(app)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "没有数据"),
        (b"%PDF-1.7\n%%EOF", ""),
        (a_csv(("甲", "2026-05-14"), heads=("企业名称", "检查日期")), "表格缺少必要的列"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版"),
        (b"PK\x03\x04 broken", ""),
    ],
)
def test_what_is_no_such_table_is_refused_at_the_field(app, desk, content, said):
    answer = bring(desk("he"), content)
    assert answer.status_code in (413, 422)
    assert said in words(answer)
    assert re.search(r'class="field has-error"', answer.get_data(as_text=True))


def test_without_a_file(desk):
    assert submit(desk("he"), URL).status_code == 422


def test_a_department_takes_in_its_own_and_sees_no_other_s_files(app, people, desk):
    luo, he = desk("luo"), desk("he")
    page = bring(luo, a_csv(a_row())).location
    assert submit(luo, page, **CHOSEN).status_code == 422  # the lead is none of the choices
    assert task_in(app) == []
    assert submit(luo, page, **CHOSEN | {"lead": "XFJY"}).status_code == 303
    other = bring(he, a_csv(a_row())).location
    assert luo.get(other).status_code == 404
    assert desk("ma").get(URL).status_code == 403
