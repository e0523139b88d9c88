"""Visits follow the draw they came from: a substitution there changes the team, or calls the visit off."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.planning.dispatch import changes, following, readiness
from server.planning.dispatch.model import Sending, VisitChange
from server.planning.draw import ports, signals
from server.planning.draw.model import DrawnOfficer, DrawnSubject
from server.planning.tasks.model import Task
from server.visits.model import Visit
from tests.office.conftest import words
from tests.planning.scenes import DAY, _another


@pytest.fixture
def drawn(app, dispatched):
    """A task dispatched after a draw of ours, and its visit."""
    task, (visit,) = dispatched(elsewhere=False)
    with app.app_context(), transaction():
        db.session.execute(update(DrawnSubject).values(place=1))  # as draws number them
    return task, visit


def substitute(app, people, visit, gone, came, lead=None):
    """What the draw does, within its transaction."""
    with app.app_context(), transaction():
        subject = db.session.get_one(Sending, visit.id).subject_id
        own = select(DrawnOfficer).where(DrawnOfficer.subject_id == subject)
        old = db.session.scalars(own.where(DrawnOfficer.person_id == people[gone])).one()
        old.state, old.lead = "replaced", False
        new = DrawnOfficer(
            id=new_id(), subject_id=subject, department=old.department, person_id=people[came],
            place=old.place, lead=lead == came, state="in", replaces=old.id, at=now(),
        )  # fmt: skip
        db.session.add(new)
        if lead and lead != came:
            db.session.scalars(own.where(DrawnOfficer.person_id == people[lead])).one().lead = True
        signals.officer_replaced.send(old.id, successor=new.id, actor=people["he"], reason="因公外出")


def team(app, visit):
    with app.app_context():
        return {
            one.person.username: (one.lead, one.deputy)
            for one in db.session.get_one(Visit, visit.id).members
            if one.left_at is None
        }


def test_the_next_of_the_reserve_joins_and_the_phone_has_the_new_team(app, people, drawn, any_db):
    _task, visit = drawn
    substitute(app, people, visit, "wu", "tang")
    assert team(app, visit) == {
        "lin": (True, False), "ma": (False, True), "zhou": (False, False), "tang": (False, False),
    }  # fmt: skip
    with app.app_context():
        (change,) = db.session.scalars(select(VisitChange)).all()
        assert (change.kind, change.reason, change.before, change.after) == (
            "replaced", "因公外出", "吴演示", "唐演示",
        )  # fmt: skip
    bundle = visit.caller("tang").get(f"/api/visits/{visit.id}/bundle").get_json()
    assert "唐演示" in {one["name"] for one in bundle["team"]}


def test_the_lead_passes_on_with_the_draw(app, people, drawn):
    """Ma leads in the place of lin, and there is a deputy as long as there is somebody."""
    _task, visit = drawn
    with app.app_context(), transaction():
        yet_another = db.session.get_one(Person, people["tang"])
        yet_another.department = "SCJG"
    substitute(app, people, visit, "lin", "tang", lead="ma")
    assert team(app, visit) == {
        "ma": (True, False), "tang": (False, True), "zhou": (False, False), "wu": (False, False),
    }  # fmt: skip


def test_a_lead_that_was_handed_over_stays_where_it_is(app, people, desk, submit, drawn):
    """The draw's rows say who was drawn to lead; the visit says who does, and keeps it when others go."""
    task, visit = drawn
    address = f"/office/visits/{visit.id}/members"
    assert submit(desk("he"), address, person=people["ma"], part="lead", reason="交接").status_code == 303
    page = desk("he").get(f"/office/tasks/{task}/draw/result")
    assert "林演示、马演示 组长" in words(page)
    substitute(app, people, visit, "wu", "tang")
    assert team(app, visit)["ma"] == (True, False)
    assert team(app, visit)["lin"] == (False, True)


def test_the_result_shows_when_a_visit_is_now(app, people, desk, drawn, any_db):
    task, visit = drawn
    with app.app_context(), transaction():
        subject = db.session.get_one(Sending, visit.id).subject_id
        he = db.session.get_one(Person, people["he"])
        day = DAY + dt.timedelta(days=1)
        known = changes.liberties(db.session.get_one(Sending, visit.id), day)
        changes.move(he, visit.id, day, "pm", "企业停电", known)
    he, address = desk("he"), f"/office/tasks/{task}/draw/result"
    for page in (address, f"{address}/{subject}"):
        assert "2026-12-09 下午 由 2026-12-08 上午改期" in words(he.get(page))
    (row,) = he.get(f"{address}/export.json").get_json()["rows"]
    assert (row["day"], row["half"], row["drawn_for"]) == ("2026-12-09", "下午", "2026-12-08 上午")
    visit.cancelled()
    assert "已取消" in words(he.get(address))


@pytest.fixture
def merged(app, desk, submit, dispatched):
    """Two visits to one enterprise, the second merged into the first: what came of it, and both."""

    def merge(*, drawn, leave=()):
        _task, (first,) = dispatched(elsewhere=not drawn[0])
        days, team = [(dt.date(2026, 12, 9), "am")], ("lin", "ma", "zhou", "tang")
        more = {"source": "campaign", "days": days, "team": team, "elsewhere": not drawn[1]}
        _task, (second,) = dispatched(**more)
        if leave:
            first.reassigned(leaves=leave)
        address = f"/office/visits/{first.id}/merge"
        return submit(desk("he"), address, other=second.id, reason="减少入企"), first, second

    return merge


