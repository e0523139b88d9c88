"""Moved, replaced, called off: what is kept, who is told, and phones that follow though they were offline."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from server.accounts.model import Person, PersonRole
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.messages.model import Message
from server.planning.dispatch import approvals as approvals_of
from server.planning.dispatch import changes as changes_of
from server.planning.dispatch import paper, queries, rules
from server.planning.dispatch.model import PriorNotice, Sending, VisitChange
from server.planning.tasks.model import Task
from server.planning.tasks.rules import Terms
from server.registry.people import away
from server.visits import bundle
from server.visits.model import Visit
from tests.builders import a_visit
from tests.office.conftest import words
from tests.planning.dispatch.conftest import NOW
from tests.planning.scenes import a_drawn_task, decided

LATER = {"day": "2026-12-10", "half": "pm", "reason": "企业盘点", "confirmed": ["window"]}


@pytest.fixture
def visit(dispatched):
    _task, (visit,) = dispatched()
    return visit


def at(visit):
    return f"/office/visits/{visit.id}/move"


def changes(app, visit):
    with app.app_context():
        rows = db.session.scalars(select(VisitChange).where(VisitChange.visit_id == visit.id))
        return [(one.kind, one.reason, one.before, one.after) for one in rows]


def told(app, code):
    with app.app_context():
        return {one.person_id for one in db.session.scalars(select(Message).where(Message.code == code))}


def test_of_two_moves_to_one_half_day_at_once_one_finds_the_officers_taken(any_db, app, people, dispatched):
    _task, visits = dispatched(subjects=2)
    day, start = dt.date(2026, 12, 10), Barrier(2)

    def move(visit):
        with app.app_context():
            he = db.session.get_one(Person, people["he"])
            start.wait()
            try:
                with transaction():
                    moved = changes_of.move(he, visit.id, day, "pm", "企业盘点", {rules.Liberty.WINDOW})
                    return str(moved.date)
            except Problem as problem:
                return problem.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(move, visits)) == ["2026-12-10", "move-hindered"]


@pytest.mark.parametrize(
    ("day", "source", "moves"),
    [
        (dt.date(2026, 5, 9), "plan", True),  # a Saturday worked for the holidays of May
        (dt.date(2026, 5, 16), "plan", False),
        (dt.date(2026, 5, 1), "plan", False),
        (dt.date(2026, 5, 16), "call", True),  # what is urgent waits for no working day
    ],
)
def test_a_visit_moves_to_working_days_and_an_urgent_one_to_any(day, source, moves):
    before = (dt.date(2026, 4, 30), "am")
    if moves:
        rules.check_move(day, "am", before, before[0], source)
        return
    with pytest.raises(Problem, match="move-no-working-day"):
        rules.check_move(day, "am", before, before[0], source)


def test_a_visit_moves_with_a_reason_and_phones_follow(app, people, desk, submit, visit, any_db):
    zhou = visit.caller("zhou")
    before = zhou.get(f"/api/visits/{visit.id}/bundle").headers["ETag"]
    assert submit(desk("he"), at(visit), **LATER).status_code == 303
    answer = zhou.get(f"/api/visits/{visit.id}/bundle", If_None_Match=before)
    bundle = answer.get_json()["visit"]
    assert (bundle["date"], bundle["slot"]) == ("2026-12-10", "14:30")
    assert changes(app, visit) == [("moved", "企业盘点", "2026-12-08 09:00", "2026-12-10 14:30")]
    assert told(app, "visit-moved") == {people[one] for one in ("lin", "ma", "zhou", "wu", "luo")}
    with app.app_context():
        said = db.session.scalars(select(Message.particulars).where(Message.code == "visit-moved")).first()
        assert said["what"] == "青阳县演示加油站"
    page = words(desk("he").get(f"/office/visits/{visit.id}"))
    assert "2026-12-08 09:00 → 2026-12-10 14:30" in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (LATER | {"reason": " "}, "请填写"),
        (LATER | {"day": "2026-11-30"}, "改期不能早于今天"),
        (LATER | {"day": "2026-12-08", "half": "am"}, "新的时间和原来一样"),
        (LATER | {"day": "2026-12-12"}, "这一天不是工作日"),
        (LATER | {"day": "neither"}, ""),
        (LATER | {"half": "night"}, ""),
    ],
)
def test_bad_times_are_refused_at_their_field(app, desk, submit, visit, form, said):
    answer = submit(desk("he"), at(visit), **form)
    assert (answer.status_code, said in words(answer)) == (422, True)
    assert "has-error" in answer.text
    assert changes(app, visit) == []


WINDOW, TERMS = "不在 5 月 1 日至 11 月 30 日之间，理由中已写明原因", "不在部门商定的日期内，理由中已写明原因"


def test_an_unusual_day_is_taken_once_confirmed(app, desk, submit, visit, any_db):
    he, form = desk("he"), LATER | {"day": "2027-01-05", "confirmed": []}
    assert WINDOW not in words(he.get(at(visit)))
    for ticked in ([], ["window"]):
        answer = submit(he, at(visit), **form | {"confirmed": ticked})
        assert (answer.status_code, changes(app, visit)) == (422, [])
        assert all(one in words(answer) for one in ("这一天需要确认", WINDOW, TERMS, "企业盘点"))
        assert answer.text.count("checked") == len(ticked)
    assert submit(he, at(visit), **form | {"confirmed": ["window", "terms"]}).status_code == 303
    assert changes(app, visit) == [("moved", "企业盘点", "2026-12-08 09:00", "2027-01-05 14:30")]


def test_only_what_is_unusual_of_a_day_is_asked_about(desk, submit, visit):
    answer = submit(desk("he"), at(visit), **LATER | {"confirmed": []})
    assert (WINDOW in words(answer), TERMS in words(answer)) == (True, False)


@pytest.mark.parametrize(
    ("day", "source", "found"),
    [
        (dt.date(2026, 5, 1), "plan", []),
        (dt.date(2026, 4, 30), "plan", ["window", "terms"]),
        (dt.date(2026, 4, 30), "call", ["terms"]),
        (dt.date(2026, 11, 30), "plan", []),
        (dt.date(2026, 12, 1), "plan", ["window"]),
        (dt.date(2026, 12, 1), "call", []),
        (dt.date(2026, 12, 2), "call", ["terms"]),
    ],
)
def test_what_is_unusual_of_a_day(day, source, found):
    agreed = Terms(dt.date(2026, 5, 1), dt.date(2026, 12, 1), ("am",), (), total=1)
    assert rules.liberties(day, source, agreed) == found
    assert "terms" not in rules.liberties(day, source, None)


def test_who_cannot_come_then_is_named(app, people, desk, submit, visit):
    with app.app_context(), transaction():
        zhou = db.session.get_one(Person, people["zhou"])
        day = dt.date(2026, 12, 10)
        away.be_absent(zhou, zhou.id, "leave", day, day, "年休假")
    a_visit(app, people, team=("wu", "tang"), date=dt.date(2026, 12, 10), slot="15:00")
    answer = submit(desk("he"), at(visit), **LATER)
    assert answer.status_code == 409
    assert "涉及：周演示、吴演示" in words(answer) or "涉及：吴演示、周演示" in words(answer)
    assert submit(desk("he"), at(visit), **LATER | {"day": "2026-12-11"}).status_code == 303


def test_who_is_drawn_for_then_or_only_trains_then(app, people, desk, submit, visit, any_db):
    then = dt.date(2026, 12, 10)
    a_visit(app, people, team=("ma", "zhou"), date=then, slot="15:00", training=True)
    task = a_drawn_task(app, people, team=("lin", "wu"), days=[(then, "pm")], source="campaign")
    answer = submit(desk("he"), at(visit), **LATER)
    assert answer.status_code == 409
    assert "涉及：林演示、吴演示" in words(answer) or "涉及：吴演示、林演示" in words(answer)
    with app.app_context(), transaction():
        db.session.get_one(Task, task).state = "closed"
    assert submit(desk("he"), at(visit), **LATER).status_code == 303


@pytest.mark.parametrize("change", [{"active": False}, {"department": "SCJG"}])
def test_who_has_left_since_cannot_come(app, people, desk, visit, change):
    he, warned = desk("he"), "届时不能到场：周演示"
    assert warned not in words(he.get(f"/office/visits/{visit.id}"))
    with app.app_context(), transaction():
        for name, value in change.items():
            setattr(db.session.get_one(Person, people["zhou"]), name, value)
    assert warned in words(he.get(f"/office/visits/{visit.id}"))


def test_a_visit_that_has_begun_is_not_moved(app, desk, submit, visit):
    visit.phone("lin").arrive()
    visit.sent()
    he = desk("he")
    assert "改期" not in words(he.get(f"/office/visits/{visit.id}"))
    unusual = LATER | {"day": "2027-01-05", "confirmed": []}
    for answer in (he.get(at(visit)), submit(he, at(visit), **LATER), submit(he, at(visit), **unusual)):
        assert (answer.status_code, "此次检查已经开始" in words(answer)) == (409, True)
        assert "<textarea" not in answer.text


def test_what_a_phone_had_begun_offline_before_is_kept_and_shown(app, desk, submit, visit, any_db):
    began = (NOW - dt.timedelta(hours=2)).isoformat()
    lin = visit.phone("lin")
    lin.write("visit.arrived", {"department": "SCJG", "location": None}, at=began)
    lin.answer("SC1", "fail", at=began)
    assert submit(desk("he"), at(visit), **LATER).status_code == 303
    assert lin.push()["rejected"] == []
    assert visit.state()["items"]["SC1"]["state"] == "answered"
    page = words(desk("he").get(f"/office/visits/{visit.id}"))
    assert "已有手机离线开始本次检查" in page
    assert visit.phone("lin").hashes()["accepted"]


def test_one_begun_after_the_move_is_no_news(app, desk, submit, visit):
    assert submit(desk("he"), at(visit), **LATER).status_code == 303
    lin = visit.phone("lin")
    began = (NOW + dt.timedelta(days=9)).isoformat()
    lin.write("visit.arrived", {"department": "SCJG", "location": None}, at=began)
    lin.push()
    assert "已有手机离线开始" not in words(desk("he").get(f"/office/visits/{visit.id}"))


def test_a_moved_unannounced_visit_is_released_before_its_new_time(app, desk, submit, dispatched):
    _task, (visit,) = dispatched(unannounced=True, release_hours=3)
    assert submit(desk("he"), at(visit), **LATER).status_code == 303
    with app.app_context():
        release = db.session.get_one(Visit, visit.id).release_at
        assert release == dt.datetime(2026, 12, 10, 3, 30, tzinfo=dt.UTC)  # 11:30 in the county
        texts = [str(one.particulars) for one in db.session.scalars(select(Message))]
    assert not [one for one in texts if "青阳县演示加油站" in one]


def test_a_visit_its_team_knows_of_is_not_withheld_again_by_a_move(app, desk, submit, dispatched, any_db):
    """Some may be on site, without a signal, when the office moves it."""
    _task, (visit,) = dispatched(unannounced=True, release_hours=3)
    app.config["CLOCK"] = lambda: dt.datetime(2026, 12, 7, 22, 30, tzinfo=dt.UTC)  # half past six
    zhou = visit.caller("zhou")
    assert zhou.get(f"/api/visits/{visit.id}/bundle").status_code == 200
    assert submit(desk("he"), at(visit), **LATER).status_code == 303
    answer = zhou.get(f"/api/visits/{visit.id}/bundle")
    assert (answer.status_code, answer.get_json()["visit"]["date"]) == (200, "2026-12-10")
    assert zhou.get(f"/api/visits/{visit.id}/entries").status_code == 200


def test_a_cancellation_is_noted_and_told(app, people, desk, submit, visit, any_db):
    assert submit(desk("he"), f"/office/visits/{visit.id}/cancellation", reason="企业停业").status_code == 303
    assert changes(app, visit) == [("cancelled", "企业停业", "", "")]
    assert people["zhou"] in told(app, "visit-cancelled")
    assert submit(desk("he"), at(visit), **LATER).status_code == 409


def test_who_leaves_and_who_joins_are_told_and_a_phone_offline_follows(app, people, visit, any_db):
    """Wu was offline: what wu wrote comes in afterwards, and wu's phone learns that it is off the team."""
    wu = visit.phone("wu")
    wu.write("note", {"department": "XFJY", "text": "离线所记"})
    visit.reassigned(leaves=["wu"], joins=["tang"])
    assert changes(app, visit) == [("replaced", "工作调整", "吴演示", "唐演示")]
    assert {people["wu"], people["tang"]} <= told(app, "visit-replaced")
    assert wu.push()["rejected"] == []
    assert wu.caller.get(f"/api/visits/{visit.id}/bundle").get_json()["code"] == "visit-left"
    tang = visit.caller("tang").get(f"/api/visits/{visit.id}/bundle").get_json()
    assert {"吴演示", "唐演示"} & {one["name"] for one in tang["team"]} == {"唐演示"}


