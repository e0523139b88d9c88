"""A visit's page follows the visit: what changed is sent, what did not costs nothing."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from server.infra.audit import record
from server.infra.db import db, transaction
from server.visits import ports
from server.visits.model import Bundle, Visit
from tests.builders import a_visit
from tests.office.conftest import words
from tests.people import PASSWORD, settle


@pytest.fixture
def visit(app, people, any_db):
    return a_visit(app, people)


@pytest.fixture
def he(desk, visit):
    return desk("he")


def live(client, visit, tag=None):
    return client.get(f"/office/visits/{visit.id}/live", headers={"If-None-Match": tag} if tag else {})


def test_unchanged_it_answers_304_with_nothing(he, visit):
    first = live(he, visit)
    again = live(he, visit, first.headers["ETag"])
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_the_page_carries_the_tag_of_its_live_part(he, visit):
    tag = live(he, visit).headers["ETag"].replace('"', "&#34;")
    page = he.get(f"/office/visits/{visit.id}").text
    assert f"data-etag='{tag}'" in page or f"data-etag='{tag.replace('&#34;', chr(34))}'" in page


def test_whatever_changes_is_sent(app, he, visit, monkeypatch):
    tags = [live(he, visit).headers["ETag"]]

    def changed():
        answer = live(he, visit, tags[-1])
        assert answer.status_code == 200
        tags.append(answer.headers["ETag"])
        return words(answer)

    zhou = visit.phone("zhou")
    zhou.arrive()
    zhou.answer("XF1", "fail", remark="通道堆物")
    zhou.push()
    assert "通道堆物" in changed()
    zhou.answer("SC1", "pass")  # not this officer's to answer: quarantined
    zhou.push()
    assert "作者无权填写此内容" in changed()
    monkeypatch.setattr(ports, "evidence_of", lambda _: {"ab" * 32: "stored"})
    changed()
    visit.reassigned(joins=["tang"])
    assert "唐演示" in changed()
    visit.cancelled()
    assert "已取消" in changed()
    assert live(he, visit, tags[-1]).status_code == 304


def test_each_language_has_its_own_tag(he, visit):
    chinese = live(he, visit).headers["ETag"]
    he.set_cookie("locale", "en")
    english = live(he, visit, chinese)
    assert english.status_code == 200
    assert "The team downloads the visit" in words(english)


def test_following_does_not_prolong_an_office_session(app, he, visit):
    start = dt.datetime.now(dt.UTC)
    for minutes in range(2, 30, 4):
        app.config["CLOCK"] = lambda minutes=minutes: start + dt.timedelta(minutes=minutes)
        assert live(he, visit).status_code == 200
    app.config["CLOCK"] = lambda: start + dt.timedelta(minutes=31)
    assert live(he, visit).status_code in (302, 401)


def test_a_page_that_lost_the_server_says_so_until_it_is_back(live_server, browser):
    app = live_server.app
    with app.app_context():
        visit = a_visit(app, settle())
        db.engine.dispose()
    live_server.start()
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/login?next=/office/visits/{visit.id}")
    page.fill("#username", "he")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()
    lost = page.get_by_text("与服务器的连接中断")
    expect(page.locator("#departments")).to_be_visible()
    expect(lost).to_be_hidden()
    live_server.stop()
    expect(lost).to_be_visible(timeout=15_000)
    expect(page.locator("#departments")).to_be_visible()
    live_server.start()
    expect(lost).to_be_hidden(timeout=15_000)
    context.close()


def test_a_department_nobody_came_for_has_not_begun(he, visit):
    assert words(live(he, visit)).count("未开始") == 2
    zhou = visit.phone("zhou")
    zhou.arrive()
    zhou.push()
    assert words(live(he, visit)).count("未开始") == 1


def test_the_history_speaks_in_words(app, people, he, visit):
    deeds = {
        "evidence.stored": "证据入库",
        "evidence.swept": "清除未引用的证据",
        "device-recognised": "手机已确认",
    }
    with app.app_context(), transaction():
        for deed in deeds:
            record(people["zhou"], deed, visit.id)
    page = words(he.get(f"/office/visits/{visit.id}"))
    assert [deed for deed, word in deeds.items() if deed in page or word not in page] == []


@pytest.mark.parametrize("before", ["9" * 30, "-1", "x", "٣", "%00"])
def test_a_place_no_journal_has_begins_at_the_top(he, visit, before):
    assert he.get(f"/office/visits/{visit.id}/entries?before={before}").status_code == 200


@pytest.mark.parametrize("name", ["%00", "none", "%ff", "0" * 36])
def test_what_names_no_visit_is_not_found(he, name):
    assert he.get(f"/office/visits/{name}").status_code == 404


def test_what_officers_write_stays_text(app, he, visit):
    with app.app_context(), transaction():
        row = db.session.get_one(Visit, visit.id)
        bundle = db.session.get_one(Bundle, row.bundle_digest)
        bundle.document = bundle.document.replace("青阳县演示加油站", "<img src=x onerror=alert(1)>")
    lin = visit.phone("lin")
    lin.arrive()
    lin.answer("SC1", "fail", remark="<script>alert(2)</script>")
    lin.write("note", {"department": "SCJG", "text": "<b>粗</b>"})
    lin.push()
    for address in ("", "/live", "/entries"):
        page = he.get(f"/office/visits/{visit.id}{address}")
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "<b>粗" not in page.text
    assert "<script>alert(2)</script>" in words(live(he, visit))


def test_a_wrong_clock_is_shown_with_the_bound_it_breaks(he, visit):
    lin = visit.phone("lin")
    lin.write("visit.arrived", {"department": "SCJG", "location": None}, at="2027-11-24T09:30:00.000+08:00")
    lin.push()
    page = words(he.get(f"/office/visits/{visit.id}/entries"))
    assert "设备时间 2027-11-24 09:30" in page
    assert "时钟快" in page
    assert "形成于" in page


def test_a_conflict_shows_both_answers_with_author_and_time(he, visit):
    visit.answered()
    zhou, wu = visit.phone("zhou"), visit.phone("wu")
    first = next(entry for entry in zhou.chain if entry["body"].get("item") == "XF1")
    zhou.answer("XF1", "fail", remark="压力不足", replaces=[first])
    wu.answer("XF1", "na", reason="没有灭火器", replaces=[first])
    visit.sent()
    page = words(live(he, visit))
    for part in ("压力不足", "没有灭火器", "周演示", "吴演示", "请先处理冲突"):
        assert part in page


def test_what_comes_after_the_sign_off_stands_beside_the_sealed_record(app, people, he, visit):
    visit.answered().completed().signed()
    visit.phone("wu").write("note", {"department": "XFJY", "text": "离线时写的"})
    visit.sent()
    page = words(live(he, visit))
    assert "签结后到达 · 1" in page
    assert "签结后到达 " in page
    assert "有效" in page
    assert "林演示" in page


def test_a_hole_is_explained_in_words(he, visit):
    lin = visit.phone("lin")
    lin.arrive()
    kept = [lin.unsent[0], *lin.unsent[2:]]
    gone = lin.unsent[1]
    lin.push(kept, lost=[{"device": lin.device, "seq": gone["seq"], "hash": gone["hash"]}])
    assert "有记录丢失，指纹已知 · 1" in words(live(he, visit))
