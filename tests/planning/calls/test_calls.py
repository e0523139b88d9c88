"""Calling, answering, silence, and the visit that comes of it; drawn again from what the audit holds."""

import datetime as dt
import hmac
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from server.infra.audit import AuditEntry
from server.infra.db import db, transaction
from server.kernel.instants import SHANGHAI
from server.kernel.problems import Problem
from server.messages.model import Message
from server.planning.calls import actions, queries, sending
from server.planning.calls.model import CallAnswer
from server.planning.calls.queries import Filters
from server.planning.calls.rules import CallState, TeamBy
from server.planning.calls.sending import Choice
from server.planning.dispatch import changes
from server.planning.dispatch.model import Sending
from server.planning.draw import ceremony
from server.planning.tasks.model import Approval, Task
from server.registry.credit import triggers
from server.registry.credit.rules import TriggerKind
from server.registry.model import Enterprise, Inspector
from server.registry.people.model import Absence, Recusal
from server.registry.rules import SubjectStatus
from server.visits import bundle
from server.visits.model import Visit
from tests.builders import a_visit
from tests.planning.calls.conftest import NOW, a_wish, leave

DRAWN = Choice(TeamBy.DRAW)


def told(people, code):
    """The user names of those who were told something."""
    names = {identifier: username for username, identifier in people.ids.items()}
    return {names[one] for one in db.session.scalars(select(Message.person_id).filter_by(code=code))}


def audited(deed):
    return db.session.scalars(select(AuditEntry.detail).filter_by(deed=deed)).one()


def test_those_called_are_told_and_a_silence_is_told_to_the_heads_once(app, county, called, comes, at):
    task = called(departments=["XFJY", "WJW", "SCJG"])
    comes(task)
    with app.app_context():
        assert told(county, "call-made") == {"luo", "jia"}
        assert told(county, "call-answered") == {"bai"}
        with transaction():
            assert actions.escalate() == 0
    at(hours=5)
    with app.app_context():
        for times in (1, 0):
            with transaction():
                assert actions.escalate() == times
        assert told(county, "call-unanswered") == {"jia", "bai", "gu", "he"}
        assert db.session.get(CallAnswer, (task, "WJW")).escalated_at
        assert db.session.get(CallAnswer, (task, "XFJY")).escalated_at is None


def test_a_visit_is_on_the_phones_with_terms_checklist_and_urgent_approvals(app, called, comes, who):
    task = called()
    comes(task)
    with app.app_context():
        with transaction():
            visit = sending.send(who("bai"), task, DRAWN)
        assert {one.person.username for one in visit.members} >= {"lin", "ma"}
        assert (visit.date, visit.slot >= "12:00", visit.release_at) == (NOW.date(), True, None)
        assert [one.department for one in visit.departments] == ["SCJG", "XFJY"]
        done = db.session.get_one(Task, task)
        assert (done.state, done.source) == ("sent", "call")
        heads = [(one["department"], one["heads"]) for one in done.terms["departments"]]
        assert heads == [("SCJG", 2), ("XFJY", 2)]
        assert db.session.get(Sending, visit.id).task_id == task
        assert bundle.load(visit.bundle_digest)["checklist"]["items"]
        approvals = db.session.scalars(select(Approval).filter_by(task_id=task)).all()
        assert {(one.department, one.urgent) for one in approvals} == {("SCJG", True), ("XFJY", True)}


