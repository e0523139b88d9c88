"""The law of a visit: who may write what, what an answer is worth, what stands in the way of a sign-off.

Pure functions over a bundle, entries and the folded state (`fold.py`); the numbers R-… are those of the
business rules. `pwa/journal/rules.js` is the same law on the phones.
"""

from collections.abc import Iterable
from typing import Any

from server.catalogue.readings import judge_number
from server.visits.kinds import problem_of_body
from server.visits.roster import Member, Roster, read_bundle, read_team

State = dict[str, Any]
Blocker = dict[str, Any]

NOON = "12:00"  # what begins before belongs to the morning, else to the afternoon
MARKET_REGULATION = "SCJG"  # only this department gives R2, R3, R4
LEADING = frozenset({"settlement", "visit.signed", "visit.reopened", "visit.aborted"})
OF_ITEM = frozenset({"answer", "measure", "corrected"})
OF_DEPARTMENT = frozenset(
    {"visit.arrived", "identity.shown", "rights.informed", "recusal.asked", "visit.left", "party.present"}
    | {"note", "clue", "sample", "inquiry", "survey", "served", "measure", "supplement", "recording"}
    | {"department.completed", "department.reopened"}
)
OF_DEPARTMENT_OR_LEAD = frozenset({"department.absent", "officer.substituted"})
STEPS = (
    "arrived",
    "identity",
    "rights",
    "recusal",
    "party",
)  # before a department's first answer


# Who may write what (R-611: 谁检查、谁录入)


def may_write(
    bundle: Any, entry: dict[str, Any], members: Iterable[dict[str, Any]] | dict[str, Member] | None = None
) -> bool:
    """Whether the author of a genuine entry had the right to write it.

    `bundle` is a bundle or its roster; `members` are rows like the bundle's `team`, former ones among them,
    or what `read_team` made of them (the bundle's own team if not given). What a newer phone wrote, of a kind
    or form unknown here, needs no more than membership. The deputy may write what the lead may: whether the
    lead was taken over is seen by the fold.
    """
    roster = bundle if isinstance(bundle, Roster) else read_bundle(bundle)
    team = roster.members if members is None else members if isinstance(members, dict) else read_team(members)
    member = team.get(entry["author"])
    if member is None:
        return False
    if problem_of_body(entry["kind"], entry["body"]):
        return True
    return has_right(roster, member, entry["kind"], entry["body"])


def has_right(roster: Roster, member: Member, kind: str, body: dict[str, Any]) -> bool:
    """Whether a member may write an entry of this kind; the body fits its kind's schema."""
    leads = member.lead or member.deputy
    if kind in LEADING:
        return leads
    if kind == "lead.taken-over":
        return member.deputy
    if kind in OF_ITEM and not owns_item(roster, member, body["item"]):
        return False
    if kind in OF_DEPARTMENT:
        return body["department"] in member.departments
    if kind in OF_DEPARTMENT_OR_LEAD:
        return leads or body["department"] in member.departments
    if kind == "signature":
        return body["scope"] == "visit" or leads or body["scope"] in member.departments
    if kind in ("evidence", "statement", "expert.opinion"):
        return body.get("department") is None or body["department"] in member.departments
    return True


def owns_item(roster: Roster, member: Member, item: str) -> bool:
    """Whether the item is the member's department's, alone or with others; one that nobody knows is nobody's.

    A merged item (能合尽合) is checked and recorded by any of its owners: it is each one's own (R-611).
    """
    return item not in roster.items or not member.departments.isdisjoint(roster.items[item].matters)


# What an answer is worth


def problem_of_answer(answer: dict[str, Any], said: dict[str, Any]) -> str | None:
    """What an answer lacks (R-701, R-702), or None; `answer` is the item's answer type.

    `reason-missing` (na), `words-missing` (fail), `value-missing`, `value-unfit` (not of the item's type or
    options), `override-missing` (the verdict is not the one the value gives, and no reason says why).
    """
    verdict = said["verdict"]
    if verdict == "na" and not said.get("reason"):
        return "reason-missing"
    if verdict == "fail" and not said.get("remark"):
        return "words-missing"
    if verdict in ("na", "pending") or answer.get("type") == "verdict":
        return None
    return _problem_of_value(answer, said)


def _problem_of_value(answer: dict[str, Any], said: dict[str, Any]) -> str | None:
    value, kind = said.get("value"), answer.get("type")
    if kind not in ("number", "choice", "text"):
        return None
    if value is None or value == "":
        return "value-missing"
    if isinstance(value, str) == (kind == "number"):
        return "value-unfit"
    given = judge_number(answer, value) if kind == "number" else _result_of_choice(answer, value)
    if kind == "choice" and given is None:
        return "value-unfit"
    return "override-missing" if given not in (None, said["verdict"]) and not said.get("override") else None


