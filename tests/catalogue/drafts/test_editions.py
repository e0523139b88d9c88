"""A list on its way to publication: what each may do, what voids agreement, who wins when two publish."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from server.catalogue import listing, supervision
from server.catalogue.comparing import compare
from server.catalogue.drafts import actions, editions, queries, rules
from server.catalogue.drafts.model import DraftItem, Edition
from server.catalogue.model import ChecklistVersion
from server.infra.audit import AuditEntry
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from tests.catalogue.drafts.makers import HYGIENE, INDUSTRY, LICENCE, WATER, a_document


def refused(code):
    """What is done within is refused with this code."""

    class Refusal:
        def __enter__(self):
            self.raises = pytest.raises(Problem)
            self.info = self.raises.__enter__()

        def __exit__(self, *error):
            held = self.raises.__exit__(*error)
            assert self.info.value.code == code
            return held

    return Refusal()


def edition(edition_id):
    db.session.expire_all()
    return db.session.get_one(Edition, edition_id)


def test_three_departments_draft_agree_and_the_office_publishes(any_db, drafted):
    edition_id = drafted.opens(reason="首次编制")
    drafted.does("fang", editions.send_round, edition_id)
    assert edition(edition_id).state == "round"
    drafted.all_agree(edition_id)
    assert edition(edition_id).state == "review"
    version = drafted.does("he", editions.publish, edition_id, "青阳ZS-2026-01")
    # the lead's first, then in the county's order
    assert [item["id"] for item in version.items] == ["ZS-SCJG-001", "ZS-XFJY-001", "ZS-WJW-001"]
    assert (version.reason, version.published_by, version.sample) == ("首次编制", drafted.ids["he"], False)
    assert version.departments[0] == {"code": "SCJG", "lead": True, "division": ""}
    assert listing.newest_version(INDUSTRY).id == version.id
    closed = edition(edition_id)
    assert (closed.state, closed.version_id, closed.closed_by) == ("published", version.id, drafted.ids["he"])
    deeds = db.session.scalars(
        db.select(AuditEntry.deed).filter_by(subject=edition_id).order_by(AuditEntry.id)
    ).all()
    assert deeds == [
        "edition-opened",
        "edition-sent-round",
        *["edition-agreed"] * 3,
        "edition-all-agreed",
        "edition-published",
    ]


def test_one_edition_of_a_list_at_a_time(any_db, drafted):
    first = drafted.opens()
    with refused("edition-open-already"):
        drafted.opens("he")
    drafted.does("he", editions.give_up, first, "暂缓")
    assert drafted.opens("he") != first


def test_a_department_that_does_not_lead_opens_sends_and_publishes_nothing(any_db, drafted):
    with refused("edition-not-yours"):
        drafted.opens("luo")
    edition_id = drafted.opens()
    with refused("edition-not-yours"):
        drafted.does("luo", editions.send_round, edition_id)
    drafted.does("fang", editions.send_round, edition_id)
    drafted.all_agree(edition_id)
    for username in ("luo", "fang", "shen"):
        with refused("edition-not-yours"):
            drafted.does(username, editions.publish, edition_id, "V1")


def test_an_objection_stops_it_until_the_department_agrees_to_another_round(any_db, drafted):
    edition_id = drafted.opens()
    drafted.does("fang", editions.send_round, edition_id)
    first = edition(edition_id).hash
    drafted.does("fang", editions.answer, edition_id, first, True, "")
    drafted.does("jin", editions.answer, edition_id, first, False, "依据条款有误")
    drafted.does("hu", editions.answer, edition_id, first, True, "")
    assert edition(edition_id).state == "round"
    assert queries.standing(edition(edition_id)) == {"SCJG": True, "WJW": True, "XFJY": False}
    own = db.session.scalar(db.select(DraftItem).filter_by(department="XFJY"))
    drafted.does("luo", actions.change, own.id, a_document(basis=[{"law": "消防法", "articles": []}]), 1)
    drafted.does("fang", editions.send_round, edition_id)
    assert queries.standing(edition(edition_id)) == {"SCJG": None, "WJW": None, "XFJY": None}
    with refused("edition-moved-on"):  # answers to what went round before come too late
        drafted.does("hu", editions.answer, edition_id, first, True, "")
    drafted.all_agree(edition_id)
    assert edition(edition_id).state == "review"


def test_a_department_may_change_its_mind_in_the_same_round(any_db, drafted):
    edition_id = drafted.opens()
    drafted.does("fang", editions.send_round, edition_id)
    drafted.does("jin", editions.answer, edition_id, edition(edition_id).hash, False, "再议")
    drafted.all_agree(edition_id)
    assert edition(edition_id).state == "review"


def test_what_changes_after_the_round_must_go_round_again(any_db, drafted):
    edition_id = drafted.opens()
    drafted.does("fang", editions.send_round, edition_id)
    drafted.all_agree(edition_id)
    drafted.adds("hu", WATER)
    with refused("edition-changed"):
        drafted.does("he", editions.publish, edition_id, "V1")
    drafted.does("fang", editions.send_round, edition_id)
    with refused("edition-not-now"):
        drafted.does("he", editions.publish, edition_id, "V1")
    drafted.all_agree(edition_id)
    assert len(drafted.does("he", editions.publish, edition_id, "V1").items) == 4


def test_the_same_goes_round_once(any_db, drafted):
    edition_id = drafted.opens()
    drafted.does("fang", editions.send_round, edition_id)
    with refused("edition-round-already"):
        drafted.does("he", editions.send_round, edition_id)


def test_returned_by_the_office_it_is_answered_afresh(any_db, drafted):
    edition_id = drafted.opens()
    drafted.does("fang", editions.send_round, edition_id)
    drafted.all_agree(edition_id)
    drafted.does("he", editions.return_, edition_id, "频次未写明")
    assert edition(edition_id).state == "draft"
    drafted.does("fang", editions.send_round, edition_id)
    assert set(queries.standing(edition(edition_id)).values()) == {None}


@pytest.mark.parametrize(
    ("documents", "code"),
    [
        ({}, "checklist-lead-missing"),
        ({"luo": a_document(), "hu": HYGIENE}, "checklist-lead-missing"),
        ({"fang": LICENCE}, "checklist-single-department"),
        ({"fang": LICENCE | {"basis": []}, "luo": a_document()}, "checklist-without-basis"),
    ],
)
def test_what_may_not_be_published_does_not_go_round(makers, documents, code):
    for username, document in documents.items():
        makers.adds(username, document)
    edition_id = makers.opens()
    with refused(code):
        makers.does("fang", editions.send_round, edition_id)


def test_drafts_that_say_what_is_in_force_are_not_sent_round(any_db, drafted):
    drafted.publishes()
    edition_id = drafted.opens()
    with refused("edition-unchanged"):
        drafted.does("fang", editions.send_round, edition_id)


@pytest.mark.parametrize(
    ("number", "code"),
    [("", "version-number-needed"), ("长" * 41, "version-number-needed"), ("V1", "checklist-published")],
)
def test_a_version_needs_a_number_of_its_own(drafted, number, code):
    drafted.publishes("V1")
    drafted.adds("hu", WATER)
    edition_id = drafted.opens()
    drafted.does("fang", editions.send_round, edition_id)
    drafted.all_agree(edition_id)
    with refused(code):
        drafted.does("he", editions.publish, edition_id, number)


def test_a_published_version_stays_whatever_is_drafted_later(any_db, drafted):
    version_id = drafted.publishes()
    before = [dict(item) for item in listing.version(version_id).items]
    own = db.session.scalar(db.select(DraftItem).filter_by(department="SCJG"))
    drafted.does("fang", actions.change, own.id, LICENCE | {"severity": "S3"}, own.revision)
    drafted.does("luo", actions.drop, db.session.scalar(db.select(DraftItem.id).filter_by(department="XFJY")))
    drafted.adds("hu", WATER)
    assert listing.version(version_id).items == before
    with pytest.raises(TypeError, match="never changed"), transaction():
        listing.version(version_id).version = "V1a"
    with pytest.raises(TypeError, match="never changed"), transaction():
        db.session.delete(listing.version(version_id))


def test_publishing_again_tells_what_was_added_changed_and_removed(any_db, drafted):
    first = drafted.publishes("V1")
    licence, fire = (
        db.session.scalar(db.select(DraftItem).filter_by(department=code)) for code in ("SCJG", "XFJY")
    )
    drafted.adds("luo", a_document("疏散", "安全出口畅通。"))
    drafted.does("fang", actions.change, licence.id, LICENCE | {"severity": "S2"}, licence.revision)
    drafted.does("luo", actions.drop, fire.id)
    second = listing.version(drafted.publishes("V2"))
    assert listing.version_before(second).id == first
    told = compare(listing.version(first).items, second.items)
    assert [item["id"] for item in told.added] == ["ZS-XFJY-002"]
    (change,) = told.changed
    assert (change.after["id"], change.differences[0].member) == ("ZS-SCJG-001", "severity")
    assert [item["id"] for item in told.removed] == ["ZS-XFJY-001"]


def test_of_two_who_publish_at_once_one_does_and_the_other_is_told(any_db, app, drafted):
    edition_id = drafted.opens()
    drafted.does("fang", editions.send_round, edition_id)
    drafted.all_agree(edition_id)
    db.session.remove()
    start = Barrier(2)

    def publish(number):
        with app.app_context():
            start.wait()
            try:
                return drafted.does("he", editions.publish, edition_id, f"V{number}").version
            except Problem as problem:
                return problem.code

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(publish, range(2)))
    assert told.count("edition-closed") == 1
    assert db.session.scalars(db.select(ChecklistVersion.version).filter_by(industry=INDUSTRY)).all() == [
        one for one in told if one != "edition-closed"
    ]


def test_of_two_who_open_at_once_one_does(any_db, app, drafted):
    db.session.remove()
    start = Barrier(2)

    def open_one(username):
        with app.app_context():
            start.wait()
            try:
                return drafted.opens(username)
            except Problem as problem:
                return problem.code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(open_one, ("fang", "he"))).count("edition-open-already") == 1


def test_a_list_published_before_there_were_drafts_is_taken_over_into_them(any_db, makers):
    """The cast's petrol stations were published as they are; revising them begins from that."""
    edition_id = makers.does("he", editions.open_edition, "YY", "修订").id
    industry = listing.industry("YY")
    items, obstacle = queries.coming(industry)
    assert obstacle is None
    told = compare(listing.newest_version("YY").items, items)
    assert (told.added, told.removed) == ((), ())
    assert {one.member for change in told.changed for one in change.differences} <= {"applies_to"}
    with refused("edition-not-now"):
        makers.does("he", editions.publish, edition_id, "V1")


