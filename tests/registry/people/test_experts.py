"""The register of experts, the monthly review, and accounts made with a one-time password."""

import datetime as dt
import json

import pytest

from server.accounts import newcomers
from server.accounts.model import Person
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.registry.model import Inspector, RegistryChange, ReviewMark
from server.registry.people import experts, reviewing
from server.registry.people.experts import ExpertEntry, Filters
from server.registry.people.model import Expert
from server.registry.people.rules import AppointmentState, appointment_state
from tests.dialogue import form_token, sign_in
from tests.registry.people.conftest import TODAY, form_of, person, submit, words

LIST = "/office/experts"
PHONE = "13812345678"


def day(offset):
    return TODAY + dt.timedelta(days=offset)


def an_expert(**change):
    said = {
        "name": "郑专演示",
        "unit": "示例中心",
        "title": "高级工程师",
        "phone": PHONE,
        "fields": ["危险化学品"],
        "industries": ["YY"],
        "inviters": ["XFJY"],
        "appointed_from": day(-100),
        "appointed_until": day(300),
    }
    return ExpertEntry(**(said | change))


def form(**change):
    said = {
        "name": "郑专演示",
        "unit": "示例中心",
        "phone": PHONE,
        "fields": "危险化学品, 消防；危险化学品",
        "inviters": ["XFJY"],
        "appointed_from": "2026-01-01",
        "appointed_until": "2027-12-31",
        "reason": "聘任",
    }
    return said | change


def appoint(ids, **change):
    with transaction():
        return experts.appoint(person(ids, "he"), an_expert(**change), "聘任").id


@pytest.fixture
def known(any_db, app, people, noon):
    """Four experts, in both databases."""
    with app.app_context():
        appoint(people)
        appoint(people, name="冯专演示", unit="检测院", fields=["食品", "50%_溶液"], appointed_until=day(60))
        appoint(people, name="陈专演示", industries=[], appointed_until=day(-1))
        ended = appoint(people, name="卫专演示", appointed_until=day(400))
        with transaction():
            experts.end(person(people, "he"), ended, "本人申请")
        yield people


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["卫", "郑", "冯", "陈"]),
        ({"state": "appointed"}, ["郑", "冯"]),
        ({"state": "expiring"}, ["冯"]),
        ({"state": "ended"}, ["卫", "陈"]),
        ({"industry": "YY", "state": "ended"}, ["卫"]),
        ({"field": "食品"}, ["冯"]),
        ({"field": "50%_溶液"}, ["冯"]),
        ({"field": "食"}, []),
        ({"search": "检测"}, ["冯"]),
        ({"search": "郑"}, ["郑"]),
    ],
)
def test_experts_are_found_by(known, filters, expected):
    found = experts.page_of_experts(Filters(**filters), None).experts
    assert [one.name[0] for one in found] == expected


def test_pages_follow_one_another_both_ways(known, monkeypatch):
    monkeypatch.setattr(experts, "PAGE", 2)
    first = experts.page_of_experts(Filters(), None)
    second = experts.page_of_experts(Filters(), first.next)
    back = experts.page_of_experts(Filters(), second.previous)
    assert [[one.name[0] for one in page.experts] for page in (first, second, back)] == [
        ["卫", "郑"], ["冯", "陈"], ["卫", "郑"],
    ]  # fmt: skip
    assert len(list(experts.all_experts(Filters()))) == 4


@pytest.mark.parametrize("last", [-1, 0, 60, 61])
@pytest.mark.parametrize("first", [-10, 0, 1])
@pytest.mark.parametrize("ended", [False, True])
def test_an_appointment_in_the_list_stands_where_the_rule_says(app, people, noon, first, last, ended):
    with app.app_context(), transaction():
        db.session.add(
            Expert(
                id="0193a9b2-0000-7000-8000-00000000000f",
                name="郑", unit="", title="", phone="", fields=[], industries=[], inviters=[],
                appointed_from=day(first), appointed_until=day(last),
                ended_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC) if ended else None,
            )
        )  # fmt: skip
        db.session.flush()
        states = {
            one
            for one in AppointmentState
            if db.session.scalar(db.select(Expert.id).where(*experts.in_state(one, TODAY)))
        }
    expected = appointment_state(day(first), day(last), TODAY, ended=ended)
    assert states == {expected} | ({AppointmentState.APPOINTED} if expected == "expiring" else set())


