"""What differs between two versions: nothing of one with itself; what is told leads from one to the other."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from server.catalogue.comparing import MEMBERS, compare
from server.demo.county import items_of, read_json

SAMPLE = items_of(read_json("catalogue.json")["industries"][0])

ITEM = st.fixed_dictionaries(
    {"id": st.sampled_from(["A-1", "A-2", "B-1", "B-2", "C-1"]), "matter": st.sampled_from("甲乙丙")},
    optional={
        "severity": st.sampled_from(["S1", "S2"]),
        "help": st.fixed_dictionaries({}, optional={"standard": st.sampled_from("子丑")}),
        "later": st.integers(0, 2),  # a member that a newer version may add
    },
)
LIST = st.lists(ITEM, unique_by=lambda item: item["id"])


def applied(items, comparison):
    """Do to a list what a comparison says was done."""
    result = {item["id"]: copy.deepcopy(item) for item in items}
    for item in comparison.removed:
        del result[item["id"]]
    for change in comparison.changed:
        for one in change.differences:
            assert result[change.before["id"]].get(one.member) == one.before
            result[change.before["id"]][one.member] = one.after
            if one.after is None:
                del result[change.before["id"]][one.member]
    return result | {item["id"]: item for item in comparison.added}


@given(LIST)
def test_nothing_differs_from_itself_in_whatever_order(items):
    assert not compare(items, items)
    assert not compare(items, items[::-1])


@given(LIST, LIST)
def test_what_is_told_leads_from_one_to_the_other(before, after):
    comparison = compare(before, after)
    assert applied(before, comparison) == {item["id"]: item for item in after}
    assert bool(comparison) == ({item["id"]: item for item in before} != {item["id"]: item for item in after})


@given(LIST, LIST)
def test_the_way_back_is_the_same_way(before, after):
    there, back = compare(before, after), compare(after, before)
    assert {item["id"] for item in there.added} == {item["id"] for item in back.removed}
    assert {one.before["id"] for one in there.changed} == {one.after["id"] for one in back.changed}


def test_a_change_is_told_member_by_member_in_a_fixed_order():
    after = [dict(item) for item in SAMPLE]
    after[0] |= {"severity": "S3", "content": "另一内容", "help": {"standard": "清楚"}}
    (change,) = compare(SAMPLE, after).changed
    assert [one.member for one in change.differences] == ["content", "severity", "help"]
    assert change.differences[2].before is None


def test_every_member_of_an_item_has_its_place_in_the_telling():
    assert set().union(*SAMPLE) - {"id"} <= set(MEMBERS)
