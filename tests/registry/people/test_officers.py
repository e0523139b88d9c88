"""The register of officers: found by what is asked, kept by whom it belongs to, and nothing lost."""

import datetime as dt
import io
import json

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.registry.actions import eligible_officers
from server.registry.model import Inspector, RegistryChange
from server.registry.people import actions, away, listing
from server.registry.people.listing import Filters
from server.registry.people.model import Absence
from server.registry.people.rules import CertificateState, certificate_state
from server.registry.rules import Away
from tests.registry.people.conftest import TODAY, entry, form_of, person, send_away, submit, words

LIST = "/office/officers"
SUBJECT = "91341723MA2TEST01X"


def day(offset):
    return TODAY + dt.timedelta(days=offset)


@pytest.fixture
def town(any_db, app, people, noon):
    """The cast's officers, in both databases, with things to find."""
    with app.app_context():
        with transaction():
            for username, change in {
                "lin": {"valid_until": day(30), "grids": ["G1"]},
                "ma": {"valid_until": day(-1), "specialties": []},
                "wu": {"can_lead": False},
            }.items():
                for name, value in change.items():
                    setattr(db.session.get_one(Inspector, people[username]), name, value)
        send_away(people, "zhou", day(0), day(3))
        with transaction():
            actions.end(person(people, "he"), people["tang"], "调离")
        yield people


def found(**filters):
    return [row.person.username for row in listing.page_of_officers(Filters(**filters), None).rows]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["lin", "ma", "wu", "zhou", "qian"]),  # by department in the county's order; the ended left out
        ({"department": "XFJY"}, ["wu", "zhou"]),
        ({"industry": "YY"}, ["lin", "wu", "zhou", "qian"]),
        ({"industry": "Y"}, []),  # a part of a code is no code
        ({"grid": "G1"}, ["lin"]),
        ({"lacks": "specialty"}, ["ma"]),
        ({"lacks": "grid", "department": "SCJG"}, ["ma"]),
        ({"certificate": "valid"}, ["lin", "wu", "zhou", "qian"]),
        ({"certificate": "expiring"}, ["lin"]),
        ({"certificate": "expired"}, ["ma"]),
        ({"certificate": "withdrawn"}, ["tang"]),
        ({"duty": "away"}, ["zhou"]),
        ({"duty": "on", "department": "XFJY"}, ["wu"]),
        ({"leads": True, "department": "XFJY"}, ["zhou"]),
        ({"search": "演示"}, ["lin", "ma", "wu", "zhou", "qian"]),
        ({"search": "林"}, ["lin"]),
        ({"search": "QIA"}, ["qian"]),
        ({"search": "0002"}, ["ma"]),
        ({"search": "100%"}, []),
    ],
)
def test_officers_are_found_by(town, filters, expected):
    assert found(**filters) == expected


def test_pages_follow_one_another_both_ways(town, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)
    first = listing.page_of_officers(Filters(), None)
    second = listing.page_of_officers(Filters(), first.next)
    third = listing.page_of_officers(Filters(), second.next)
    back = listing.page_of_officers(Filters(), third.previous)
    names = [[row.person.username for row in page.rows] for page in (first, second, third, back)]
    assert names == [["lin", "ma"], ["wu", "zhou"], ["qian"], ["wu", "zhou"]]
    assert (first.previous, third.next) == (None, None)
    assert [row.person.username for row in listing.all_officers(Filters())] == [
        name for page in names[:3] for name in page
    ]


def test_a_page_costs_two_queries_however_long(town):
    asked = []
    listen = lambda *args: asked.append(args[2])  # noqa: E731
    db.event.listen(db.engine, "before_cursor_execute", listen)
    listing.page_of_officers(Filters(), None)
    db.event.remove(db.engine, "before_cursor_execute", listen)
    assert len([one for one in asked if one.startswith("SELECT")]) <= 4  # with the roles of the people


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(-5, 5), length=st.none() | st.integers(0, 5), on=st.integers(-6, 12))
def test_away_in_the_list_is_away_by_the_rule(app, people, first, length, on):
    """Days × absences: the condition of the query and `Away.covers` agree."""
    until = None if length is None else day(first + length)
    with app.app_context(), transaction():
        db.session.execute(db.delete(Absence))
        away.be_absent(person(people, "he"), people["lin"], "study", day(first), until, "学习")
        gone = db.session.scalars(db.select(Absence).where(listing.away_on(day(on)))).all()
        assert bool(gone) == Away(day(first), until).covers(day(on))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(-70, 70), length=st.integers(0, 140), withdrawn=st.booleans())