# --- on the screen


def test_an_expert_is_entered_changed_and_ended(app, desk, people, noon):
    he = desk("he")
    made = submit(he, f"{LIST}/new", **form())
    assert made.status_code == 303
    page = words(he.get(made.location))
    assert "危险化学品、消防" in page
    assert PHONE in page
    changed = submit(he, f"{made.location}/edit", **form(revision="1", unit="另一中心", reason="调动"))
    assert changed.status_code == 303
    late = submit(he, f"{made.location}/edit", **form(revision="1", phone="13900000000"))
    assert (late.status_code, "现行内容 您填写的内容" in words(late)) == (409, True)
    assert "13900000000" in late.get_data(as_text=True)
    assert submit(he, f"{made.location}/end", reason=" ").status_code == 422
    assert submit(he, f"{made.location}/end", reason="本人申请").status_code == 303
    page = words(he.get(made.location))
    assert "聘任已于 2026-05-12" in page
    assert "单位: 示例中心 → 另一中心" in page
    assert submit(he, f"{made.location}/end", reason="再次").status_code == 409
    assert he.get(f"{made.location}/edit").status_code == 409


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"phone": "call me"}, "电话号码的格式不正确"),
        ({"appointed_until": "2025-01-01"}, "结束日期早于开始日期"),
        ({"fields": " "}, "请填写此项"),
    ],
)
def test_a_refusal_is_said_at_its_field(desk, people, noon, change, said):
    answer = submit(desk("he"), f"{LIST}/new", **form(**change))
    assert answer.status_code == 422
    assert said in words(answer)
    assert "示例中心" in answer.get_data(as_text=True)


def test_a_department_keeps_experts_whom_only_it_may_invite(app, desk, people, noon):
    luo = desk("luo")
    assert submit(luo, f"{LIST}/new", **form()).status_code == 303
    for inviters in ([], ["SCJG"], ["SCJG", "XFJY"]):
        assert submit(luo, f"{LIST}/new", **form(inviters=inviters)).status_code in (403, 422)
    with app.app_context():
        other = appoint(people, inviters=["SCJG"])
    assert luo.get(f"{LIST}/{other}/edit").status_code == 403
    assert submit(luo, f"{LIST}/{other}/end", reason="x").status_code == 403
    assert submit(luo, f"{LIST}/{other}/edit", **form(revision="1")).status_code == 403


def test_a_phone_is_whole_for_those_who_may_invite_and_for_nobody_else(app, desk, people, noon):
    """R-1401, R-1407: masked before it leaves the server, in list, page, export and history."""
    with app.app_context():
        for one in (appoint(people), appoint(people, inviters=["SCJG"])):
            with transaction():
                entry = an_expert(phone="13887654321", inviters=db.session.get_one(Expert, one).inviters)
                experts.change(person(people, "he"), one, entry, "换号", 1)
        kept = [change.after["phone"] for change in db.session.scalars(db.select(RegistryChange))]
        assert all("****" in phone for phone in kept)
        ids = {tuple(one.inviters): one.id for one in db.session.scalars(db.select(Expert))}
    luo, he = desk("luo"), desk("he")
    for client, inviters, whole in ((luo, "XFJY", True), (luo, "SCJG", False), (he, "SCJG", True)):
        page = client.get(f"{LIST}/{ids[(inviters,)]}").get_data(as_text=True)
        assert ("13887654321" in page, "138****4321" in page) == (whole, True)
    for address in (LIST, f"{LIST}/export.csv", f"{LIST}/export.json"):
        text = luo.get(address).get_data(as_text=True)
        assert (text.count("13887654321"), text.count("138****4321")) == (1, 1), address


def test_hostile_addresses_answer_calmly(desk, people, noon):
    he = desk("he")
    for query in ("after=x", "after=2026-05-12,x", "q=%00", "field=%25", "state=no", "before=9999-99-99,1"):
        assert he.get(f"{LIST}?{query}").status_code == 200, query
    assert he.get(f"{LIST}/0193a9b2-0000-7000-8000-00000000000f").status_code == 404


# --- the monthly review


