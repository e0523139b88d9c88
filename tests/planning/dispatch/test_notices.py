"""Prior notice and the notice on paper; what an enterprise answers without an account."""

import datetime as dt
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from server.accounts.model import Person
from server.infra.db import db
from server.messages.model import Message
from server.planning.dispatch.model import PriorNotice, SelfCorrection, Sending
from server.visits import bundle
from server.visits.model import Visit
from server.web.waiting import waiting_for
from tests.office.conftest import words
from tests.planning.dispatch.conftest import NOW

MATERIALS = "营业执照（原件）\n\n危险化学品经营许可证（复印件）\n营业执照（原件）"


@pytest.fixture
def visit(dispatched):
    _task, (visit,) = dispatched()
    return visit


@pytest.fixture
def given(app, desk, submit, visit):
    """The code of the page of a notice that was given."""
    answer = submit(
        desk("he"), at(visit), way="link", recipient="演示人（站长）", materials=MATERIALS
    )
    assert answer.status_code == 303
    with app.app_context():
        return db.session.get_one(PriorNotice, visit.id).code


def at(visit):
    return f"/office/visits/{visit.id}/prior-notice"


def test_what_is_asked_for_is_asked_for_once(app, given, visit):
    with app.app_context():
        notice = db.session.get_one(PriorNotice, visit.id)
        assert notice.materials.splitlines() == ["营业执照（原件）", "危险化学品经营许可证（复印件）"]


def test_the_enterprise_reads_it_without_an_account(client, given, any_db):
    page = words(client.get(f"/n/{given}"))
    for said in (
        "青阳县演示加油站", "2026-12-08 09:00", "青阳县市场监督管理局", "登记事项检查", "消防安全检查",
        "《消防法》第十六条", "危险化学品经营许可证（复印件）", "加油站联合抽查", "我已知悉",
    ):  # fmt: skip
        assert said in page
    assert "林演示" not in page
    assert "/handbook/YY/check" in client.get(f"/n/{given}").text


def test_it_says_once_that_it_knows_and_the_lead_is_told(app, people, client, submit, given, visit, any_db):
    for _ in range(2):
        assert submit(client, f"/n/{given}/receipt").status_code == 303
    with app.app_context():
        assert db.session.get_one(PriorNotice, visit.id).received_at == NOW
        told = db.session.scalars(select(Message).where(Message.code == "notice-received")).all()
        assert [one.person_id for one in told] == [people["lin"]]
    assert "我已知悉" not in words(client.get(f"/n/{given}"))


def test_the_office_reads_what_an_item_asks_and_not_its_code(app, client, desk, submit, given, visit):
    submit(client, f"/n/{given}/corrections", item="XF1", said="灭火器已更换")
    with app.app_context():
        items = bundle.load(db.session.get_one(Visit, visit.id).bundle_digest)["checklist"]["items"]
    asked = next(one["content"] for one in items if one["id"] == "XF1")
    he = desk("he")
    for page in (f"/office/visits/{visit.id}", f"/office/visits/{visit.id}/prior-notice"):
        shown = words(he.get(page))
        assert f"{asked} 灭火器已更换" in shown
        assert "XF1 灭火器" not in shown


def test_what_it_put_right_reaches_the_team(app, client, submit, given, visit, any_db):
    said = "灭火器已更换 <两具>"
    assert submit(client, f"/n/{given}/corrections", item="XF1", said=said).status_code == 303
    assert submit(client, f"/n/{given}/corrections", item="no such", said="台账已补").status_code == 303
    told = visit.caller("zhou").get(f"/api/visits/{visit.id}/bundle").get_json()["visit"]["corrected_before"]
    assert [(one["item"], one["said"]) for one in told] == [("XF1", said), ("", "台账已补")]
    assert "灭火器已更换 &lt;两具&gt;" in client.get(f"/n/{given}").text
    with app.app_context():
        items = bundle.load(db.session.get_one(Visit, visit.id).bundle_digest)["checklist"]["items"]
        assert not [one for one in items if one["exempt"]]


