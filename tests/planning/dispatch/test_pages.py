"""The office's pages of a dispatch."""

import datetime as dt
import re

from sqlalchemy import func, select

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.messages.model import Message
from server.planning.dispatch import jobs
from server.planning.dispatch.model import Sending
from server.registry.model import Enterprise, Inspector
from server.registry.rules import SubjectStatus
from server.web.waiting import waiting_for
from tests.builders import a_visit
from tests.office.conftest import words
from tests.planning.dispatch.conftest import NOW
from tests.planning.scenes import DAY, a_drawn_task, a_substitution, decided


def at(task):
    return f"/office/tasks/{task}/dispatch"


def test_the_click_and_what_it_made(app, people, desk, submit, any_db):
    task = a_drawn_task(app, people, 2)
    he = desk("he")
    page = words(he.get(at(task)))
    assert "一键分发 2 次检查" in page
    assert "负责人尚未审批： 市场监管局、消防救援大队" in page
    assert "2026-12-08 上午 青阳县演示加油站" in page
    assert submit(he, at(task)).status_code == 303
    page = words(he.get(at(task)))
    assert "青市监检通〔2026〕第1号" in page
    assert "已读 0/4" in page
    assert "一键分发" not in page
    refused = submit(he, at(task))
    assert (refused.status_code, "此任务已全部分发" in words(refused)) == (409, True)
    assert "已分发 2 次检查，涉及 4 名检查人员" in words(he.get(f"/office/tasks/{task}"))


def test_a_refusal_is_shown_apart_from_what_is_not_yet_decided(app, people, desk, submit):
    task = a_drawn_task(app, people)
    decided(app, task, "refused")
    he = desk("he")
    page = he.get(at(task))
    assert 'class="notice fail"' in page.text
    assert "负责人不同意： 消防救援大队" in words(page)
    assert "负责人尚未审批： 市场监管局。" in words(page)
    assert "可以先分发" not in words(page)
    assert "一键分发" not in words(page)
    refused = submit(he, at(task))
    assert (refused.status_code, "请该部门负责人重新审批" in words(refused)) == (409, True)
    assert "负责人不同意： 消防救援大队" in words(he.get(f"/office/tasks/{task}"))


def test_a_refusal_waits_for_who_leads_the_task(app, people, desk):
    task = a_drawn_task(app, people)
    decided(app, task, "refused")
    page = desk("he").get("/office")
    assert "负责人不同意的审批 1" in words(page)
    assert f"/office/tasks/{task}#approvals" in page.text
    assert "负责人不同意的审批" not in words(desk("luo").get("/office"))
    decided(app, task, "asked")
    assert "负责人不同意的审批" not in words(desk("he").get("/office"))


def test_who_has_read_it_is_shown(app, people, desk, dispatched):
    task, (visit,) = dispatched()
    with app.app_context(), transaction():
        for one in db.session.scalars(select(Message).where(Message.person_id == people["zhou"])):
            one.seen_at = NOW
    page = words(desk("he").get(f"/office/visits/{visit.id}"))
    assert re.search(r"周演示 \S+ \S+ 已读", page)
    assert "林演示 未读" in page
    page = words(desk("he").get(at(task)))
    assert "已读 1/4" in page
    assert "手机已同步 0/4" in page


def test_who_recorded_something_on_a_visit_knows_of_it(app, desk, dispatched, any_db):
    task, (visit, _other) = dispatched(2)
    visit.phone("lin").arrive()
    visit.sent()
    page = words(desk("he").get(f"/office/visits/{visit.id}"))
    assert re.search(r"林演示 \S+ \S+ 已读", page)
    assert "马演示 未读" in page
    page = words(desk("he").get(at(task)))
    assert ("已读 1/4" in page, "已读 0/4" in page) == (True, True)
    assert "其中 1 人已读" in page


def test_who_joined_later_has_read_it_too(app, people, desk, dispatched):
    task, (visit,) = dispatched()
    visit.reassigned(leaves=["wu"], joins=["tang"])
    with app.app_context(), transaction():
        for one in db.session.scalars(select(Message).where(Message.person_id == people["tang"])):
            one.seen_at = NOW
    assert "已读 1/4" in words(desk("he").get(at(task)))