def test_a_certificate_in_the_list_stands_where_the_rule_says(app, people, first, length, withdrawn):
    """Days × certificates: the conditions of the query and `certificate_state` agree."""
    with app.app_context(), transaction():
        officer = db.session.get_one(Inspector, people["lin"])
        officer.valid_from, officer.valid_until = day(first), day(first + length)
        officer.ended_at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC) if withdrawn else None
        db.session.flush()
        states = {
            state
            for state in CertificateState
            if db.session.scalar(
                db.select(Inspector.person_id).where(
                    Inspector.person_id == officer.person_id, *listing.in_certificate_state(state, TODAY)
                )
            )
        }
    expected = certificate_state(day(first), day(first + length), TODAY, withdrawn=withdrawn)
    assert states == {expected} | ({CertificateState.VALID} if expected == "expiring" else set())


# --- who may be sent


def sendable(department, days=(TODAY,), uscc=None):
    return [
        db.session.get_one(Person, one.person).username
        for one in eligible_officers(department, "YY", days, uscc)
    ]


def test_who_may_be_sent_follows_the_register(town):
    assert sendable("SCJG") == ["lin"]  # ma's certificate has expired
    assert sendable("SCJG", [TODAY, day(31)]) == []  # lin's ends before the visit
    assert sendable("XFJY") == ["wu"]  # zhou is away, tang's certificate withdrawn
    assert sendable("XFJY", [day(4)]) == ["wu", "zhou"]
    with transaction():
        away.recuse(person(town, "he"), town["wu"], SUBJECT.lower(), "RC1", "近亲属任职")
    assert sendable("XFJY", [day(4)], SUBJECT) == ["zhou"]
    assert sendable("XFJY", [day(4)], "91341723MA2TEST02X") == ["wu", "zhou"]


def test_an_expert_is_no_officer_by_being_one(town):
    """R-303: only a certificate makes an officer."""
    with transaction():
        shi = person(town, "shi")
        shi.roles = {"expert", "inspector"}
    assert sendable("YJGL") == []


# --- rights and deeds


def test_a_department_keeps_its_own_officers_only(app, desk, people, noon):
    luo = desk("luo")  # liaison of the fire brigade
    lin, zhou = people["lin"], people["zhou"]
    assert luo.get(f"{LIST}/{lin}/edit").status_code == 403
    for path in ("edit", "end", "absences", "recusals"):
        form = form_of(kind="leave", since="2026-05-12", uscc=SUBJECT, type="RC1")
        answer = submit(luo, f"{LIST}/{lin}/{path}", **form)
        assert answer.status_code == 403, path
        assert "只能维护本部门的执法人员" in words(answer)
    assert submit(luo, f"{LIST}/{zhou}/end", reason="退休").status_code == 303
    assert "执法证件已于 2026-05-12" in words(luo.get(f"{LIST}/{zhou}"))
    assert "退休" in words(luo.get(f"{LIST}/{zhou}"))
    assert submit(luo, f"{LIST}/{zhou}/return", reason="退休日期有误").status_code == 303
    assert "收回执法证件" in words(luo.get(f"{LIST}/{zhou}"))


def test_a_change_is_kept_with_reason_author_and_both_values(app, desk, people, noon):
    he = desk("he")
    answer = submit(he, f"{LIST}/{people['lin']}/edit", **form_of(revision="1"))
    assert answer.status_code == 303
    page = words(he.get(answer.location))
    assert "变更 · 何演示 换发新证" in page
    assert "证件编号: 340001 → 12170001" in page
    with app.app_context():
        change = db.session.scalars(db.select(RegistryChange)).one()
        assert (change.kind, change.deed, change.before["certificate_number"]) == (
            "officer", "changed", "340001",
        )  # fmt: skip


