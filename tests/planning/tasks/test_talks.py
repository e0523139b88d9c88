"""A negotiation through its pages: proposed, answered, countered, taken up, settled; and who may say what."""

import datetime as dt
import re

import pytest

from server.infra.db import db, transaction
from server.infra.jobs import queue
from server.kernel.instants import SHANGHAI
from server.kernel.problems import Problem
from server.messages.model import Message
from server.planning.draw.model import Draw
from server.planning.tasks import queries, settling
from server.planning.tasks.approvals import actions as approving
from server.planning.tasks.approvals import facts, paper
from server.planning.tasks.approvals import queries as approvals
from server.planning.tasks.model import Approval, Task, TaskDepartment
from server.planning.tasks.talks import actions, forms, jobs
from server.planning.tasks.talks import queries as talks
from tests.planning.scenes import a_settled_draw
from tests.planning.tasks.conftest import (
    DUE,
    agreed,
    form_of,
    open_joint,
    person,
    propose,
    submit,
    terms,
    words,
)


def told(ids, username):
    """The codes of what somebody was told."""
    query = db.select(Message.code).filter_by(person_id=ids[username]).order_by(Message.at, Message.id)
    return list(db.session.scalars(query))


def page(client, task):
    return client.get(f"/office/tasks/{task}")


def hidden(text, name):
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', text).group()
    return re.search(r'value="(\d+)"', tag).group(1)


def test_the_whole_way_through_pages(app, desk, county, task):
    zhao, luo, gao = desk("zhao"), desk("luo"), desk("gao")
    offered = zhao.get(f"/office/tasks/{task}/proposal").text
    assert 'value="2026-05-15"' in offered  # three working days from the twelfth
    assert submit(zhao, f"/office/tasks/{task}/proposal", **form_of()).status_code == 303

    shown = words(page(luo, task))
    assert "2026-06-01 – 2026-06-30" in shown
    assert "贵部门对这个方案的意见" in shown
    assert submit(luo, f"/office/tasks/{task}/answers", round="1", answer="agree").status_code == 303

    assert "参加的部门都已同意" in words(page(zhao, task))
    assert submit(zhao, f"/office/tasks/{task}/settlement", round="1").status_code == 303
    shown = words(page(gao, task))
    assert "已商定" in shown
    assert "商定的方案" in shown

    with app.app_context():
        kept = db.session.get(Task, task)
        assert (kept.state, kept.terms["since"]) == ("agreed", "2026-06-01")
        assert kept.terms["departments"][0] == {"department": "SCJG", "heads": 2, "vehicles": 1}
        assert kept.checklist_id
        assert told(county, "luo") == ["talks-proposed", "talks-settled"]
        assert told(county, "zhao") == ["talks-agreed"]
        assert told(county, "gao") == ["approval-asked"]


def test_a_counter_proposal_is_taken_up_in_a_new_round(app, desk, county, task):
    zhao, luo = desk("zhao"), desk("luo")
    with app.app_context():
        propose(county, task)
    offered = luo.get(f"/office/tasks/{task}/counter-proposal").text
    assert hidden(offered, "round") == "1"
    own = form_of(round="1", since="2026-07-01", until="2026-07-31", reason="六月全员培训")
    assert submit(luo, f"/office/tasks/{task}/counter-proposal", **own).status_code == 303

    shown = page(zhao, task)
    assert "六月全员培训" in words(shown)
    said = {name: hidden(shown.text, name) for name in ("round", "seen", "turn")}
    assert submit(zhao, f"/office/tasks/{task}/taking-up", **said).status_code == 303
    with app.app_context():
        kept = db.session.get(Task, task)
        assert (kept.round, kept.on_table["since"]) == (2, "2026-07-01")
        assert kept.due_at == DUE  # as much time as before
        assert [one.answer for one in queries.parts_of(task)] == ["agreed", "open"]
        assert told(county, "luo") == ["talks-proposed", "talks-proposed"]
    again = submit(zhao, f"/office/tasks/{task}/taking-up", **said)
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (dt.date(2026, 5, 14), dt.datetime(2026, 5, 13, 15, 59, tzinfo=dt.UTC)),  # the eve, in the county
        (dt.date(2026, 5, 12), None),  # nobody could answer any more
    ],
)
def test_answers_to_what_is_taken_up_are_due_before_its_first_day(app, county, task, since, due):
    with app.app_context():
        propose(county, task)
        with transaction():
            actions.counter(person(county, "luo"), task, terms(since=since), round=1, reason="提前")
        turn = talks.thread(task)[0].turn.id

        def take_up():
            with transaction():
                actions.take_up(person(county, "zhao"), task, turn, round=1, seen=turn)
            return db.session.get(Task, task).due_at

        if due:
            assert take_up() == due
        else:
            with pytest.raises(Problem) as caught:
                take_up()
            assert caught.value.code == "talks-due-late"