def test_what_was_drawn_follows_from_what_the_audit_holds(app, called, comes, who, county):
    task = called()
    comes(task)
    with app.app_context():
        with transaction():
            sending.send(who("bai"), task, DRAWN)
        held, opened = audited("call-draw-committed"), audited("call-drawn")
        commit, secret = held["commit"], bytes.fromhex(opened["secret"])
        assert commit["parties"] == [{"party": "server", "commitment": ceremony.commitment("server", secret)}]
        assert commit["eligibility_hash"] == ceremony.sha256(ceremony.canonical(held["eligibility"]))
        commit_hash = ceremony.sha256(ceremony.canonical(commit))
        positions = ceremony.Positions.of([secret], opened["randomness"], commit_hash)
        salts = bytes.fromhex(opened["salts"])
        line = next(iter(commit["quotas"])), _name(salts, county.enterprise)
        assert commit["frame_hash"] == ceremony.frame_hash(ceremony.frame_lines([line]))
        (team,) = ceremony.draw_officers([line], {line[1]: 0}, held["eligibility"], positions)
        people = {_name(salts, one): one for one in db.session.scalars(select(Inspector.person_id))}
        drawn = {code: [people[one] for one in names] for code, names in team["members"].items()}
        assert drawn == opened["team"]


def _name(salts, identifier):
    """The pseudonym, made anew without the code that made it first."""
    return ceremony.pseudonym(hmac.digest(salts, identifier.encode(), "sha256"), identifier)


def test_one_who_is_recused_or_taken_is_never_drawn(app, county, called, comes, who):
    task = called()
    comes(task)
    with app.app_context():
        enterprise = db.session.get_one(Enterprise, county.enterprise)
        with transaction():
            said = {"type": "RC2", "reason": "持股", "declared_at": NOW}
            db.session.add(Recusal(id="r", person_id=county["wu"], uscc=enterprise.uscc, **said))
        with transaction():
            visit = sending.send(who("bai"), task, DRAWN)
        assert {one.person.username for one in visit.members if one.department == "XFJY"} == {"zhou", "tang"}


def test_too_few_officers_are_named_and_nothing_is_left_behind(app, county, called, comes, who):
    task = called()
    comes(task, heads=3)
    with app.app_context():
        with transaction():
            leave(county, "tang")
        with pytest.raises(Problem) as refused, transaction():
            sending.send(who("bai"), task, DRAWN)
        assert (refused.value.code, refused.value.params["departments"]) == ("call-too-few", "消防救援大队")
        assert db.session.get_one(Task, task).state == "called"
        assert db.session.scalars(select(Approval)).all() == []
        assert db.session.scalars(select(AuditEntry).filter_by(deed="call-draw-committed")).all() == []


def test_a_department_that_cannot_keep_its_word_is_left_behind_or_answers_anew(
    app, county, called, comes, who
):
    """Nothing is stuck on an answer that nobody can meet any more."""
    task = called(departments=["XFJY", "WJW"])
    comes(task, heads=3)
    with app.app_context():
        with pytest.raises(Problem, match="call-heads-free") as refused, transaction():
            actions.answer(who("luo"), task, True, 4, "")
        assert refused.value.params["free"] == 3
        with transaction():
            leave(county, "tang")
            leave(county, "wu")
        for deed in (
            lambda: actions.go_without(who("luo"), task, "XFJY", "人手不足"),
            lambda: actions.go_without(who("bai"), task, "WJW", "尚未应答"),
        ):
            with pytest.raises(Problem), transaction():
                deed()
        with transaction():
            actions.go_without(who("bai"), task, "XFJY", "届时只有一人")
        assert told(county, "call-without") == {"luo"}
        assert [one.department for one in sending.terms_of(db.session.get_one(Task, task)).shares] == ["SCJG"]
        with transaction():
            db.session.get_one(Absence, "wu").withdrawn_at = NOW
            actions.answer(who("luo"), task, True, 2, "")
        with transaction():
            visit = sending.send(who("bai"), task, DRAWN)
        assert {one.person.username for one in visit.members} == {"lin", "ma", "zhou", "wu"}


def test_a_team_goes_without_whoever_was_left_behind(app, called, comes, who):
    task = called()
    comes(task)
    with app.app_context():
        with transaction():
            actions.go_without(who("bai"), task, "XFJY", "线索与消防无关")
        with transaction():
            visit = sending.send(who("bai"), task, DRAWN)
        assert {one.person.username for one in visit.members} == {"lin", "ma"}
        with pytest.raises(Problem, match="call-over"), transaction():
            actions.go_without(who("bai"), task, "XFJY", "再说一次")