def test_other_visits_are_none_of_this_rooms(app, people):
    visit = a_visit(app, people).cancelled()
    assert changes(app, visit) == []


@pytest.mark.parametrize(("who", "status"), [("luo", 403), ("lin", 403), ("qian", 403)])
def test_only_the_office_and_the_lead_department_move_it(desk, submit, visit, who, status):
    client = desk(who)
    assert submit(client, at(visit), **LATER).status_code == status
    assert client.get(at(visit)).status_code == status
    assert client.get(f"/office/visits/{visit.id}/merge").status_code == status


@pytest.fixture
def twice(app, people, dispatched):
    """Two visits to the same enterprise, by two teams."""
    _task, (first,) = dispatched(team=("lin", "ma", "zhou", "wu"))
    _task, (second,) = dispatched(team=("lin", "ma", "zhou", "tang"), days=[(dt.date(2026, 12, 9), "am")],
                                  source="campaign")  # fmt: skip
    return first, second


def test_two_visits_become_one_with_both_teams_and_both_lists(app, people, desk, submit, twice, any_db):
    first, second = twice
    with app.app_context(), transaction():
        other = db.session.get_one(Visit, second.id)
        document = bundle.load(other.bundle_digest)
        checklist, sections = document["checklist"], document["departments"]
        item = checklist["items"][0] | {"id": "GAS9", "department": "YJGL", "matter": "危化品"}
        own = {"code": "YJGL", "name": "青阳县应急管理局", "short_name": "应急局", "lead": False, "order": 3}
        changed = {"version": "乙", "items": [*checklist["items"], item]}
        more = {"checklist": checklist | changed, "departments": [*sections, own]}
        bundle.keep(other, document | more)
    he = desk("he")
    assert second.id in he.get(f"/office/visits/{first.id}/merge").text
    answer = submit(he, f"/office/visits/{first.id}/merge", other=second.id, reason="减少入企")
    assert answer.status_code == 303
    told_phone = first.caller("tang").get(f"/api/visits/{first.id}/bundle").get_json()
    assert {one["name"] for one in told_phone["team"]} == {"林演示", "马演示", "周演示", "吴演示", "唐演示"}
    assert [one["id"] for one in told_phone["checklist"]["items"]] == ["SC1", "SC2", "XF1", "XF2", "GAS9"]
    assert [one["code"] for one in told_phone["departments"]] == ["SCJG", "XFJY", "YJGL"]
    assert told_phone["checklist"]["version"] == "测试版＋乙"
    with app.app_context():
        other = db.session.get_one(Visit, second.id)
        assert other.cancel_reason == "减少入企（并入 LC-2026-0001）"
        departments = [one.department for one in db.session.get_one(Visit, first.id).departments]
        assert departments == ["SCJG", "XFJY", "YJGL"]
    assert changes(app, first) == [("merged", "减少入企", "LC-2026-0002", "")]
    assert people["tang"] in told(app, "visit-merged")
    first.phone("lin").arrive()
    assert first.sent().state()["status"] == "open"