def test_a_first_proposal_leaves_time_to_answer():
    eve = dt.date(2026, 9, 30)  # of a week of holidays
    offered = forms.first_terms(["SCJG"], eve, None)
    assert (forms.answer_day(eve) < offered.since, (offered.until - offered.since).days) == (True, 30)


@pytest.mark.parametrize(
    ("months", "campaign", "offered"),
    [
        ((2026, 5, 9), None, ("2026-05-19", "2026-09-30")),
        (None, ("2026-06-15", "2026-08-10"), ("2026-06-15", "2026-08-10")),
        ((2026, 7, 9), ("2026-06-15", "2026-08-10"), ("2026-07-01", "2026-08-10")),
        (None, ("2026-03-01", "2026-04-30"), ("2026-05-19", "2026-05-19")),  # over: a reason will be asked
    ],
)
def test_a_first_proposal_lies_within_the_plan_and_the_campaign(months, campaign, offered):
    days = tuple(map(dt.date.fromisoformat, campaign)) if campaign else None
    found = forms.first_terms(["SCJG"], dt.date(2026, 5, 12), months, days)
    assert (str(found.since), str(found.until)) == offered


def test_who_declines_is_let_go_and_the_others_go_on(app, desk, county):
    with app.app_context():
        task = open_joint(departments=["XFJY", "WJW"]).id
        propose(county, task, terms(("SCJG", "XFJY", "WJW")))
    bai, luo, zhao = desk("bai"), desk("luo"), desk("zhao")
    refused = submit(bai, f"/office/tasks/{task}/answers", round="1", answer="decline", reason=" ")
    assert refused.status_code == 422
    assert "请填写理由" in words(refused)
    submit(bai, f"/office/tasks/{task}/answers", round="1", answer="decline", reason="无职责事项")
    submit(luo, f"/office/tasks/{task}/answers", round="1", answer="agree")
    assert submit(zhao, f"/office/tasks/{task}/settlement", round="1").status_code == 409
    gone = submit(zhao, f"/office/tasks/{task}/departures", round="1", department="WJW", reason="同意退出")
    assert gone.status_code == 303
    assert submit(zhao, f"/office/tasks/{task}/settlement", round="1").status_code == 303
    with app.app_context():
        assert queries.departments_of(task) == ["SCJG", "XFJY"]
        kept = db.session.get(Task, task).terms["departments"]
        assert [one["department"] for one in kept] == ["SCJG", "XFJY"]
        assert told(county, "bai") == ["talks-proposed", "talks-dropped"]
    assert "同意退出" in words(page(bai, task))


def test_one_more_department_is_asked(app, desk, county, task):
    asked = form_of(invite="WJW", invite_heads="2")
    assert submit(desk("zhao"), f"/office/tasks/{task}/proposal", **asked).status_code == 303
    with app.app_context():
        assert queries.departments_of(task) == ["SCJG", "XFJY", "WJW"]
        assert told(county, "bai") == ["talks-proposed"]


WRONG = [
    ({"until": "2026-05-30"}, "结束日期不能早于开始日期"),
    ({"since": "2026-05-11"}, "开始日期已过"),
    ({"since": "2026-06-06", "until": "2026-06-07"}, "没有工作日"),
    ({"until": "2026-12-31"}, "不在 5 月 1 日至 11 月 30 日之间"),
    ({"halves": []}, "上午或下午"),
    ({"shares-1-heads": "1"}, "至少 2 人"),
    ({"shares-1-heads": "4"}, "最多有 3 名"),
    ({"shares-1-heads": "two"}, "请填整数"),
    ({"shares-1-vehicles": "99"}, "应在 0 到 20 之间"),
    ({"invite": "LXB"}, "只有检查机关可以参加"),
    ({"invite": "WJW", "invite_heads": "3"}, "最多有 2 名"),
    ({"due": "2026-05-11"}, "答复期限已过"),
    ({"due": "2026-06-01"}, "答复期限须早于检查开始日期"),
    ({"since": "kein Tag"}, "日期不正确"),
    ({"total": ""}, "请填写"),
]


