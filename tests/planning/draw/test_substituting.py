"""Substitution: the draw says who comes instead, another person approves, the chain stays to be seen."""

import datetime as dt
import io
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest
from sqlalchemy import delete, select, update

from server.accounts.model import Person, PersonRole
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.planning.draw import ceremony, ports, settling, signals, substituting
from server.planning.draw.forms import DecisionForm, SubstitutionForm
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject, Substitution
from server.planning.tasks.model import Task, TaskDepartment
from server.registry.actions import hold_officers_of
from server.registry.model import Enterprise, EnterpriseIndustry, Inspector
from server.registry.people.model import Absence
from server.registry.rules import SubjectStatus
from server.visits.assigning import Assignment, assign_visit
from tests.office.conftest import words
from tests.people import Role, _enter
from tests.planning.draw.conftest import NOW, an_agreed_task, form_token
from tests.planning.draw.transcripts import secret_of

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def more_officers(app, county):
    """Three further officers of the fire brigade."""
    with app.app_context(), transaction():
        for at in range(3):
            county[f"x{at}"] = _enter(Role(f"x{at}", f"许演示{at}", "XFJY", ("inspector",), f"35000{at}"))


def first(task):
    """The subject at the first place."""
    query = select(DrawnSubject).where(DrawnSubject.task_id == task, DrawnSubject.state != "replaced")
    return db.session.scalars(query.order_by(DrawnSubject.place)).first()


def officers(subject, department):
    """Who goes there for a department."""
    query = select(DrawnOfficer).where(
        DrawnOfficer.subject_id == subject, DrawnOfficer.department == department, DrawnOfficer.state == "in"
    )
    return db.session.scalars(query.order_by(DrawnOfficer.place)).all()


def replaced(county, task, subject, officer=None, code="SB5"):
    """Ask and approve, by two persons."""
    he, yu = (db.session.get_one(Person, county[name]) for name in ("he", "yu"))
    with transaction():
        asked = substituting.ask(
            he, db.session.get_one(Task, task), subject, officer, code=code, reason="已停业", attachment=None
        ).id
    with transaction():
        return substituting.decide(yu, asked, True, "")


def reserve(draw_id, stratum):
    """The candidates of a stratum that were not drawn, in order, worked out from the transcript."""
    draw = db.session.get_one(Draw, draw_id)
    transcript = settling.transcript_of(draw)
    positions = ceremony.Positions.of(
        [secret_of("office"), secret_of("observer")], draw.randomness, draw.commit_hash
    )
    lines = ceremony.frame_lines(
        (one["stratum"], name) for one in transcript["frame"] for name in one["candidates"]
    )
    return positions, ceremony.draw_subjects(lines, draw.quotas, positions)[stratum].reserve


def test_the_next_of_the_reserve_takes_the_place(app, client, county, task, held):
    draw = held()
    heard = []

    def hear(sender, **more):
        heard.append((sender, more["successor"]))

    with app.app_context(), signals.subject_replaced.connected_to(hear):
        old = first(task)
        _positions, names = reserve(draw, old.stratum)
        replaced(county, task, old.id)
        new = first(task)
        assert (new.name, new.place, new.day, new.half) == (names[0], old.place, old.day, old.half)
        assert new.replaces == old.id
        assert db.session.get_one(DrawnSubject, old.id).state == "replaced"
        assert [len(officers(new.id, one)) for one in ("SCJG", "XFJY")] == [2, 2]
        assert sum(one.lead for one in officers(new.id, "SCJG")) == 1
        assert heard == [(old.id, new.id)]
        team = " ".join(one.name[:8] for one in officers(new.id, "XFJY"))
    assert team in words(client.get(f"/draws/{draw}"))


def behind(draw_id, names):
    """The registry ids of candidates."""
    draw = db.session.get_one(Draw, draw_id)
    return settling.enterprises_behind(draw, json.loads(draw.frame), dict.fromkeys(names))


def visited(people, enterprise, day):
    """A visit of those who come from elsewhere."""
    team = [Assignment(db.session.get_one(Person, people["qian"]), lead=True)]
    enterprise = db.session.get_one(Enterprise, enterprise)
    assign_visit(None, enterprise=enterprise, date=day, slot="09:00", team=team, exempt=False)


