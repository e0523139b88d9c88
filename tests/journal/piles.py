"""Made-up journals of several phones: what people do, and what broken or hostile phones may send."""

import json
from random import Random
from typing import Any

from tests.journal.scenes import (
    HE,
    LI,
    PASSED,
    QIAN,
    STRANGER,
    SUBSTITUTE,
    SUN,
    WANG,
    ZHAO,
    Phone,
    Scene,
    a_merged_bundle,
    ready_to_sign,
    sha,
)

Case = dict[str, Any]
OFFICERS = {"SCJG": [LI, WANG], "XFJY": [ZHAO, QIAN, SUN], "SHJ": [HE]}
CODES = ["R1", "R4", "R5", "R6", "R7", "R8", "X2"]


def a_case(chance: Random) -> Case:
    """A bundle, a pile of entries and a context. Half of the cases are those of honest phones, and in half
    of them items are merged."""
    scene = Scene(a_merged_bundle() if chance.random() < 0.5 else None)
    if chance.random() < 0.25:
        li, _ = ready_to_sign(scene)
        li.sign_off({"SCJG": PASSED})
    people = [LI, LI, WANG, ZHAO, ZHAO, QIAN, SUN, HE, STRANGER, SUBSTITUTE]
    phones = [scene.phone(who) for who in chance.sample(people, chance.randint(1, len(people)))]
    for _ in range(chance.choice([0, 3, 10, 40])):
        phone = chance.choice(phones)
        chance.choice(ACTS)(scene, phone, chance)
        if chance.random() < 0.04:
            phones.append(phone.twin())
    if chance.random() < 0.5:
        _damage(scene, chance)
    return {"bundle": scene.bundle, "entries": scene.entries, "context": _told(scene, chance)}


def stirred(case: Case, chance: Random) -> Case:
    """The same case, shuffled, with repetitions; the context's lists too."""
    entries = case["entries"] + [entry for entry in case["entries"] if chance.random() < 0.3]
    chance.shuffle(entries)
    context = {
        name: chance.sample(rows, len(rows)) if isinstance(rows, list) else rows
        for name, rows in case["context"].items()
    }
    return {"bundle": case["bundle"], "entries": entries, "context": context}


def _department(phone: Phone, chance: Random) -> str:
    own = [code for code, officers in OFFICERS.items() if phone.author in officers]
    return own[0] if own and chance.random() < 0.9 else chance.choice(["SCJG", "XFJY", "SHJ"])


def _items(scene: Scene, code: str) -> list[str]:
    """What a department owns, alone or with others; something unknown where it owns nothing."""
    rows = scene.bundle["checklist"]["items"]
    return [row["id"] for row in rows if code in _owned(row)] or ["Z-9"]


def _owned(row: Case) -> dict[str, list[str]]:
    """The matters of a row by owner."""
    owned = {row["department"]: [row["matter"]]}
    for one in row.get("also", []):
        owned.setdefault(one["department"], []).append(one["matter"])
    return owned


def _passed(scene: Scene, code: str) -> dict[str, str]:
    """The results of a department that found no fault."""
    results: dict[str, str] = {}
    for row in scene.bundle["checklist"]["items"]:
        for matter in _owned(row).get(code, []):
            results[matter] = "R1" if not row["exempt"] else results.get(matter, "X2")
    return results


def _hash(scene: Scene, chance: Random, *kinds: str) -> str:
    """One already written, of these kinds if there is any, or one that nobody wrote."""
    names = [entry["hash"] for entry in scene.entries if not kinds or entry["kind"] in kinds]
    return chance.choice(names) if names and chance.random() < 0.95 else sha(str(chance.random()))


def _seen(scene: Scene, chance: Random, **named: Any) -> list[str]:
    """Some of the entries whose bodies have these members; now and then any others."""
    same = [
        e["hash"] for e in scene.entries if all(e["body"].get(name) == value for name, value in named.items())
    ]
    chosen = chance.sample(same, chance.randint(0, min(3, len(same)))) if chance.random() < 0.5 else same[-1:]
    return chosen + ([_hash(scene, chance)] if chance.random() < 0.1 else [])


def _answer(scene: Scene, phone: Phone, chance: Random) -> None:
    item = chance.choice(_items(scene, _department(phone, chance)))
    verdict = chance.choice(["pass", "pass", "fail", "na", "pending"])
    value = chance.choice([None, 5, 80, 81, "full", "none", "𠮷", ""])
    more = {
        "value": value,
        "act": chance.choice([None, phone.device]),
        "override": chance.choice([None, "仪器误差"]),
    }
    phone.answer(item, verdict, tuple(_seen(scene, chance, item=item)), **more)