def test_what_is_wrong_is_said_and_what_was_typed_stays(app, desk, county, task):
    zhao = desk("zhao")
    for change, words_said in WRONG:
        answer = submit(zhao, f"/office/tasks/{task}/proposal", **form_of(**change))
        assert answer.status_code == 422, change
        assert words_said in words(answer), change
        assert hidden(answer.text, "experts") == "0"
    with app.app_context():
        assert db.session.get(Task, task).round == 0


def test_all_that_is_wrong_is_said_at_once(desk, county, task):
    wrong = form_of(until="2026-12-31", halves=[], **{"shares-0-heads": "9"})
    answer = words(submit(desk("zhao"), f"/office/tasks/{task}/proposal", **wrong))
    for said in ("不在 5 月 1 日至", "上午或下午", "最多有 2 名"):
        assert said in answer


def test_days_outside_the_window_go_with_a_reason(app, desk, county, task):
    late = form_of(until="2026-12-31", reason="省里统一部署")
    assert submit(desk("zhao"), f"/office/tasks/{task}/proposal", **late).status_code == 303
    with app.app_context():
        luo = person(county, "luo")
        with transaction():
            actions.agree(luo, task, round=1)
        with transaction():  # the reason counts at the settlement too
            assert actions.settle(person(county, "zhao"), task, round=1).state == "agreed"


def test_the_reason_for_days_out_of_season_outlives_a_counter_proposal(app, desk, county, task):
    with app.app_context():
        propose(county, task, terms(until=dt.date(2026, 12, 31)), reason="省里统一部署")
        later = terms(until=dt.date(2026, 12, 24))
        with transaction():
            actions.counter(person(county, "luo"), task, later, round=1, reason="月底全员培训")
        turn = talks.thread(task)[0].turn.id
        with transaction():
            actions.take_up(person(county, "zhao"), task, turn, round=1, seen=turn)
        with transaction():
            actions.agree(person(county, "luo"), task, round=2)
        with transaction():
            actions.settle(person(county, "zhao"), task, round=2)
        gao, approval = person(county, "gao"), db.session.get(Approval, (task, "XFJY"))
        known = facts.facts_of(approval, db.session.get(Task, task), gao)
        assert known.reason_for_days == "省里统一部署"
        with app.test_request_context():
            assert "在上列时间实施的理由：省里统一部署" in paper.page(approval, known)
    shown = words(desk("gao").get(f"/office/approvals/{task}/XFJY"))
    assert ("省里统一部署" in shown, "月底全员培训" in shown) == (True, False)


def test_days_in_season_need_no_reason_on_the_approval(app, county, task):
    with app.app_context():
        propose(county, task, reason="早定")
        assert talks.reason_for_days(db.session.get(Task, task), terms()) == ""


def test_an_answer_to_a_round_that_is_gone_keeps_what_was_typed(app, desk, county, task):
    with app.app_context():
        propose(county, task)
        propose(county, task, terms(until=dt.date(2026, 7, 31)))
    luo = desk("luo")
    answer = submit(luo, f"/office/tasks/{task}/answers", round="1", answer="decline", reason="人手不足")
    assert answer.status_code == 409
    assert "磋商有了新进展" in words(answer)
    assert "人手不足" in answer.text
    assert "2026-07-31" in words(answer)
    own = form_of(round="1", since="2026-08-01", until="2026-08-31", reason="改到八月")
    answer = submit(luo, f"/office/tasks/{task}/counter-proposal", **own)
    assert answer.status_code == 409
    assert "改到八月" in answer.text
    assert 'value="2026-08-01"' in answer.text
    again = own | {"round": hidden(answer.text, "round")}
    assert submit(luo, f"/office/tasks/{task}/counter-proposal", **again).status_code == 303