def test_an_enterprise_told_of_either_learns_of_the_merger(app, client, desk, submit, twice, any_db):
    """Its old page and the code in its old notice lead to the visit that takes place."""
    first, second = twice
    he, codes = desk("he"), {}
    for one in twice:
        form = {"way": "link", "recipient": "演示人"}
        assert submit(he, f"/office/visits/{one.id}/prior-notice", **form).status_code == 303
        with app.app_context():
            codes[one] = db.session.get_one(PriorNotice, one.id).code
            door = db.session.get_one(Sending, one.id).door
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=5)
    form = {"other": second.id, "reason": "减少入企"}
    assert submit(he, f"/office/visits/{first.id}/merge", **form).status_code == 303
    page = client.get(f"/n/{codes[second]}")
    assert "只上门一次，时间为 2026-12-08 09:00" in words(page)
    assert (f"/n/{codes[first]}" in page.text, "青阳县演示加油站" in page.text) == (True, False)
    assert "须重新告知" in words(he.get(f"/office/visits/{first.id}/prior-notice"))
    assert "尚未开放" in words(client.get(f"/d/{door}"))
    first.phone("lin").arrive()
    first.sent()
    assert "LC-2026-0001" in words(client.get(f"/d/{door}"))


def task_of(app, visit):
    with app.app_context():
        return db.session.get_one(Sending, visit.id).task_id