def test_who_was_drawn_for_a_merged_visit_is_replaced_on_the_one_that_took_it_over(
    app, people, desk, merged, any_db
):
    answer, first, second = merged(drawn=(True, True))
    assert answer.status_code == 303
    assert team(app, first).keys() == {"lin", "ma", "zhou", "wu", "tang"}
    page = words(desk("he").get(f"/office/visits/{first.id}"))
    assert "递补（由 LC-2026-0002 并入）" in page
    substitute(app, people, second, "tang", "wu")
    assert team(app, first).keys() == {"lin", "ma", "zhou", "wu"}
    substitute(app, people, second, "zhou", "tang")  # drawn for the first as well
    assert team(app, first).keys() == {"lin", "ma", "zhou", "wu", "tang"}


def test_the_place_of_a_merged_visit_is_revealed_with_the_one_that_took_it_over(app, merged, any_db):
    _answer, first, second = merged(drawn=(True, True))

    def over():
        with app.app_context():
            return ports.visits_over([db.session.get_one(Sending, second.id).subject_id])

    assert over() == set()
    first.answered().completed().signed()
    assert len(over()) == 1


def test_nobody_who_was_not_drawn_joins_a_drawn_team(app, people, merged, any_db):
    """R-205, R-410: the drawn team checks what the other visit was to."""
    answer, first, second = merged(drawn=(True, False))
    assert answer.status_code == 303
    assert team(app, first).keys() == {"lin", "ma", "zhou", "wu"}
    with app.app_context():
        assert db.session.get_one(Visit, second.id).cancelled_at


def test_a_drawn_team_is_not_taken_over_by_one_that_was_not_drawn(app, merged):
    answer, _first, second = merged(drawn=(False, True))
    assert (answer.status_code, "请打开那次检查，把本次检查并入" in words(answer)) == (409, True)
    assert "has-error" in answer.text
    with app.app_context():
        assert db.session.get_one(Visit, second.id).cancelled_at is None


def test_where_the_drawn_team_lacks_a_department_there_stay_two_visits(merged):
    answer, _first, _second = merged(drawn=(True, False), leave=("zhou", "wu"))
    assert (answer.status_code, "未经抽取，不能加入抽取的检查组" in words(answer)) == (409, True)


def test_a_replaced_subject_s_visit_is_called_off_and_the_next_one_waits(app, people, drawn, any_db):
    task, visit = drawn
    with app.app_context(), transaction():
        old = db.session.get_one(DrawnSubject, db.session.get_one(Sending, visit.id).subject_id)
        old.state = "replaced"
        new = DrawnSubject(
            id=new_id(), task_id=task, draw_id=old.draw_id, place=0, stratum="B", name="n",
            enterprise_id=_another(7), day=old.day, half=old.half, state="in", replaces=old.id, at=now(),
        )  # fmt: skip
        db.session.add(new)
        db.session.flush()
        signals.subject_replaced.send(old.id, successor=new.id, actor=people["he"], reason="已注销")
    with app.app_context():
        assert db.session.get_one(Visit, visit.id).cancel_reason == "已注销"
        found = db.session.get_one(Task, task)
        assert found.state == "drawn"
        assert [line.subject.name for line in readiness.of(found).lines] == ["n"]


def test_before_it_is_dispatched_there_is_nothing_to_follow(app, people, drawn):
    _task, visit = drawn
    with app.app_context(), transaction():
        db.session.get_one(Sending, visit.id).subject_id = None
    with app.app_context():
        assert following.substitutes_at(visit.id) is None


def test_a_place_is_revealed_only_when_its_visit_is_closed(app, people, drawn, any_db):
    _task, visit = drawn

    def over():
        with app.app_context():
            return ports.visits_over([db.session.get_one(Sending, visit.id).subject_id])

    assert over() == set()
    visit.answered().completed()
    assert over() == set()
    visit.signed()
    assert len(over()) == 1


def test_a_visit_called_off_reveals_nothing(app, drawn):
    _task, visit = drawn
    visit.cancelled()
    with app.app_context():
        assert ports.visits_over([db.session.get_one(Sending, visit.id).subject_id]) == set()


def test_nobody_is_picked_by_hand_for_a_drawn_team(app, people, desk, submit, drawn):
    """R-410: the office may change parts within the team, and no more."""
    _task, visit = drawn
    he, address = desk("he"), f"/office/visits/{visit.id}/members"
    page = words(he.get(f"/office/visits/{visit.id}"))
    assert "本次检查的人员由抽取产生" in page
    refused = submit(he, address, person=people["tang"], part="member", reason="顶替")
    assert refused.status_code == 422
    assert "检查人员由抽取产生，不能手工增减" in words(refused)
    assert submit(he, address, person=people["ma"], part="lead", reason="交接").status_code == 303
    assert team(app, visit)["ma"] == (True, False)


def test_nobody_is_taken_off_a_drawn_team_by_hand(app, people, desk, submit, drawn):
    """R-406, R-410: a department would be left with one officer. The page leads to the draw instead."""
    task, visit = drawn
    he, address = desk("he"), f"/office/visits/{visit.id}"
    with app.app_context():
        subject = db.session.get_one(Sending, visit.id).subject_id
    page = he.get(address).text
    own = page[page.index('id="direct"') :]
    assert f'href="/office/tasks/{task}/draw/result/{subject}"' in own[: own.index("</section>")]
    assert "departures" not in page
    refused = submit(he, f"{address}/departures", person=people["wu"], reason="借调")
    assert refused.status_code == 422
    assert "请申请递补" in words(refused)
    assert len(team(app, visit)) == 4


def test_a_team_drawn_elsewhere_is_changed_as_before(app, people, desk, submit, dispatched):
    _task, (visit,) = dispatched()
    he, address = desk("he"), f"/office/visits/{visit.id}/departures"
    assert submit(he, address, person=people["wu"], reason="借调").status_code == 303
    assert "wu" not in team(app, visit)