def _settle(scene: Scene, phone: Phone, chance: Random) -> None:
    register = chance.choice(
        ["visit", "department:XFJY", "department:SHJ", "item:X-1", "item:X-3", "item:G-1", "item:𠮷"]
    )
    scope, _, name = register.partition(":")
    seen = _seen(scene, chance, **({scope: name} if name else {})) or [_hash(scene, chance)]
    phone.write(
        "settlement",
        register=register,
        chooses=chance.choice([*seen, _hash(scene, chance)]),
        reason="x",
        replaces=seen,
    )


def _show(scene: Scene, phone: Phone, chance: Random) -> None:
    item = chance.choice([None, "X-2", "X-3", "G-1", "Z-9"])
    kind = chance.choice(["image/jpeg", "image/heic", "video/mp4"])
    phone.show(
        chance.choice("一二三四"),
        item=item,
        type=kind,
        department=chance.choice([None, _department(phone, chance)]),
    )


def _withdraw(scene: Scene, phone: Phone, chance: Random) -> None:
    phone.write(
        "evidence.withdrawn", of=_hash(scene, chance, "evidence"), reason=chance.choice(["拍错", "𠮷"])
    )


def _prepare(scene: Scene, phone: Phone, chance: Random) -> None:
    code = _department(phone, chance)
    phone.prepare(code, *OFFICERS.get(code, [SUBSTITUTE]))


def _order(scene: Scene, phone: Phone, chance: Random) -> None:
    code = _department(phone, chance)
    item = chance.choice(_items(scene, code))
    phone.write(
        "measure",
        item=item,
        department=code,
        demand="改正",
        deadline=None,
        replaces=_seen(scene, chance, demand="改正"),
    )


def _correct(scene: Scene, phone: Phone, chance: Random) -> None:
    item = chance.choice(["X-2", "X-3", "G-1"])
    phone.write("corrected", item=item, evidence=[sha(chance.choice("一二五"))], text="")


def _say(scene: Scene, phone: Phone, chance: Random) -> None:
    code = chance.choice([None, _department(phone, chance)])
    phone.write(
        "statement", department=code, text="无异议", name="吴𠮷", replaces=_seen(scene, chance, text="无异议")
    )


def _note(scene: Scene, phone: Phone, chance: Random) -> None:
    kind = chance.choice(["note", "inquiry", "survey", "supplement", "hologram"])
    phone.write(kind, department=_department(phone, chance), text="记", covers=scene.covers())


def _complete(scene: Scene, phone: Phone, chance: Random) -> None:
    code = _department(phone, chance)
    results = _passed(scene, code)
    if chance.random() < 0.3:
        results[chance.choice([*results, "𠮷", "﹏"])] = chance.choice(CODES)
    phone.complete(code, results, tuple(_seen(scene, chance, department=code)))


def _absent(scene: Scene, phone: Phone, chance: Random) -> None:
    code = chance.choice(["XFJY", "SCJG", "SHJ"])
    phone.absent(code, tuple(_seen(scene, chance, department=code)))


def _reopen_department(scene: Scene, phone: Phone, chance: Random) -> None:
    code = _department(phone, chance)
    phone.write(
        "department.reopened", department=code, reason="补查", replaces=_seen(scene, chance, department=code)
    )


def _sign(scene: Scene, phone: Phone, chance: Random) -> None:
    role = chance.choice(["party", "party", "inspector", "witness", "lead"])
    scope = chance.choice(["visit", "visit", "SCJG", "XFJY", "SHJ"])
    method = chance.choice(["screen", "screen", "paper", "refused"])
    refusal = {
        "code": "RS1",
        "text": "",
        "officers": [LI, WANG],
        "witness": None,
        "video": sha(chance.choice("一二五")),
    }
    page = _hash(scene, chance, "evidence")
    phone.sign(
        role,
        "吴𠮷",
        scope,
        method=method,
        person=chance.choice([None, QIAN, WANG]),
        refusal=refusal,
        page=page,
    )


def _sign_off(scene: Scene, phone: Phone, chance: Random) -> None:
    passed = {code: _passed(scene, code) for code in OFFICERS}
    results = chance.choice(
        [{"SCJG": passed["SCJG"]}, passed, {}, {"SCJG": dict.fromkeys(passed["SCJG"], "R4")}]
    )
    phone.sign_off(results, tuple(_of_visit(scene, chance)))


