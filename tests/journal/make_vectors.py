"""Writes `tests/vectors/`: one file per scene, with bundle, entries, context and the expected state.

`python -m tests.journal.make_vectors` from the project's folder. Each scene says itself what it expects
(a list of truths about the state); the whole state then goes into the file, where a change shows in the diff.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server.kernel.canonical import digest
from server.visits.fold import fold
from tests.journal.scenes import (
    FIRE_PASSED,
    HE,
    LI,
    PASSED,
    QIAN,
    STRANGER,
    SUBSTITUTE,
    SUN,
    WANG,
    ZHAO,
    Scene,
    a_bundle,
    a_member,
    a_merged_bundle,
    an_item,
    fire_brigade,
    market_regulation,
    person,
    ready_to_sign,
    sha,
)

FOLDER = Path(__file__).resolve().parents[1] / "vectors"
Told = Callable[[dict[str, Any]], list[bool]]
SCENES: dict[str, Callable[[Scene], Told]] = {}


def scene(make: Callable[[Scene], Told]) -> Callable[[Scene], Told]:
    """Registers a scene under its name."""
    SCENES[make.__name__.replace("_", "-")] = make
    return make


def codes(rows: list[dict[str, Any]], name: str = "code") -> set[str]:
    """The codes of blockers or problems."""
    return {row[name] for row in rows}


def problems(state: dict[str, Any]) -> set[str]:
    """The codes of a state's problems."""
    return codes(state["problems"], "problem")


# Beginnings


@scene
def nothing_yet(scene: Scene) -> Told:
    return lambda s: [
        s["status"] == "assigned",
        s["items"]["G-3"]["state"] == "exempt",
        "nobody-present" in codes(s["blockers"]),
    ]


@scene
def opened_only(scene: Scene) -> Told:
    scene.phone(ZHAO).write("visit.opened")
    return lambda s: [s["status"] == "open", s["problems"] == []]


@scene
def answered_before_the_department_is_ready(scene: Scene) -> Told:
    scene.phone(ZHAO).answer("X-2", "pass")
    return lambda s: [
        s["items"]["X-2"]["verdict"] == "pass",
        not s["departments"]["XFJY"]["ready"],
        {"arrival-missing", "identity-missing", "rights-missing", "recusal-missing", "party-missing"}
        <= codes(s["blockers"]),
    ]


@scene
def every_department_ready(scene: Scene) -> Told:
    market_regulation(scene)
    fire_brigade(scene)
    return lambda s: [
        all(one["ready"] for one in s["departments"].values()),
        s["departments"]["XFJY"]["officers"] == [ZHAO, QIAN],
        codes(s["blockers"]) == {"party-unsigned"},
    ]


@scene
def every_list(scene: Scene) -> Told:
    zhao, sun = scene.phone(ZHAO), scene.phone(SUN)
    page = zhao.show("纸质表", source="scan", type="application/pdf")
    zhao.write("note", department="XFJY", text="现场有雾", item="X-1")
    zhao.write("clue", department="XFJY", text="疑似无证储油", to="应急管理局", evidence=[sha("纸质表")])
    zhao.write("sample", department="XFJY", number="Y-1", quantity="2瓶", seal="F-1", laboratory="市检测中心")
    zhao.write("inquiry", department="XFJY", text="问：……答：……")
    zhao.write("survey", department="XFJY", text="通道宽1.1米")
    sun.write("expert.opinion", text="建议更换软管")
    zhao.write(
        "served",
        department="XFJY",
        document="责令改正通知书",
        number="〔2026〕第15号",
        recipient="吴𠮷",
        way="V1",
    )
    zhao.write("transcribed", of=sha("纸质表"), text="抄录")
    zhao.write("visit.left", department="XFJY", location=None)
    return lambda s: [
        all(
            len(s["lists"][name]) == 1
            for name in (
                "notes",
                "clues",
                "samples",
                "inquiries",
                "surveys",
                "opinions",
                "served",
                "transcribed",
            )
        ),
        s["problems"] == [],
        s["evidence"][sha("纸质表")]["entries"] == [page],
        len(s["departments"]["XFJY"]["steps"]["left"]) == 1,
    ]


# Answers