def _result_of_choice(answer: dict[str, Any], value: Any) -> str | None:
    """The result of the option chosen; None for a text, which has no options."""
    options = answer.get("options")
    for option in options if isinstance(options, list) else []:
        if isinstance(option, dict) and option.get("value") == value:
            result = option.get("result")
            return result if isinstance(result, str) else None
    return None


# Results per matter


def derive_result(items: list[State]) -> str | None:
    """The national result code of a matter from its folded items; None while one is open or in conflict."""
    due = [item for item in items if item["state"] != "exempt"]
    if not due:
        return "X2"
    if any(item["state"] != "answered" for item in due):
        return None
    verdicts = {item["verdict"] for item in due}
    if "pending" in verdicts:
        return "R8"
    if "fail" in verdicts:
        failed = [item for item in due if item["verdict"] == "fail"]
        return "R5" if all(item["measures"] or item["corrected"] for item in failed) else "R8"
    if verdicts == {"na"} and all(item["heads"][0]["act"] for item in due):
        return "R7"
    return "R1"


def allowed_results(department: str, items: list[State]) -> list[str]:
    """The codes a department may confirm for a matter, the derived one among them; empty while undecided."""
    derived = derive_result(items)
    if derived is None or derived == "X2":
        return [derived] if derived else []
    verdicts = {item["verdict"] for item in items if item["state"] == "answered"}
    allowed = {derived, "R6"}
    if "fail" in verdicts and "pending" not in verdicts:
        allowed |= {"R5", "R8"}
    if verdicts == {"na"}:
        allowed |= {"R1", "R7"}
    if department == MARKET_REGULATION:
        allowed |= {"R4"} | ({"R2", "R3"} if "fail" in verdicts else set())
    return sorted(allowed)


def results_of_abort(roster: Roster, department: str, code: str) -> dict[str, str]:
    """The results of a department present at an aborted visit: R4 by market regulation only, R6 by all."""
    if code == "R4" and department != MARKET_REGULATION:
        return {}
    matters: dict[str, str] = {}
    for item in roster.items_of(department):
        for matter in item.matters[department]:
            if not item.exempt or code == "R4":
                matters[matter] = code
            else:
                matters.setdefault(matter, "X2")
    return matters


# Outdated: what was signed or completed before something changed


def outdated(touching: Iterable[str], closure: set[str], supplements: Iterable[set[str]]) -> bool:
    """Whether an entry that touches a department is outside the closure and of every supplement's."""
    return any(
        name not in closure and not any(name in supplement for supplement in supplements) for name in touching
    )


def signature_is_valid(body: dict[str, Any], officers: set[str], state: State) -> bool:
    """Whether a signature has what makes it one: strokes, a photographed page, or a valid refusal (R-608)."""
    if body["method"] == "screen":
        drawing = body.get("drawing")
        return drawing is not None and any(drawing["strokes"])
    if body["method"] == "paper":
        return any(body.get("page") in held["entries"] for held in state["evidence"].values())
    return _refusal_is_valid(body.get("refusal"), officers, state)


def _refusal_is_valid(refusal: dict[str, Any] | None, officers: set[str], state: State) -> bool:
    if refusal is None or len(set(refusal["officers"]) & officers) < 2:
        return False
    if refusal.get("witness") is not None:
        return True
    video = state["evidence"].get(refusal.get("video"))
    return video is not None and video["withdrawn"] is None and video["type"].startswith(("video/", "audio/"))


# What stands in the way of a sign-off


def blockers(state: State, roster: Roster, abort: str | None) -> list[Blocker]:
    """What a sign-off of this state would lack; `abort` is the code of an aborted visit.

    An aborted visit wants its pictures and nothing else. Whether the signer leads, the results agree and the
    visit's own register stands without conflict is judged with the sign-off (`folding/signoffs.py`).
    """
    if abort is not None:
        return _blockers_of_abort(state, abort)
    found: list[Blocker] = []
    present = [code for code in roster.departments if state["departments"][code]["state"] != "absent"]
    for code in present:
        found += _blockers_of_department(state, code)
        found += _blockers_of_items(state, roster, code)
        found += _blockers_of_party(state, code)
        found += _blockers_of_officers_signatures(state, roster, code)
        found += _blockers_of_results(state, roster, code)
    if not any(state["departments"][code]["state"] == "completed" for code in present):
        found.append({"code": "nobody-present"})
    return found


def _blockers_of_abort(state: State, abort: str) -> list[Blocker]:
    """R4 wants two photos, R6 a video (R-609, R-703)."""
    wanted, kind = (2, "image/") if abort == "R4" else (1, "video/")
    held = [
        one for one in state["evidence"].values() if one["withdrawn"] is None and one["type"].startswith(kind)
    ]
    return [] if len(held) >= wanted else [{"code": "abort-evidence-missing", "abort": abort}]


