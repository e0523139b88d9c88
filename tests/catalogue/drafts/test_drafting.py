"""A department drafts its own items: ids, order, dropping, and two clerks at one item."""

import pytest

from server.catalogue.drafts import actions, queries
from server.catalogue.drafts.model import DraftItem
from server.catalogue.model import SupervisionMatter
from server.infra.audit import AuditEntry
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from tests.catalogue.drafts.makers import INDUSTRY, LICENCE, WATER, a_document


def order(department="SCJG"):
    return [row.draft.code for row in queries.rows(INDUSTRY, department)]


def test_each_item_gets_the_next_free_id_of_its_department(any_db, makers):
    for username in ("fang", "luo", "deng"):
        makers.adds(username, LICENCE)
    assert (order(), order("XFJY")) == (["ZS-SCJG-001", "ZS-SCJG-002"], ["ZS-XFJY-001"])
    last = db.session.scalar(db.select(DraftItem.id).filter_by(code="ZS-SCJG-002"))
    makers.does("fang", actions.drop, last)
    makers.adds("fang", LICENCE)
    assert order()[-1] == "ZS-SCJG-003"  # a dropped id is not given again


def test_no_department_writes_another_s_items(any_db, makers):
    own = makers.adds("fang", LICENCE)
    for username in ("luo", "he", "shen"):
        with pytest.raises(Problem) as refused:
            makers.does(username, actions.change, own, WATER, 1)
        assert refused.value.code == "draft-other-department"
    for deed in (actions.drop, actions.take_back):
        with pytest.raises(Problem):
            makers.does("luo", deed, own)
    with pytest.raises(Problem) as refused:
        makers.adds("kong", LICENCE)
    assert refused.value.code == "draft-not-in-industry"
    assert db.session.get_one(DraftItem, own).document == LICENCE


def test_of_two_clerks_the_second_is_told(any_db, makers):
    own = makers.adds("fang", LICENCE)
    makers.does("deng", actions.change, own, LICENCE | {"severity": "S3"}, 1)
    with pytest.raises(Problem) as refused:
        makers.does("fang", actions.change, own, LICENCE | {"content": "另一内容"}, 1)
    assert refused.value.code == "list-changed-meanwhile"
    makers.does("fang", actions.change, own, LICENCE | {"content": "另一内容"}, 2)
    draft = db.session.get_one(DraftItem, own)
    assert (draft.revision, draft.document["content"], draft.document["severity"]) == (3, "另一内容", "S1")


def test_saving_what_is_there_already_changes_nothing(any_db, makers):
    own = makers.adds("fang", LICENCE)
    makers.does("fang", actions.change, own, dict(LICENCE), 1)
    assert db.session.get_one(DraftItem, own).revision == 1
    assert db.session.scalars(db.select(AuditEntry.deed).filter_by(subject=own)).all() == ["draft-added"]


def test_the_history_names_what_changed(any_db, makers):
    own = makers.adds("fang", LICENCE)
    makers.does("fang", actions.change, own, LICENCE | {"severity": "S3", "frequency": "每年一次"}, 1)
    newest = queries.history(own)[0]
    assert (newest.code, newest.actor) == ("draft-changed", "方演示")
    assert newest.detail["members"] == {"severity": ["S1", "S3"], "frequency": [None, "每年一次"]}


def test_items_go_up_and_down_among_their_department_s(any_db, makers):
    one, two, three = (makers.adds("fang", LICENCE) for _ in range(3))
    makers.adds("luo", a_document())

    def move(who, item, up):
        makers.does(who, actions.move, item, up, queries.order(INDUSTRY, "SCJG"))

    move("fang", three, up=True)
    move("fang", one, up=False)
    assert order() == ["ZS-SCJG-003", "ZS-SCJG-001", "ZS-SCJG-002"]
    move("fang", three, up=True)  # first already
    move("fang", two, up=False)  # last already
    assert order() == ["ZS-SCJG-003", "ZS-SCJG-001", "ZS-SCJG-002"]


def test_a_dropped_item_can_be_taken_back(any_db, makers):
    own = makers.adds("fang", LICENCE)
    makers.does("fang", actions.drop, own)
    assert queries.counts(INDUSTRY) == {}
    makers.does("fang", actions.take_back, own)
    assert queries.counts(INDUSTRY) == {"SCJG": 1}


def test_a_long_list_comes_in_pages(any_db, makers):
    for _ in range(queries.PAGE + 2):
        makers.adds("fang", LICENCE)
    first = queries.rows(INDUSTRY, "SCJG")
    assert len(first) == queries.PAGE + 1
    last_shown = first[queries.PAGE - 1].draft.position
    assert [row.draft.position for row in queries.rows(INDUSTRY, "SCJG", last_shown)] == [51, 52]


def test_a_matter_s_code_is_named_on_all_its_items_at_once(any_db, makers):
    with transaction():
        db.session.add(SupervisionMatter(code="QY-1", name="登记检查", department="SCJG"))
    one, two = makers.adds("fang", LICENCE), makers.adds("fang", LICENCE | {"content": "无伪造"})
    other = makers.adds("luo", LICENCE)
    assert makers.does("deng", actions.name_supervision_code, "营业执照", "QY-1") == 2
    named = {one.id for one in db.session.scalars(db.select(DraftItem)) if "supervision_code" in one.document}
    assert named == {one, two}
    assert "supervision_code" not in db.session.get_one(DraftItem, other).document
    with pytest.raises(Problem) as refused:
        makers.does("fang", actions.name_supervision_code, "营业执照", "QY-2")
    assert refused.value.code == "supervision-code-unknown"