@pytest.mark.parametrize(("why", "problem"), [("再次投诉", "call-too-few"), ("", "call-over-cap")])
def test_of_two_calls_sent_at_once_one_finds_the_officers_taken(
    any_db, app, called, comes, who, why, problem
):
    """The market bureau has two officers, who cannot be at two places; nor is the place visited twice
    without a reason."""
    tasks, start = [called(over_cap_reason=why), called(over_cap_reason=why)], Barrier(2)
    for task in tasks:
        comes(task)

    def go(task):
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    return str(sending.send(who("bai"), task, DRAWN).date)
            except Problem as problem:
                return problem.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, tasks)) == ["2026-05-12", problem]


def test_what_is_urgent_goes_on_a_weekend_and_never_on_a_day_gone_by(app, called, comes, who, at):
    saturday = dt.date(2026, 5, 16)
    task = called(day=saturday, half="am")
    gone = called()
    for one in (task, gone):
        comes(one)
    at(days=3)
    with app.app_context():
        with transaction():
            visit = sending.send(who("bai"), task, DRAWN)
        assert (visit.date, visit.slot) == (saturday, "09:00")
        approval = db.session.scalars(select(Approval).filter_by(task_id=task)).first()
        assert approval.due_at > dt.datetime(2026, 5, 16, 9, tzinfo=SHANGHAI)
        with pytest.raises(Problem, match="call-day-over"), transaction():
            sending.send(who("bai"), gone, DRAWN)
        with transaction():
            changes.move(who("he"), visit.id, saturday + dt.timedelta(days=1), "am", "雨", ["terms"])


def test_nobody_who_is_called_reads_a_number_of_who_complained(app, called):
    task = called(detail="举报人 13812345678 反映", matter="请联系 0566-5021234")
    with app.app_context():
        made = queries.call_of(db.session.get_one(Task, task))
        assert made.detail == "举报人 138****5678 反映"
        assert "5021234" not in made.matter
        assert "13812345678" not in db.session.get_one(Task, task).reason


@pytest.mark.parametrize(
    ("officers", "lead", "reason", "problem"),
    [
        ("lin ma zhou wu", "lin", "熟悉该站情况", None),
        ("lin ma zhou wu", "lin", "", "call-appointed-why"),
        ("lin ma zhou wu", "zhou", "熟悉该站情况", "call-lead"),
        ("lin ma zhou wu", "", "熟悉该站情况", "call-lead"),
        ("lin zhou wu", "lin", "熟悉该站情况", "call-few-appointed"),
        ("lin ma zhou wu qian", "lin", "熟悉该站情况", "call-officer-kept-away"),
        ("lin ma zhou wu he", "lin", "熟悉该站情况", "call-officer-kept-away"),
    ],
)
def test_a_team_is_appointed_with_a_reason_from_those_who_may_go(
    app, county, called, comes, who, officers, lead, reason, problem
):
    task = called()
    comes(task)
    chosen = [county[one] for one in officers.split()]
    choice = Choice(TeamBy.APPOINTED, reason=reason, officers=chosen, lead=county.ids.get(lead, ""))
    with app.app_context():
        if problem:
            with pytest.raises(Problem, match=problem), transaction():
                sending.send(who("bai"), task, choice)
            return
        with transaction():
            visit = sending.send(who("bai"), task, choice)
        assert {one.person.username for one in visit.members} == {"lin", "ma", "zhou", "wu"}
        assert visit.lead_id == county["lin"]
        assert audited("call-sent")["reason"] == reason


def test_a_cap_that_is_reached_needs_a_reason_and_is_counted(app, county, called, who):
    a_visit(app, county)
    with app.app_context(), transaction():
        visit = db.session.scalar(select(Visit))
        visit.date = dt.date(2026, 3, 3)
        db.session.get_one(Enterprise, county.enterprise).risk_class = "A"
    with app.app_context(), pytest.raises(Problem, match="call-over-cap"), transaction():
        actions.call(who("bai"), a_wish(county))
    task = called(over_cap_reason="投诉集中，须立即核查")
    with app.app_context():
        assert queries.counts(who("he"), Filters()) == (1, 0, 0, 1)
        page = queries.page_of_calls(who("he"), Filters(over_cap=True), None)
        assert [row.task.id for row in page.rows] == [task]