def test_who_may_not_be_visited_any_more_is_passed_over(
    app, client, county, people, task, held, any_db, desk
):
    """Closed, visited since, not of the industry: each is named with the reason; anybody can count."""
    draw = held()
    with app.app_context():
        old = next(one for one in _standing(task) if one.stratum == "B")
        _positions, names = reserve(draw, "B")
        ids = behind(draw, names)
        with transaction():
            db.session.get_one(Enterprise, ids[names[0]]).status = SubjectStatus.CANCELLED
            visited(people, ids[names[1]], dt.date(2026, 6, 1))
            gone = db.session.get_one(Enterprise, ids[names[2]])
            db.session.execute(delete(EnterpriseIndustry).where(EnterpriseIndustry.seq == gone.seq))
        replaced(county, task, old.id)
        (new,) = [one for one in _standing(task) if one.replaces == old.id]
        assert new.name == names[3]
        assert new.passed_over == [
            {"name": names[0], "why": "closed"},
            {"name": names[1], "why": "cap"},
            {"name": names[2], "why": "industry"},
        ]
    for page in (client.get(f"/draws/{draw}"), desk("he").get(f"/office/tasks/{task}/draw/result/{new.id}")):
        assert f"{names[1][:16]}… 已达检查频次上限" in words(page)


def _standing(task):
    query = select(DrawnSubject).where(DrawnSubject.task_id == task, DrawnSubject.state == "in")
    return db.session.scalars(query.order_by(DrawnSubject.place)).all()


def test_a_class_that_may_be_visited_twice_is_not_passed_over_after_once(app, county, people, task, held):
    draw = held()
    with app.app_context():
        old = next(one for one in _standing(task) if one.stratum == "C")
        _positions, names = reserve(draw, "C")
        with transaction():
            visited(people, behind(draw, names)[names[0]], dt.date(2026, 6, 1))
        replaced(county, task, old.id)
        (new,) = [one for one in _standing(task) if one.replaces == old.id]
        assert (new.name, new.passed_over) == (names[0], [])


def test_a_moved_visit_keeps_its_day(app, county, task, held, monkeypatch):
    """Who is free is asked of the day it is on now, and the substitute is visited then."""
    held()
    with app.app_context():
        old = first(task)
        day = dt.date(2026, 12, 30)
        there = ports.Present(day, "pm", officers(old.id, "SCJG")[0].person_id, called_off=False)
        monkeypatch.setattr(ports, "present_visits", lambda ids: {one: there for one in ids if one == old.id})
        officer = officers(old.id, "XFJY")[0]
        (left,) = {county[name] for name in ("zhou", "wu", "tang")} - {
            one.person_id for one in officers(old.id, "XFJY")
        }
        with transaction():
            _away(left, old.day)
        replaced(county, task, old.id, officer.id, "SB1")
        assert left in {one.person_id for one in officers(old.id, "XFJY")}
        replaced(county, task, old.id)
        new = first(task)
        assert (new.day, new.half) == (day, "pm")


def _away(person, day):
    db.session.add(
        Absence(
            id=f"{person[:30]}-away", person_id=person, kind="leave", since=day, until=day, reason="年假",
            noted_at=NOW,
        )
    )  # fmt: skip


@pytest.mark.parametrize("why", ["over", "away"])
def test_where_the_slot_cannot_be_the_next_one_of_the_draw_is(app, county, task, held, why):
    """Once it is over; or where the officers who are left cannot come."""
    held()
    with app.app_context():
        old = first(task)
        if why == "over":
            app.config["CLOCK"] = lambda: dt.datetime.combine(old.day, dt.time(9), tzinfo=dt.UTC)
        else:
            with transaction():
                for name in ("zhou", "wu", "tang"):
                    _away(county[name], old.day)
        replaced(county, task, old.id)
        new = first(task)
        later = dt.date(2026, 12, 3)  # all half-days before are taken
        assert (new.day, new.half) == (later, "pm")
        assert len(officers(new.id, "XFJY")) == 2
        app.config["CLOCK"] = lambda: dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
        with pytest.raises(Problem) as refused:
            replaced(county, task, new.id)
        assert refused.value.code == "substitute-no-days"