def told_phones(visit):
    return visit.caller("zhou").get(f"/api/visits/{visit.id}/bundle").get_json()["visit"]


def test_phones_know_the_approvals_of_both_tasks(app, desk, submit, twice, any_db):
    """R-501: of a department that goes for both, what holds it up more."""
    first, second = twice
    tasks = own, other = task_of(app, first), task_of(app, second)
    for task, departments in ((own, "SCJG XFJY"), (other, "SCJG XFJY YJGL")):
        for code in departments.split():
            decided(app, task, "approved", code)
    decided(app, other, "asked", "XFJY")
    form = {"other": second.id, "reason": "减少入企"}
    assert submit(desk("he"), f"/office/visits/{first.id}/merge", **form).status_code == 303

    def approvals():
        return [(one["department"], one["state"]) for one in told_phones(first)["approvals"]]

    assert approvals() == [("SCJG", "approved"), ("XFJY", "asked"), ("YJGL", "approved")]
    for state, standing in (("approved", "approved"), ("refused", "refused")):
        decided(app, other, state, "XFJY")
        for task in tasks:
            with app.app_context(), transaction():
                approvals_of.refresh(task)
            assert approvals() == [("SCJG", "approved"), ("XFJY", standing), ("YJGL", "approved")]


def test_what_holds_a_department_up_more_comes_first():
    def approval(state, urgent=False, due_at=None):
        return {"department": "XFJY", "state": state, "urgent": urgent, "due_at": due_at}

    soon, later = approval("asked", True, "2026-05-12T10:00"), approval("asked", True, "2026-05-13T10:00")
    ranked = [approval("refused"), approval("asked"), soon, later, approval("approved")]
    for place, one in enumerate(ranked):
        assert rules.strictest(reversed(ranked[place:])) == [one]