def waits(app, people, who):
    with app.test_request_context():
        found = waiting_for(db.session.get_one(Person, people[who]))
        return {str(one.label): one.count for one in found}


def test_after_a_move_it_is_told_anew(app, people, client, desk, submit, given, visit, any_db):
    he, anew, changed = desk("he"), "须重新告知", "原为 2026-12-08 09:00，现为 2026-12-10 14:30"
    assert submit(client, f"/n/{given}/receipt").status_code == 303
    assert changed not in words(client.get(f"/n/{given}"))
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=5)
    later = {"day": "2026-12-10", "half": "pm", "reason": "企业盘点", "confirmed": "window"}
    assert submit(he, f"/office/visits/{visit.id}/move", **later).status_code == 303
    page = words(client.get(f"/n/{given}"))
    assert (changed in page, "我已知悉" in page) == (True, True)
    with app.app_context():
        task = db.session.get_one(Sending, visit.id).task_id
    shown = (f"/office/visits/{visit.id}", f"/office/tasks/{task}/dispatch", at(visit))
    assert all(anew in words(he.get(one)) for one in shown)
    assert waits(app, people, "he")["改期或合并后须重新告知企业的检查"] == 1

    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=9)
    again = {"way": "phone", "recipient": "演示人（电话）", "materials": MATERIALS}
    assert submit(he, at(visit), **again).status_code == 303
    assert not [one for one in shown if anew in words(he.get(one))]
    assert "改期或合并后须重新告知企业的检查" not in waits(app, people, "he")
    with app.app_context():
        notice = db.session.get_one(PriorNotice, visit.id)
        assert (notice.code, notice.way, notice.received_at) == (given, "phone", None)
    assert submit(he, at(visit), **again).status_code == 409


def test_who_says_after_a_move_that_it_knows_need_not_be_told(app, client, desk, submit, given, visit):
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=5)
    later = {"day": "2026-12-10", "half": "pm", "reason": "企业盘点", "confirmed": "window"}
    he = desk("he")
    assert submit(he, f"/office/visits/{visit.id}/move", **later).status_code == 303
    assert ">\n营业执照（原件）" in he.get(at(visit)).text.replace("\r", "")  # nothing is typed twice
    assert submit(client, f"/n/{given}/receipt").status_code == 303
    assert "须重新告知" not in words(he.get(at(visit)))


@pytest.mark.parametrize("said", ["", "  ", "字" * 1001])
def test_nothing_and_too_much_are_refused_and_kept(client, submit, given, said):
    assert "最多 1000 字" in words(client.get(f"/n/{given}"))
    answer = submit(client, f"/n/{given}/corrections", said=said)
    assert answer.status_code == 422
    assert said.strip() in answer.text
    assert ("has-error" in answer.text, "maxlength" in answer.text) == (True, False)


def test_no_more_than_so_many(app, client, submit, given, monkeypatch):
    monkeypatch.setattr("server.planning.dispatch.rules.MOST_CORRECTIONS", 1)
    assert submit(client, f"/n/{given}/corrections", said="一").status_code == 303
    answer = submit(client, f"/n/{given}/corrections", said="二")
    assert (answer.status_code, "自查改正记录已满" in words(answer)) == (409, True)


def test_nothing_is_put_right_before_a_visit_that_has_begun(app, client, submit, given, visit):
    visit.phone("lin").arrive()
    visit.sent()
    assert submit(client, f"/n/{given}/corrections", said="已改正").status_code == 409
    with app.app_context():
        assert db.session.scalar(select(SelfCorrection.id)) is None
    assert "检查已开始或日期已过" in words(client.get(f"/n/{given}"))


def test_a_notice_is_given_once_and_not_after_the_day(app, desk, submit, given, visit, dispatched):
    he = desk("he")
    again = submit(he, at(visit), way="phone", recipient="某人")
    assert (again.status_code, "已经提前告知过" in words(again)) == (409, True)
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(days=20)
    _task, (late,) = dispatched(days=[(dt.date(2026, 11, 20), "am")], source="campaign")
    app.config["CLOCK"] = lambda: NOW
    assert submit(he, at(late), way="phone", recipient="某人").status_code == 409