def test_a_visit_that_is_over_is_not_replaced(app, county, task, held, monkeypatch):
    held()
    with app.app_context():
        subject = first(task)
        monkeypatch.setattr(ports, "visits_over", set)
        with pytest.raises(Problem) as refused:
            replaced(county, task, subject.id)
        assert refused.value.code == "substitution-late"


def test_nobody_left_leaves_the_place_short(app, county, task, held):
    held()
    with app.app_context():
        while True:
            subject = db.session.scalars(
                select(DrawnSubject).where(DrawnSubject.stratum == "C", DrawnSubject.state == "in")
            ).first()
            if subject is None:
                break
            replaced(county, task, subject.id)
        rows = db.session.scalars(select(DrawnSubject).where(DrawnSubject.stratum == "C")).all()
        assert sorted(one.state for one in rows) == ["replaced"] * 4 + ["short"] * 2
        assert all(one.enterprise_id is None for one in rows if one.state == "short")


def test_the_next_officer_by_the_draw_comes(app, client, county, more_officers, task, held):
    draw = held()
    with app.app_context():
        subject = first(task)
        old = officers(subject.id, "XFJY")[0]
        positions, _names = reserve(draw, subject.stratum)
        team = {one.name for one in officers(subject.id, "XFJY")}
        eligibility = json.loads(db.session.get_one(Draw, draw).eligibility)
        tier = eligibility["areas"][0]["tiers"]["XFJY"][2]
        order = sorted(
            (eligibility["officers"][at] for at in tier), key=lambda name: positions("I", subject.name, name)
        )
        due = next(name for name in order if name not in team)
        replaced(county, task, subject.id, old.id, "SB1")
        names = [one.name for one in officers(subject.id, "XFJY")]
        assert due in names
        assert old.name not in names
        row = db.session.scalar(select(DrawnOfficer).where(DrawnOfficer.replaces == old.id))
        assert (row.name, row.place, row.approved_by) == (due, old.place, county["yu"])
        with pytest.raises(Problem):  # who was replaced is no longer there to be replaced
            replaced(county, task, subject.id, old.id, "SB1")
        said = f"{old.name[:8]} → {due[:8]} · 请假"
    page = words(client.get(f"/draws/{draw}"))
    assert said in page  # for everybody to count, by pseudonym
    assert "已停业" not in page  # what was told of it is the office's


def test_what_was_asked_names_the_officer(app, county, task, held, desk):
    held()
    with app.app_context():
        subject = first(task).id
        officer = officers(subject, "XFJY")[0]
        name = db.session.get_one(Person, officer.person_id).name
        with transaction():
            substituting.ask(
                db.session.get_one(Person, county["he"]), db.session.get_one(Task, task), subject, officer.id,
                code="SB1", reason="培训", attachment=None,
            )  # fmt: skip
    assert f"{name} · 请假" in words(desk("yu").get(f"/office/tasks/{task}/draw/result/{subject}"))


def test_who_is_away_or_taken_now_is_passed_over(app, county, task, held):
    """Of the fire brigade's three only one is left: away, they leave nobody."""
    held()
    with app.app_context():
        subject = first(task)
        going = {one.person_id for one in officers(subject.id, "XFJY")}
        (left,) = {county[name] for name in ("zhou", "wu", "tang")} - going
        with transaction():
            db.session.add(
                Absence(
                    id="a", person_id=left, kind="leave", since=subject.day, until=subject.day,
                    reason="年假", noted_at=NOW,
                )
            )  # fmt: skip
        with pytest.raises(Problem) as refused:
            replaced(county, task, subject.id, officers(subject.id, "XFJY")[0].id, "SB1")
        assert refused.value.code == "substitute-none"
        assert db.session.scalars(select(Substitution.state)).all() == ["asked"]


@pytest.mark.parametrize("why", ["there last week", "of another trade by now"])
def test_who_comes_instead_is_judged_by_what_the_registers_say_then(app, county, task, held, why):
    held()
    with app.app_context():
        subject = first(task)
        going = officers(subject.id, "XFJY")
        (left,) = {county[name] for name in ("zhou", "wu", "tang")} - {one.person_id for one in going}
        with transaction():
            if why == "there last week":
                team = [Assignment(db.session.get_one(Person, left), lead=True)]
                place, day = db.session.get_one(Enterprise, subject.enterprise_id), dt.date(2026, 11, 13)
                assign_visit(None, enterprise=place, date=day, slot="09:00", team=team, exempt=False)
            else:
                db.session.get_one(Inspector, left).specialties = ["CY"]
        with pytest.raises(Problem, match="substitute-none"):
            replaced(county, task, subject.id, going[0].id, "SB1")