def test_a_change_that_changes_nothing_leaves_no_trace(app, desk, people, noon):
    form = form_of(revision="1")
    submit(desk("he"), f"{LIST}/{people['lin']}/edit", **form)
    assert submit(desk("he"), f"{LIST}/{people['lin']}/edit", **form | {"revision": "2"}).status_code == 303
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(RegistryChange)) == 1
        assert db.session.get_one(Inspector, people["lin"]).revision == 2


def test_two_clerks_on_one_entry_see_both_versions_and_lose_nothing(app, desk, people, noon):
    he = desk("he")
    address = f"{LIST}/{people['lin']}/edit"
    assert submit(he, address, **form_of(revision="1", issued_by="池州市司法局")).status_code == 303
    late = submit(he, address, **form_of(revision="1", certificate_number="12170009", reason="补录"))
    assert late.status_code == 409
    page = words(late)
    assert "已被他人修改" in page
    assert "何演示 · 2026-05-12 12:00 · 换发新证" in page
    assert "发证机关 池州市司法局 安徽省司法厅" in page
    assert 'value="12170009"' in late.get_data(as_text=True)
    assert 'value="2"' in late.get_data(as_text=True)  # sent once more, it is put in place of the other
    assert submit(he, address, **form_of(revision="2", certificate_number="12170009")).status_code == 303


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"certificate_number": "340002"}, 409, "持证人：马演示（市场监管局）"),
        ({"certificate_number": "x"}, 422, "证件编号的格式不正确"),
        ({"valid_until": "2023-01-01"}, 422, "结束日期早于开始日期"),
        ({"valid_until": "yesterday"}, 422, "日期不正确"),
        ({"reason": " "}, 422, "请填写此项"),
        ({"issued_by": "厅" * 101}, 422, "最多 100 字"),
        ({"specialties": ["NOWHERE"]}, 422, "有缺漏或错误"),
    ],
)
def test_a_refusal_is_said_at_its_field_and_keeps_what_was_typed(desk, people, noon, change, status, said):
    answer = submit(desk("he"), f"{LIST}/{people['lin']}/edit", **form_of(revision="1") | change)
    assert answer.status_code == status
    assert said in words(answer)
    assert "安徽省司法厅" in answer.get_data(as_text=True) or "厅厅" in answer.get_data(as_text=True)


def test_an_account_of_the_department_becomes_an_officer(app, desk, people, noon):
    he = desk("he")
    with app.app_context():
        luo = people["luo"]
    assert "罗演示（luo）" in words(he.get(f"{LIST}/new?department=XFJY"))
    answer = submit(he, f"{LIST}/new?department=XFJY", **form_of(person=luo))
    assert answer.status_code == 303
    with app.app_context():
        assert {"inspector", "liaison"} <= db.session.get_one(Person, luo).roles
    again = submit(he, f"{LIST}/new?department=XFJY", **form_of(person=luo, certificate_number="12170002"))
    assert again.status_code == 409
    assert "此人已在执法人员名录中" in words(again)
    stranger = submit(he, f"{LIST}/new?department=XFJY", **form_of(person=people["shi"]))
    assert (stranger.status_code, "请选择人员" in words(stranger)) == (422, True)


def test_a_liaison_enters_officers_of_the_own_department_whatever_the_address_says(app, desk, people, noon):
    luo = desk("luo")
    page = words(luo.get(f"{LIST}/new?department=SCJG"))
    assert "消防救援大队" in page
    answer = submit(luo, f"{LIST}/new?department=SCJG", **form_of(person=people["he"]))
    assert answer.status_code == 422


def test_an_expired_certificate_is_said_in_words_and_with_an_icon(app, desk, people, noon):
    with app.app_context(), transaction():
        db.session.get_one(Inspector, people["lin"]).valid_until = day(-1)
    answer = desk("he").get(f"{LIST}?certificate=expired")
    html = answer.get_data(as_text=True)
    assert 'badge fail"><svg class="icon" aria-hidden="true">' in html.replace("\n", "")
    assert "林演示" in words(answer)
    assert "已过期" in words(answer)
    assert "执法证件已过期" in words(desk("he").get(f"{LIST}/{people['lin']}"))


