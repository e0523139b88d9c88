"""What was held back, in the office: found, understood, admitted with a reason; what cannot be says why."""

import pytest

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.visits.access import may_direct
from server.visits.actions import admit_chain
from server.visits.chains import directed_by
from server.visits.model import Entry, Visit
from tests.accounts.test_devices import end, queries_of
from tests.builders import Key, a_visit
from tests.office.conftest import submit, words


@pytest.fixture
def visit(app, people, any_db):
    return a_visit(app, people)


@pytest.fixture
def he(visit, desk):
    return desk("he")


def foreign(visit, remark="代填 <b>消防</b>"):
    """lin answers what is the fire brigade's to answer."""
    lin = visit.phone("lin")
    entry = lin.answer("XF1", "fail", remark=remark)
    assert lin.push()["rejected"][0]["reason"] == "not-allowed"
    return entry


def chain(visit, name):
    return f"/office/visits/{visit.id}/chains/{visit.phone(name).device}"


def admit(client, visit, phone, reason="两局已书面同意"):
    return submit(client, f"/office/visits/{visit.id}/chains/{phone.device}/admission", reason=reason)


# The list


def test_an_empty_list_says_what_will_appear(he):
    assert "没有待核记录" in words(he.get("/office/held-back"))
    assert "没有待核记录" in words(he.get("/office/held-back/asides"))


def test_all_visits_are_in_one_list(app, people, he, visit):
    foreign(visit)
    other = a_visit(app, people)
    foreign(other)
    page = words(he.get("/office/held-back"))
    assert "LC-2026-0001" in page
    assert "LC-2026-0002" in page
    assert "林演示 lin的手机" in page
    assert "属其他部门 1 条记录" in page
    assert "LC-2026-0001" not in words(he.get("/office/held-back?q=0002"))
    assert "没有符合条件的记录" in words(he.get("/office/held-back?why=revoked"))
    assert he.get("/office/held-back?after=%00,x,y&why=nothing").status_code == 200


def test_a_department_sees_what_it_leads_only(app, people, visit, desk):
    foreign(visit)
    led = a_visit(app, people, team=("zhou", "wu", "lin", "ma"))
    led.phone("ma").answer("XF1")
    led.phone("ma").push()
    page = words(desk("luo").get("/office/held-back"))
    assert "LC-2026-0002" in page
    assert "LC-2026-0001" not in page
    assert desk("zhou").get("/office/held-back").status_code == 403
    assert admit(desk("luo"), visit, visit.phone("lin")).status_code == 403
    assert admit(desk("zhou"), visit, visit.phone("lin")).status_code in (403, 404)


def test_the_condition_is_the_same_as_the_right(app, people, visit, desk):
    a_visit(app, people, team=("zhou", "wu", "lin", "ma"))
    with app.app_context():
        for name in people.ids:
            person = db.session.get_one(Person, people[name])
            visits = db.session.scalars(db.select(Visit)).all()
            found = set(db.session.scalars(db.select(Visit.id).where(directed_by(person))))
            assert found == {one.id for one in visits if may_direct(person, one)}, name


def test_a_longer_list_costs_no_more_queries(app, people, he, visit):
    foreign(visit)
    short = queries_of(app, lambda: he.get("/office/held-back"))
    for _ in range(3):
        foreign(a_visit(app, people))
    assert queries_of(app, lambda: he.get("/office/held-back")) == short
    assert short <= 8


# One chain


def test_a_chain_says_what_it_says_and_why(he, visit):
    foreign(visit)
    page = he.get(chain(visit, "lin"))
    assert "<b>消防" not in page.text
    shown = words(page)
    assert "代填 <b>消防</b>" in shown
    assert "谁检查、谁录入" in shown
    assert "采纳后进入全过程记录，不能撤回" in shown
    assert f"…{visit.phone('lin').device[-6:]}" in words(he.get(f"/office/visits/{visit.id}"))


def test_it_is_admitted_with_a_reason(app, people, he, visit):
    entry = foreign(visit)
    assert admit(he, visit, visit.phone("lin"), " ").status_code == 422
    assert admit(he, visit, visit.phone("lin")).status_code == 303
    with app.app_context():
        row = db.session.get_one(Entry, entry["hash"])
        assert (row.standing, row.admitted_by, row.admit_reason) == (
            "accepted",
            people["he"],
            "两局已书面同意",
        )
    assert "记录采纳 · 何演示 两局已书面同意" in words(he.get(f"/office/visits/{visit.id}"))
    again = admit(he, visit, visit.phone("lin"))
    assert (again.status_code, "没有可以采纳的记录" in words(again)) == (409, True)
    assert he.get(chain(visit, "lin")).status_code == 404


def test_what_a_lost_phone_wrote_later_is_admitted(he, visit):
    lin = visit.phone("lin")
    lin.arrive()
    lin.push()
    end(he, lin)
    visit._callers.pop("lin")
    lin.caller = visit.caller("lin")
    note = lin.write("note", {"department": "SCJG", "text": "之后"})
    assert lin.push()["rejected"][0]["reason"] == "revoked"
    assert "手机是否在本人手中" in words(he.get(chain(visit, "lin")))
    admit(he, visit, lin)
    assert [one["hash"] for one in visit.state()["lists"]["notes"]] == [note["hash"]]


