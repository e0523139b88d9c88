"""The sample words of the handbook: for items there are, complete, and no law but the item's own."""

import re

import pytest

from server.catalogue.drafts.model import DraftItem
from server.catalogue.model import ChecklistVersion
from server.demo import county
from server.demo.county import read_json
from server.infra.clock import now
from server.infra.db import db, transaction

WORDS = read_json("help.json")
ITEMS = [
    item
    for industry in read_json("catalogue.json")["industries"]
    for group in industry["groups"]
    for item in group["items"]
]
EXPLAINED = [
    (item["code"], item, said)
    for item in ITEMS
    if (said := WORDS["items"].get(item["code"]) or WORDS["common"].get(item["common_ref"]))
]


def test_it_says_that_it_is_a_sample():
    assert WORDS["meta"]["sample"] is True


def test_every_key_is_an_item_of_the_list():
    assert WORDS["items"].keys() <= {item["code"] for item in ITEMS}
    assert WORDS["common"].keys() == {item["common_ref"] for item in ITEMS if item["common_ref"]}


@pytest.mark.parametrize("industry", ["JYZ", "CYFW", "XXST", "YLJG"])
def test_four_industries_are_explained_to_the_last_item(industry):
    explained = {code for code, _item, _said in EXPLAINED}
    assert {item["code"] for item in ITEMS if item["industry"] == industry} <= explained


@pytest.mark.parametrize(("code", "item", "said"), EXPLAINED, ids=[code for code, _item, _said in EXPLAINED])
def test_words_are_complete_and_name_no_law_the_item_does_not_rest_on(code, item, said):
    assert list(said) == ["standard", "failures", "correction", "penalty"]
    assert all(text == text.strip() and text.endswith("。") for text in said.values())
    laws = {entry["law"] for entry in item["basis"]}
    assert set(re.findall(r"《(.+?)》", said["penalty"])) <= laws
    assert "以主管部门核定为准" in said["penalty"]
    assert not re.search(r"元|罚款|第.{1,4}条", said["penalty"])


def test_the_county_publishes_the_words_with_the_items(app):
    with app.app_context(), transaction():
        county.settle(now().date())
    with app.app_context():
        items = db.session.scalar(db.select(ChecklistVersion.items).filter_by(industry="JYZ"))
        assert all(item["help"]["standard"] for item in items)
        draft = db.session.scalar(db.select(DraftItem).filter_by(code="JYZ-XFJY-001"))
        assert draft.document["help"] == WORDS["items"]["JYZ-XFJY-001"]