def test_a_counter_proposal_that_came_meanwhile_is_read_before_it_is_passed_over(app, desk, county, task):
    zhao = desk("zhao")
    with app.app_context():
        propose(county, task)
    opened = zhao.get(f"/office/tasks/{task}/proposal").text
    with app.app_context(), transaction():
        offered = terms(since=dt.date(2026, 9, 1), until=dt.date(2026, 9, 30))
        actions.counter(person(county, "luo"), task, offered, round=1, reason="九月方便")
    typed = form_of(round="1", seen=hidden(opened, "seen"), **{"shares-0-vehicles": "7"})
    answer = submit(zhao, f"/office/tasks/{task}/proposal", **typed)
    assert answer.status_code == 409
    assert "九月方便" in words(answer)
    assert 'value="7"' in answer.text
    typed["seen"] = hidden(answer.text, "seen")
    assert submit(zhao, f"/office/tasks/{task}/proposal", **typed).status_code == 303


def test_two_answer_at_once_and_both_count(any_db, app, county):
    with app.app_context():
        task = open_joint(departments=["XFJY", "WJW"]).id
        propose(county, task, terms(("SCJG", "XFJY", "WJW")))
        for username, code in (("luo", "XFJY"), ("bai", "WJW")):  # each saw the same page
            with transaction():
                actions.agree(person(county, username), task, round=1)
            assert db.session.get(TaskDepartment, (task, code)).answer == "agreed"
        assert actions.talk_of(db.session.get(Task, task)).unsettled == []
        assert len(talks.thread(task)) == 3


RIGHTS = [
    ("luo", "proposal", form_of(), 403),  # does not lead
    ("gao", "answers", {"round": "1", "answer": "agree"}, 403),  # a head does not speak in the talks
    ("zhao", "answers", {"round": "1", "answer": "agree"}, 403),  # the lead does not answer itself
    ("bai", "answers", {"round": "1", "answer": "agree"}, 404),  # of a department that was not asked
    ("luo", "settlement", {"round": "1"}, 403),
    ("luo", "departures", {"round": "1", "department": "XFJY", "reason": "不去"}, 403),
    ("luo", "reminders", {}, 403),
    ("zhao", "departures", {"round": "1", "department": "XFJY", "reason": "不要"}, 409),
    ("zhao", "settlement", {"round": "1"}, 409),
    ("luo", "answers", {"round": "1"}, 422),
    ("luo", "closing", {"reason": "不去"}, 403),
]


def test_who_may_say_what(app, desk, county, task):
    with app.app_context():
        propose(county, task)
    desks = {username: desk(username) for username in {one[0] for one in RIGHTS}}
    for username, address, form, status in RIGHTS:
        answer = submit(desks[username], f"/office/tasks/{task}/{address}", **form)
        assert answer.status_code == status, (username, address)
    with app.app_context():
        assert queries.parts_of(task)[1].answer == "open"


def test_the_office_leads_where_the_lead_does_not(app, desk, county, task):
    assert submit(desk("he"), f"/office/tasks/{task}/proposal", **form_of()).status_code == 303


def test_nothing_is_said_once_the_terms_are_settled(app, desk, county, task):
    with app.app_context():
        agreed(county, task)
    for username, address, form in (
        ("luo", "answers", {"round": "1", "answer": "decline", "reason": "反悔"}),
        ("zhao", "settlement", {"round": "1"}),
        ("zhao", "proposal", form_of(round="1", seen="999")),
    ):
        answer = submit(desk(username), f"/office/tasks/{task}/{address}", **form)
        assert answer.status_code == 409
        assert "磋商已经结束" in words(answer)


def test_officers_may_have_gone_before_the_settlement(app, county, task, monkeypatch):
    with app.app_context():
        propose(county, task)
        with transaction():
            actions.agree(person(county, "luo"), task, round=1)
        monkeypatch.setattr(actions, "officers_of", lambda departments: [])
        with pytest.raises(Problem, match="terms-officers"), transaction():
            actions.settle(person(county, "zhao"), task, round=1)
        assert db.session.get(Task, task).state == "talks"


def test_notes_reach_the_others(app, desk, county, task):
    note = submit(desk("luo"), f"/office/tasks/{task}/notes", reason="需要两辆车")
    assert note.status_code == 303
    assert "需要两辆车" in words(page(desk("zhao"), task))
    assert submit(desk("luo"), f"/office/tasks/{task}/notes", reason="").status_code == 422
    with app.app_context():
        assert told(county, "zhao") == ["talks-noted"]
        assert told(county, "luo") == []