def test_visits_called_off_are_counted_apart(app, desk, dispatched):
    task, (first, second) = dispatched(2)
    second.cancelled()
    he = desk("he")
    for page in (words(he.get(at(task))), words(he.get(f"/office/tasks/{task}"))):
        assert "已分发 1 次检查，涉及 4 名检查人员，其中 0 人已读。 另有 1 次已取消。" in page
    first.cancelled()
    assert "已分发 0 次检查，涉及 0 名检查人员" in words(he.get(at(task)))


def test_a_phone_that_was_in_touch_since_is_shown(app, people, desk, dispatched):
    task, (visit,) = dispatched()
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(hours=1)
    visit.phone("zhou").push([])
    assert "手机已同步 1/4" in words(desk("he").get(at(task)))


def test_who_is_held_back_is_named_and_a_substitute_offered(app, people, desk, submit):
    task = a_drawn_task(app, people, elsewhere=False)
    with app.app_context(), transaction():
        db.session.get_one(Inspector, people["ma"]).valid_until = DAY - dt.timedelta(days=1)
    he = desk("he")
    page = he.get(at(task))
    assert "马演示（市场监管局）当日无有效执法证件" in words(page)
    assert f'href="/office/tasks/{task}/draw/result/' in page.text
    assert submit(he, at(task)).status_code == 409


def test_a_substitution_not_decided_is_said_before_and_after_the_click(
    app, people, desk, submit, dispatched, any_db
):
    """R-410: held back before; of a visit that is dispatched the row says so."""
    task = a_drawn_task(app, people, elsewhere=False)
    with app.app_context(), transaction():
        a_substitution(people, task, 0, "wu")
    he = desk("he")
    assert "吴演示（消防救援大队）：已申请递补，待决定" in words(he.get(at(task)))
    assert submit(he, at(task)).status_code == 409
    sent, _visits = dispatched(2, elsewhere=False, source="campaign")
    assert "待决定" not in words(he.get(at(sent)))
    with app.app_context(), transaction():
        a_substitution(people, sent, 1)
    assert words(he.get(at(sent))).count("已申请递补，待决定") == 1


def test_the_reason_beyond_the_cap_is_asked_at_its_field_and_kept(app, people, desk, submit, any_db):
    a_visit(app, people, date=dt.date(2026, 6, 1))
    task = a_drawn_task(app, people)
    he = desk("he")
    assert "已达检查频次上限（1/1）" in words(he.get(at(task)))
    answer = submit(he, at(task), over_cap_reason="  ")
    assert (answer.status_code, "over_cap_reason-note" in answer.text) == (409, True)
    answer = submit(he, at(task), over_cap_reason="字" * 501)
    assert (answer.status_code, "字" * 501 in answer.text) == (422, True)
    assert submit(he, at(task), over_cap_reason="上级要求").status_code == 303


def test_a_department_that_does_not_lead_reads_and_does_not_click(app, people, desk, submit):
    task = a_drawn_task(app, people)
    luo = desk("luo")
    page = words(luo.get(at(task)))
    assert ("待分发" in page, "一键分发" in page) == (True, False)
    assert submit(luo, at(task)).status_code == 403
    assert submit(desk("lin"), at(task)).status_code == 403


def test_of_an_unannounced_task_only_those_who_may_know_read_the_enterprise(app, people, desk, dispatched):
    task, (visit,) = dispatched(unannounced=True)
    assert "青阳县演示加油站" in desk("he").get(at(task)).text
    shown = desk("luo").get(at(task)).text
    assert "青阳县演示加油站" not in shown
    assert visit.id not in shown


def test_before_it_is_dispatched_too(app, people, desk):
    task = a_drawn_task(app, people, unannounced=True)
    with app.app_context(), transaction():
        db.session.get_one(Enterprise, people.enterprise).status = SubjectStatus.CANCELLED
    assert "青阳县演示加油站" in desk("he").get(at(task)).text
    assert "青阳县演示加油站" not in desk("luo").get(at(task)).text


def test_what_is_ready_names_no_enterprise_to_who_may_not_know(app, people, desk):
    task = a_drawn_task(app, people, unannounced=True)
    assert "2026-12-08 上午 青阳县演示加油站" in words(desk("he").get(at(task)))
    assert "2026-12-08 上午 已抽取的企业" in words(desk("luo").get(at(task)))


