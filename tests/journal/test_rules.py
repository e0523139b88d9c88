"""The law of a visit, as tables."""

from typing import Any

import pytest

from server.visits import rules
from tests.journal.conftest import InBrowser
from tests.journal.scenes import LI, QIAN, STRANGER, SUN, WANG, ZHAO, a_bundle, a_member, person

HASH = "a" * 64
COVERS = {"heads": [], "bundle": HASH}
ARRIVED = {"department": "XFJY", "location": None}
ANSWER = {"item": "X-1", "verdict": "pass", "replaces": []}
MEASURE = {"item": "X-1", "department": "XFJY", "demand": "改正", "deadline": None}
ABSENT = {"department": "XFJY", "reason": "leave", "text": "", "replaces": []}
SETTLED = {"register": "visit", "chooses": HASH, "reason": "x", "replaces": [HASH]}
SIGNATURE = {"role": "party", "scope": "XFJY", "method": "screen", "name": "吴", "covers": COVERS}
SHOWN = {"sha256": HASH, "bytes": 1, "type": "image/jpeg", "captured_at": "x", "source": "app"}

MAY: list[tuple[str, dict[str, Any], set[str]]] = [
    ("visit.opened", {}, {LI, WANG, ZHAO, SUN}),
    ("visit.arrived", ARRIVED, {ZHAO, SUN}),
    ("answer", ANSWER, {ZHAO, SUN}),
    ("answer", {**ANSWER, "item": "nobody's"}, {LI, WANG, ZHAO, SUN}),
    ("answer", {"verdict": "of a newer phone"}, {LI, WANG, ZHAO, SUN}),
    ("hologram", {}, {LI, WANG, ZHAO, SUN}),
    ("measure", MEASURE, {ZHAO, SUN}),
    ("measure", {**MEASURE, "item": "G-1"}, set()),
    ("corrected", {"item": "G-1", "evidence": [], "text": ""}, {LI, WANG}),
    ("note", {"department": "SCJG", "text": "x"}, {LI, WANG}),
    (
        "department.completed",
        {"department": "XFJY", "results": {}, "covers": COVERS, "replaces": []},
        {ZHAO, SUN},
    ),
    ("department.absent", ABSENT, {LI, WANG, ZHAO, SUN}),
    ("department.reopened", {"department": "SCJG", "reason": "x", "replaces": []}, {LI, WANG}),
    ("settlement", SETTLED, {LI, WANG}),
    ("visit.signed", {"results": {}, "covers": COVERS, "replaces": []}, {LI, WANG}),
    ("visit.reopened", {"reason": "x", "replaces": []}, {LI, WANG}),
    ("visit.aborted", {"code": "R4", "text": "", "replaces": []}, {LI, WANG}),
    ("lead.taken-over", {"reason": "x"}, {WANG}),
    ("signature", SIGNATURE, {LI, WANG, ZHAO, SUN}),
    ("signature", {**SIGNATURE, "scope": "SCJG"}, {LI, WANG}),
    ("evidence", SHOWN, {LI, WANG, ZHAO, SUN}),
    ("evidence", {**SHOWN, "department": "XFJY"}, {ZHAO, SUN}),
    ("evidence.withdrawn", {"of": HASH, "reason": "x"}, {LI, WANG, ZHAO, SUN}),
    ("expert.opinion", {"text": "x"}, {LI, WANG, ZHAO, SUN}),
    ("statement", {"text": "x", "name": "吴", "department": "XFJY"}, {ZHAO, SUN}),
]
LIMITS = {"type": "number", "min": 0, "max": 80}
NUMBERS = [
    (LIMITS, 0, "pass"),
    (LIMITS, 80, "pass"),
    (LIMITS, 81, "fail"),
    (LIMITS, -1, "fail"),
    ({"min": None, "max": 5}, -1000, "pass"),
    ({"min": 5, "max": None}, 4, "fail"),
    ({"min": None, "max": None}, 4, None),
    (LIMITS, None, None),
    (LIMITS, "80", None),
    (LIMITS, True, None),
]


def an_item(
    state: str, verdict: str | None = None, act: bool = False, remedied: bool = False
) -> dict[str, Any]:
    """A folded item, as far as results need it."""
    heads = [{"act": "x" if act else None}] if state == "answered" else []
    return {
        "state": state,
        "verdict": verdict,
        "heads": heads,
        "measures": [HASH] if remedied else [],
        "corrected": [],
    }