def test_deadlines_are_watched(any_db, app, county):
    with app.app_context():
        task = open_joint().id
        propose(county, task)
        assert jobs.remind_all() == 0
        for instant, count in ((DUE - dt.timedelta(hours=5), 1), (DUE, 1), (DUE + dt.timedelta(hours=5), 0)):
            app.config["CLOCK"] = lambda instant=instant: instant
            assert jobs.remind_all() == count
            assert jobs.remind_all() == 0
        assert told(county, "luo") == ["talks-proposed", "talks-reminder", "talks-reminder"]
        assert told(county, "zhao") == ["talks-overdue"]
        with transaction():
            actions.agree(person(county, "luo"), task, round=1)  # late, and taken all the same
        assert talks.waits_of("SCJG").to_settle == 1


def test_reminders_are_sent_in_working_hours():
    def sent_at(hour):
        at = dt.datetime(2026, 5, 12, hour, 7, tzinfo=SHANGHAI).astimezone(dt.UTC)
        return any(task.name.endswith(".jobs.remind_all") for task in queue.read_periodic(at))

    assert [sent_at(hour) for hour in (7, 8, 18, 19)] == [False, True, True, False]


def test_the_lead_presses_for_answers_while_there_are_any_to_come(app, desk, county, task):
    zhao = desk("zhao")
    assert submit(zhao, f"/office/tasks/{task}/reminders").status_code == 409
    with app.app_context():
        propose(county, task)
    assert submit(zhao, f"/office/tasks/{task}/reminders").status_code == 303
    with app.app_context():
        assert told(county, "luo") == ["talks-proposed", "talks-reminder"]


def test_what_waits_for_whom(any_db, app, county):
    with app.app_context():
        first, second = open_joint().id, open_joint().id
        open_joint(departments=["WJW"])
        propose(county, first)
        propose(county, second)
        with transaction():
            actions.decline(person(county, "luo"), second, round=1, reason="不去")
        assert talks.waits_of("XFJY") == talks.Waits(answers=1)
        assert talks.waits_of("SCJG") == talks.Waits(to_settle=1, to_propose=1)
        three = open_joint(departments=["XFJY", "WJW"]).id
        propose(county, three, terms(("SCJG", "XFJY", "WJW"), since=dt.date(2026, 6, 2)))
        with transaction():  # another is silent still
            actions.counter(
                person(county, "luo"), three, terms(("SCJG", "XFJY", "WJW")), round=1, reason="提前"
            )
        assert talks.waits_of("SCJG") == talks.Waits(countered=1, to_settle=1, to_propose=1)
        assert talks.waits_of("XFJY") == talks.Waits(answers=1)
        listed = queries.Filters(waits="counter")
        rows = queries.page_of_tasks(person(county, "zhao"), listed, after=None, before=None).rows
        assert [row.task.id for row in rows] == [three]
        app.config["CLOCK"] = lambda: DUE + dt.timedelta(hours=1)
        assert talks.waits_of("XFJY").overdue == 1


def test_a_checklist_published_later_does_not_change_a_task(app, county, task):
    with app.app_context():
        frozen = agreed(county, task).checklist_id
        assert db.session.get(Task, task).checklist_id == frozen
        other = open_joint()
        with transaction():
            settling.settle(None, other, terms())
        assert other.checklist_id == frozen  # none other was published


def test_a_task_is_given_up(app, desk, county, task):
    zhao = desk("zhao")
    assert submit(zhao, f"/office/tasks/{task}/closing", reason="").status_code == 422
    assert submit(zhao, f"/office/tasks/{task}/closing", reason="计划调整").status_code == 303
    assert "计划调整" in words(page(zhao, task))
    assert submit(zhao, f"/office/tasks/{task}/closing", reason="再来").status_code == 409
    with app.app_context():
        assert told(county, "luo") == ["task-closed"]


def test_a_head_is_not_asked_about_a_task_that_is_given_up(app, desk, county, task):
    with app.app_context():
        agreed(county, task)
    gao, address = desk("gao"), f"/office/approvals/{task}/XFJY"
    submit(desk("sun"), f"/office/approvals/{task}/SCJG/decision", decision="approve")
    assert submit(desk("zhao"), f"/office/tasks/{task}/closing", reason="计划调整").status_code == 303
    with app.app_context():
        assert told(county, "gao") == ["approval-asked", "task-closed"]
        assert db.session.get(Approval, (task, "SCJG")).state == "approved"
        assert not approving.may_ask(person(county, "luo"), db.session.get(Task, task), "XFJY")
        assert approvals.waiting_for_head(person(county, "gao")) == (0, 0)
    assert "不用审批" in words(gao.get(address))
    late = submit(gao, f"{address}/decision", decision="approve")
    assert (late.status_code, "已撤回" in words(late)) == (409, True)