def test_hostile_addresses_answer_calmly(desk, people, noon):
    he = desk("he")
    places = ("after=x", "after=99999999999,lin", "after=1,%00", "before=1,lin&after=2,x")
    for query in (*places, "q=%00", "q=" + "长" * 500, "industry=%27", "certificate=no"):
        assert he.get(f"{LIST}?{query}").status_code == 200, query
    assert he.get(f"{LIST}/0193a9b2-0000-7000-8000-00000000000f").status_code == 404
    assert he.get(f"{LIST}/export.exe").status_code == 404


def test_the_list_leaves_as_filtered(desk, people, noon):
    he = desk("he")
    rows = json.loads(he.get(f"{LIST}/export.json?department=XFJY").get_data())
    rows = rows["rows"] if isinstance(rows, dict) else rows
    assert [row["username"] for row in rows] == ["tang", "wu", "zhou"]
    book = openpyxl.load_workbook(io.BytesIO(he.get(f"{LIST}/export.xlsx").get_data()))
    assert "林演示" in {str(cell.value) for row in book.active.iter_rows() for cell in row}


def test_people_are_found_from_any_page(desk, people, noon):
    he = desk("he")
    assert "林演示 市场监管局 · 340001" in words(he.get("/office/search?q=林"))
    assert "没有找到" in words(desk("lin").get("/office/search?q=马"))  # an officer reads no register


def test_the_two_reviews_lead_to_one_another(desk, people, noon):
    he = desk("he")
    assert "/office/officers/review" in he.get("/office/enterprises/review").get_data(as_text=True)
    assert "/office/enterprises/review" in he.get("/office/officers/review").get_data(as_text=True)


# --- absences and recusals


def test_an_absence_is_entered_cut_short_and_taken_back(app, desk, people, noon):
    he, lin = desk("he"), people["lin"]
    form = {"kind": "leave", "since": "2026-05-10", "until": "2026-05-20", "reason": "年休假"}
    assert submit(he, f"{LIST}/{lin}/absences", **form).status_code == 303
    page = words(he.get(f"{LIST}/{lin}"))
    assert "今日不在岗 请假 2026-05-10 – 2026-05-20 · 年休假" in page
    with app.app_context():
        absence = db.session.scalars(db.select(Absence)).one().id
    end = f"{LIST}/{lin}/absences/{absence}/end"
    later = submit(he, end, last_day="2026-05-21", reason="延长")
    assert (later.status_code, "已经撤销或结束" in words(later)) == (409, True)
    assert submit(he, end, last_day="2026-05-11", reason="提前返岗").status_code == 303
    assert "已结束 请假 2026-05-10 – 2026-05-11" in words(he.get(f"{LIST}/{lin}"))
    assert submit(he, end, last_day="2026-05-09", reason="登记有误").status_code == 303
    assert "已撤销 请假" in words(he.get(f"{LIST}/{lin}"))
    assert submit(he, end, last_day="2026-05-09", reason="再次").status_code == 409


def test_an_absence_the_wrong_way_round_is_refused_at_its_field(desk, people, noon):
    form = {"kind": "leave", "since": "2026-05-20", "until": "2026-05-10", "reason": "年休假"}
    answer = submit(desk("he"), f"{LIST}/{people['lin']}/absences", **form)
    assert answer.status_code == 422
    assert "结束日期早于开始日期" in words(answer)
    assert 'value="2026-05-20"' in answer.get_data(as_text=True)


def test_a_recusal_names_the_subjects_and_is_lifted_by_another(app, desk, people, noon):
    he, zhou = desk("he"), people["zhou"]
    form = {"uscc": SUBJECT.lower(), "type": "RC1", "reason": "配偶任职"}
    assert submit(he, f"{LIST}/{zhou}/recusals", **form).status_code == 303
    page = words(he.get(f"{LIST}/{zhou}"))
    assert f"有效 {SUBJECT} 青阳县演示加油站" in page
    twice = submit(he, f"{LIST}/{zhou}/recusals", **form)
    assert (twice.status_code, "已经登记" in words(twice)) == (409, True)
    with app.app_context():
        recusal = listing.recusals_of(zhou)[0].recusal.id
    assert submit(desk("luo"), f"{LIST}/{zhou}/recusals/{recusal}/end", reason="离职").status_code == 303
    assert "已解除" in words(he.get(f"{LIST}/{zhou}"))


