"""How a department's list becomes a published checklist, and which items are spared."""

import pytest

from server.catalogue import rules
from server.demo.county import items_of, read_json
from server.kernel.canonical import check_plain
from server.kernel.problems import Problem

INDUSTRIES = read_json("catalogue.json")["industries"]
SOURCE = {item["code"]: item for one in INDUSTRIES for group in one["groups"] for item in group["items"]}


@pytest.mark.parametrize("industry", INDUSTRIES, ids=lambda one: one["code"])
def test_every_sample_checklist_is_plain_and_publishable(industry):
    items = items_of(industry)
    inspecting = {industry["lead_department"], *industry["cooperating_departments"]}
    check_plain(items)
    check_plain(rules.bundle_items(items, SPARED))
    rules.check_publishable(items, industry["lead_department"], inspecting)
    assert len(items) == industry["item_count"]


def test_the_sample_holds_607_items():
    assert len(SOURCE) == 607


@pytest.mark.parametrize(
    ("code", "low", "high", "decimals"),
    [
        ("JYZ-SHJ-002", 100, 120, 2),  # 1.0 to 1.2
        ("JYZ-SCJG-014", -30, 30, 2),  # -0.3 to 0.3 %
        ("JYZ-QXJ-002", None, 40, 1),
        ("XXST-SCJG-020", 1250, None, 1),
        ("YHBZ-YJGL-003", None, None, 1),  # the limit stands in the subject's licence
    ],
)
def test_limits_are_whole_steps(code, low, high, decimals):
    answer = rules.checklist_item(SOURCE[code])["answer"]
    assert (answer["min"], answer["max"], answer["decimals"]) == (low, high, decimals)
    assert answer["limit_text"]


def test_a_limit_finer_than_its_step_is_an_error():
    with pytest.raises(ValueError, match="more than 1"):
        rules.steps(0.25, 1)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("JYZ-XFJY-001", "《中华人民共和国消防法》第十六条"),
        ("JYZ-SCJG-010", "《企业信息公示暂行条例》第八条、第九条"),
        ("JYZ-SHJ-002", "《加油站大气污染物排放标准》（GB 20952）"),
        ("JYZ-SCJG-016", "《中华人民共和国价格法》第十三条；《明码标价和禁止价格欺诈规定》"),
    ],
)
def test_the_basis_is_one_line(code, text):
    assert rules.checklist_item(SOURCE[code])["basis"] == text


def test_methods_severity_and_kinds_of_answer():
    item = rules.checklist_item(SOURCE["JYZ-SHWJ-001"])
    assert (item["method"], item["severity"], item["answer"]) == (
        "现场检查、书面检查",
        "S2",
        {"type": "verdict"},
    )
    assert rules.checklist_item(SOURCE["JYZ-SCJG-005"])["answer"]["options"][1]["result"] == "fail"
    assert rules.checklist_item(SOURCE["JCWX-JTYS-002"])["answer"]["max_length"] == 500


SPARED = ("ANNUAL", "REG", "TRADEMARK")


def test_exemption_spares_registration_report_and_trade_mark_only():
    items = rules.bundle_items([rules.checklist_item(one) for one in SOURCE.values()], SPARED)
    spared = {SOURCE[item["id"]]["common_ref"] for item in items if item["exempt"]}
    assert spared == {f"REG-0{n}" for n in range(1, 9)} | {"ANN-01", "ANN-02", "TMK-01"}


@pytest.mark.parametrize(
    ("spared", "change", "exempt"),
    [
        (SPARED, {}, True),
        (("ANNUAL",), {}, False),  # R-1002: the list is the office's to set
        ((), {}, False),
        (SPARED, {"compulsory": True}, False),  # R-1005
        (SPARED, {"exempt_category": None}, False),
    ],
)
def test_an_item_is_exempt_by_its_category_alone(spared, change, exempt):
    item = rules.checklist_item(SOURCE["JYZ-SCJG-001"]) | change
    assert [one["exempt"] for one in rules.bundle_items([item], spared)] == [exempt]


PAIR = [
    {"id": "X-1", "department": "SCJG", "basis": "《甲法》"},
    {"id": "X-2", "department": "XFJY", "basis": "《乙法》"},
]


@pytest.mark.parametrize(
    ("items", "lead", "code"),
    [
        (PAIR[:1], "SCJG", "checklist-single-department"),
        (PAIR, "YJGL", "checklist-lead-missing"),
        (
            [*PAIR, {"id": "X-3", "department": "LXB", "basis": "《丙法》"}],
            "SCJG",
            "checklist-not-inspecting",
        ),
        ([*PAIR, {"id": "X-3", "department": "SCJG", "basis": ""}], "SCJG", "checklist-without-basis"),
        ([*PAIR, PAIR[0]], "SCJG", "checklist-item-twice"),
    ],
)
def test_a_list_that_may_not_be_issued(items, lead, code):
    with pytest.raises(Problem) as refused:
        rules.check_publishable(items, lead, {"SCJG", "XFJY", "YJGL"})
    assert refused.value.code == code
    assert refused.value.detail("zh_Hans_CN")


def test_the_hash_is_of_the_items_and_nothing_else():
    items = items_of(INDUSTRIES[0])
    assert rules.checklist_hash(items) == rules.checklist_hash(
        [dict(reversed(item.items())) for item in items]
    )
    assert rules.checklist_hash(items) != rules.checklist_hash(items[1:])


SHARED = {
    "id": "X-1",
    "department": "XFJY",
    "matter": "通道",
    "also": [
        {"department": "GAJ", "matter": "出口", "item": "G-1"},
        {"department": "WJW", "matter": "出口", "item": "W-1"},
    ],
}
OWN = {"id": "S-1", "department": "SCJG", "matter": "证照"}
ANOTHER = {"id": "S-2", "department": "SCJG", "matter": "价格"}


@pytest.mark.parametrize(
    ("taking_part", "expected"),
    [
        ({"SCJG": [], "XFJY": [], "GAJ": [], "WJW": []}, [SHARED, OWN, ANOTHER]),
        ({"SCJG": ["价格"]}, [ANOTHER]),
        ({"SCJG": ["停用"]}, []),
        ({"XFJY": []}, [{"id": "X-1", "department": "XFJY", "matter": "通道"}]),
        (  # the owner stays away: the next one answers, for the other as well
            {"WJW": [], "GAJ": ["出口"]},
            [{"id": "X-1", "department": "GAJ", "matter": "出口", "also": [SHARED["also"][1]]}],
        ),
        ({}, []),
    ],
)
def test_a_visit_holds_the_items_of_those_who_come_and_of_their_matters(taking_part, expected):
    assert rules.narrowed([SHARED, OWN, ANOTHER], taking_part) == expected