def test_who_is_sent_elsewhere_at_the_same_time_is_taken(any_db, app, county, people, task, held):
    """Calls, moves and substitutions wait for each other's officers: the second sees what the first did."""
    held()
    with app.app_context():
        subject = first(task)
        at, day, slot = subject.id, subject.day, "09:00" if subject.half == "am" else "14:30"
        going = officers(at, "XFJY")
        (left,) = {county[name] for name in ("zhou", "wu", "tang")} - {one.person_id for one in going}
        one = going[0].id
    sending, enterprise = Event(), people.enterprise

    def send():
        with app.app_context(), transaction():
            hold_officers_of(["XFJY"])
            team = [Assignment(db.session.get_one(Person, left), lead=True)]
            goes_to = db.session.get_one(Enterprise, enterprise)
            assign_visit(None, enterprise=goes_to, date=day, slot=slot, team=team, exempt=False)
            sending.set()
            sleep(1)

    def replace():
        sending.wait(30)
        with app.app_context():
            try:
                return replaced(county, task, at, one, "SB1").state
            except Problem as problem:
                return problem.code

    with ThreadPoolExecutor(2) as pool:
        sent, told = pool.submit(send), pool.submit(replace)
        assert (sent.result(), told.result()) == (None, "substitute-none")


def test_the_lead_passes_to_one_who_may_lead(app, county, task, held):
    with app.app_context(), transaction():
        county["lu"] = _enter(Role("lu", "陆演示", "SCJG", ("inspector",), "360001"))
        db.session.flush()
        db.session.get_one(Inspector, county["lu"]).can_lead = False
    held()
    with app.app_context():
        subject = first(task)
        lead = next(one for one in officers(subject.id, "SCJG") if one.lead)
        replaced(county, task, subject.id, lead.id, "SB3")
        (now_leading,) = [one for one in officers(subject.id, "SCJG") if one.lead]
        assert now_leading.person_id not in (lead.person_id, county["lu"])


def test_it_takes_two_persons_a_reason_and_a_paper(app, county, task, held, desk):
    held()
    he, yu = desk("he"), desk("yu")
    with app.app_context():
        subject = first(task).id
    address = f"/office/tasks/{task}/draw/result/{subject}"
    form = {"code": "SB5", "reason": "已停业", "csrf_token": form_token(he)}
    assert he.post(f"{address}/substitutions", data=form).status_code == 422
    paper = {"attachment": (io.BytesIO(PDF), "停业证明.pdf")}
    odd = he.post(f"{address}/substitutions", data={**form, "code": "SB1", **paper})
    assert odd.status_code == 422
    paper = {"attachment": (io.BytesIO(PDF), "停业证明.pdf")}
    assert he.post(f"{address}/substitutions", data={**form, **paper}).status_code == 303
    paper = {"attachment": (io.BytesIO(PDF), "停业证明.pdf")}
    assert he.post(f"{address}/substitutions", data={**form, **paper}).status_code == 409

    export = he.get(f"/office/tasks/{task}/draw/result/export.csv").get_data(as_text=True)
    assert [line.endswith("待审批") for line in export.splitlines()[1:]] == [True, *[False] * 4]
    assert "已停业" not in words(he.get("/office/substitutions"))
    assert "已停业" in words(yu.get("/office/substitutions"))
    with app.app_context():
        asked = db.session.scalar(select(Substitution)).id
    decision = f"/office/substitutions/{asked}/decision"
    own = he.post(decision, data={"decision": "approve", "csrf_token": form_token(he)})
    assert own.status_code == 409
    blank = yu.post(decision, data={"decision": "refuse", "csrf_token": form_token(yu)})
    assert blank.status_code == 422
    done = yu.post(decision, data={"decision": "approve", "csrf_token": form_token(yu)})
    assert done.status_code == 303
    assert "替换经过" in words(he.get(address))
    assert "替补" in words(he.get(f"/office/tasks/{task}/draw/result"))