def test_what_the_enterprise_said_before_either_visit_is_known_on_the_one(
    app, client, desk, submit, twice, any_db
):
    first, second = twice
    he = desk("he")

    def say(visit, said):
        with app.app_context():
            code = db.session.get_one(PriorNotice, visit.id).code
        assert submit(client, f"/n/{code}/corrections", item="XF1", said=said).status_code == 303

    for visit in twice:
        form = {"way": "link", "recipient": "演示人"}
        assert submit(he, f"/office/visits/{visit.id}/prior-notice", **form).status_code == 303
    say(second, "灭火器已更换")
    form = {"other": second.id, "reason": "减少入企"}
    assert submit(he, f"/office/visits/{first.id}/merge", **form).status_code == 303
    assert [one["said"] for one in told_phones(first)["corrected_before"]] == ["灭火器已更换"]
    say(first, "台账已补")
    assert [one["said"] for one in told_phones(first)["corrected_before"]] == ["灭火器已更换", "台账已补"]
    assert "灭火器已更换" in words(he.get(f"/office/visits/{first.id}"))


def test_papers_and_phones_name_both_tasks_of_a_merged_visit(app, desk, submit, twice):
    first, second = twice
    with app.app_context():
        numbers = [db.session.get_one(Sending, one.id).task.number for one in twice]
    form = {"other": second.id, "reason": "减少入企"}
    assert submit(desk("he"), f"/office/visits/{first.id}/merge", **form).status_code == 303
    with app.app_context():
        (notice,) = paper.notices(queries.wholes([first.id]), paper.PRIOR)
    for source in (told_phones(first)["task_source"], notice.source):
        assert all(number in source for number in numbers)


def test_what_cannot_be_merged_says_why(app, people, desk, submit, twice, dispatched):
    first, second = twice
    he, address = desk("he"), f"/office/visits/{first.id}/merge"
    assert submit(he, address, other="x", reason="减少").status_code == 422
    assert submit(he, address, other=second.id, reason="").status_code == 422
    a_visit(app, people, team=("tang", "ma"), date=dt.date(2026, 12, 8), slot="10:00")
    answer = submit(he, address, other=second.id, reason="减少")
    assert (answer.status_code, "涉及：" in words(answer), "唐演示" in words(answer)) == (409, True, True)
    second.phone("lin").arrive()
    second.sent()
    assert submit(he, address, other=second.id, reason="减少").status_code == 422  # no longer to be chosen
    assert changes(app, first) == []


def test_an_unreleased_visit_is_not_given_away_as_one_to_merge_with(app, people, visit, dispatched):
    """R-414: who directs the task and goes along is told no sooner than the team."""
    unannounced = {"unannounced": True, "release_hours": 2, "days": [(dt.date(2026, 12, 9), "am")]}
    _task, (hidden,) = dispatched(source="campaign", **unannounced)
    with app.app_context(), transaction():
        db.session.add(PersonRole(person_id=people["lin"], role="planner"))
    with app.app_context():
        lin, own = db.session.get_one(Person, people["lin"]), db.session.get_one(Visit, visit.id)
        assert changes_of.mergeable(lin, own) == []
        he = db.session.get_one(Person, people["he"])
        assert [one.id for one in changes_of.mergeable(he, own)] == [hidden.id]
