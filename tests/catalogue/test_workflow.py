"""The way of a list (R-104): state × deed × who, who has agreed, ids and numbers, and what is sent round."""

from contextlib import nullcontext
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.catalogue import rules as list_rules
from server.catalogue.drafts import rules
from server.catalogue.drafts.merging import Draft
from server.catalogue.drafts.rules import Answer, Deed, State
from server.demo.county import items_of, read_json
from server.kernel.problems import Problem

INDUSTRIES = read_json("catalogue.json")["industries"]

OFFICE = (("office",), "LXB")
LEAD = (("liaison", "planner"), "SCJG")
LEAD_HEAD = (("head",), "SCJG")
OTHER = (("liaison",), "XFJY")
OTHER_HEAD = (("head",), "XFJY")
OTHER_PLANNER = (("planner",), "XFJY")
STRANGER = (("liaison", "head"), "WJW")
OFFICER = (("inspector",), "SCJG")
WHO = [OFFICE, LEAD, LEAD_HEAD, OTHER, OTHER_HEAD, OTHER_PLANNER, STRANGER, OFFICER]

MAY = {
    (State.DRAFT, Deed.MERGE): [LEAD],
    (State.DRAFT, Deed.SEND_ROUND): [OFFICE, LEAD],
    (State.DRAFT, Deed.GIVE_UP): [OFFICE, LEAD],
    (State.ROUND, Deed.MERGE): [LEAD],
    (State.ROUND, Deed.SEND_ROUND): [OFFICE, LEAD],
    (State.ROUND, Deed.ANSWER): [LEAD, LEAD_HEAD, OTHER, OTHER_HEAD],
    (State.ROUND, Deed.GIVE_UP): [OFFICE, LEAD],
    (State.REVIEW, Deed.MERGE): [LEAD],
    (State.REVIEW, Deed.SEND_ROUND): [OFFICE, LEAD],
    (State.REVIEW, Deed.PUBLISH): [OFFICE],
    (State.REVIEW, Deed.RETURN): [OFFICE],
    (State.REVIEW, Deed.GIVE_UP): [OFFICE, LEAD],
}


@pytest.mark.parametrize(("state", "deed"), list(product(State, Deed)))
def test_who_may_do_what_in_which_state(state, deed):
    allowed = MAY.get((state, deed), [])
    for roles, department in WHO:
        held = rules.parts(roles, department, "SCJG", ["SCJG", "XFJY"])
        assert rules.may(state, deed, held) is ((roles, department) in allowed), (roles, department)


@pytest.mark.parametrize(
    ("state", "deed", "who", "code"),
    [
        (State.PUBLISHED, Deed.PUBLISH, OFFICE, "edition-closed"),
        (State.GIVEN_UP, Deed.SEND_ROUND, LEAD, "edition-closed"),
        (State.DRAFT, Deed.PUBLISH, OFFICE, "edition-not-now"),
        (State.REVIEW, Deed.ANSWER, OTHER, "edition-not-now"),
        (State.REVIEW, Deed.PUBLISH, LEAD, "edition-not-yours"),  # a department publishes nothing
        (State.ROUND, Deed.ANSWER, STRANGER, "edition-not-yours"),
        (State.DRAFT, Deed.MERGE, OTHER, "edition-not-yours"),
    ],
)
def test_a_refusal_says_whether_it_is_the_time_or_the_person(state, deed, who, code):
    with pytest.raises(Problem) as refused:
        rules.check(state, deed, rules.parts(*who, "SCJG", ["SCJG", "XFJY"]))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("who", "owner", "code"),
    [
        (LEAD, "SCJG", None),
        (OTHER, "XFJY", None),
        (OTHER_PLANNER, "XFJY", None),
        (OTHER, "SCJG", "draft-other-department"),
        (OFFICE, "SCJG", "draft-other-department"),
        (OTHER_HEAD, "XFJY", "draft-other-department"),  # approves, does not write
        (STRANGER, "WJW", "draft-not-in-industry"),
    ],
)
def test_a_department_writes_its_own_items_and_no_others(who, owner, code):
    roles, department = who
    with pytest.raises(Problem) if code else nullcontext() as refused:
        rules.check_draft(roles, department, owner, ["SCJG", "XFJY"])
    assert code is None or refused.value.code == code


# --- agreement ----------------------------------------------------------------------------------------------