@pytest.mark.parametrize("form", [{"way": "link", "recipient": ""}, {"way": "owl", "recipient": "某人"}])
def test_what_is_missing_is_said_and_what_was_typed_is_kept(desk, submit, visit, form):
    answer = submit(desk("he"), at(visit), materials="营业执照", **form)
    assert (answer.status_code, ">\n营业执照</textarea>" in answer.text.replace("\r", "")) == (422, True)


@pytest.mark.parametrize(("who", "status"), [("luo", 403), ("lin", 403), ("qian", 403), ("admin", 403)])
def test_only_the_office_and_the_lead_department_give_it(desk, submit, visit, who, status):
    assert submit(desk(who), at(visit), way="link", recipient="某人").status_code == status


def test_of_an_unannounced_visit_there_is_none(app, client, desk, submit, dispatched):
    _task, (visit,) = dispatched(unannounced=True)
    he = desk("he")
    assert "本次检查不提前告知" in words(he.get(at(visit)))
    answer = submit(he, at(visit), way="link", recipient="某人")
    assert (answer.status_code, "此次检查不提前告知" in words(answer)) == (409, True)
    with app.app_context():
        assert db.session.scalar(select(PriorNotice.code)) is None


def test_called_off_it_says_so_and_names_nothing(client, given, visit):
    visit.cancelled()
    page = words(client.get(f"/n/{given}"))
    assert "本次检查已取消" in page
    assert "青阳县演示加油站" not in page
    assert client.get(f"/n/{given}/notice.pdf").status_code == 409


@pytest.mark.parametrize("code", ["0" * 32, "x", "%00"])
def test_no_other_code_opens_anything(client, submit, given, code):
    page = client.get(f"/n/{code}")
    assert (page.status_code, "没有登记过与这个码对应的检查" in words(page)) == (404, True)
    assert submit(client, f"/n/{code}/receipt").status_code == 404
    assert submit(client, f"/n/{code}/corrections", said="x").status_code == 404
    assert client.get(f"/n/{code}/notice.pdf").status_code == 404


def is_pdf(answer):
    return (answer.status_code, answer.data[:5]) == (200, b"%PDF-")


def test_the_paper_in_both_variants_and_of_a_whole_page(desk, client, dispatched, given, visit):
    he = desk("he")
    assert is_pdf(he.get(f"/office/visits/{visit.id}/notice.pdf"))
    assert is_pdf(he.get(f"/office/visits/{visit.id}/notice.pdf?variant=onsite"))
    assert is_pdf(client.get(f"/n/{given}/notice.pdf"))
    assert desk("qian").get(f"/office/visits/{visit.id}/notice.pdf").status_code == 404
    later = [(dt.date(2026, 12, 20), "am"), (dt.date(2026, 12, 21), "am")]
    task, _visits = dispatched(2, source="campaign", days=later)
    packed = ZipFile(BytesIO(he.get(f"/office/tasks/{task}/notices.zip").data))
    assert len(packed.namelist()) == 2
    assert packed.namelist()[0] == "青市监检通〔2026〕第2号 青阳县演示加油站.pdf"


def test_no_notice_is_printed_of_what_was_called_off(desk, dispatched, visit):
    he, address = desk("he"), f"/office/visits/{visit.id}"
    later = [(dt.date(2026, 12, 20), "am"), (dt.date(2026, 12, 21), "am")]
    task, (other, kept) = dispatched(2, source="campaign", days=later)
    assert f"{address}/notice.pdf" in he.get(address).text
    for one in (visit, other):
        one.cancelled()
    assert "notice.pdf" not in he.get(address).text
    for variant in ("prior", "onsite"):
        answer = he.get(f"{address}/notice.pdf?variant={variant}")
        assert (answer.status_code, "此次检查已取消" in words(answer)) == (409, True)
    packed = ZipFile(BytesIO(he.get(f"/office/tasks/{task}/notices.zip").data)).namelist()
    assert [one[:14] for one in packed] == ["青市监检通〔2026〕第3号"]
    kept.cancelled()
    assert he.get(f"/office/tasks/{task}/notices.zip").status_code == 404