def test_settled_terms_are_talked_over_again(any_db, app, county):
    with app.app_context():
        task = open_joint(departments=["XFJY", "WJW"]).id
        propose(county, task, terms(("SCJG", "XFJY", "WJW")))
        with transaction():
            actions.decline(person(county, "bai"), task, round=1, reason="不去")
        with transaction():
            actions.drop(person(county, "zhao"), task, "WJW", round=1, reason="照办")
        with transaction():
            actions.agree(person(county, "luo"), task, round=1)
        with transaction():
            actions.settle(person(county, "zhao"), task, round=1)
        with transaction():
            gao, asked = person(county, "gao"), db.session.get(Task, task)
            approving.decide(gao, asked, "XFJY", approves=True, opinion="")
        with pytest.raises(Problem, match="task-of-others"), transaction():
            actions.reopen(person(county, "luo"), task, "换时间")
        with transaction():
            kept = actions.reopen(person(county, "zhao"), task, "换时间")
        assert (kept.state, kept.terms, kept.on_table, kept.round) == ("talks", None, None, 2)
        assert [one.answer for one in queries.parts_of(task)] == ["open", "open", "dropped"]
        assert approvals.approvals_of(task) == []
        assert told(county, "luo")[-1] == told(county, "gao")[-1] == "talks-reopened"
        assert "talks-reopened" not in told(county, "bai")
        assert talks.waits_of("XFJY") == talks.Waits()  # nothing is on the table yet
        assert talks.waits_of("SCJG") == talks.Waits(to_propose=1)
        assert jobs.remind_all() == 0
        with pytest.raises(Problem, match="talks-nothing"), transaction():
            actions.settle(person(county, "zhao"), task, round=2)
        with pytest.raises(Problem, match="talks-moved"), transaction():
            actions.reopen(person(county, "zhao"), task, "再来")
        round = propose(county, task, terms(since=dt.date(2026, 7, 1), until=dt.date(2026, 7, 31))).round
        with transaction():
            actions.agree(person(county, "luo"), task, round=round)
        with transaction():
            again = actions.settle(person(county, "zhao"), task, round=round)
        assert again.terms["since"] == "2026-07-01"
        assert {one.department: one.state for one in approvals.approvals_of(task)} == {
            "SCJG": "asked", "XFJY": "asked",
        }  # fmt: skip


def test_the_talks_are_opened_again_on_the_page(app, desk, county, task):
    zhao = desk("zhao")
    with app.app_context():
        agreed(county, task)
    assert "重新磋商" not in words(page(desk("luo"), task))
    assert submit(zhao, f"/office/tasks/{task}/reopening", reason="").status_code == 422
    assert submit(zhao, f"/office/tasks/{task}/reopening", reason="人手有变").status_code == 303
    shown = words(page(zhao, task))
    assert "人手有变" in shown
    assert "还没有方案" in shown
    offered = zhao.get(f"/office/tasks/{task}/proposal").text
    assert 'value="2026-06-01"' in offered  # begins with what had been agreed


def test_once_drawn_the_terms_stand(app, people, county, desk, task):
    zhao = desk("zhao")
    with app.app_context(), transaction():
        agreed_task = db.session.get(Task, task)
        agreed_task.state = "drawn"
    late = submit(zhao, f"/office/tasks/{task}/reopening", reason="换时间")
    assert (late.status_code, "已经抽取" in words(late)) == (409, True)


@pytest.mark.parametrize("address", ["reopening", "closing"])
def test_while_a_draw_is_under_way_terms_stand_and_the_task_is_not_given_up(
    app, county, desk, task, address
):
    with app.app_context():
        agreed(county, task)
        with transaction():
            draw = a_settled_draw(task)
            draw.state = "frozen"
        draw_id = draw.id
    zhao = desk("zhao")
    early = submit(zhao, f"/office/tasks/{task}/{address}", reason="换时间")
    assert (early.status_code, "抽取正在进行" in words(early)) == (409, True)
    with app.app_context(), transaction():
        db.session.get(Draw, draw_id).state = "void"
    assert submit(zhao, f"/office/tasks/{task}/{address}", reason="换时间").status_code == 303