@scene
def answer_replaced(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    first = zhao.answer("X-2", "pass")
    second = zhao.answer("X-2", "fail", (first,))
    return lambda s: [s["items"]["X-2"]["heads"][0]["hash"] == second, len(s["items"]["X-2"]["history"]) == 2]


@scene
def answers_in_conflict(scene: Scene) -> Told:
    scene.phone(ZHAO).answer("X-2", "pass")
    scene.phone(QIAN).answer("X-2", "fail")
    return lambda s: [
        s["items"]["X-2"]["state"] == "conflict",
        s["departments"]["XFJY"]["counts"]["conflict"] == 1,
        "item-conflict" in codes(s["blockers"]),
    ]


@scene
def conflict_settled_by_an_answer(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    both = (zhao.answer("X-2", "pass"), scene.phone(QIAN).answer("X-2", "fail"))
    zhao.answer("X-2", "fail", both)
    return lambda s: [s["items"]["X-2"]["state"] == "answered", s["items"]["X-2"]["verdict"] == "fail"]


@scene
def conflict_settled_by_the_lead(scene: Scene) -> Told:
    one, other = scene.phone(ZHAO).answer("X-2", "pass"), scene.phone(QIAN).answer("X-2", "fail")
    chosen = scene.phone(LI).write(
        "settlement", register="item:X-2", chooses=other, reason="照片为证", replaces=[one, other]
    )
    return lambda s: [
        s["items"]["X-2"]["heads"][0]["hash"] == chosen,
        s["items"]["X-2"]["heads"][0]["settled"],
        s["items"]["X-2"]["heads"][0]["author"] == QIAN,
        s["items"]["X-2"]["verdict"] == "fail",
    ]


@scene
def settlement_of_a_settlement(scene: Scene) -> Told:
    one, other = scene.phone(ZHAO).answer("X-2", "pass"), scene.phone(QIAN).answer("X-2", "fail")
    li = scene.phone(LI)
    first = li.write("settlement", register="item:X-2", chooses=other, reason="照片", replaces=[one, other])
    late = scene.phone(ZHAO).answer("X-2", "na")
    li.write("settlement", register="item:X-2", chooses=first, reason="仍以照片为准", replaces=[first, late])
    return lambda s: [
        s["items"]["X-2"]["state"] == "answered",
        s["items"]["X-2"]["heads"][0]["answer"] == other,
    ]


@scene
def settlement_that_chooses_what_it_does_not_replace(scene: Scene) -> Told:
    one, other = scene.phone(ZHAO).answer("X-2", "pass"), scene.phone(QIAN).answer("X-2", "fail")
    scene.phone(LI).write("settlement", register="item:X-2", chooses=other, reason="x", replaces=[one])
    return lambda s: [s["items"]["X-2"]["state"] == "conflict", "bad-choice" in problems(s)]


@scene
def settlement_by_the_deputy_who_did_not_take_over(scene: Scene) -> Told:
    one, other = scene.phone(ZHAO).answer("X-2", "pass"), scene.phone(QIAN).answer("X-2", "fail")
    scene.phone(WANG).write("settlement", register="item:X-2", chooses=one, reason="x", replaces=[one, other])
    return lambda s: [s["items"]["X-2"]["state"] == "conflict", "not-lead" in problems(s)]


@scene
def answer_by_another_department(scene: Scene) -> Told:
    scene.phone(LI).answer("X-2", "pass")
    scene.phone(STRANGER).answer("X-2", "fail")
    return lambda s: [s["items"]["X-2"]["state"] == "open", problems(s) == {"wrong-author"}]


@scene
def answer_to_an_unknown_item(scene: Scene) -> Told:
    scene.phone(ZHAO).answer("Z-𠮷", "pass")
    scene.phone(ZHAO).answer("Z-﹏", "pass")
    return lambda s: [problems(s) == {"unknown-item"}]


@scene
def answers_that_lack_something(scene: Scene) -> Told:
    zhao, li = scene.phone(ZHAO), scene.phone(LI)
    zhao.answer("X-2", "fail", remark="")
    zhao.answer("X-3", "na", reason=None)
    zhao.answer("X-1", "pass", value="half")
    li.answer("G-1", "fail")
    li.answer("G-2", "pass", value="80")
    li.answer("G-4", "pass")
    lacks = {"words-missing", "reason-missing", "value-unfit", "value-missing"}
    return lambda s: [
        {row["why"] for row in s["blockers"] if row["code"] == "answer-incomplete"} == lacks,
        {row["item"] for row in s["blockers"] if row["code"] == "photo-missing"} == {"G-1", "X-2"},
    ]


@scene
def number_against_its_limits(scene: Scene) -> Told:
    scene.phone(LI).answer("G-2", "pass", value=81)
    return lambda s: [
        {row["why"] for row in s["blockers"] if row["code"] == "answer-incomplete"} == {"override-missing"}
    ]


@scene
def number_with_override(scene: Scene) -> Told:
    scene.phone(LI).answer("G-2", "pass", value=81, override="仪器误差±2，复测合格", instrument="温度计01")
    return lambda s: ["answer-incomplete" not in codes(s["blockers"]), s["items"]["G-2"]["value"] == 81]


@scene
def number_on_its_limit(scene: Scene) -> Told:
    scene.phone(LI).answer("G-2", "pass", value=80)
    return lambda s: ["answer-incomplete" not in codes(s["blockers"])]


@scene
def choice_against_its_result(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    zhao.answer("X-1", "pass", value="none")
    return lambda s: [
        {row["why"] for row in s["blockers"] if row["code"] == "answer-incomplete"} == {"override-missing"}
    ]


@scene
def matter_not_carried_on(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    for item in ("X-1", "X-2"):
        zhao.answer(item, "na", act=person(0xAC7))
    zhao.answer("X-3", "na")
    return lambda s: [s["departments"]["XFJY"]["results"] == {"消防安全𠮷": "R7", "疏散﹏通道": "R1"}]


@scene
def pending_sample(scene: Scene) -> Told:
    li = scene.phone(LI)
    li.answer("G-1", "pending")
    li.answer("G-2", "pass", value=1)
    return lambda s: [
        s["departments"]["SCJG"]["results"]["登记事项检查"] == "R8",
        s["departments"]["SCJG"]["counts"]["open"] == 1,
    ]


@scene
def exempt_item_answered_all_the_same(scene: Scene) -> Told:
    scene.phone(LI).answer("G-3", "fail")
    return lambda s: [
        s["items"]["G-3"]["state"] == "exempt",
        s["items"]["G-3"]["verdict"] is None,
        len(s["items"]["G-3"]["heads"]) == 1,
    ]


@scene
def failed_with_measure_is_r5(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    zhao.show("灭火器", item="X-2")
    zhao.answer("X-1", "pass", value="full")
    zhao.answer("X-2", "fail")
    first = zhao.write("measure", item="X-2", department="XFJY", demand="更换", deadline=None)
    second = zhao.write(
        "measure", item="X-2", department="XFJY", demand="更换灭火器", deadline="2026-05-27", replaces=[first]
    )
    return lambda s: [
        s["departments"]["XFJY"]["results"]["消防安全𠮷"] == "R5",
        s["items"]["X-2"]["measures"] == [second],
        [row["replaced"] for row in s["lists"]["measures"] if row["hash"] == first] == [True],
    ]


@scene
def failed_without_measure_is_r8(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    zhao.answer("X-1", "fail", value="none")
    zhao.answer("X-2", "pass")
    return lambda s: [s["departments"]["XFJY"]["results"]["消防安全𠮷"] == "R8"]


@scene
def corrected_on_the_spot_stays_fail(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    zhao.answer("X-3", "fail")
    zhao.show("已清理", item="X-3")
    zhao.write("corrected", item="X-3", evidence=[sha("已清理")], text="通道已清理")
    return lambda s: [
        s["items"]["X-3"]["verdict"] == "fail",
        s["departments"]["XFJY"]["results"]["疏散﹏通道"] == "R5",
        s["problems"] == [],
    ]


# Evidence


@scene
def photo_demanded_taken_and_withdrawn(scene: Scene) -> Told:
    zhao, qian = scene.phone(ZHAO), scene.phone(QIAN)
    zhao.answer("X-2", "fail")
    taken = zhao.show("软管𠮷", item="X-2")
    qian.write("evidence.withdrawn", of=taken, reason="拍错")
    return lambda s: [
        s["items"]["X-2"]["photo_missing"],
        s["items"]["X-2"]["evidence"] == [],
        s["evidence"][sha("软管𠮷")]["withdrawn"] == "拍错",
    ]


@scene
def one_picture_for_two_items(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    withdrawn = zhao.show("全景", item="X-2")
    zhao.show("全景", item="X-3")
    zhao.write("evidence.withdrawn", of=withdrawn, reason="不属于此项")
    scene.context["blobs"] = {sha("全景"): "stored"}
    return lambda s: [
        s["evidence"][sha("全景")]["withdrawn"] is None,
        s["evidence"][sha("全景")]["grade"] == "stored",
        s["items"]["X-2"]["evidence"] == [],
    ]


@scene
def withdrawal_by_another_department(scene: Scene) -> Told:
    taken = scene.phone(ZHAO).show("全景", item="X-2")
    scene.phone(LI).write("evidence.withdrawn", of=taken, reason="x")
    return lambda s: [s["evidence"][sha("全景")]["withdrawn"] is None, problems(s) == {"wrong-author"}]


@scene
def withdrawal_of_what_is_no_evidence(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    zhao.write("evidence.withdrawn", of=zhao.answer("X-2", "pass"), reason="x")
    zhao.write("evidence.withdrawn", of="f" * 64, reason="x")
    zhao.write("transcribed", of=sha("没有的照片"), text="抄录")
    return lambda s: [problems(s) == {"foreign-target", "unknown-target", "unknown-evidence"}]


@scene
def grades_of_blobs(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    for name in ("一", "二", "三", "𠮷"):
        zhao.show(name, moment="arrival")
    scene.context["blobs"] = {
        sha("一"): "stored",
        sha("二"): "backed-up",
        sha("三"): "lost?",
        sha("𠮷"): "awaited",
    }
    return lambda s: [
        sorted(one["grade"] for one in s["evidence"].values())
        == ["awaited", "awaited", "backed-up", "stored"]
    ]


# Registers at their limits


@scene
def cycle_of_answers(scene: Scene) -> Told:
    zhao, qian = scene.phone(ZHAO), scene.phone(QIAN)
    one, other = zhao.answer("X-2", "pass"), qian.answer("X-2", "fail")
    scene.entry(one)["body"]["replaces"] = [other]
    scene.entry(other)["body"]["replaces"] = [one]
    return lambda s: [s["items"]["X-2"]["state"] == "conflict", "cycle" in problems(s)]


@scene
def answer_that_replaces_itself(scene: Scene) -> Told:
    one = scene.phone(ZHAO).answer("X-2", "pass")
    scene.entry(one)["body"]["replaces"] = [one]
    return lambda s: [s["items"]["X-2"]["state"] == "answered", problems(s) == {"cycle"}]


@scene
def settlements_in_a_circle(scene: Scene) -> Told:
    zhao, li = scene.phone(ZHAO), scene.phone(LI)
    answer = zhao.answer("X-2", "pass")
    one = li.write("settlement", register="item:X-2", chooses="0" * 64, reason="x", replaces=[answer])
    other = li.write("settlement", register="item:X-2", chooses=one, reason="x", replaces=[one])
    scene.entry(one)["body"].update(chooses=other, replaces=[other, answer])
    return lambda s: [s["items"]["X-2"]["heads"][0]["hash"] == answer, "bad-choice" in problems(s)]


@scene
def foreign_register(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    other = zhao.answer("X-3", "pass")
    note = zhao.write("note", department="XFJY", text="x")
    zhao.answer("X-2", "pass", (other, note))
    return lambda s: [s["items"]["X-3"]["state"] == "answered", problems(s) == {"foreign-register"}]


@scene
def unknown_target(scene: Scene) -> Told:
    scene.phone(ZHAO).answer("X-2", "pass", ("e" * 64,))
    return lambda s: [s["items"]["X-2"]["state"] == "answered", problems(s) == {"unknown-target"}]


@scene
def unknown_register(scene: Scene) -> Told:
    zhao, li = scene.phone(ZHAO), scene.phone(LI)
    one = zhao.answer("X-2", "pass")
    li.write("settlement", register="item:𠮷", chooses=one, reason="x", replaces=[one])
    li.write("settlement", register="department:SHJ", chooses=one, reason="x", replaces=[one])
    return lambda s: [problems(s) == {"unknown-register"}]


# Chains


@scene
def hole_in_a_chain(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    zhao.answer("X-1", "pass", value="full")
    gone = zhao.answer("X-2", "pass")
    zhao.answer("X-3", "pass")
    scene.without(gone)
    return lambda s: [problems(s) == {"hole"}, s["items"]["X-3"]["state"] == "answered"]


@scene
def hole_declared_lost(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    gone = zhao.answer("X-2", "pass")
    zhao.answer("X-3", "pass")
    scene.without(gone)
    scene.context["lost"] = [{"device": zhao.device, "seq": 1, "hash": gone}]
    return lambda s: [problems(s) == {"lost"}]


@scene
def lost_and_found_again(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    found = zhao.answer("X-2", "pass")
    scene.context["lost"] = [{"device": zhao.device, "seq": 1, "hash": found}]
    return lambda s: [s["problems"] == []]


@scene
def fork(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    zhao.answer("X-1", "pass", value="full")
    twin = zhao.twin()
    zhao.answer("X-2", "pass")
    zhao.answer("X-3", "pass")
    twin.answer("X-2", "fail")
    return lambda s: [problems(s) == {"fork"}, s["items"]["X-2"]["state"] == "conflict"]


@scene
def quarantined_middle(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    zhao.answer("X-1", "pass", value="full")
    middle = zhao.answer("X-2", "pass")
    zhao.answer("X-3", "pass")
    scene.context["quarantined"] = [middle]
    return lambda s: [
        problems(s) == {"quarantined"},
        s["items"]["X-2"]["state"] == "open",
        s["items"]["X-3"]["state"] == "answered",
    ]


@scene
def chain_that_does_not_fit(scene: Scene) -> Told:
    zhao, qian = scene.phone(ZHAO), scene.phone(QIAN)
    first = zhao.answer("X-1", "pass", value="full")
    wrong = qian.answer("X-2", "pass")
    scene.entry(wrong)["prev"] = first
    return lambda s: [problems(s) == {"bad-chain"}]


@scene
def same_id_twice(scene: Scene) -> Told:
    zhao, qian = scene.phone(ZHAO), scene.phone(QIAN)
    for name in (zhao.answer("X-1", "pass", value="full"), qian.answer("X-2", "pass")):
        scene.entry(name)["id"] = "𠮷"
    return lambda s: [problems(s) == {"id-reused"}, s["problems"][0]["id"] == "𠮷"]


@scene
def devices_beyond_the_bmp(scene: Scene) -> Told:
    scene.context["lost"] = [{"device": name, "seq": 1, "hash": None} for name in ("𠮷", "﹏", "a")]
    return lambda s: [[row["device"] for row in s["problems"]] == ["a", "﹏", "𠮷"]]


@scene
def newer_and_broken_entries(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    zhao.write("hologram", item="X-2", light="𠮷")
    zhao.write("answer", item="X-2", verdict="perhaps", replaces=[])
    zhao.answer("X-3", "pass", department="newer members are no reason to refuse", mood="😀")
    zhao.write("note", department="XFJY", text="𠮷" * 10000)
    zhao.write("note", department="XFJY", text="𠮷" * 10001)
    return lambda s: [
        problems(s) == {"unknown-kind", "bad-body"},
        len(s["problems"]) == 3,
        len(s["lists"]["notes"]) == 1,
    ]


@scene
def all_that_is_no_entry(scene: Scene) -> Told:
    good = scene.phone(ZHAO).answer("X-2", "pass")
    base = scene.entry(good)
    scene.entries += [None, 7, "x", [], {}, {"hash": "0" * 64}, {**base, "hash": "1" * 64, "seq": 0}]
    scene.entries += [
        {**base, "hash": "2" * 64, "body": []},
        {**base, "hash": "3" * 64, "visit": person(999)},
    ]
    scene.entries += [{**base, "position": 12}, {**base, "hash": "4" * 64, "body": {"item": 1.5}}]
    return lambda s: [problems(s) == {"malformed", "other-visit"}, s["items"]["X-2"]["state"] == "answered"]


@scene
def same_hash_twice(scene: Scene) -> Told:
    good = scene.phone(ZHAO).answer("X-2", "pass")
    scene.entries.append({**scene.entry(good), "at": "2026-05-12T08:00:00+08:00"})
    return lambda s: ["bad-hash" in problems(s), len(s["items"]["X-2"]["heads"]) == 1]


@scene
def bundle_that_is_not_whole(scene: Scene) -> Told:
    scene.bundle["checklist"]["items"] += [an_item("X-2", "XFJY", "再来一次"), {"id": 5}, None]
    scene.bundle["team"].append("nobody")
    scene.phone(ZHAO).answer("X-2", "pass")
    return lambda s: [problems(s) == {"bad-bundle"}, s["items"]["X-2"]["state"] == "answered"]


# Departments


@scene
def department_conflict(scene: Scene) -> Told:
    zhao, _ = fire_brigade(scene)
    scene.phone(LI).absent("XFJY")
    zhao.write("note", department="XFJY", text="我们在")
    return lambda s: [
        s["departments"]["XFJY"]["state"] == "conflict",
        "department-conflict" in codes(s["blockers"]),
    ]


@scene
def department_conflict_settled(scene: Scene) -> Told:
    fire_brigade(scene)
    done = scene.entries[-1]["hash"]
    away = scene.phone(LI).absent("XFJY")
    scene.phone(LI).write(
        "settlement", register="department:XFJY", chooses=done, reason="已到场", replaces=[done, away]
    )
    return lambda s: [
        s["departments"]["XFJY"]["state"] == "completed",
        s["departments"]["XFJY"]["confirmed"] == FIRE_PASSED,
    ]


@scene
def department_completed_then_changed(scene: Scene) -> Told:
    zhao, _ = fire_brigade(scene)
    before = next(entry["hash"] for entry in scene.entries if entry["body"].get("item") == "X-3")
    zhao.answer("X-3", "fail", (before,))
    return lambda s: [
        s["departments"]["XFJY"]["outdated"],
        {"department-outdated", "results-differ"} <= codes(s["blockers"]),
    ]


@scene
def department_reopened_and_completed_again(scene: Scene) -> Told:
    zhao, _ = fire_brigade(scene)
    done = scene.entries[-1]["hash"]
    again = zhao.write("department.reopened", department="XFJY", reason="补查", replaces=[done])
    zhao.complete("XFJY", FIRE_PASSED, (again,))
    return lambda s: [
        s["departments"]["XFJY"]["state"] == "completed",
        not s["departments"]["XFJY"]["outdated"],
    ]


@scene
def completed_with_a_result_its_answers_do_not_allow(scene: Scene) -> Told:
    zhao, _ = fire_brigade(scene)
    done = scene.entries[-1]["hash"]
    zhao.complete("XFJY", {"消防安全𠮷": "R4", "疏散﹏通道": "R6", "别的事项": "R1"}, (done,))
    differing = [
        {"code": "results-differ", "department": "XFJY", "matter": name}
        for name in ("别的事项", "消防安全𠮷")
    ]
    return lambda s: [[row for row in s["blockers"] if row["code"] == "results-differ"] == differing]


@scene
def one_officer_is_too_few(scene: Scene) -> Told:
    zhao, sun = scene.phone(ZHAO), scene.phone(SUN)
    zhao.prepare("XFJY", ZHAO, QIAN, SUN)
    sun.write("expert.opinion", text="专家无执法证")
    return lambda s: [
        s["departments"]["XFJY"]["officers"] == [ZHAO],
        "too-few-officers" in codes(s["blockers"]),
    ]


@scene
def colleague_confirms_by_signing(scene: Scene) -> Told:
    zhao = scene.phone(ZHAO)
    zhao.prepare("XFJY", ZHAO, QIAN)
    zhao.sign("inspector", "钱垚", "XFJY", person=QIAN)
    return lambda s: [s["departments"]["XFJY"]["officers"] == [ZHAO, QIAN]]


@scene
def substitute(scene: Scene) -> Told:
    zhao, other = scene.phone(ZHAO), scene.phone(SUBSTITUTE)
    stands_in = {"person": SUBSTITUTE, "name": "周𠮷", "certificate": "皖0007", "replaces_person": QIAN}
    zhao.write("officer.substituted", department="XFJY", approver="大队长", reason="SB1", **stands_in)
    zhao.prepare("XFJY", ZHAO, SUBSTITUTE)
    other.answer("X-2", "pass")
    return lambda s: [
        s["items"]["X-2"]["state"] == "answered",
        s["departments"]["XFJY"]["officers"] == [ZHAO, SUBSTITUTE],
    ]


@scene
def substitute_not_yet_confirmed(scene: Scene) -> Told:
    zhao, other = scene.phone(ZHAO), scene.phone(SUBSTITUTE)
    stands_in = {"person": SUBSTITUTE, "name": "周𠮷", "certificate": "皖0007", "replaces_person": QIAN}
    zhao.write("officer.substituted", department="XFJY", approver="大队长", reason="SB1", **stands_in)
    scene.context["quarantined"] = [other.answer("X-2", "pass")]
    return lambda s: [s["items"]["X-2"]["state"] == "open"]


@scene
def departments_beyond_the_bmp(scene: Scene) -> Told:
    scene.bundle["departments"] += [{"code": "𠮷JU", "name": "甲"}, {"code": "﹏JU", "name": "乙"}]
    scene.bundle["team"] += [a_member(person(21), "甲", "𠮷JU"), a_member(person(22), "乙", "﹏JU")]
    scene.bundle["checklist"]["items"] += [an_item("𠮷1", "𠮷JU", "甲"), an_item("﹏1", "﹏JU", "乙")]
    scene.phone(LI).sign("party", "吴𠮷")
    scene.phone(person(21)).answer("𠮷1", "pass")
    scene.phone(person(22)).answer("﹏1", "pass")
    return lambda s: [s["signatures"][0]["outdated"] == ["﹏JU", "𠮷JU"]]


@scene
def former_member(scene: Scene) -> Told:
    scene.bundle["former"] = [a_member(person(31), "冯䶮", "XFJY")]
    scene.phone(person(31)).answer("X-2", "pass")
    return lambda s: [s["items"]["X-2"]["state"] == "answered", s["problems"] == []]


# Signatures


@scene
def party_signs_the_whole_visit(scene: Scene) -> Told:
    market_regulation(scene)
    zhao, _ = fire_brigade(scene)
    zhao.sign("party", "吴𠮷", post="站长")
    return lambda s: [s["blockers"] == [], s["signatures"][0]["outdated"] == []]


@scene
def signature_outdated_for_one_section(scene: Scene) -> Told:
    li, _ = market_regulation(scene)
    li.sign("party", "吴𠮷")
    fire_brigade(scene)
    return lambda s: [
        s["signatures"][0]["outdated"] == ["XFJY"],
        s["blockers"] == [{"code": "signature-outdated", "department": "XFJY", "role": "party"}],
    ]


@scene
def late_section_signed_by_itself(scene: Scene) -> Told:
    li, _ = market_regulation(scene)
    li.sign("party", "吴𠮷")
    zhao, _ = fire_brigade(scene)
    zhao.sign("party", "吴𠮷", "XFJY")
    return lambda s: [s["blockers"] == []]


@scene
def signature_outdated_by_a_withdrawal(scene: Scene) -> Told:
    zhao, _ = fire_brigade(scene)
    taken = zhao.show("软管", item="X-2")
    zhao.sign("party", "吴𠮷", "XFJY")
    zhao.write("evidence.withdrawn", of=taken, reason="拍错")
    return lambda s: [s["signatures"][0]["outdated"] == ["XFJY"], s["departments"]["XFJY"]["outdated"]]


@scene
def supplement_covers_a_change(scene: Scene) -> Told:
    li, _ = ready_to_sign(scene)
    li.write("measure", item="G-1", department="SCJG", demand="尽快换发", deadline="2026-06-01")
    li.write("supplement", department="SCJG", text="补正：增加责令改正", covers=scene.covers())
    return lambda s: [
        s["signatures"][0]["outdated"] == [],
        not s["departments"]["SCJG"]["outdated"],
        s["blockers"] == [],
    ]


@scene
def officer_signs_afresh(scene: Scene) -> Told:
    li, wang = ready_to_sign(scene)
    wang.sign("inspector", "王𠮷", "visit", person=WANG)
    wang.write("measure", item="G-1", department="SCJG", demand="尽快换发", deadline="2026-06-01")
    li.complete(
        "SCJG", PASSED, tuple(e["hash"] for e in scene.entries if e["kind"] == "department.completed")
    )
    li.sign("party", "吴𠮷")
    return lambda s: [
        s["blockers"]
        == [{"code": "signature-outdated", "department": "SCJG", "role": "inspector", "signer": WANG}]
    ]


@scene
def empty_drawing_is_no_signature(scene: Scene) -> Told:
    li, _ = market_regulation(scene)
    li.absent("XFJY")
    li.sign("party", "吴𠮷", drawing={"width": 300, "height": 100, "strokes": []})
    return lambda s: [not s["signatures"][0]["valid"], codes(s["blockers"]) == {"party-unsigned"}]


@scene
def signature_on_paper(scene: Scene) -> Told:
    li, _ = market_regulation(scene)
    li.absent("XFJY")
    page = li.show("签名页", source="scan", moment="other")
    li.sign("party", "吴𠮷", method="paper", drawing=None, page=page)
    return lambda s: [s["signatures"][0]["valid"], s["blockers"] == []]


@scene
def refusal_with_witness(scene: Scene) -> Told:
    li, _ = market_regulation(scene)
    li.absent("XFJY")
    refusal = {
        "code": "RS1",
        "text": "拒绝签名",
        "officers": [LI, WANG],
        "witness": {"name": "郑村长", "unit": "蓉城镇"},
        "video": None,
    }
    li.sign("party", "吴𠮷", method="refused", drawing=None, refusal=refusal)
    return lambda s: [s["signatures"][0]["valid"], s["blockers"] == []]


@scene
def refusal_with_video(scene: Scene) -> Told:
    li, _ = market_regulation(scene)
    li.absent("XFJY")
    li.show("拒签录像", type="video/mp4", moment="refusal", source="camera")
    refusal = {
        "code": "RS3",
        "text": "不认可",
        "officers": [WANG, LI],
        "witness": None,
        "video": sha("拒签录像"),
    }
    li.sign("party", "吴𠮷", method="refused", drawing=None, refusal=refusal)
    return lambda s: [s["signatures"][0]["valid"], s["blockers"] == []]


@scene
def refusal_without_proof(scene: Scene) -> Told:
    li, _ = market_regulation(scene)
    li.absent("XFJY")
    photo = li.show("照片", moment="refusal")
    refusal = {"code": "RS1", "text": "", "officers": [LI, WANG], "witness": None, "video": sha("照片")}
    li.sign("party", "吴𠮷", method="refused", drawing=None, refusal=refusal)
    li.sign(
        "party",
        "吴𠮷",
        method="refused",
        drawing=None,
        refusal={**refusal, "officers": [LI, LI], "witness": {"name": "郑", "unit": "镇"}},
    )
    return lambda s: [codes(s["blockers"]) == {"refusal-invalid"}, len(s["blockers"]) == 2, bool(photo)]


# Signing off


@scene
def signed_off(scene: Scene) -> Told:
    li, _ = ready_to_sign(scene)
    seal = li.sign_off({"SCJG": PASSED, "XFJY": {}})
    return lambda s: [
        s["status"] == "signed",
        s["sealed"] == seal,
        s["late"] == [],
        s["signoffs"][0]["in_force"],
        s["problems"] == [],
    ]


@scene
def signed_off_over_an_older_bundle(scene: Scene) -> Told:
    li, _ = ready_to_sign(scene)
    older = scene.bundle
    li.sign_off({"SCJG": PASSED})
    scene.bundle = a_bundle()
    scene.bundle["visit"]["slot"] = "14:00"
    scene.bundle["team"] = [row for row in scene.bundle["team"] if row["person"] != LI]
    scene.bundle["checklist"]["items"].append(an_item("G-9", "SCJG", "新增事项"))
    scene.context = {"bundles": {digest(older): older}, "digest": digest(scene.bundle)}
    return lambda s: [s["status"] == "signed", s["items"]["G-9"]["state"] == "open"]


@scene
def signed_off_over_an_unknown_bundle(scene: Scene) -> Told:
    li, _ = ready_to_sign(scene)
    li.sign_off({"SCJG": PASSED}, covers={**scene.covers(), "bundle": "d" * 64})
    return lambda s: [s["status"] == "open", problems(s) == {"bundle-unknown"}]


@scene
def signed_off_too_early(scene: Scene) -> Told:
    li = scene.phone(LI)
    li.write("visit.opened")
    li.sign_off({"SCJG": {"登记事项检查": "R1"}})
    return lambda s: [
        s["status"] == "open",
        s["sealed"] is None,
        {"item-open", "results-differ", "department-open"} <= codes(s["signoffs"][0]["reasons"]),
    ]


@scene
def signed_off_with_other_results(scene: Scene) -> Told:
    li, _ = ready_to_sign(scene)
    li.sign_off({"SCJG": {**PASSED, "商标使用": "R1"}, "SHJ": {"x": "R1"}})
    return lambda s: [
        s["signoffs"][0]["reasons"]
        == [{"code": "results-differ", "department": "SCJG"}, {"code": "results-differ", "department": "SHJ"}]
    ]


@scene
def signed_off_covering_what_has_not_arrived(scene: Scene) -> Told:
    li, _ = ready_to_sign(scene)
    away = scene.phone(WANG).write("note", department="SCJG", text="稍后同步")
    li.sign_off({"SCJG": PASSED})
    scene.without(away)
    return lambda s: [
        s["signoffs"][0]["reasons"] == [{"code": "covered-missing", "hash": away}],
        problems(s) == {"unknown-target"},
    ]


@scene
def hole_known_at_sign_off_and_filled_later(scene: Scene) -> Told:
    li, wang = ready_to_sign(scene)
    found = wang.write("note", department="SCJG", text="曾丢失")
    after = wang.write("note", department="SCJG", text="之后")
    seen = [entry for entry in scene.entries if entry["hash"] != found]
    li.sign_off({"SCJG": PASSED}, covers=scene.covers(seen))
    return lambda s: [s["status"] == "signed", s["late"] == [found], bool(after)]


@scene
def late_entries(scene: Scene) -> Told:
    li, _ = ready_to_sign(scene)
    li.sign_off({"SCJG": PASSED})
    late = scene.phone(WANG).answer("G-1", "fail")
    return lambda s: [s["status"] == "signed", s["late"] == [late], s["items"]["G-1"]["state"] == "conflict"]


@scene
def reopened_and_signed_again(scene: Scene) -> Told:
    li, wang = ready_to_sign(scene)
    first = li.sign_off({"SCJG": PASSED})
    again = li.write("visit.reopened", reason="补充证据", replaces=[first])
    wang.show("补充", item="G-1")
    second = li.sign_off({"SCJG": PASSED}, (again,))
    return lambda s: [
        s["sealed"] == second,
        s["late"] == [],
        {one["hash"]: one["in_force"] for one in s["signoffs"]} == {first: False, second: True},
    ]


@scene
def reopened(scene: Scene) -> Told:
    li, _ = ready_to_sign(scene)
    li.write("visit.reopened", reason="补充证据", replaces=[li.sign_off({"SCJG": PASSED})])
    return lambda s: [s["status"] == "open", s["sealed"] is None]


@scene
def sign_off_replaces_an_earlier_one(scene: Scene) -> Told:
    li, wang = ready_to_sign(scene)
    first = li.sign_off({"SCJG": PASSED})
    wang.show("迟到的照片", item="G-1")
    second = li.sign_off({"SCJG": PASSED}, (first,))
    return lambda s: [s["sealed"] == second, s["status"] == "signed"]


@scene
def two_sign_offs_offline(scene: Scene) -> Told:
    li, wang = ready_to_sign(scene)
    wang.write("lead.taken-over", reason="队长离场")
    li.sign_off({"SCJG": PASSED})
    wang.sign_off({"SCJG": PASSED})
    return lambda s: [
        s["status"] == "conflict",
        s["sealed"] is None,
        "visit-conflict" in codes(s["blockers"]),
        all("visit-conflict" in codes(one["reasons"]) for one in s["signoffs"]),
    ]


@scene
def two_sign_offs_settled(scene: Scene) -> Told:
    li, wang = ready_to_sign(scene)
    wang.write("lead.taken-over", reason="队长离场")
    one, other = li.sign_off({"SCJG": PASSED}), wang.sign_off({"SCJG": PASSED})
    li.write("settlement", register="visit", chooses=other, reason="以副队长为准", replaces=[one, other])
    return lambda s: [s["status"] == "signed", s["sealed"] == other, s["late"] == []]


@scene
def deputy_signs_without_taking_over(scene: Scene) -> Told:
    _, wang = ready_to_sign(scene)
    wang.sign_off({"SCJG": PASSED})
    return lambda s: [
        s["status"] == "open",
        s["signoffs"][0]["reasons"] == [{"code": "not-lead", "author": WANG}],
    ]


@scene
def deputy_takes_over_too_late(scene: Scene) -> Told:
    _, wang = ready_to_sign(scene)
    wang.sign_off({"SCJG": PASSED})
    wang.write("lead.taken-over", reason="补记")
    return lambda s: [s["status"] == "open", codes(s["signoffs"][0]["reasons"]) == {"not-lead"}]


@scene
def deputy_takes_over_and_signs(scene: Scene) -> Told:
    _, wang = ready_to_sign(scene)
    wang.write("lead.taken-over", reason="队长急病")
    wang.sign_off({"SCJG": PASSED})
    return lambda s: [s["status"] == "signed", len(s["lists"]["takeovers"]) == 1]


@scene
def officer_signs_off(scene: Scene) -> Told:
    ready_to_sign(scene)
    scene.phone(ZHAO).sign_off({"SCJG": PASSED})
    return lambda s: [s["status"] == "open", s["signoffs"] == [], problems(s) == {"wrong-author"}]


@scene
def nobody_came(scene: Scene) -> Told:
    li = scene.phone(LI)
    li.absent("SCJG")
    li.absent("XFJY")
    li.sign_off({})
    return lambda s: [s["signoffs"][0]["reasons"] == [{"code": "nobody-present"}]]


# Aborted visits


@scene
def aborted_nobody_to_be_reached(scene: Scene) -> Told:
    li = scene.phone(LI)
    li.show("门头", moment="arrival")
    ended = li.write("visit.aborted", code="R4", text="无人，电话无人接听", replaces=[])
    li.show("四周", moment="other")
    matters = dict.fromkeys(PASSED, "R4")
    li.sign_off({"SCJG": matters, "XFJY": {}}, (ended,))
    return lambda s: [s["status"] == "signed", s["blockers"] == []]


@scene
def aborted_with_one_photo_only(scene: Scene) -> Told:
    li = scene.phone(LI)
    li.show("门头", moment="arrival")
    ended = li.write("visit.aborted", code="R4", text="无人", replaces=[])
    li.sign_off({"SCJG": dict.fromkeys(PASSED, "R4")}, (ended,))
    return lambda s: [
        s["status"] == "aborted",
        s["blockers"] == [{"code": "abort-evidence-missing", "abort": "R4"}],
    ]


@scene
def aborted_refused_to_cooperate(scene: Scene) -> Told:
    li = scene.phone(LI)
    li.absent("XFJY")
    li.show("阻挠", type="video/mp4", source="body-camera", recorder="记录仪3", clock_offset=-42)
    ended = li.write("visit.aborted", code="R6", text="拒不开门", replaces=[])
    first = li.sign_off({"SCJG": {"登记事项检查": "R6", "商标使用": "X2", "公示信息检查": "R6"}}, (ended,))
    li.show("补传", type="video/mp4", source="body-camera")
    li.sign_off({"SCJG": {"登记事项检查": "R6", "商标使用": "X2", "公示信息检查": "R6"}}, (first,))
    return lambda s: [s["status"] == "signed", s["blockers"] == [], s["late"] == []]


@scene
def aborted_then_taken_up_again(scene: Scene) -> Told:
    li, _ = ready_to_sign(scene)
    ended = li.write("visit.aborted", code="R6", text="一度拒绝", replaces=[])
    again = li.write("visit.reopened", reason="经劝说配合", replaces=[ended])
    li.sign_off({"SCJG": PASSED}, (again,))
    return lambda s: [s["status"] == "signed"]


@scene
def aborted_two_ways_and_signed_over_both(scene: Scene) -> Told:
    li, wang = scene.phone(LI), scene.phone(WANG)
    wang.write("lead.taken-over", reason="分头")
    ends = (
        li.write("visit.aborted", code="R4", text="", replaces=[]),
        wang.write("visit.aborted", code="R6", text="", replaces=[]),
    )
    li.sign_off({}, ends)
    return lambda s: [
        s["status"] == "open" or s["status"] == "aborted",
        "visit-conflict" in codes(s["signoffs"][0]["reasons"]),
    ]


# Merged items (能合尽合): one item, several owners, one answer


MERGED_PASSED = {**PASSED, "许可﹏证": "R1"}


@scene
def merged_answered_by_the_other_owner(scene: Scene) -> Told:
    scene.bundle = a_merged_bundle()
    scene.phone(ZHAO).answer("G-1", "pass")
    scene.phone(LI).answer("X-3", "pass")
    return lambda s: [
        s["problems"] == [],
        s["items"]["G-1"]["heads"][0]["department"] == "XFJY",
        s["items"]["X-3"]["heads"][0]["department"] == "SCJG",
        all(s["departments"][code]["counts"]["answered"] == 2 for code in ("SCJG", "XFJY")),
        s["departments"]["SCJG"]["counts"]["items"] == 5,
        s["departments"]["XFJY"]["counts"]["items"] == 4,
        s["departments"]["SCJG"]["results"]["许可﹏证"] == "R1",
        s["departments"]["SCJG"]["results"]["登记事项检查"] is None,
    ]


@scene
def merged_answered_by_a_department_that_does_not_own_it(scene: Scene) -> Told:
    scene.bundle = a_merged_bundle()
    scene.phone(HE).answer("G-1", "pass")
    scene.phone(HE).answer("G-3", "fail")
    return lambda s: [
        problems(s) == {"wrong-author"},
        s["items"]["G-1"]["state"] == "open",
        len(s["items"]["G-3"]["heads"]) == 1,
    ]


@scene
def merged_conflict_between_owners(scene: Scene) -> Told:
    scene.bundle = a_merged_bundle()
    scene.phone(LI).answer("G-1", "pass")
    scene.phone(ZHAO).answer("G-1", "fail")
    return lambda s: [
        s["items"]["G-1"]["state"] == "conflict",
        {head["department"] for head in s["items"]["G-1"]["heads"]} == {"SCJG", "XFJY"},
        [s["departments"][code]["counts"]["conflict"] for code in ("SCJG", "XFJY", "SHJ")] == [1, 1, 0],
        {row["department"] for row in s["blockers"] if row["code"] == "item-conflict"} == {"SCJG", "XFJY"},
    ]


@scene
def merged_conflict_settled_by_the_other_owner(scene: Scene) -> Told:
    scene.bundle = a_merged_bundle()
    both = (scene.phone(LI).answer("G-1", "pass"), scene.phone(ZHAO).answer("G-1", "fail"))
    scene.phone(QIAN).answer("G-1", "fail", both)
    return lambda s: [
        s["items"]["G-1"]["verdict"] == "fail",
        s["items"]["G-1"]["heads"][0]["department"] == "XFJY",
        s["departments"]["SCJG"]["counts"]["fail"] == 1,
    ]


@scene
def merged_conflict_settled_by_the_lead(scene: Scene) -> Told:
    scene.bundle = a_merged_bundle()
    one, other = scene.phone(WANG).answer("X-3", "pass"), scene.phone(ZHAO).answer("X-3", "fail")
    scene.phone(LI).write(
        "settlement", register="item:X-3", chooses=other, reason="照片为证", replaces=[one, other]
    )
    return lambda s: [
        s["items"]["X-3"]["verdict"] == "fail",
        s["items"]["X-3"]["heads"][0]["settled"],
        s["items"]["X-3"]["heads"][0]["department"] == "XFJY",
    ]


@scene
def merged_failed_counts_in_both_results(scene: Scene) -> Told:
    """A demand by one owner makes it R5 for all of them; until then it is R8 for all of them."""
    scene.bundle = a_merged_bundle()
    zhao, li = scene.phone(ZHAO), scene.phone(LI)
    zhao.answer("X-1", "pass", value="full")
    zhao.answer("X-2", "pass")
    zhao.answer("G-1", "pass")
    li.answer("G-2", "pass", value=20)
    zhao.answer("X-3", "fail")
    measured = li.write("measure", item="X-3", department="SCJG", demand="清理", deadline="2026-05-27")
    return lambda s: [
        s["items"]["X-3"]["measures"] == [measured],
        s["departments"]["XFJY"]["results"] == {"消防安全𠮷": "R1", "疏散﹏通道": "R5"},
        s["departments"]["SCJG"]["results"]["登记事项检查"] == "R5",
        s["departments"]["SCJG"]["results"]["许可﹏证"] == "R5",
    ]


@scene
def merged_photo_of_one_owner_serves_both(scene: Scene) -> Told:
    scene.bundle = a_merged_bundle()
    zhao = scene.phone(ZHAO)
    scene.phone(LI).answer("G-1", "fail")
    zhao.show("证照", item="G-1", department="XFJY")
    return lambda s: [
        not s["items"]["G-1"]["photo_missing"],
        s["items"]["G-1"]["evidence"] == [sha("证照")],
        "photo-missing" not in codes(s["blockers"]),
    ]


@scene
def merged_answered_anew_after_the_other_owner_completed(scene: Scene) -> Told:
    scene.bundle = a_merged_bundle()
    li, zhao = scene.phone(LI), scene.phone(ZHAO)
    li.prepare("SCJG", LI, WANG)
    first = li.answer("G-1", "pass")
    done = li.complete("SCJG", MERGED_PASSED)
    zhao.answer("G-1", "fail", (first,))
    return lambda s: [
        s["departments"]["SCJG"]["heads"] == [done],
        s["departments"]["SCJG"]["outdated"],
        not s["departments"]["XFJY"]["outdated"],
    ]


@scene
def merged_completed_by_both_and_signed_off(scene: Scene) -> Told:
    """The list is done once: what one owner answered completes the other's section too."""
    scene.bundle = a_merged_bundle()
    li, zhao = scene.phone(LI), scene.phone(ZHAO)
    li.prepare("SCJG", LI, WANG)
    scene.phone(WANG).write("note", department="SCJG", text="在场")
    zhao.prepare("XFJY", ZHAO, QIAN)
    scene.phone(QIAN).write("note", department="XFJY", text="在场")
    li.answer("G-2", "pass", value=20)
    li.answer("G-4", "pass", value="已公示")
    zhao.answer("X-1", "pass", value="full")
    zhao.answer("X-2", "pass")
    zhao.answer("X-3", "pass")
    zhao.answer("G-1", "pass")
    li.complete("SCJG", MERGED_PASSED)
    zhao.complete("XFJY", FIRE_PASSED)
    li.absent("SHJ")
    li.sign("party", "吴𠮷")
    li.sign_off({"SCJG": MERGED_PASSED, "XFJY": FIRE_PASSED, "SHJ": {}})
    return lambda s: [s["status"] == "signed", s["blockers"] == [], s["problems"] == []]


@scene
def merged_confirmed_without_the_matter_merged_in(scene: Scene) -> Told:
    scene.bundle = a_merged_bundle()
    li = scene.phone(LI)
    li.answer("X-3", "pass")
    li.complete("SCJG", PASSED)
    return lambda s: [
        {"code": "results-differ", "department": "SCJG", "matter": "许可﹏证"} in s["blockers"],
    ]


@scene
def merged_own_department_absent(scene: Scene) -> Told:
    """The fire brigade stays away: market regulation still answers X-3, which is its own as well."""
    scene.bundle = a_merged_bundle()
    li, _ = market_regulation(scene)
    li.absent("XFJY")
    li.absent("SHJ")
    return lambda s: [
        {"code": "item-open", "department": "SCJG", "item": "X-3"} in s["blockers"],
        [row["item"] for row in s["blockers"] if row["code"] == "item-open"] == ["X-3"],
    ]


@scene
def merged_all_owners_but_one_absent_and_signed_off(scene: Scene) -> Told:
    scene.bundle = a_merged_bundle()
    li, zhao = scene.phone(LI), scene.phone(ZHAO)
    zhao.prepare("XFJY", ZHAO, QIAN)
    scene.phone(QIAN).answer("X-2", "pass")
    zhao.answer("X-1", "pass", value="full")
    zhao.answer("X-3", "pass")
    zhao.answer("G-1", "pass")
    zhao.complete("XFJY", FIRE_PASSED)
    li.absent("SCJG")
    li.absent("SHJ")
    zhao.sign("party", "吴𠮷")
    li.sign_off({"SCJG": {}, "XFJY": FIRE_PASSED})
    return lambda s: [s["status"] == "signed", s["items"]["G-2"]["state"] == "open"]


@scene
def merged_exempt(scene: Scene) -> Told:
    scene.bundle = a_merged_bundle()
    return lambda s: [
        s["items"]["G-3"]["state"] == "exempt",
        s["departments"]["SHJ"]["counts"] == {**dict.fromkeys(s["departments"]["SHJ"]["counts"], 0)}
        | {"items": 1, "exempt": 1},
        s["departments"]["SHJ"]["results"] == {"排污许可𠮷": "X2"},
        s["departments"]["SCJG"]["results"]["商标使用"] == "X2",
    ]


@scene
def merged_and_aborted(scene: Scene) -> Told:
    scene.bundle = a_merged_bundle()
    li = scene.phone(LI)
    li.absent("SHJ")
    li.show("阻挠", type="video/mp4", source="body-camera")
    ended = li.write("visit.aborted", code="R6", text="拒不开门", replaces=[])
    market = {"登记事项检查": "R6", "商标使用": "X2", "公示信息检查": "R6", "许可﹏证": "R6"}
    li.sign_off({"SCJG": market, "XFJY": {"消防安全𠮷": "R6", "疏散﹏通道": "R6"}}, (ended,))
    return lambda s: [s["status"] == "signed"]


@scene
def merged_badly_told(scene: Scene) -> Told:
    """What of `also` is not of the agreed form is left out; the item stays its own department's."""
    scene.bundle = a_merged_bundle()
    items = {item["id"]: item for item in scene.bundle["checklist"]["items"]}
    items["G-1"]["also"] = [{"department": "XFJY"}, "XFJY", {"department": "SHJ", "matter": "环评"}]
    items["X-3"]["also"] = {"department": "SCJG"}
    scene.phone(ZHAO).answer("G-1", "pass")
    scene.phone(HE).answer("G-1", "pass")
    return lambda s: [
        problems(s) == {"bad-bundle", "wrong-author"},
        s["items"]["G-1"]["heads"][0]["department"] == "SHJ",
        s["departments"]["SHJ"]["results"]["环评"] == "R1",
        s["departments"]["SCJG"]["counts"]["items"] == 4,
    ]


@scene
def merged_with_a_department_nobody_named(scene: Scene) -> Told:
    """It is a department of the visit all the same, and has to come or be absent."""
    scene.bundle = a_merged_bundle()
    scene.bundle["departments"].pop()
    return lambda s: [
        list(s["departments"]) == ["SCJG", "XFJY", "SHJ"],
        "department-open" in codes(row for row in s["blockers"] if row.get("department") == "SHJ"),
    ]


def vectors() -> dict[str, dict[str, Any]]:
    """All vectors by name, each with its truths checked."""
    made = {}
    for name, make in SCENES.items():
        stage = Scene()
        truths = make(stage)
        state = fold(stage.bundle, stage.entries, stage.context)
        held = truths(state)
        if not all(held):
            shown = json.dumps(state, ensure_ascii=False, indent=1)
            raise AssertionError(f"{name}: truth {held.index(False) + 1} does not hold\n{shown}")
        made[name] = {
            "name": name,
            "bundle": stage.bundle,
            "entries": stage.entries,
            "context": stage.context,
            "state": state,
        }
    return made


def main() -> None:
    """Write the files, and remove those no scene makes any more."""
    FOLDER.mkdir(exist_ok=True)
    made = vectors()
    for path in FOLDER.glob("*.json"):
        if path.stem not in made:
            path.unlink()
    for name, vector in made.items():
        text = json.dumps(vector, ensure_ascii=False, indent=1, sort_keys=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
