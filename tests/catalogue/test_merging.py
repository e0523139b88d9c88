"""What two departments ask alike: which pairs are offered, and what comes of a merged item."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.catalogue.drafts import merging
from server.catalogue.drafts.merging import ALIKE, SAME_GROUND, Draft, likeness, merged, offered
from server.catalogue.readings import decimal_text
from server.catalogue.rules import draft_of, steps
from server.demo.county import read_json
from server.kernel.problems import Problem

SOURCES = [
    item
    for industry in read_json("catalogue.json")["industries"]
    for group in industry["groups"]
    for item in group["items"]
]
DRAFTS = {one["code"]: Draft(one["code"], one["code"], one["department"], draft_of(one)) for one in SOURCES}


def drafts_of(industry):
    return [draft for code, draft in DRAFTS.items() if code.startswith(f"{industry}-")]


def a_draft(code, matter="消防器材", content="灭火器配置齐全，压力正常", **more):
    document = {
        "matter": matter,
        "content": content,
        "applies_to": "全部检查对象",
        "methods": ["现场检查"],
        "basis": [{"law": "消防法", "articles": ["第十六条"]}],
        "answer": {"type": "verdict"},
        "evidence_on_fail": False,
        "severity": "S1",
        "exempt_category": None,
        "phrases": [],
    }
    return Draft(code, code, code.split("-")[0], document | more)


# --- what is offered ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("industry", "expected"),
    [
        ("CYFW", [("CYFW-SCJG-020", "CYFW-WJW-001")]),  # tableware, by market regulation and by health
        ("WHJY", [("WHJY-GAJ-001", "WHJY-YJGL-009")]),  # flow of dangerous goods, by police and by emergency
        ("JYZ", []),
        ("XXST", []),
    ],
)
def test_of_the_sample_lists_only_what_asks_the_same_is_offered(industry, expected):
    found = offered(drafts_of(industry))
    assert [tuple(sorted((pair.one.code, pair.other.code))) for pair in found] == expected


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("CYFW-SCJG-020", "CYFW-WJW-001", True),
        ("NZJY-NYNC-001", "NZJY-YJGL-001", False),  # two licences for two things
        ("JYZ-SHJ-002", "JYZ-SCJG-014", False),  # both measure a pump, but other quantities
        ("BGJD-WJW-001", "BGJD-SCJG-013", False),
    ],
)
def test_the_threshold_lies_between_these(one, other, alike):
    assert (likeness(DRAFTS[one].document, DRAFTS[other].document) >= ALIKE) is alike


def test_the_same_article_counts_and_so_does_the_same_common_item():
    article_17, article_28 = ([{"law": "消防法", "articles": [one]}] for one in ("第十七条", "第二十八条"))
    plain = a_draft("XFJY-1", "疏散", "安全出口畅通，标志完好", basis=article_17)
    alike = a_draft("YJGL-1", "出口", "出口上锁或者堵塞", basis=article_28)
    bare = likeness(plain.document, alike.document)
    same_article = alike.document | {"basis": plain.document["basis"]}
    assert likeness(plain.document, same_article) == pytest.approx(bare + SAME_GROUND)
    with_common = [one.document | {"common_ref": "REG-01"} for one in (plain, alike)]
    assert likeness(*with_common) == pytest.approx(bare + SAME_GROUND)


def test_a_law_without_an_article_is_no_common_ground():
    one, other = (a_draft(code, text, text, basis=[{"law": "消防法", "articles": []}]) for code, text in
                  (("XFJY-1", "甲乙"), ("YJGL-1", "丙丁")))  # fmt: skip
    assert likeness(one.document, other.document) == 0


def test_items_of_one_department_merged_ones_and_those_kept_apart_are_not_offered():
    one, two, three = a_draft("XFJY-1"), a_draft("XFJY-2"), a_draft("YJGL-1")
    assert [(pair.one.code, pair.other.code) for pair in offered([one, two, three])] == [
        ("XFJY-1", "YJGL-1"),
        ("XFJY-2", "YJGL-1"),
    ]
    gone = Draft(three.id, three.code, three.department, three.document, merged_into="XFJY-1")
    assert offered([one, two, gone]) == []
    apart = frozenset({frozenset({"XFJY-1", "YJGL-1"})})
    assert [pair.one.code for pair in offered([one, two, three], apart)] == ["XFJY-2"]


TEXTS = st.text(alphabet="消防安全检查经营许可证有效，。", min_size=0, max_size=30)


@given(TEXTS, TEXTS)
def test_likeness_is_mutual_and_between_none_and_all(one, other):
    left, right = a_draft("A-1", "", one).document, a_draft("B-1", "", other).document
    assert likeness(left, right) == likeness(right, left)
    assert 0 <= likeness(left, right) <= 1


@given(TEXTS.filter(lambda text: len(text.replace("，", "").replace("。", "")) > 1))
def test_what_says_the_same_is_wholly_alike(text):
    assert likeness(a_draft("A-1", "", text).document, a_draft("B-1", "", text).document) == 1


# --- what comes of it ---------------------------------------------------------------------------------------


def test_a_merged_item_is_as_strict_as_the_strictest_and_rests_on_all_grounds():
    head = a_draft("XFJY-1", phrases=["过期"], applies_to="高层")
    other = a_draft(
        "YJGL-1",
        severity="S3",
        evidence_on_fail=True,
        methods=["书面检查", "现场检查"],
        basis=[
            {"law": "安全生产法", "articles": ["第三十六条"]},
            {"law": "消防法", "articles": ["第十六条"]},
        ],
        phrases=["过期", "缺失"],
    )
    document = merged(head, [other])
    assert document["also"] == [{"department": "YJGL", "matter": "消防器材", "item": "YJGL-1"}]
    assert (document["severity"], document["evidence_on_fail"]) == ("S3", True)
    assert document["basis"] == [
        {"law": "消防法", "articles": ["第十六条"]},
        {"law": "安全生产法", "articles": ["第三十六条"]},
    ]
    assert document["methods"] == ["现场检查", "书面检查"]
    assert document["phrases"] == ["过期", "缺失"]
    assert document["applies_to"] == "全部检查对象"  # whoever the other asks is asked


def test_a_merged_item_keeps_its_own_guidance_and_takes_from_the_other_what_it_lacks():
    head = a_draft("XFJY-1", help={"standard": "压力在绿区。"})
    other = a_draft("YJGL-1", help={"standard": "在有效期内。", "penalty": "处罚款。"})
    assert merged(head, [other])["help"] == {"standard": "压力在绿区。", "penalty": "处罚款。"}
    assert "help" not in merged(a_draft("XFJY-1"), [a_draft("YJGL-1")])


def test_the_code_of_the_other_on_the_internet_and_supervision_list_is_kept_with_its_matter():
    head = a_draft("XFJY-1", supervision_code="QY-1")
    document = merged(head, [a_draft("YJGL-1", supervision_code="QY-2"), a_draft("SCJG-1")])
    assert document["supervision_code"] == "QY-1"
    assert [one.get("supervision_code") for one in document["also"]] == [None, "QY-2"]
    assert "supervision_code" not in document["also"][0]  # so that what had none keeps its hash


@pytest.mark.parametrize(
    ("mine", "theirs", "result"),
    [("key", "hot", "key"), (None, "hot", "hot"), ("", "hot", "hot"), ("key", None, "key")],
)
@pytest.mark.parametrize("member", ["listed_for", "frequency"])
def test_what_only_one_can_say_is_the_heads_or_else_the_others(member, mine, theirs, result):
    document = merged(a_draft("XFJY-1", **{member: mine}), [a_draft("YJGL-1", **{member: theirs})])
    assert document[member] == result


def test_what_neither_says_is_left_out():
    assert {"listed_for", "frequency"}.isdisjoint(merged(a_draft("XFJY-1"), [a_draft("YJGL-1")]))


FULL = {"law": "中华人民共和国消防法", "articles": ["第十六条"]}
SHORT = {"law": "消防法", "articles": ["第十六条"]}


@pytest.mark.parametrize(("mine", "theirs"), [(FULL, SHORT), (SHORT, FULL), (FULL, FULL)])
def test_a_law_cited_by_its_short_and_its_full_name_is_one_basis(mine, theirs):
    head, other = a_draft("XFJY-1", basis=[mine]), a_draft("YJGL-1", basis=[theirs])
    assert merged(head, [other])["basis"] == [FULL]
    assert likeness(head.document, other.document) == 1


@pytest.mark.parametrize("change", [{"articles": ["第十七条"]}, {"note": "2021年修正"}])
def test_another_article_or_remark_is_another_basis(change):
    head, other = a_draft("XFJY-1", basis=[FULL]), a_draft("YJGL-1", basis=[SHORT | change])
    assert merged(head, [other])["basis"] == [FULL, SHORT | change]


@pytest.mark.parametrize(
    ("mine", "theirs", "members"),
    [
        ({}, {}, []),
        ({"content": "甲"}, {"content": "乙"}, ["content"]),
        ({"frequency": "每年一次"}, {"frequency": "每季一次"}, ["frequency"]),
        ({"listed_for": "key"}, {"listed_for": "hot"}, ["listed_for"]),
        ({"listed_for": "key"}, {}, []),  # either way it is kept
        ({"help": {"penalty": "甲"}}, {"help": {"penalty": "乙", "standard": "丙"}}, ["help"]),
        ({"help": {"penalty": "甲"}}, {"help": {"standard": "丙"}}, []),
    ],
)
def test_what_of_one_of_the_two_is_not_kept(mine, theirs, members):
    one, other = a_draft("XFJY-1", **mine).document, a_draft("YJGL-1", **theirs).document
    assert merging.not_kept(one, other) == merging.not_kept(other, one) == members


def test_an_item_that_answers_for_nobody_else_stays_as_it_is():
    head = a_draft("XFJY-1")
    assert merged(head, []) == head.document


@pytest.mark.parametrize(
    ("mine", "theirs", "result"),
    [("REG", "REG", "REG"), ("REG", None, None), (None, "REG", None), ("REG", "ANNUAL", None)],
)
def test_trust_exempts_from_a_merged_item_only_what_it_exempts_from_both(mine, theirs, result):
    """R-1002: safety, food and fire are still checked."""
    head, other = a_draft("SCJG-1", exempt_category=mine), a_draft("YJGL-1", exempt_category=theirs)
    assert merged(head, [other])["exempt_category"] == result


READING = {
    "type": "number",
    "unit": "Ω",
    "decimals": 1,
    "min": None,
    "max": 40,
    "limit_text": "≤4Ω",
    "allow_na": True,
}


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"limit_text": "不大于4欧"}, True),
        ({"max": 100}, False),
        ({"unit": "kΩ"}, False),
        ({"decimals": 2, "max": 400}, False),
        ({"min": 0}, False),
    ],
)
def test_limits_must_be_equal_to_be_merged(change, fits):
    head, other = a_draft("QXJ-1", answer=READING), a_draft("YJGL-1", answer=READING | change)
    if fits:
        assert merged(head, [other])["answer"] == READING
        return
    with pytest.raises(Problem) as refused:
        merged(head, [other])
    assert refused.value.code == "merge-answers-differ"
    assert "QXJ-1 数值 Ω ≤4.0" in refused.value.detail("zh")


def test_a_reading_and_a_verdict_do_not_go_together():
    with pytest.raises(Problem):
        merged(a_draft("QXJ-1", answer=READING), [a_draft("YJGL-1")])


THREE = [a_draft("A-1", severity="S2"), a_draft("B-1", evidence_on_fail=True), a_draft("C-1")]


@given(st.permutations(THREE))
def test_in_which_order_others_come_decides_nothing_that_counts(others):
    document = merged(a_draft("X-1"), others)
    assert (document["severity"], document["evidence_on_fail"]) == ("S2", True)
    assert [one["item"] for one in document["also"]] == ["A-1", "B-1", "C-1"]


@given(st.integers(-(10**6), 10**6), st.integers(0, 4))
def test_a_limit_reads_back_as_it_was(value, decimals):
    assert steps(decimal_text(value, decimals), decimals) == value


def test_pairs_come_with_the_most_alike_first():
    found = merging.offered(list(DRAFTS.values())[:120])
    assert all(one.percent >= other.percent for one, other in pairwise(found))