# --- merging ------------------------------------------------------------------------------------------------


@pytest.fixture
def alike(makers):
    """The fire brigade and the health commission ask about the same exit."""
    makers.adds("fang", LICENCE)
    makers.adds("luo", a_document("疏散通道", "疏散通道畅通，安全出口未上锁，指示标志完好。"))
    stricter = {"severity": "S2", "evidence_on_fail": True}
    makers.adds("hu", a_document("安全出口", "疏散通道畅通，安全出口未上锁。", **stricter))
    return makers


def codes(industry=INDUSTRY):
    return {one.code: one.id for one in db.session.scalars(db.select(DraftItem).filter_by(industry=industry))}


def offered():
    found, _apart = queries.pairs(queries.drafts(listing.industry(INDUSTRY)))
    return [{pair.one.code, pair.other.code} for pair in found]


def test_the_lead_merges_and_the_version_has_one_item_for_both(any_db, alike):
    edition_id = alike.opens()
    assert offered() == [{"ZS-XFJY-001", "ZS-WJW-001"}]
    ids = codes()
    alike.does("fang", editions.merge, edition_id, ids["ZS-XFJY-001"], ids["ZS-WJW-001"])
    assert offered() == []
    alike.does("fang", editions.send_round, edition_id)
    assert set(queries.standing(edition(edition_id))) == {"SCJG", "XFJY", "WJW"}  # health is still asked
    alike.all_agree(edition_id)
    version = alike.does("he", editions.publish, edition_id, "V1")
    assert [item["id"] for item in version.items] == ["ZS-SCJG-001", "ZS-XFJY-001"]
    both = version.items[1]
    assert both["also"] == [{"department": "WJW", "matter": "安全出口", "item": "ZS-WJW-001"}]
    assert (both["severity"], both["evidence_on_fail"], both["department"]) == ("S2", True, "XFJY")
    assert [one["code"] for one in version.departments] == ["SCJG", "XFJY", "WJW"]


