"""The office's deeds on a visit. A refusal names the field and keeps what was typed."""

import datetime as dt

import pytest
from sqlalchemy.orm import selectinload

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.registry.model import Enterprise, Inspector
from server.registry.people import away
from server.visits import queries
from server.visits.model import Visit
from tests.builders import a_visit
from tests.office.conftest import submit, words


@pytest.fixture
def visit(app, people, any_db):
    return a_visit(app, people)


@pytest.fixture
def he(desk, visit):
    return desk("he")


def row(app, visit):
    visit = db.session.get_one(Visit, visit.id)
    return visit.status, {
        member.person.username: (member.lead, member.left_at is None) for member in visit.members
    }


def test_a_visit_is_cancelled_with_a_reason(app, he, visit):
    answer = submit(he, f"/office/visits/{visit.id}/cancellation", reason=" 企业停业 ")
    assert answer.status_code == 303
    page = words(he.get(answer.location))
    assert "本次检查已取消：企业停业" in page
    assert "已取消 · 何演示 企业停业" in page
    with app.app_context():
        assert row(app, visit)[0] == "cancelled"


def test_without_a_reason_nothing_happens_and_the_field_says_so(app, he, visit):
    answer = submit(he, f"/office/visits/{visit.id}/cancellation", reason=" ")
    assert answer.status_code == 422
    assert 'id="cancel-reason-note"' in answer.text
    with app.app_context():
        assert row(app, visit)[0] == "assigned"


def test_a_refused_form_leads_back_to_its_page(he, visit):
    answer = submit(he, f"/office/visits/{visit.id}/cancellation", reason="")
    assert f'name="next" value="/office/visits/{visit.id}"' in answer.text
    assert f'action="/office/visits/{visit.id}/cancellation#direct"' in answer.text


def test_what_was_typed_is_kept(people, he, visit):
    answer = submit(he, f"/office/visits/{visit.id}/departures", reason="请假 <一周>", person="")
    assert answer.status_code == 422
    assert "请假 &lt;一周&gt;</textarea>" in answer.text
    assert 'id="leave-person-note"' in answer.text
    answer = submit(he, f"/office/visits/{visit.id}/departures", reason="", person=people["ma"])
    assert f'value="{people["ma"]}" selected' in answer.text


def test_a_member_leaves_and_an_officer_joins(app, people, he, visit):
    assert (
        submit(he, f"/office/visits/{visit.id}/departures", reason="请假", person=people["wu"]).status_code
        == 303
    )
    assert (
        submit(
            he, f"/office/visits/{visit.id}/members", reason="接替", person=people["tang"], part="member"
        ).status_code
        == 303
    )
    with app.app_context():
        team = row(app, visit)[1]
    assert (team["wu"], team["tang"]) == ((False, False), (False, True))


def test_the_lead_cannot_simply_leave(app, people, he, visit):
    answer = submit(he, f"/office/visits/{visit.id}/departures", reason="请假", person=people["lin"])
    assert answer.status_code in (409, 422)
    assert "检查组必须有且只有一名组长" in words(answer)
    with app.app_context():
        assert row(app, visit)[1]["lin"] == (True, True)


def test_the_lead_is_handed_over_first(app, people, he, visit):
    assert (
        submit(
            he, f"/office/visits/{visit.id}/members", reason="交接", person=people["ma"], part="lead"
        ).status_code
        == 303
    )
    assert (
        submit(he, f"/office/visits/{visit.id}/departures", reason="请假", person=people["lin"]).status_code
        == 303
    )
    with app.app_context():
        team = row(app, visit)[1]
    assert (team["ma"], team["lin"]) == ((True, True), (False, False))
    history = words(he.get(f"/office/visits/{visit.id}"))
    assert "人员调整 · 何演示 · 加入或调整分工：马演示、林演示 交接" in history
    assert "人员调整 · 何演示 · 移出：林演示 请假" in history


def test_nobody_from_elsewhere_can_be_chosen(people, he, visit):
    for person in (people["qian"], people["he"], "x"):
        assert submit(he, f"/office/visits/{visit.id}/members", reason="试", person=person).status_code == 422


@pytest.fixture
def kept_away(app, people, visit):
    """Tang is on leave that day, wu is recused from the enterprise, zhou's certificate has ended."""
    with app.app_context(), transaction():
        day, he = db.session.get_one(Visit, visit.id).date, db.session.get_one(Person, people["he"])
        away.be_absent(he, people["tang"], "leave", day, day, "年休假")
        uscc = db.session.get_one(Enterprise, people.enterprise).uscc
        away.recuse(he, people["wu"], uscc, "RC1", "近亲属任职")
        db.session.get_one(Inspector, people["zhou"]).valid_until = day - dt.timedelta(days=1)


def test_who_cannot_go_is_shown_with_the_reason_and_not_taken(people, he, visit, kept_away):
    page = he.get(f"/office/visits/{visit.id}").text
    for username, said in (
        ("tang", "唐演示（当日离岗）"),
        ("wu", "吴演示（须回避本企业）"),
        ("zhou", "周演示（当日无有效证件）"),
    ):
        assert f'<option value="{people[username]}" disabled>{said}</option>' in page
        answer = submit(
            he, f"/office/visits/{visit.id}/members", reason="接替", person=people[username], part="member"
        )
        assert (answer.status_code, 'id="join-person-note"' in answer.text) == (422, True)
    assert f'<option value="{people["ma"]}">马演示</option>' in page


def test_nobody_is_put_on_two_visits_of_one_half_day(app, people, he, visit):
    with app.app_context():
        day = db.session.get_one(Visit, visit.id).date
    tang = people["tang"]
    others = [a_visit(app, people, team=("tang", "ma"), date=day, slot=slot) for slot in ("14:30", "11:00")]
    booked = f'<option value="{tang}" disabled>唐演示（该时段已有其他检查）</option>'
    assert booked in he.get(f"/office/visits/{visit.id}").text
    form = {"reason": "接替", "person": tang, "part": "member"}
    answer = submit(he, f"/office/visits/{visit.id}/members", **form)
    assert (answer.status_code, 'id="join-person-note"' in answer.text) == (422, True)
    others[1].cancelled()
    assert submit(he, f"/office/visits/{visit.id}/members", **form).status_code == 303


def test_whoever_may_go_is_found_without_a_query_each(app, visit):
    asked = []
    with app.app_context():
        row = db.session.get_one(Visit, visit.id, options=[selectinload(Visit.departments)])
        listen = lambda *call: asked.append(call[2])  # noqa: E731
        db.event.listen(db.engine, "before_cursor_execute", listen)
        assert len(queries.candidates(row)) == 5
        db.event.remove(db.engine, "before_cursor_execute", listen)
    assert len(asked) <= 7  # the subject, the draw, officers, absences, recusals, people and their roles


def test_a_cancelled_visit_is_not_cancelled_again(he, visit):
    visit.cancelled()
    assert submit(he, f"/office/visits/{visit.id}/cancellation", reason="再次").status_code == 409


def test_a_deputy_who_takes_the_lead_in_the_field_stands_in_the_history(he, visit):
    visit.phone("ma").write("lead.taken-over", {"reason": "林演示生病"})
    visit.sent()
    visit.sent()  # what is sent again is no second deed
    page = words(he.get(f"/office/visits/{visit.id}"))
    assert page.count("接任组长 · 马演示 林演示生病") == 1