def test_no_call_names_who_comes_instead(app):
    """R-410: nothing a browser sends chooses a person."""
    with app.test_request_context():
        asked = {field.name for field in SubstitutionForm(formdata=None)}
        decided = {field.name for field in DecisionForm(formdata=None)}
    assert asked == {"csrf_token", "code", "reason", "attachment"}
    assert decided == {"csrf_token", "opinion"}


def test_an_unannounced_task_is_not_told_to_other_departments(app, county, held, desk):
    with app.app_context(), transaction():
        secret = an_agreed_task(unannounced=True).id
    held(task_id=secret)
    address = f"/office/tasks/{secret}/draw"
    assert "演示加油站" in words(desk("ping").get(f"{address}/result"))
    luo = desk("luo")
    assert "演示加油站" not in words(luo.get(f"{address}/result"))
    with app.app_context():
        subject = first(secret).id
    assert "演示加油站" not in words(luo.get(f"{address}/result/{subject}"))
    assert luo.get(f"{address}/slip.pdf").status_code == 404
    assert luo.get(f"{address}/result/export.csv").status_code == 403


def test_who_plans_and_goes_along_learns_at_no_desk_where(app, county, held, desk):
    """R-414: of an unannounced task an officer of two roles reads everything but where the own team goes."""
    with app.app_context(), transaction():
        secret = an_agreed_task(unannounced=True).id
    held(task_id=secret)
    with app.app_context(), transaction():
        subject = first(secret)
        own = officers(subject.id, "SCJG")[0].person_id
        others = (DrawnOfficer.person_id == own, DrawnOfficer.subject_id != subject.id)
        db.session.execute(update(DrawnOfficer).where(*others).values(person_id=county["tang"]))
        db.session.add(PersonRole(person_id=own, role="planner"))
        username = db.session.get_one(Person, own).username
        enterprise = db.session.get_one(Enterprise, subject.enterprise_id)
        hidden = (enterprise.name, enterprise.uscc)
        task, he = db.session.get_one(Task, secret), db.session.get_one(Person, county["he"])
        substituting.ask(he, task, subject.id, None, code="SB5", reason="已停业", attachment=None)
    planner, address = desk(username), f"/office/tasks/{secret}/draw"
    page = words(planner.get(f"{address}/result"))
    assert ("演示加油站" in page, hidden[0] in page) == (True, False)
    lines = planner.get(f"{address}/result/export.csv").get_data(as_text=True)
    assert [one in lines for one in ("演示加油站", *hidden)] == [True, False, False]
    assert len(lines.splitlines()) == 6
    assert planner.get(f"{address}/slip.pdf").status_code == 404
    assert f"{address}/slip.pdf" not in planner.get(address).text + planner.get(f"{address}/result").text
    decisions = words(planner.get("/office/substitutions"))
    assert ("已停业" in decisions, hidden[0] in decisions) == (True, False)
    ping = desk("ping")
    assert hidden[1] in ping.get(f"{address}/result/export.csv").get_data(as_text=True)
    assert "已停业" in words(ping.get("/office/substitutions"))


def test_a_department_that_was_let_go_reads_no_result(app, county, task, held, desk):
    """The task's page stays its own, and what everybody may see of the draw."""
    held()
    with app.app_context(), transaction():
        _enter(Role("wei", "卫演示", "WJW", ("planner",)))
    wei, address = desk("wei"), f"/office/tasks/{task}/draw"
    with app.app_context():
        at = {"task_id": task, "department": "WJW", "position": 2}
        with transaction():
            db.session.add(TaskDepartment(**at, answer="agreed"))
        subject = first(task).id
    results = [f"{address}/{one}" for one in ("result", f"result/{subject}", "result/export.csv", "slip.pdf")]
    assert [wei.get(one).status_code for one in results[:3]] == [200] * 3
    with app.app_context(), transaction():
        db.session.get_one(TaskDepartment, (task, "WJW")).answer = "dropped"
    assert [wei.get(one).status_code for one in results] == [404] * 4
    for page in (f"/office/tasks/{task}", address):
        answer = wei.get(page)
        assert (answer.status_code, f"{address}/result" in answer.text) == (200, False)
    assert desk("gu").get(results[0]).status_code == 200