def test_of_two_calls_to_one_place_the_second_is_asked_why(app, county, called, comes, who, desk):
    """Neither was over the cap when it was made."""
    with app.app_context(), transaction():
        db.session.get_one(Enterprise, county.enterprise).risk_class = "A"
    first, second = called(), called(day=dt.date(2026, 5, 13), due_at=NOW + dt.timedelta(hours=3))
    for task in (first, second):
        comes(task)
    with app.app_context():
        with transaction():
            sending.send(who("bai"), first, DRAWN)
        with pytest.raises(Problem, match="call-over-cap") as refused, transaction():
            sending.send(who("bai"), second, Choice(TeamBy.APPOINTED, reason="熟悉情况"))
        assert refused.value.field == "over_cap_reason"
        assert queries.counts(who("he"), Filters()) == (2, 1, 0, 0)
        everybody = [county[one] for one in ("lin", "ma", "zhou", "wu")]
        why = "再次投诉，电话 13812345678"
        choice = Choice(TeamBy.APPOINTED, 2, "熟悉情况", everybody, county["lin"], why)
        with transaction():
            sending.send(who("bai"), second, choice)
        assert queries.counts(who("he"), Filters()) == (2, 2, 0, 1)
        made = queries.call_of(db.session.get_one(Task, second))
        assert made.over_cap_reason == "再次投诉，电话 138****5678"
        sent = db.session.scalars(select(Sending).filter_by(task_id=second)).one()
        assert sent.over_cap_reason == "再次投诉，电话 138****5678"  # in the notice and on the visit's page


@pytest.mark.parametrize(
    ("caller", "others", "problem"),
    [
        ("luo", {"departments": ["XFJY"]}, "call-nobody"),
        ("bai", {"departments": []}, "call-nobody"),
        ("bai", {"departments": ["LXB"]}, "task-not-inspecting"),
        ("bai", {"due_at": NOW}, "call-due-past"),
        ("bai", {"trigger_id": "0193a9b2-0000-7000-8000-00000000000f"}, "call-trigger"),
        ("he", {}, "call-others"),
        ("ma", {}, "call-others"),
    ],
)
def test_a_call_that_cannot_be(app, county, who, caller, others, problem):
    with app.app_context(), pytest.raises(Problem, match=problem), transaction():
        actions.call(who(caller), a_wish(county, **others))


def test_nobody_is_called_to_what_is_closed(app, county, who):
    with app.app_context():
        with transaction():
            db.session.get_one(Enterprise, county.enterprise).status = SubjectStatus.CANCELLED
        with pytest.raises(Problem, match="call-closed"), transaction():
            actions.call(who("bai"), a_wish(county))


def test_a_call_answers_to_an_open_trigger(app, county, who, called):
    with app.app_context(), transaction():
        noted = triggers.add(who("bai"), county.enterprise, TriggerKind.COMPLAINT, "SCJG", "消防", "堵塞通道")
        trigger = noted.id
    task = called(trigger_id=trigger)
    with app.app_context():
        assert queries.call_of(db.session.get_one(Task, task)).trigger_id == trigger
        with transaction():
            triggers.close(who("bai"), trigger, "已核查")
        with pytest.raises(Problem, match="call-trigger"), transaction():
            actions.call(who("bai"), a_wish(county, trigger_id=trigger))


