"""The page of messages: new ones first, in the reader's language, seen when opened, one's own only."""

import ast
import re
from string import Formatter

import pytest

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.messages import actions, listing
from server.messages.listing import PAGE
from server.messages.rules import CODES, text
from tests.office.conftest import submit, words
from tests.test_house import PYTHON


def test_what_is_told_is_read_in_three_languages_and_names_stay_as_they_are():
    said = {"department": "发改委", "name": "加油站", "reason": "人手不足"}
    assert text("call-declined", said, "zh_Hans_CN") == "发改委不能报到：加油站。理由：人手不足"
    assert text("call-declined", said, "zh_Hant_TW") == "发改委不能報到：加油站。理由：人手不足"
    assert text("call-declined", said, "en") == "发改委 cannot come: 加油站. 人手不足"


def test_what_becomes_of_a_visit_is_said_the_right_way_round():
    said = {"what": "加油站", "before": "LC-2026-0002", "after": "–", "reason": "减少入企"}
    assert text("visit-merged", said, "zh_Hans_CN") == "检查合并：LC-2026-0002 并入 加油站。原因：减少入企"
    said = {"what": "加油站", "before": "–", "after": "马演示、林演示", "reason": "交接"}
    assert text("visit-replaced", said, "zh_Hans_CN") == (
        "检查组调整：加油站；退出：–；加入或改任：马演示、林演示。原因：交接"
    )


@pytest.mark.parametrize("code", CODES)
def test_both_languages_name_the_same_particulars(code):
    named = [{name for _text, name, *_ in Formatter().parse(one) if name} for one in CODES[code]]
    assert named[0] == named[1]


def test_every_code_told_is_one_there_is():
    calls = (node for path in PYTHON for node in ast.walk(ast.parse(path.read_text())))
    named = (
        node.args[1]
        for node in calls
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("tell", "_tell")
        and len(node.args) > 1
    )
    told = {one.value for one in named if isinstance(one, ast.Constant)}
    assert "call-made" in told
    assert told - CODES.keys() == set()


def test_new_ones_stand_first_until_they_are_opened(desk, told):
    first, second = told("he", "甲局", "乙局", link="/office/visits")
    client = desk("he")
    page = words(client.get("/office/messages"))
    assert page.index("乙局已报到") < page.index("甲局已报到")
    assert "消息，2 条未读" in client.get("/office/messages/bell").get_data(as_text=True)
    answer = submit(client, f"/office/messages/{second}")
    assert (answer.status_code, answer.location) == (303, "/office/visits")
    page = words(client.get("/office/messages"))
    assert page.index("甲局已报到") < page.index("乙局已报到")
    assert "1 条未读" in page
    submit(client, f"/office/messages/{first}")
    assert "条未读" not in client.get("/office/messages").get_data(as_text=True)
    assert "条未读" not in client.get("/office/messages/bell").get_data(as_text=True)


def test_a_link_leads_nowhere_else(desk, told):
    (one,) = told("he", "甲局", link="https://elsewhere.example/")
    assert submit(desk("he"), f"/office/messages/{one}").location == "/office/messages"


def test_nobody_opens_what_another_was_told(app, people, desk, told):
    (one,) = told("he", "甲局")
    assert submit(desk("luo"), f"/office/messages/{one}").status_code == 404
    assert "甲局" not in words(desk("luo").get("/office/messages"))
    with app.app_context():
        assert listing.unseen(people["he"]) == 1


def test_all_that_was_shown_is_seen_and_what_came_since_is_not(desk, told):
    told("he", "甲局", "乙局")
    client = desk("he")
    until = re.search(r'name="until" value="([^"]+)"', client.get("/office/messages").get_data(as_text=True))
    told("he", "丙局")
    assert submit(client, "/office/messages/all", until=until[1]).status_code == 303
    assert "1 条未读" in words(client.get("/office/messages"))
    assert submit(client, "/office/messages/all", until="yesterday").status_code == 400


def test_pages_go_on_where_the_one_before_ended(any_db, app, people, told):
    seen = told("he", *[f"旧{number}" for number in range(PAGE)])
    with app.app_context():
        person = db.session.get(Person, people["he"])
        with transaction():
            for one in seen:
                actions.see(person, one)
    told("he", *[f"新{number}" for number in range(PAGE + 5)])
    with app.app_context():
        person, place, found = db.session.get(Person, people["he"]), None, []
        while True:
            page = listing.page_of_messages(person, place)
            found += [one.particulars["department"] for one in page.messages]
            place = page.next
            if place is None:
                break
        assert listing.unseen(person.id) == PAGE + 5
    new, old = PAGE + 5, PAGE
    assert found == [f"新{n}" for n in reversed(range(new))] + [f"旧{n}" for n in reversed(range(old))]


def test_who_has_seen_it_can_be_asked(app, people, desk, told):
    (one,) = told("he", "甲局", key="visit:1")
    told("luo", "甲局", key="visit:1")
    submit(desk("he"), f"/office/messages/{one}")
    both = [people["he"], people["luo"]]
    with app.app_context():
        assert list(actions.seen_by(["visit:1"], both)) == [("visit:1", people["he"])]
        assert actions.seen_by(["visit:1"], both[1:]) == {}
        assert actions.seen_by(["visit:2"], both) == {}


@pytest.mark.parametrize(
    "typed",
    ["he", "he@", "@gov.cn", "he@gov", "he li@gov.cn", "何@gov.cn", "a@b.c,d@e.f", "a@@gov.cn", "a@gov.",
     "a@.cn"],
)
def test_an_odd_address_is_told_at_the_field_with_what_was_typed(desk, people, typed):
    answer = submit(desk("he"), "/office/messages/address", email=typed)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "邮箱地址不正确" in page
    assert f'value="{typed}"' in page


def test_an_address_is_kept_and_given_up(app, people, desk):
    client = desk("he")
    for typed, kept in ((" he@qingyang.gov.cn ", "he@qingyang.gov.cn"), ("", None)):
        assert submit(client, "/office/messages/address", email=typed).status_code == 303
        with app.app_context():
            assert db.session.get(Person, people["he"]).email == kept
