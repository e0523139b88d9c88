"""Two clerks with one thing open at once: what each left alone is the other's, what both changed is shown."""

from html.parser import HTMLParser

import pytest

from server.catalogue.drafts.model import DraftItem
from server.infra.db import db
from tests.catalogue.drafts.makers import INDUSTRY, a_document, makers
from tests.office.conftest import desk, submit, words
from tests.registry.people.test_experts import form as expert_form
from tests.registry.subjects import entered

__all__ = ["desk", "makers"]


class Fields(HTMLParser):
    """What a browser would send of the form of a page."""

    def __init__(self, page):
        super().__init__()
        self.sent, self.select, self.area, self.inside = {}, None, None, False
        self.feed(page.get_data(as_text=True))

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        name, value = said.get("name"), said.get("value") or ""
        if tag == "form":
            self.inside = any(part in said["action"] for part in ("/edit", "/drafts/", "/description"))
        elif not self.inside:
            return
        elif tag == "input" and name and (said.get("type") not in ("checkbox", "radio") or "checked" in said):
            self.sent.setdefault(name, []).append(value)
        elif tag == "select":
            self.select = None if "multiple" in said else name
            self.many = name
        elif tag == "option" and ("selected" in said or (self.select and self.select not in self.sent)):
            self.sent[self.many] = [value] if self.select else [*self.sent.get(self.many, []), value]
        elif tag == "textarea":
            self.area, self.sent[name] = name, [""]

    def handle_data(self, data):
        if self.area:
            self.sent[self.area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.sent[self.area][0] = self.sent[self.area][0].removeprefix("\r\n").removeprefix("\n")
            self.area = None
        elif tag == "form":
            self.inside = False


def fields(page):
    return {name: value for name, value in Fields(page).sent.items() if name != "csrf_token"}


def two_clerks(client, at, mine, theirs, **reason):
    """The first changes two fields and saves; the second, on an older form, changes one of them and another.

    `mine` says what only the first changes and what `both` do; `theirs` what only the second does.
    """
    opened = fields(client.get(at))
    both, first, second = mine["both"]
    (alone, said), (other, told) = mine["first"], theirs
    assert submit(client, at, **opened | reason | {alone: said, both: first}).status_code == 303
    late = submit(client, at, **opened | reason | {other: told, both: second})
    assert late.status_code == 409
    shown = fields(late)
    assert (shown[alone], shown[both], shown[other]) == ([said], [second], [told])
    listed = words(late).split("现行内容 您填写的内容")[1].split("尚未写入")[0]
    assert first in listed
    assert second in listed
    assert said not in listed, "nobody but the first changed this"
    assert told not in listed, "nobody but the second changed this"
    assert submit(client, at, **shown).status_code == 303
    now = fields(client.get(at))
    assert (now[alone], now[both], now[other]) == ([said], [second], [told])


def test_an_enterprise(app, people, desk):
    with app.app_context():
        (key,) = entered({"name": "两人商行"})
    at = f"/office/enterprises/{key}/edit"
    mine = {"first": ("phone", "05660000001"), "both": ("address", "甲路", "乙路")}
    two_clerks(desk("he"), at, mine, ("tags", "夜市、老店"), reason="核实")


def test_an_item(makers):
    makers.adds("luo", a_document())
    key = db.session.scalar(db.select(DraftItem.id))
    mine = {"first": ("frequency", "每年一次"), "both": ("content", "甲说的内容。", "乙说的内容。")}
    two_clerks(makers.desk("luo"), f"/office/catalogue/{INDUSTRY}/drafts/{key}", mine, ("matter", "灭火器"))


def test_an_industry(makers):
    mine = {"first": ("coverage", "全县各镇"), "both": ("name", "甲业", "乙业")}
    at = f"/office/catalogue/{INDUSTRY}/description"
    opened = fields(makers.desk("he").get(at)) | {"object_definition": ["住宿服务单位"]}
    assert submit(makers.desk("he"), at, **opened).status_code == 303
    two_clerks(makers.desk("he"), at, mine, ("risk_notes", "火灾风险"))


def test_an_officer(people, desk):
    mine = {"first": ("valid_until", "2029-01-31"), "both": ("issued_by", "甲机关", "乙机关")}
    at = f"/office/officers/{people['lin']}/edit"
    two_clerks(desk("he"), at, mine, ("certificate_type", "临时执法证"), reason="换证")


def test_an_expert(people, desk):
    he = desk("he")
    at = submit(he, "/office/experts/new", **expert_form()).location + "/edit"
    mine = {"first": ("title", "高级工程师"), "both": ("unit", "甲中心", "乙中心")}
    two_clerks(he, at, mine, ("fields", "燃气、电梯"), reason="调动")


@pytest.mark.parametrize("opened", ["", "[", "[1]", "[" * 9999, "{}", '{"phone": ["x"], "address": 1}'])
def test_what_a_form_says_of_its_beginning_may_be_anything(app, people, desk, opened):
    with app.app_context():
        (key,) = entered({"name": "两人商行"})
    at, he = f"/office/enterprises/{key}/edit", desk("he")
    sent = fields(he.get(at)) | {"reason": "核实"}
    assert submit(he, at, **sent | {"address": "甲路"}).status_code == 303
    late = submit(he, at, **sent | {"address": "乙路", "opened": opened})
    assert (late.status_code, fields(late)["address"]) == (409, ["乙路"])
    assert "甲路 乙路" in words(late)
