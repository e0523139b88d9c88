"""One click: visits of what was drawn, and what is held back because something changed since."""

import contextlib
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.kernel.problems import Problem
from server.messages.model import Message
from server.planning.dispatch import actions, changes, readiness, rules
from server.planning.dispatch.model import Sending
from server.planning.draw import staff
from server.planning.draw.model import DrawnOfficer, DrawnSubject, Substitution
from server.planning.tasks.model import Task
from server.registry.model import Enterprise, Inspector
from server.registry.people import away
from server.registry.people.model import Expert
from server.registry.rules import SubjectStatus
from server.visits import bundle
from server.visits.assigning import cancel_visit
from server.visits.model import Visit
from tests.builders import Caller, a_visit
from tests.planning.scenes import DAY, TEAM, a_drawn_task, a_substitution, decided


def sent(app, people, task, reason="", actor="he"):
    with app.app_context(), transaction():
        person = db.session.get_one(Person, people[actor])
        return [visit.id for visit in actions.dispatch(person, task, reason)]


def hitches(app, task):
    with app.app_context():
        found = readiness.of(db.session.get_one(Task, task))
        return [[str(one.kind) for one in line.hitches] for line in found.lines]


def test_one_click_makes_the_visits_with_their_frozen_list_and_team(app, people, any_db):
    task = a_drawn_task(app, people, 3)
    visits = sent(app, people, task)
    with app.app_context():
        rows = [db.session.get_one(Visit, one) for one in visits]
        assert [(one.date, one.slot) for one in rows] == [
            (DAY, "09:00"), (DAY, "14:30"), (DAY + dt.timedelta(days=1), "09:00"),
        ]  # fmt: skip
        assert db.session.get_one(Task, task).state == "sent"
        sendings = [db.session.get_one(Sending, one) for one in visits]
        assert [one.notice_number for one in sendings] == [
            f"青市监检通〔2026〕第{number}号" for number in (1, 2, 3)
        ]
        assert len({one.door for one in sendings}) == 3
        document = bundle.load(rows[0].bundle_digest)
        assert document["visit"]["door"] == sendings[0].door
        assert [one["code"] for one in document["departments"] if one["lead"]] == ["SCJG"]
        assert "加油站联合抽查" in document["visit"]["task_source"]
        assert document["checklist"]["version"] == "测试版"
        team = {one["name"]: (one["lead"], one["deputy"]) for one in document["team"]}
        assert team == {
            "林演示": (True, False),
            "马演示": (False, True),
            "周演示": (False, False),
            "吴演示": (False, False),
        }


def test_the_phone_of_an_officer_has_it(app, people):
    (visit,) = sent(app, people, a_drawn_task(app, people))
    zhou = Caller(app, "zhou")
    assert [one["id"] for one in zhou.get("/api/visits").get_json()["visits"]] == [visit]


def test_everyone_concerned_is_told_once(app, people, any_db):
    task = a_drawn_task(app, people, 2)
    sent(app, people, task)
    with app.app_context():
        rows = db.session.scalars(select(Message).where(Message.key == actions.told_of(task))).all()
        told = {row.person_id: (row.code, row.particulars["count"]) for row in rows}
        assert len(rows) == len(told)
    assert told == {people[one]: ("visits-sent", 2) for one in TEAM} | {people["luo"]: ("task-sent", 2)}


def test_while_a_head_s_refusal_stands_nothing_is_sent(app, people, any_db):
    task = a_drawn_task(app, people)
    decided(app, task, "refused")
    with pytest.raises(Problem, match="approval-refused-here") as refused:
        sent(app, people, task)
    assert "消防救援大队" in refused.value.detail("zh")
    decided(app, task, "asked")
    assert sent(app, people, task)