def _blockers_of_department(state: State, code: str) -> list[Blocker]:
    department = state["departments"][code]
    found = []
    if department["state"] in ("open", "conflict"):
        found.append(f"department-{department['state']}")
    if department["outdated"]:
        found.append("department-outdated")
    names = {"arrived": "arrival"}
    found += [f"{names.get(step, step)}-missing" for step in STEPS if not department["steps"][step]]
    if len(department["officers"]) < 2:
        found.append("too-few-officers")
    return [{"code": name, "department": code} for name in found]


def _blockers_of_items(state: State, roster: Roster, code: str) -> list[Blocker]:
    found: list[Blocker] = []
    for item in roster.items_of(code):
        folded, named = state["items"][item.id], {"department": code, "item": item.id}
        if folded["state"] in ("open", "conflict"):
            found.append({"code": f"item-{folded['state']}", **named})
        elif folded["state"] == "answered":
            lack = problem_of_answer(item.answer, folded["heads"][0])
            if lack:
                found.append({"code": "answer-incomplete", "why": lack, **named})
            if folded["photo_missing"]:
                found.append({"code": "photo-missing", **named})
    return found


def _blockers_of_party(state: State, code: str) -> list[Blocker]:
    """A valid signature or refusal of the party, of the visit or this section, not outdated."""
    signed = [
        one for one in state["signatures"] if one["role"] == "party" and one["scope"] in ("visit", code)
    ]
    valid = [one for one in signed if one["valid"]]
    if any(code not in one["outdated"] for one in valid):
        return []
    if valid:
        return [{"code": "signature-outdated", "department": code, "role": "party"}]
    refused = [one for one in signed if one["method"] == "refused"]
    if refused:
        return [{"code": "refusal-invalid", "department": code, "hash": one["hash"]} for one in refused]
    return [{"code": "party-unsigned", "department": code}]


def _blockers_of_officers_signatures(state: State, roster: Roster, code: str) -> list[Blocker]:
    """An officer who signed for this department signs afresh when something changed; so does the lead."""
    fresh: dict[tuple[str, str], bool] = {}
    for one in state["signatures"]:
        if one["role"] in ("inspector", "lead") and one["valid"] and _speaks_for(one, roster, code):
            signer = (one["role"], one.get("person") or one["name"])
            fresh[signer] = fresh.get(signer, False) or code not in one["outdated"]
    return [
        {"code": "signature-outdated", "department": code, "role": role, "signer": signer}
        for (role, signer), is_fresh in fresh.items()
        if not is_fresh
    ]


def _speaks_for(signature: State, roster: Roster, code: str) -> bool:
    """An inspector's signature of the whole visit speaks for the own department only (R-611)."""
    if signature["scope"] != "visit" or signature["role"] == "lead":
        return signature["scope"] in ("visit", code)
    member = roster.members.get(signature.get("person") or "")
    return member is None or code in member.departments


def _blockers_of_results(state: State, roster: Roster, code: str) -> list[Blocker]:
    """What a completed department confirmed must be a code its answers allow, for each of its matters."""
    confirmed = state["departments"][code]["confirmed"]
    if confirmed is None:
        return []
    matters = matters_of(state, roster, code)
    differ = [name for name, items in matters.items() if _differs(code, items, confirmed.get(name))]
    differ += [name for name in confirmed if name not in matters]
    return [{"code": "results-differ", "department": code, "matter": name} for name in differ]


def _differs(code: str, items: list[State], confirmed: str | None) -> bool:
    allowed = allowed_results(code, items)
    return bool(allowed) and confirmed not in allowed


def matters_of(state: State, roster: Roster, department: str) -> dict[str, list[State]]:
    """The folded items of a department, by matter; a merged item counts for each it was merged from."""
    matters: dict[str, list[State]] = {}
    for item in roster.items_of(department):
        for matter in item.matters[department]:
            matters.setdefault(matter, []).append(state["items"][item.id])
    return matters


def expected_results(state: State, roster: Roster, abort: str | None) -> dict[str, dict[str, str]]:
    """What a sign-off of this state has to name: what each department confirmed; nothing for the absent."""
    expected: dict[str, dict[str, str]] = {}
    for code in roster.departments:
        department = state["departments"][code]
        if department["state"] == "absent":
            expected[code] = {}
        elif abort is not None:
            expected[code] = results_of_abort(roster, code, abort)
        else:
            expected[code] = department["confirmed"] or {}
    return expected


def differing_results(named: dict[str, dict[str, str]], expected: dict[str, dict[str, str]]) -> list[Blocker]:
    """Where a sign-off names other results than expected; a department left out counts as naming none."""
    return [
        {"code": "results-differ", "department": code}
        for code in sorted(named.keys() | expected.keys())
        if named.get(code, {}) != expected.get(code, {})
    ]