def test_a_merged_item_counts_with_the_codes_of_both(any_db, makers):
    listed = "QY-1,消防检查,XFJY\nQY-2,卫生检查,WJW"
    makers.does("he", supervision.take_in, listed)
    head = makers.adds("luo", a_document(supervision_code="QY-1"))
    other = makers.adds("hu", a_document(supervision_code="QY-2"))
    makers.does("fang", editions.merge, makers.opens(), head, other)
    (item,) = rules.compose(queries.drafts(listing.industry(INDUSTRY)))
    assert (item["supervision_code"], item["also"][0]["supervision_code"]) == ("QY-1", "QY-2")
    found = supervision.report()
    assert (found.matched, found.without, found.unknown, found.unnamed) == (2, (), (), ())


def test_kept_apart_they_are_not_offered_again_until_that_is_undone(any_db, alike):
    edition_id, ids = alike.opens(), codes()
    pair = ids["ZS-WJW-001"], ids["ZS-XFJY-001"]
    alike.does("fang", editions.keep_apart, edition_id, *pair)
    alike.does("fang", editions.keep_apart, edition_id, *reversed(pair))  # said twice it is said once
    assert offered() == []
    alike.does("fang", editions.undo_keeping_apart, edition_id, *pair)
    assert len(offered()) == 1