def test_a_refusal_halts_what_is_sent_in_the_background(app, people, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    task = a_drawn_task(app, people, 3)
    monkeypatch.setattr(actions.go_on, "later", lambda *_said: None)
    assert len(sent(app, people, task)) == 1
    decided(app, task, "refused")
    with app.app_context():
        actions.go_on(people["he"], task, "")
        halted = db.session.get_one(Task, task)
        assert (halted.state, halted.sending_since) == ("drawn", None)
        assert len(readiness.of(halted).lines) == 2


def test_what_was_drawn_is_given_up_where_a_head_refuses(app, people, desk, submit, any_db):
    """By the joint office, as neither talks nor a dispatch go on from there; its officers are free again."""
    task = a_drawn_task(app, people, elsewhere=False)
    closing, he = f"/office/tasks/{task}/closing", desk("he")
    assert submit(he, closing, reason="负责人不同意").status_code == 409
    decided(app, task, "refused")
    assert closing in he.get(f"/office/tasks/{task}").text
    with app.app_context():
        assert set(staff.bookings(DAY, DAY)) == {people[one] for one in TEAM}
    assert submit(desk("luo"), closing, reason="负责人不同意").status_code == 403
    assert submit(he, closing, reason="负责人不同意").status_code == 303
    with app.app_context():
        assert db.session.get_one(Task, task).state == "closed"
        assert staff.bookings(DAY, DAY) == {}


def test_what_is_dispatched_in_part_is_not_given_up(app, people, desk, submit, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    monkeypatch.setattr(actions.go_on, "later", lambda *_said: None)
    task = a_drawn_task(app, people, 2)
    sent(app, people, task)
    decided(app, task, "refused")
    assert submit(desk("he"), f"/office/tasks/{task}/closing", reason="负责人不同意").status_code == 409


def test_who_was_drawn_is_taken_where_the_visit_is_now(app, people, any_db, monkeypatch):
    """One of two is dispatched, then moved, then called off; the other is still only drawn."""
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    monkeypatch.setattr(actions.go_on, "later", lambda *_said: None)
    task, later = a_drawn_task(app, people, 2), DAY + dt.timedelta(days=2)
    with app.app_context(), transaction():
        expert = Expert(
            id=new_id(), name="郑演示", unit="学会", title="工程师", phone="", industries=[], inviters=[],
            appointed_from=dt.date(2026, 1, 1), appointed_until=dt.date(2027, 1, 1),
        )  # fmt: skip
        db.session.add(expert)
        db.session.flush()
        for subject in db.session.scalars(select(DrawnSubject.id).where(DrawnSubject.task_id == task)):
            own = {"subject_id": subject, "department": "expert", "expert_id": expert.id, "place": 9}
            db.session.add(DrawnOfficer(id=new_id(), state="in", at=now(), **own))
        shi = expert.id
    (visit,) = sent(app, people, task)

    def taken(since, until):
        found = staff.bookings(since, until)
        assert found.get(shi) == found.get(people["lin"])
        return found.get(shi, set())

    with app.app_context():
        he = db.session.get_one(Person, people["he"])
        assert taken(DAY, DAY) == {f"{DAY}/am", f"{DAY}/pm"}
        with transaction():
            changes.move(he, visit, later, "pm", "企业盘点", {rules.Liberty.WINDOW})
        assert taken(DAY, DAY) == {f"{DAY}/pm"}
        assert taken(later, later) == {f"{later}/pm"}
        with transaction():
            cancel_visit(he.id, visit, "不用了")
        assert taken(DAY, later) == {f"{DAY}/pm"}


def test_it_is_dispatched_once(app, people, any_db):
    task = a_drawn_task(app, people)
    sent(app, people, task)
    with pytest.raises(Problem, match="dispatch-done"):
        sent(app, people, task)


@pytest.mark.parametrize("state", ["talks", "agreed", "closed"])
def test_only_what_was_drawn_is_dispatched(app, people, state):
    task = a_drawn_task(app, people, state=state)
    with pytest.raises(Problem, match="dispatch-undrawn"):
        sent(app, people, task)


@pytest.mark.parametrize("actor", ["luo", "lin", "admin"])
def test_only_the_office_and_the_lead_department_dispatch(app, people, actor):
    task = a_drawn_task(app, people)
    with pytest.raises(Problem, match="not-allowed"):
        sent(app, people, task, actor=actor)


def leaves_office(people):
    db.session.get_one(Person, people["ma"]).active = False


def loses_the_certificate(people):
    db.session.get_one(Inspector, people["ma"]).valid_until = DAY - dt.timedelta(days=1)


def goes_on_leave(people):
    away.be_absent(db.session.get_one(Person, people["ma"]), people["ma"], "leave", DAY, DAY, "年休假")


def is_recused(people):
    uscc = db.session.get_one(Enterprise, people.enterprise).uscc
    away.recuse(db.session.get_one(Person, people["ma"]), people["ma"], uscc, "RC1", "近亲属任职")


def closes(people):
    db.session.get_one(Enterprise, people.enterprise).status = SubjectStatus.CANCELLED


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (leaves_office, "gone"),
        (loses_the_certificate, "certificate"),
        (goes_on_leave, "away"),
        (is_recused, "recusal"),
        (closes, "closed"),
    ],
)
def test_what_changed_since_the_draw_holds_back_that_subject_alone(app, people, any_db, change, kind):
    task = a_drawn_task(app, people, 3)
    with app.app_context(), transaction():
        change(people)
    assert hitches(app, task)[0] == [kind]
    if kind in ("away", "recusal", "closed"):
        assert len(sent(app, people, task)) == (1 if kind == "away" else 2)
        with app.app_context():
            assert db.session.get_one(Task, task).state == "drawn"
        with pytest.raises(Problem, match="dispatch-held"):
            sent(app, people, task)