def test_the_list_goes_on_page_by_page_and_back(app, people, desk, dispatched, monkeypatch, any_db):
    monkeypatch.setattr("server.planning.dispatch.queries.PAGE", 2)
    task, visits = dispatched(5)
    ids, he = [one.id for one in visits], desk("he")

    def shown(**place):
        page = he.get(at(task), query_string=place).text
        return [one for one in ids if f"/office/visits/{one}" in page]

    assert [shown(), shown(after=ids[1]), shown(after=ids[3])] == [ids[:2], ids[2:4], ids[4:]]
    assert shown(before=ids[4]) == ids[2:4]
    assert shown(after="x") == ids[:2]


def test_the_list_as_a_file_leaves_out_what_its_reader_may_not_know(app, people, desk, dispatched, any_db):
    task, (_visit,) = dispatched(unannounced=True)
    (row,) = desk("he").get(f"{at(task)}/export.json").get_json()["rows"]
    assert (row["enterprise"], row["told"]) == ("青阳县演示加油站", "不提前告知")
    (row,) = desk("luo").get(f"{at(task)}/export.json").get_json()["rows"]
    assert (row["enterprise"], row["number"], row["slot"]) == ("", "", "")


def test_the_team_of_an_unannounced_visit_is_told_once_when_it_may_know(app, people, dispatched, any_db):
    dispatched(unannounced=True, release_hours=2)

    def told():
        with app.app_context():
            done = jobs.tell_of_releases()
            code = Message.code == "visit-released"
            return done, db.session.scalar(select(func.count()).where(code))

    assert told() == (0, 0)
    app.config["CLOCK"] = lambda: dt.datetime(2026, 12, 7, 23, 1, tzinfo=dt.UTC)  # 07:01 of the day
    assert [told(), told()] == [(1, 4), (0, 4)]


def test_what_waits_is_said(app, people, dispatched):
    def waits(username):
        with app.test_request_context():
            person = db.session.get_one(Person, people[username])
            return {str(one.label): one.count for one in waiting_for(person)}

    task = a_drawn_task(app, people, days=[(dt.date(2026, 12, 2), "am")], source="campaign")
    before = waits("he")
    assert 1 in before.values()
    dispatched(days=[(dt.date(2026, 12, 3), "am")], source="campaign")
    with app.app_context():
        assert db.session.scalar(select(Sending.task_id)) != task
    after = waits("he")
    assert len(after) == len(before) + 1  # a visit in two days whose enterprise knows nothing
    assert waits("lin").keys().isdisjoint(after)


def test_a_notice_is_overdue_once_its_days_are_short_and_a_working_day_has_passed(
    app, people, desk, submit, dispatched, any_db
):
    def waits(day):
        app.config["CLOCK"] = lambda: dt.datetime(2026, 12, day, 2, tzinfo=dt.UTC)
        with app.test_request_context():
            person = db.session.get_one(Person, people["he"])
            return {str(one.label): one.overdue for one in waiting_for(person)}

    untold, anew = "临近检查、尚未告知企业的检查", "改期或合并后须重新告知企业的检查"
    _, (visit,) = dispatched(days=[(dt.date(2026, 12, 3), "am")])  # sent on Tuesday the 1st
    assert waits(1) == waits(2) == {untold: False}
    assert waits(3) == {untold: True}
    he = desk("he")
    url = f"/office/visits/{visit.id}"
    given = submit(he, f"{url}/prior-notice", way="phone", recipient="王经理", materials="")
    app.config["CLOCK"] = lambda: dt.datetime(2026, 12, 3, 2, 10, tzinfo=dt.UTC)
    moved = submit(he, f"{url}/move", day="2026-12-07", half="am", reason="企业盘点", confirmed=["window"])
    assert (given.status_code, moved.status_code) == (303, 303)
    assert waits(4) == {anew: False}
    assert waits(7) == {anew: True}


def test_the_way_from_the_draw_leads_here(app, people, desk):
    task = a_drawn_task(app, people, elsewhere=False)
    assert f'href="{at(task)}"' in desk("he").get(f"/office/tasks/{task}/draw").text