def test_what_a_code_names_is_said_while_it_is_typed(desk, people, noon):
    he = desk("he")
    assert "青阳县演示加油站" in words(he.get(f"{LIST}/subjects?uscc={SUBJECT}"))
    assert SUBJECT in words(he.get(f"{LIST}/subjects?uscc=演示加油站"))
    assert SUBJECT in words(he.get(f"{LIST}/subjects?uscc=qyxysjyz"))
    assert "没有这个名称" in words(he.get(f"{LIST}/subjects?uscc=药店"))
    assert words(he.get(f"{LIST}/subjects?uscc=%00。")).strip() in ("", "名录库中没有这个名称的检查对象。")
    picked = {"uscc": "加油站", "pick": SUBJECT, "type": "RC1", "reason": "配偶任职"}
    assert submit(he, f"{LIST}/{people['zhou']}/recusals", **picked).status_code == 303
    named = submit(he, f"{LIST}/{people['zhou']}/recusals", **picked | {"pick": ""})
    assert (named.status_code, "从列出的检查对象中选择" in words(named)) == (422, True)
    assert "没有这个代码" in words(he.get(f"{LIST}/subjects?uscc=91341723MA2TEST09X"))


def test_officers_say_their_own_absence_and_recusal_and_lift_none(app, desk, people, noon):
    lin = desk("lin")
    assert "不在岗与回避" in words(lin.get(f"{LIST}/me"))
    form = {"kind": "study", "since": "2026-06-01", "reason": "脱产学习"}
    assert submit(lin, f"{LIST}/me/absences", **form).status_code == 303
    assert submit(lin, f"{LIST}/me/recusals", uscc=SUBJECT, type="RC2", reason="持股").status_code == 303
    page = words(lin.get(f"{LIST}/me"))
    assert "尚未开始 脱产学习 2026-06-01 – 结束日期未定" in page
    assert "青阳县演示加油站" in page
    refused = submit(lin, f"{LIST}/me/recusals", uscc="91341723MA2TEST02X", type="RC3", reason="x")
    assert refused.status_code == 422
    with app.app_context():
        recusal = listing.recusals_of(people["lin"])[0].recusal
        assert recusal.declared_by == people["lin"]
        with pytest.raises(Problem, match="recusal-own"), transaction():
            away.lift_recusal(person(people, "lin"), people["lin"], recusal.id, "不再持股")
    assert lin.get(LIST).status_code == 403


def test_somebody_with_the_role_and_no_entry_is_told_whom_to_ask(app, desk, people, noon):
    with app.app_context(), transaction():
        person(people, "luo").roles = {"inspector"}
    answer = desk("luo").get(f"{LIST}/me")
    assert (answer.status_code, "您不在执法人员名录中" in words(answer)) == (200, True)


def test_an_ended_officer_is_changed_no_more(app, people, noon):
    with app.app_context():
        he = person(people, "he")
        with transaction():
            actions.end(he, people["lin"], "退休")
        for deed in (
            lambda: actions.change(he, people["lin"], entry(), "x", 2),
            lambda: actions.end(he, people["lin"], "x"),
            lambda: away.be_absent(he, people["lin"], "leave", TODAY, None, "x"),
            lambda: away.recuse(he, people["lin"], SUBJECT, "RC1", "x"),
        ):
            with pytest.raises(Problem, match="officer-ended"), transaction():
                deed()
        with pytest.raises(Problem, match="officer-in-office"), transaction():
            actions.bring_back(he, people["ma"], "x")


def test_a_number_entered_twice_at_the_same_moment_is_refused_all_the_same(town, monkeypatch):
    """As where two ask before either has written: the first look finds the number free."""
    looks = []
    refuse = actions._refuse_taken
    monkeypatch.setattr(
        actions, "_refuse_taken", lambda *said: refuse(*said) if looks else looks.append(said)
    )
    with pytest.raises(Problem, match="certificate-number-taken") as told, transaction():
        actions.change(person(town, "he"), town["lin"], entry(certificate_number="340002"), "x", 1)
    assert (told.value.field, told.value.params["name"]) == ("certificate_number", "马演示")
    assert db.session.get_one(Inspector, town["lin"]).certificate_number == "340001"
