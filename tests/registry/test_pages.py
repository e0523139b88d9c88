"""The pages of the register: entering, changing, refusing, two clerks at once, history, search, map."""

import pytest

from server.infra.db import db
from server.registry.model import Enterprise, RegistryChange
from tests.dialogue import sign_in
from tests.office.conftest import submit, words
from tests.people import PASSWORD
from tests.registry.subjects import entered

FORM = {
    "name": "青阳新开商行",
    "uscc": "91341723XXXX00019K",
    "entity_type": "individual",
    "industry": "YY",
    "address": "新开路1号",
    "reason": "实地核查新增",
    "town_code": "",
    "grid": "",
    "emerging_code": "",
}


@pytest.fixture
def desk(app):
    """Somebody signed in at a desk."""

    def at(username):
        client = app.test_client()
        assert sign_in(client, username, PASSWORD).status_code == 302
        return client

    return at


@pytest.fixture
def office(people, desk):
    return desk("he")


def test_a_clerk_enters_an_enterprise_and_finds_it(app, office):
    answer = submit(office, "/office/enterprises", **FORM)
    assert answer.status_code == 303
    page = words(office.get(answer.location))
    assert "青阳新开商行" in page
    assert "实地核查新增" in page
    assert "青阳新开商行" in words(office.get("/office/enterprises?q=qyxk"))
    assert "青阳新开商行" in words(office.get("/office/search?q=新开路"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"uscc": "9134172"}, "现在是 7 位"),
        ({"uscc": "91341723XIXX00019K"}, "第 10 位是“I”"),
        ({"uscc": "91341723MA2U0A1B02"}, "第 18 位是“2”"),
        ({"name": " "}, "填写"),
        ({"reason": ""}, "请说明理由。"),
        ({"lat": "30.6"}, "纬度和经度请都填写"),
        ({"lat": "117.8", "lon": "30.6"}, "坐标不在本县及周边"),
        ({"lat": "abc", "lon": "1"}, "十进制度数"),
        ({"tags": "一" * 21}, "每个最多 20 字"),
        ({"industry": ""}, "请选择一项"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(app, office, typed, said):
    answer = submit(office, "/office/enterprises", **FORM | typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "新开路1号" in answer.get_data(as_text=True)


def test_a_code_that_stands_on_the_licence_is_taken(app, office):
    doubtful = FORM | {"uscc": "91341723MA2U0A1B02", "as_on_licence": "y"}
    assert submit(office, "/office/enterprises", **doubtful).status_code == 303


def test_two_clerks_at_one_enterprise(app, office):
    with app.app_context():
        (key,) = entered({"name": "两人商行"})
    there, changed = f"/office/enterprises/{key}/edit", FORM | {"revision": "1"}
    assert submit(office, there, **changed | {"address": "甲路"}).status_code == 303
    second = submit(office, there, **changed | {"address": "乙路"})
    assert second.status_code == 409
    assert "甲路" in words(second)
    assert 'value="乙路"' in second.get_data(as_text=True)
    assert submit(office, there, **changed | {"address": "乙路", "revision": "2"}).status_code == 303
    page = words(office.get(f"/office/enterprises/{key}"))
    assert "甲路 乙路" in page
    with app.app_context():
        assert db.session.get_one(Enterprise, key).revision == 3
        last = db.session.scalars(db.select(RegistryChange).order_by(RegistryChange.id.desc())).first()
        assert (last.before, last.after) == ({"address": "甲路"}, {"address": "乙路"})


def test_closing_and_opening_again(app, office):
    with app.app_context():
        (key,) = entered({})
    there = f"/office/enterprises/{key}/state"
    assert submit(office, there, state="cancelled", revision="1", reason="").status_code == 422
    assert submit(office, there, state="cancelled", revision="1", reason="已注销").status_code == 303
    assert submit(office, there, state="revoked", revision="2", reason="x").status_code == 422
    assert "注销" in words(office.get(f"/office/enterprises/{key}"))
    assert "1" in words(office.get("/office/enterprises/review"))


def test_a_department_without_a_part_in_the_industry_may_not(app, people, desk):
    with app.app_context():
        (key,) = entered({})
    liaison = desk("luo")
    assert liaison.get(f"/office/enterprises/{key}").status_code == 200
    assert submit(liaison, f"/office/enterprises/{key}/edit", **FORM | {"revision": "1"}).status_code == 403


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "9,9,1,1", "1e99,0,1,1", "NaN,0,1,1"])
def test_a_window_that_is_none_is_refused(office, bbox):
    assert office.get(f"/office/map/points?bbox={bbox}&zoom=12").status_code == 400


def test_the_map_gives_marks_and_boundaries(app, office):
    answer = office.get("/office/map/points?bbox=117,30,118.5,31&zoom=13").get_json()
    assert [mark["name"] for mark in answer["marks"]] == ["青阳县演示加油站"]
    assert office.get("/office/map/boundaries").get_json()["schematic"] is True
    assert "示意图，非行政区划界线" in words(office.get("/office/map"))


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_the_list_leaves_as_a_file(app, office, form):
    with app.app_context():
        entered({"name": "=HYPERLINK(1)"}, {"name": "另一商行"})
    answer = office.get(f"/office/enterprises/export.{form}?q=hyperlink")
    assert answer.status_code == 200
    if form == "csv":
        assert "'=HYPERLINK(1)" in answer.get_data(as_text=True)
        assert "另一商行" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("q", ['"', "' OR 1=1 --", "NEAR(", "* AND *", "\\", "%_", "\x00", "😀" * 300])
def test_hostile_words_find_nothing_and_break_nothing(office, q):
    for page in ("/office/enterprises", "/office/search", "/office/visits"):
        assert office.get(page, query_string={"q": q}).status_code == 200