def _of_visit(scene: Scene, chance: Random) -> list[str]:
    names = [
        entry["hash"]
        for entry in scene.entries
        if entry["kind"].startswith("visit.") and "replaces" in entry["body"]
    ]
    return chance.sample(names, chance.randint(0, min(2, len(names))))


def _abort(scene: Scene, phone: Phone, chance: Random) -> None:
    phone.write("visit.aborted", code=chance.choice(["R4", "R6"]), text="", replaces=_of_visit(scene, chance))


def _reopen(scene: Scene, phone: Phone, chance: Random) -> None:
    phone.write("visit.reopened", reason="x", replaces=_of_visit(scene, chance))


def _lead(scene: Scene, phone: Phone, chance: Random) -> None:
    phone.write("lead.taken-over", reason="队长离场")


def _substitute(scene: Scene, phone: Phone, chance: Random) -> None:
    stands_in = {"person": SUBSTITUTE, "name": "周", "certificate": "皖0007", "replaces_person": QIAN}
    phone.write(
        "officer.substituted",
        department=_department(phone, chance),
        approver="大队长",
        reason="SB1",
        **stands_in,
    )


def _do_all(scene: Scene, phone: Phone, chance: Random) -> None:
    """Everything of one's department, so that some cases come to an end."""
    code = _department(phone, chance)
    for item in _items(scene, code):
        value = {"G-2": 5, "X-1": "full", "G-4": "已公示"}.get(item)
        seen = [
            entry["hash"]
            for entry in scene.entries
            if entry["body"].get("item") == item and entry["kind"] == "answer"
        ]
        phone.answer(item, "pass", tuple(seen), value=value)
    _prepare(scene, phone, chance)
    _complete(scene, phone, chance)


ACTS = [_answer] * 6 + [_do_all] * 3 + [_show] * 2 + [_sign] * 2 + [_sign_off] * 2
ACTS += [_settle, _withdraw, _prepare, _order, _correct, _say, _note, _complete, _absent, _reopen_department]
ACTS += [_abort, _reopen, _lead, _substitute]


def _told(scene: Scene, chance: Random) -> dict[str, Any]:
    """A context: some entries quarantined, some declared lost, some blobs here."""
    names = [
        entry["hash"]
        for entry in scene.entries
        if isinstance(entry, dict) and isinstance(entry.get("hash"), str)
    ]
    context: dict[str, Any] = {"blobs": {sha("一"): "stored", sha("二"): "backed-up", sha("四"): 7}}
    if chance.random() < 0.4:
        context["quarantined"] = [name for name in names if chance.random() < 0.1]
    if chance.random() < 0.3:
        context["lost"] = [
            {"device": phone, "seq": chance.randint(0, 5), "hash": None} for phone in ("𠮷", "﹏")
        ]
    return context


def _damage(scene: Scene, chance: Random) -> None:
    """Entries are missing, changed under their hash, sent twice in two forms, or are no entries at all."""
    kept = []
    for entry in scene.entries:
        if chance.random() < 0.1:
            continue
        kept.append(entry)
        if chance.random() < 0.1:
            kept.append(_broken(entry, scene, chance))
    scene.entries = kept
    if chance.random() < 0.2:
        scene.bundle = json.loads(json.dumps(scene.bundle))
        items = scene.bundle["checklist"]["items"]
        part = chance.choice(
            [
                scene.bundle,
                scene.bundle["checklist"],
                chance.choice(items),
                chance.choice([also for row in items for also in row.get("also", [])] or items),
                scene.bundle["team"][0],
            ]
        )
        part[chance.choice(sorted(part))] = chance.choice(JUNK)


def _broken(entry: Case, scene: Scene, chance: Random) -> Any:
    copy = json.loads(json.dumps(entry))
    spot = copy if chance.random() < 0.5 else copy["body"]
    if spot:
        spot[chance.choice(sorted(spot))] = chance.choice(
            [*JUNK, [_hash(scene, chance)], _hash(scene, chance), copy["hash"], 1, 2]
        )
    if chance.random() < 0.5:
        copy["hash"] = sha(json.dumps(copy))
    return copy if chance.random() < 0.9 else chance.choice(JUNK)


JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    2**60,
    1.5,
    "",
    "𠮷",
    "\ud800",
    [],
    {},
    [[]],
    [None],
    {"__proto__": {"x": 1}},
    {"a": {"b": [1, "x"]}},
    "constructor",
    "a" * 64,
]