def test_who_may_yet_be_replaced_waits_until_that_is_decided(app, people, any_db):
    """R-410: a subject, and an officer of a team; refused, they go."""
    task = a_drawn_task(app, people, 3)
    with app.app_context(), transaction():
        asked = [a_substitution(people, task, 0, "wu"), a_substitution(people, task, 1)]
    assert hitches(app, task) == [["asked"], ["asked"], []]
    with app.app_context():
        lines = readiness.of(db.session.get_one(Task, task)).lines
        assert [one.person for line in lines for one in line.hitches] == [people["wu"], None]
    assert len(sent(app, people, task)) == 1
    with app.app_context(), transaction():
        for one in asked:
            db.session.get_one(Substitution, one).state = "refused"
    assert len(sent(app, people, task)) == 2


def test_a_team_of_one_and_a_team_without_a_lead_stay_at_home(app, people):
    assert hitches(app, a_drawn_task(app, people, team=("lin", "ma", "zhou"))) == [["short"]]
    with app.app_context(), transaction():
        for one in db.session.scalars(select(DrawnOfficer)):
            one.lead = False
    with app.app_context():
        task = db.session.scalar(select(Task.id))
    assert hitches(app, task) == [["short", "lead"]]


def test_nobody_is_sent_to_two_places_at_a_time(app, people, any_db):
    a_visit(app, people, date=DAY, slot="10:00")
    task = a_drawn_task(app, people, days=[(DAY, "am")], source="campaign")
    assert hitches(app, task) == [["booked"] * 4]
    task = a_drawn_task(app, people, days=[(DAY, "pm")], source="campaign")
    assert hitches(app, task) == [[]]


def test_of_two_tasks_dispatched_at_once_one_finds_the_officers_taken(any_db, app, people):
    tasks, start = [a_drawn_task(app, people, source="campaign") for _ in range(2)], Barrier(2)

    def go(task):
        start.wait()
        try:
            return len(sent(app, people, task))
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, tasks), key=str) == [1, "dispatch-held"]


def test_a_cap_reached_since_the_plan_is_exceeded_with_a_reason_only(app, people, any_db):
    """The enterprise is of class B: once a year (R-206)."""
    a_visit(app, people, date=dt.date(2026, 6, 1))
    task = a_drawn_task(app, people, 2)
    assert hitches(app, task) == [["cap"], []]
    assert len(sent(app, people, task)) == 1
    with pytest.raises(Problem) as refused:
        sent(app, people, task)
    assert refused.value.field == "over_cap_reason"
    (visit,) = sent(app, people, task, reason="上级要求复核")
    with app.app_context():
        assert db.session.get_one(Sending, visit).over_cap_reason == "上级要求复核"
        assert db.session.get_one(Task, task).state == "sent"


def test_a_cap_is_that_of_the_year_of_the_visit(app, people):
    a_visit(app, people, date=dt.date(2026, 6, 1))
    a_visit(app, people, date=dt.date(2028, 6, 1))
    days = [dt.date(2027, 1, 5), dt.date(2028, 1, 5)]
    caps = [hitches(app, a_drawn_task(app, people, days=[(day, "am")])) for day in days]
    assert caps == [[[]], [["cap"]]]