def test_a_substitute_is_confirmed_once(app, people, he, visit):
    zhou, tang = visit.phone("zhou"), visit.another_phone("tang")
    named = {"person": people["tang"], "name": "唐演示", "certificate": "340005", "reason": "吴演示请假"}
    body = {"department": "XFJY", **named, "replaces_person": people["wu"], "approver": "大队长演示"}
    zhou.write("officer.substituted", body)
    tang.write("note", {"department": "XFJY", "text": "顶替"})
    assert zhou.push([*tang.chain, *zhou.chain])["rejected"][0]["reason"] == "substitute"
    page = words(he.get(f"/office/visits/{visit.id}/chains/{tang.device}"))
    assert "采纳即确认其在本次检查中顶替" in page
    admit(he, visit, tang, "同意顶替")
    later = tang.answer("XF1")
    assert zhou.push([later])["rejected"] == []
    assert visit.state()["items"]["XF1"]["state"] == "answered"
    abort = {"code": "R6", "text": "我说了算", "replaces": []}
    beyond = [tang.answer("SC1"), tang.write("visit.aborted", abort)]
    assert [one["reason"] for one in zhou.push(beyond)["rejected"]] == ["substitute", "substitute"]


def test_nobody_is_a_substitute_by_the_word_of_an_unproven_phone(app, people, he, visit):
    named = {"person": people["tang"], "name": "唐演示", "certificate": "340005", "reason": "吴演示请假"}
    body = {"department": "XFJY", **named, "replaces_person": people["wu"], "approver": "大队长演示"}
    unknown, tang = visit.another_phone("zhou", carried_by="lin"), visit.another_phone("tang")
    unknown.write("officer.substituted", body)
    tang.write("note", {"department": "XFJY", "text": "顶替"})
    answer = visit.phone("lin").push([*unknown.chain, *tang.chain])
    assert [one["reason"] for one in answer["rejected"]] == ["device-unknown", "not-member"]
    lost = visit.phone("zhou")
    end(he, lost)
    lost.write("officer.substituted", body)
    later = tang.write("note", {"department": "XFJY", "text": "顶替"})
    answer = visit.phone("lin").push([*lost.chain, later])
    assert [one["reason"] for one in answer["rejected"]] == ["revoked", "not-member"]


def test_what_nobody_can_admit_says_what_would_help(he, visit):
    zhou = visit.another_phone("zhou", carried_by="lin")
    zhou.write("visit.opened")
    visit.phone("lin").push(zhou.chain)
    page = words(he.get(f"/office/visits/{visit.id}/chains/{zhou.device}"))
    assert "未登记" in page
    assert "作者本人在该手机上登录之前不能采纳" in page
    assert "确认采纳" not in page
    assert admit(he, visit, zhou).status_code == 409


def test_a_forged_entry_found_at_enrolment_says_so(he, visit):
    zhou = visit.another_phone("zhou", carried_by="lin")
    zhou.key, real = Key(), zhou.key
    zhou.write("visit.opened")
    visit.phone("lin").push(zhou.chain)
    zhou.key, zhou.caller = real, visit.caller("zhou")
    zhou.enrol()
    page = words(he.get(f"/office/visits/{visit.id}/chains/{zhou.device}"))
    assert "不能采纳：无法证明由谁所写" in page
    assert "签名不符 1 条记录" in words(he.get("/office/held-back?why=bad-signature"))


def test_an_admission_after_the_sign_off_is_said_to_leave_it_alone(app, people, he, visit):
    visit.answered()
    foreign(visit)
    visit.completed().signed()
    assert "已封存的状态不变" in words(he.get(chain(visit, "lin")))
    with app.app_context(), transaction():
        admit_chain(people["he"], visit.id, visit.phone("lin").device, "同意")
    assert he.get(f"/office/visits/{visit.id}").status_code == 200


# What is no entry at all


def test_what_is_not_genuine_is_shown_as_text(he, visit):
    visit.phone("lin").push([{"hash": "x", "body": "<script>alert(1)</script>"}])
    page = he.get("/office/held-back/asides")
    assert "不符合约定格式" in words(page) or "格式" in words(page)
    (address,) = {
        part.split('"')[0] for part in page.text.split('href="') if "/asides/" in part.split('"')[0]
    }
    shown = he.get(address)
    assert "<script>alert" not in shown.text
    assert '"body": "<script>alert(1)</script>"' in words(shown)
    assert he.get(address[:-4] + "0000").status_code == 404


def test_asides_are_for_readers_of_the_visit(visit, desk):
    visit.phone("lin").push([{"x": 1}])
    assert desk("qian").get(f"/office/visits/{visit.id}/asides/{'0' * 64}").status_code == 404