def test_what_looks_stale_is_counted_by_department(known):
    with transaction():
        lin, wu = (db.session.get_one(Inspector, known[one]) for one in ("lin", "wu"))
        lin.valid_until, lin.grids = day(-1), ["G1"]
        wu.valid_until, wu.specialties = day(10), []
        db.session.get_one(Inspector, known["tang"]).ended_at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    found = {one.department.code: (one.officers, one.found) for one in reviewing.officers_by_department()}
    assert found["SCJG"] == (2, {"expired": 1, "expiring": 0, "specialty": 0, "grid": 1})
    assert found["XFJY"] == (2, {"expired": 0, "expiring": 1, "specialty": 1, "grid": 2})
    assert reviewing.experts_ending() == 1


def test_a_review_is_marked_once_by_those_it_concerns(app, desk, people, noon):
    luo, he = desk("luo"), desk("he")
    page = words(luo.get("/office/officers/review"))
    assert "消防救援大队" in page
    assert "市场监管局" not in page
    assert submit(luo, "/office/officers/review/officers/SCJG").status_code == 403
    assert submit(luo, "/office/officers/review/experts").status_code == 403
    assert submit(luo, "/office/officers/review/officers/XFJY").status_code == 303
    assert submit(he, "/office/officers/review/officers/XFJY").status_code == 303
    assert submit(he, "/office/officers/review/experts").status_code == 303
    assert submit(he, "/office/officers/review/officers/NONE").status_code == 404
    assert "已核查 罗演示 2026-05-12 12:00" in words(he.get("/office/officers/review"))
    with app.app_context():
        marks = {one.line: (one.found, one.actor) for one in db.session.scalars(db.select(ReviewMark))}
    assert marks == {"officers:XFJY": (3, people["luo"]), "experts": (0, people["he"])}


# --- accounts


def test_a_new_account_opens_nothing_but_the_choice_of_a_password(app, desk, people, noon):
    he = desk("he")
    new = form_of(new_name="新演示", username="SCJG08")
    answer = submit(he, "/office/officers/new?department=SCJG", **new)
    assert answer.status_code == 201
    password = words(answer).split("一次性密码 ")[-1].split()[0]
    assert len(password) == 19
    client = app.test_client()
    first = sign_in(client, "scjg08", password)
    assert (first.status_code, "设置密码" in words(first)) == (200, True)
    assert client.get("/api/session").status_code == 401
    ticket = first.get_data(as_text=True).split('name="ticket" value="')[1].split('"')[0]

    def choose(password, again):
        said = {"ticket": ticket, "username": "scjg08", "password": password, "again": again}
        return client.post("/login/password", data={"csrf_token": form_token(client), **said})

    assert "至少 10 个字符" in words(choose("short", "short"))
    assert "至少 10 个字符" in words(choose("my-scjg08-password", "my-scjg08-password"))
    assert "不一致" in words(choose("long enough it is", "long enough it was"))
    assert choose("long enough it is", "long enough it is").status_code == 302
    assert client.get("/api/session").status_code == 200
    late = choose("another long one", "another long one")
    assert (late.status_code, "时间已过" in words(late)) == (409, True)
    assert sign_in(app.test_client(), "scjg08", password).status_code == 401
    assert sign_in(app.test_client(), "scjg08", "long enough it is").status_code == 302


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"username": "lin", "new_name": "新演示"}, 409, "此用户名已被使用"),
        ({"username": "新 演示", "new_name": "新演示"}, 422, "用户名的格式不正确"),
        ({"username": "scjg08"}, 422, "请选择人员"),
        ({}, 422, "请选择人员"),
    ],
)
def test_an_account_that_cannot_be_made(app, desk, people, noon, change, status, said):
    answer = submit(desk("he"), "/office/officers/new?department=SCJG", **form_of(**change))
    assert (answer.status_code, said in words(answer)) == (status, True)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Person)) == len(people.ids)


def test_a_forged_or_foreign_ticket_opens_nothing(app, people):
    with app.app_context():
        for ticket in ("", "x.y.z", newcomers.ticket(person(people, "lin"))):
            with pytest.raises(Problem, match="password-late"):
                newcomers.choose_password(ticket, "long enough it is", "long enough it is")


def test_the_experts_leave_as_filtered(app, desk, people, noon):
    with app.app_context():
        appoint(people)
        appoint(people, name="陈专演示", appointed_until=day(-1))
    rows = json.loads(desk("he").get(f"{LIST}/export.json?state=ended").get_data())
    assert [row["name"] for row in (rows["rows"] if isinstance(rows, dict) else rows)] == ["陈专演示"]