@pytest.mark.parametrize("source", ["campaign", "call"])
def test_campaigns_and_calls_stand_outside_the_cap(app, people, source):
    a_visit(app, people, date=dt.date(2026, 6, 1))
    assert hitches(app, a_drawn_task(app, people, source=source)) == [[]]


def test_an_unannounced_visit_is_withheld_until_its_release(app, people):
    task = a_drawn_task(app, people, unannounced=True, release_hours=2, days=[(dt.date(2099, 1, 5), "am")])
    (visit,) = sent(app, people, task)
    with app.app_context():
        release = db.session.get_one(Visit, visit).release_at
        assert release == dt.datetime(2099, 1, 4, 23, 0, tzinfo=dt.UTC)  # 07:00 in the county
        assert now() < release
        said = [one.particulars for one in db.session.scalars(select(Message))]
    assert not [one for one in said if "青阳县演示加油站" in str(one)]


@contextlib.contextmanager
def statements(app):
    """What the database is asked meanwhile."""
    with app.app_context():
        asked = []
        listen = lambda *call: asked.append(call[2])  # noqa: E731
        db.event.listen(db.engine, "before_cursor_execute", listen)
        yield asked
        db.event.remove(db.engine, "before_cursor_execute", listen)


def test_a_large_task_is_looked_through_in_as_many_queries_as_a_small_one(app, people):
    counts = []
    for subjects in (2, 9):
        task = a_drawn_task(app, people, subjects)
        with statements(app) as asked:
            readiness.of(db.session.get_one(Task, task))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15


def test_twenty_visits_are_made_with_as_many_questions_as_two(app, people):
    """All that differs are the lines of the audit, of which there is one for each visit."""
    counts = []
    for subjects, month in ((2, 6), (20, 7)):
        days = [(dt.date(2026, month, 1 + one // 2), ("am", "pm")[one % 2]) for one in range(subjects)]
        task = a_drawn_task(app, people, subjects, source="campaign", days=days)
        with statements(app) as asked, transaction():
            assert len(actions.dispatch(db.session.get_one(Person, people["he"]), task)) == subjects
        counts.append(len([one for one in asked if not one.startswith("INSERT INTO audit_entry")]))
    assert counts[0] == counts[1]


def test_many_visits_are_made_some_at_a_time_and_everybody_is_told_once(app, people, any_db, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    task = a_drawn_task(app, people, 5)
    assert len(sent(app, people, task)) == 2  # the others follow
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Sending)) == 5
        assert db.session.get_one(Task, task).state == "sent"
        assert db.session.get_one(Task, task).sending_since is None
        told = db.session.scalars(select(Message).where(Message.code == "visits-sent")).all()
        assert sorted(one.person_id for one in told) == sorted(people[name] for name in TEAM)
        assert {one.particulars["count"] for one in told} == {5}


def test_a_dispatch_is_not_begun_twice_and_is_taken_up_where_it_stopped(app, people, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    monkeypatch.setattr(actions.go_on, "later", lambda *_arguments: None)  # the worker dies
    task = a_drawn_task(app, people, 5)
    sent(app, people, task)
    with pytest.raises(Problem, match="dispatch-under-way"):
        sent(app, people, task)
    with app.app_context():
        begun = now()
    app.config["CLOCK"] = lambda: begun + rules.STALLED
    monkeypatch.setattr(actions, "AT_ONCE", 10)
    assert len(sent(app, people, task)) == 3
    with app.app_context():
        told = db.session.scalars(select(Message).where(Message.code == "visits-sent")).all()
        assert sorted(one.person_id for one in told) == sorted(people[name] for name in TEAM)
        assert {one.particulars["count"] for one in told} == {5}  # those of before it stopped among them


def test_a_task_given_up_meanwhile_is_dispatched_no_further(app, people, any_db, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    monkeypatch.setattr(actions.go_on, "later", lambda *_said: None)
    task = a_drawn_task(app, people, 3)
    sent(app, people, task)
    with app.app_context(), transaction():
        db.session.get_one(Task, task).state = "closed"
    with app.app_context():
        actions.go_on(people["he"], task, "")
        closed = db.session.get_one(Task, task)
        assert (closed.state, closed.sending_since) == ("closed", None)
        assert db.session.scalar(select(func.count()).select_from(Sending)) == 1