def test_only_a_called_department_answers_and_only_until_it_is_over(app, called, comes, who):
    task = called()
    with app.app_context():
        for username in ("hu", "zhou"):  # of the department, but not its liaison
            with pytest.raises(Problem, match="call-not-called"), transaction():
                actions.answer(who(username), task, True, 2, "")
        with pytest.raises(Problem, match="not-found"), transaction():
            actions.answer(who("jia"), task, True, 2, "")
        with transaction():
            actions.call_off(who("bai"), task, "线索查否")
        for deed in (
            lambda: actions.answer(who("luo"), task, True, 2, ""),
            lambda: actions.call_off(who("bai"), task, "再次取消"),
            lambda: sending.send(who("bai"), task, DRAWN),
        ):
            with pytest.raises(Problem, match="call-over"), transaction():
                deed()


def test_only_the_lead_sends_and_calls_off(app, called, comes, who):
    task = called()
    comes(task)
    with app.app_context():
        for deed in (
            lambda: actions.call_off(who("luo"), task, "不去"),
            lambda: sending.send(who("luo"), task, DRAWN),
        ):
            with pytest.raises(Problem, match="call-others"), transaction():
                deed()


def test_a_silence_is_not_counted_where_the_team_went_before_it_was_due(app, called, comes, who, at):
    task = called(departments=["XFJY", "WJW"])
    comes(task)
    with app.app_context(), transaction():
        sending.send(who("bai"), task, DRAWN)
    at(hours=5)
    with app.app_context():
        with transaction():
            assert actions.escalate() == 0
        by_code = {one.department: one for one in queries.tallies(who("he"), Filters())}
        assert (by_code["WJW"].called, by_code["WJW"].late) == (1, 0)


def test_lists_and_counts_agree_with_the_rules(any_db, app, county, called, comes, who, at):
    ready, late, off, sent = (called(departments=["XFJY", "WJW"]) for _ in range(4))
    for task in (ready, sent):
        comes(task)
    with app.app_context():
        with transaction():
            actions.answer(who("jia"), ready, False, None, "人手不足")
        with transaction():
            actions.call_off(who("bai"), off, "线索查否")
        with transaction():
            sending.send(who("bai"), sent, DRAWN)
    at(hours=5)
    still_open = called(due_at=NOW + dt.timedelta(hours=9), over_cap_reason="再次投诉")
    expected = {
        CallState.READY: ready, CallState.LATE: late, CallState.OFF: off,
        CallState.SENT: sent, CallState.OPEN: still_open,
    }  # fmt: skip
    with app.app_context():
        he = who("he")
        everything = queries.page_of_calls(he, Filters(), None).rows
        assert {row.state: row.task.id for row in everything} == expected
        for state, task in expected.items():
            page = queries.page_of_calls(he, Filters(state=state), None)
            assert [row.task.id for row in page.rows] == [task]
        assert queries.counts(he, Filters()) == (5, 1, 1, 1)
        assert queries.counts(he, Filters(department="WJW")) == (4, 1, 1, 0)
        by_code = {one.department: one for one in queries.tallies(he, Filters(year=2026))}
        wjw = by_code["WJW"]
        assert (wjw.called, wjw.came, wjw.declined, wjw.late) == (4, 0, 1, 1)
        assert queries.counts(he, Filters(year=2025)) == (0, 0, 0, 0)
        assert queries.years(he) == [2026]
        assert queries.to_send("SCJG") == 2
        assert len(queries.to_answer("WJW")) == 1
        assert [row.task.id for row in queries.page_of_calls(who("jia"), Filters(), None).rows] == [
            sent, off, late, ready,
        ]  # fmt: skip


def test_pages_go_on_both_ways(app, county, called, who, at):
    tasks = []
    for minute in range(5):
        at(minutes=minute)
        tasks.append(called())
    with app.app_context():
        he = who("he")
        first = queries.page_of_calls(he, Filters(), None, most=2)
        second = queries.page_of_calls(he, Filters(), first.next, most=2)
        third = queries.page_of_calls(he, Filters(), second.next, most=2)
        back = queries.page_of_calls(he, Filters(), third.previous, most=2)
    ids = [[row.task.id for row in page.rows] for page in (first, second, third, back)]
    assert ids == [tasks[:2:-1], tasks[2:0:-1], tasks[:1], tasks[2:0:-1]]
    assert (first.previous, third.next) == (None, None)