def answers(*given_answers):
    return [Answer(department, agrees, current) for department, agrees, current in given_answers]


@pytest.mark.parametrize(
    ("said", "stands", "done"),
    [
        ([], {"A": None, "B": None}, False),
        ([("A", True, True)], {"A": True, "B": None}, False),
        ([("A", True, True), ("B", False, True)], {"A": True, "B": False}, False),
        ([("A", True, True), ("B", False, True), ("B", True, True)], {"A": True, "B": True}, True),
        ([("A", True, True), ("B", True, False)], {"A": True, "B": None}, False),  # to an earlier round
        ([("A", True, True), ("B", True, True), ("C", False, True)], {"A": True, "B": True}, True),
    ],
)
def test_the_last_answer_of_each_department_to_this_round_counts(said, stands, done):
    found = rules.standing(["A", "B"], answers(*said))
    assert found == stands
    assert rules.all_agree(found) is done


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.booleans(), st.booleans())))
def test_all_agree_only_if_each_said_so_last(said):
    found = rules.standing(["A", "B"], answers(*said))
    last = {code: agrees for code, agrees, current in said if current}
    assert rules.all_agree(found) is (last.get("A", False) and last.get("B", False))


def test_nobody_asked_is_nobody_agreed():
    assert not rules.all_agree({})


# --- ids, numbers, items ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        ([], "JYZ-SCJG-001"),
        (["JYZ-SCJG-001", "JYZ-SCJG-007"], "JYZ-SCJG-008"),  # gaps stay: an id is never given twice
        (["JYZ-SCJG-999"], "JYZ-SCJG-1000"),
        (["JYZ-XFJY-004", "XX-SCJG-009"], "JYZ-SCJG-001"),
        (["JYZ-SCJG-old"], "JYZ-SCJG-001"),
    ],
)
def test_the_next_free_id(taken, code):
    assert rules.next_code("JYZ", "SCJG", taken) == code


@pytest.mark.parametrize(
    ("current", "suggested"),
    [
        ("DEMO-2026.1", "DEMO-2026.2"),
        ("青阳JYZ-2026-09", "青阳JYZ-2026-10"),
        ("青阳JYZ-2026-99", "青阳JYZ-2026-100"),
        ("第3版", "第4版"),
        ("测试版", "青阳JYZ-2027-01"),
        (None, "青阳JYZ-2027-01"),
    ],
)
def test_the_number_suggested_counts_on(current, suggested):
    assert rules.next_version(current, "JYZ", 2027) == suggested


@pytest.mark.parametrize("industry", INDUSTRIES, ids=lambda one: one["code"])
def test_a_published_list_taken_over_into_drafts_composes_to_itself(industry):
    items = items_of(industry)
    drafts = [
        Draft(item["id"], item["id"], item["department"], list_rules.draft_from(item)) for item in items
    ]
    assert rules.compose(drafts) == items
    sources = [item for group in industry["groups"] for item in group["items"]]
    written = [
        Draft(one["code"], one["code"], one["department"], list_rules.draft_of(one)) for one in sources
    ]
    assert rules.compose(written) == items


def test_a_merged_item_leaves_the_list_and_its_department_stays_concerned():
    one, other = (
        Draft(item["id"], item["id"], item["department"], list_rules.draft_from(item))
        for item in items_of(next(one for one in INDUSTRIES if one["code"] == "CYFW"))
        if item["id"] in ("CYFW-SCJG-020", "CYFW-WJW-001")
    )
    under = Draft(other.id, other.code, other.department, other.document, merged_into=one.id)
    (item,) = rules.compose([one, under])
    assert (item["id"], item["department"], item["severity"]) == ("CYFW-SCJG-020", "SCJG", "S2")
    assert item["also"][0]["item"] == "CYFW-WJW-001"
    assert item["basis"] == "《中华人民共和国食品安全法》第五十六条；《中华人民共和国食品安全法》第五十八条"
    assert rules.concerned([item]) == ["SCJG", "WJW"]
    list_rules.check_publishable([item], "SCJG", {"SCJG", "WJW"})  # it is joint all the same


def test_the_basis_reads_back_in_rows():
    for industry in INDUSTRIES:
        for group in industry["groups"]:
            for item in group["items"]:
                assert list_rules.basis_rows(list_rules.basis_text(item["basis"])) == item["basis"]