def test_only_the_lead_merges_and_undoing_gives_both_back(any_db, alike):
    edition_id, ids = alike.opens(), codes()
    pair = ids["ZS-XFJY-001"], ids["ZS-WJW-001"]
    for username in ("luo", "hu", "he"):
        with refused("edition-not-yours"):
            alike.does(username, editions.merge, edition_id, *pair)
    alike.does("fang", editions.merge, edition_id, *pair)
    with refused("merge-done"):
        alike.does("fang", editions.merge, edition_id, *reversed(pair))
    with refused("draft-answers-others"):
        alike.does("luo", actions.drop, pair[0])
    alike.does("fang", editions.undo_merging, edition_id, pair[1])
    assert len(queries.coming(listing.industry(INDUSTRY))[0]) == 3


def test_what_is_answered_otherwise_is_not_merged_and_says_why(any_db, alike):
    edition_id, ids = alike.opens(), codes()
    asked = {"type": "number", "unit": "m", "decimals": 1, "min": 14, "max": None, "allow_na": True}
    own = db.session.get_one(DraftItem, ids["ZS-WJW-001"])
    alike.does("hu", actions.change, own.id, own.document | {"answer": asked}, own.revision)
    with refused("merge-answers-differ"):
        alike.does("fang", editions.merge, edition_id, ids["ZS-XFJY-001"], ids["ZS-WJW-001"])


def test_merged_and_then_changed_apart_the_list_says_what_stands_in_the_way(any_db, alike):
    edition_id, ids = alike.opens(), codes()
    alike.does("fang", editions.merge, edition_id, ids["ZS-XFJY-001"], ids["ZS-WJW-001"])
    own = db.session.get_one(DraftItem, ids["ZS-WJW-001"])
    text = {"type": "text", "max_length": 100, "conclusion_required": True}
    alike.does("hu", actions.change, own.id, own.document | {"answer": text}, own.revision)
    _items, obstacle = queries.coming(listing.industry(INDUSTRY))
    assert obstacle.code == "merge-answers-differ"
    with refused("merge-answers-differ"):
        alike.does("fang", editions.send_round, edition_id)


def test_merged_under_one_that_is_merged_then_all_go_along(any_db, alike):
    third = alike.adds("fang", a_document("消防通道", "疏散通道畅通，安全出口未上锁。"))
    edition_id, ids = alike.opens(), codes()
    alike.does("fang", editions.merge, edition_id, ids["ZS-XFJY-001"], ids["ZS-WJW-001"])
    alike.does("fang", editions.merge, edition_id, third, ids["ZS-XFJY-001"])
    items, _none = queries.coming(listing.industry(INDUSTRY))
    assert [one["item"] for one in items[-1]["also"]] == ["ZS-WJW-001", "ZS-XFJY-001"]