PASS, FAIL, OPEN = an_item("answered", "pass"), an_item("answered", "fail"), an_item("open")
MENDED = an_item("answered", "fail", remedied=True)
NA, NOT_DONE = an_item("answered", "na"), an_item("answered", "na", act=True)
PENDING, EXEMPT, CONFLICT = an_item("answered", "pending"), an_item("exempt"), an_item("conflict")

RESULTS = [
    ([EXEMPT, EXEMPT], "X2", ["X2"], ["X2"]),
    ([EXEMPT, PASS], "R1", ["R1", "R6"], ["R1", "R4", "R6"]),
    ([PASS, NA], "R1", ["R1", "R6"], ["R1", "R4", "R6"]),
    ([NA, NA], "R1", ["R1", "R6", "R7"], ["R1", "R4", "R6", "R7"]),
    ([NOT_DONE, NOT_DONE], "R7", ["R1", "R6", "R7"], ["R1", "R4", "R6", "R7"]),
    ([NOT_DONE, NA], "R1", ["R1", "R6", "R7"], ["R1", "R4", "R6", "R7"]),
    ([FAIL, PASS], "R8", ["R5", "R6", "R8"], ["R2", "R3", "R4", "R5", "R6", "R8"]),
    ([MENDED, PASS], "R5", ["R5", "R6", "R8"], ["R2", "R3", "R4", "R5", "R6", "R8"]),
    ([MENDED, FAIL], "R8", ["R5", "R6", "R8"], ["R2", "R3", "R4", "R5", "R6", "R8"]),
    ([MENDED, PENDING], "R8", ["R6", "R8"], ["R2", "R3", "R4", "R6", "R8"]),
    ([PENDING, PASS], "R8", ["R6", "R8"], ["R4", "R6", "R8"]),
    ([OPEN, PASS], None, [], []),
    ([CONFLICT, FAIL], None, [], []),
]

IN_BROWSER = """
    const { allowedResults, deriveResult, judgeNumber, mayWrite } = await load("rules.js");
    return {
        may: given.may.map(([bundle, entry, team]) => mayWrite(bundle, entry, team)),
        numbers: given.numbers.map(([answer, value]) => judgeNumber(answer, value)),
        results: given.results.map(([items]) => [
            deriveResult(items), allowedResults("XFJY", items), allowedResults("SCJG", items),
        ]),
    };
"""


@pytest.mark.parametrize(("kind", "body", "allowed"), MAY)
def test_who_may_write_what(kind: str, body: dict[str, Any], allowed: set[str]) -> None:
    bundle = a_bundle()
    everyone = [LI, WANG, ZHAO, SUN, STRANGER]
    assert {
        who for who in everyone if rules.may_write(bundle, {"kind": kind, "body": body, "author": who})
    } == allowed


def test_a_former_member_keeps_the_right() -> None:
    entry = {"kind": "answer", "body": ANSWER, "author": person(31)}
    assert not rules.may_write(a_bundle(), entry)
    assert rules.may_write(a_bundle(), entry, [a_member(person(31), "冯", "XFJY")])
    assert not rules.may_write(a_bundle(), {**entry, "author": QIAN}, [a_member(person(31), "冯", "XFJY")])


@pytest.mark.parametrize(("answer", "value", "verdict"), NUMBERS)
def test_numbers_judge_themselves(answer: dict[str, Any], value: Any, verdict: str | None) -> None:
    assert rules.judge_number(answer, value) == verdict


@pytest.mark.parametrize(("items", "derived", "allowed", "allowed_to_market_regulation"), RESULTS)
def test_results(
    items: list[Any], derived: str | None, allowed: list[str], allowed_to_market_regulation: list[str]
) -> None:
    assert rules.derive_result(items) == derived
    assert rules.allowed_results("XFJY", items) == allowed
    assert rules.allowed_results("SCJG", items) == allowed_to_market_regulation


def test_the_same_law_on_the_phone(in_browser: InBrowser) -> None:
    entries = [
        {"kind": kind, "body": body, "author": who}
        for kind, body, _ in MAY
        for who in (LI, WANG, ZHAO, SUN, STRANGER)
    ]
    may = [[a_bundle(), entry, team] for entry in entries for team in (None, [a_member(LI, "李", "XFJY")])]
    answers = in_browser(IN_BROWSER, {"may": may, "numbers": NUMBERS, "results": RESULTS})
    assert answers["may"] == [rules.may_write(bundle, entry, team) for bundle, entry, team in may]
    assert answers["numbers"] == [verdict for _, _, verdict in NUMBERS]
    assert answers["results"] == [list(row[1:]) for row in RESULTS]
