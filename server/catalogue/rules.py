"""The law of the catalogue: how a list becomes a published checklist, and which of its items a visit spares.

Pure: knows no database, no clock and no request. Rule numbers (R-…) are those of the domain rules.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from server.kernel.canonical import digest
from server.kernel.problems import Problem

Json = dict[str, Any]

_BETWEEN_LAWS = re.compile(r"；(?![^（]*）)")  # a note in brackets may hold the same sign
_LAW = re.compile(r"《(.+?)》(（[A-Z][A-Z/]* [\d.]+）)?([^（]*)(?:（(.*)）)?", re.DOTALL)
_STANDARD = re.compile(r"（[A-Z][A-Z/]* [\d.]+）$")  # the number of a standard stands outside of 《》

SEVERITIES = {"一般": "S1", "重要": "S2", "重大": "S3"}

METHODS = ("现场检查", "书面检查", "网络监测", "抽样检验（检测、检疫）", "专业机构核查", "视频（非现场）检查")
HELP = ("standard", "failures", "correction", "penalty")
ON_OCCASION = ("compulsory", "frequency", "listed_for", "supervision_code", "help")
EVERYBODY = "全部检查对象"

PHRASES = {
    "verdict": ["现场未能出示相关证照或资料。", "现场情况与规定要求不一致。", "台账记录不完整。"],
    "number": ["实测值超出规定限值。"],
    "choice": [],
    "text": [],
}


def checklist_item(source: Json) -> Json:
    """One item of a sample list, in the form a checklist version keeps."""
    return item_of(source["code"], source["department"], draft_of(source))


def draft_of(source: Json) -> Json:
    """An item of a sample list as its department drafts it: plain, without floats.

    `exempt_category` names the kind of matter that R-1002 skips for a trusted enterprise, or is null;
    `compulsory` marks an item that R-1005 keeps from ever being skipped.
    """
    answer = _answer(source["answer"])
    draft = {
        "matter": source["matter"],
        "content": source["content"],
        "applies_to": source["applicability"],
        "methods": list(source["methods"]),
        "basis": [dict(row) for row in source["basis"]],
        "answer": answer,
        "evidence_on_fail": source["photo_required_on_fail"],
        "severity": SEVERITIES[source["severity"]],
        "exempt_category": source["exempt_category"],
        "phrases": list(PHRASES[answer["type"]]),
    }
    return draft | {name: source[name] for name in ("common_ref", "help") if source.get(name)}


def item_of(code: str, department: str, draft: Json) -> Json:
    """A drafted item in the form a checklist version keeps; what has nothing to say is left out."""
    item = {
        "id": code,
        "department": department,
        "matter": draft["matter"],
        "content": draft["content"],
        "applies_to": draft["applies_to"],
        "method": "、".join(draft["methods"]),
        "basis": basis_text(draft["basis"]),
        "answer": draft["answer"],
        "evidence_on_fail": draft["evidence_on_fail"],
        "severity": draft["severity"],
        "exempt_category": draft["exempt_category"],
        "phrases": draft["phrases"],
    }
    return item | {name: draft[name] for name in ON_OCCASION if draft.get(name)}


def draft_from(item: Json) -> Json:
    """The draft of a published item: what `item_of` makes the same item of again."""
    draft = {
        "matter": item["matter"],
        "content": item["content"],
        "applies_to": item.get("applies_to", EVERYBODY),
        "methods": [one for one in item["method"].split("、") if one],
        "basis": basis_rows(item["basis"]),
        "answer": item["answer"],
        "evidence_on_fail": item["evidence_on_fail"],
        "severity": item["severity"],
        "exempt_category": item["exempt_category"],
        "phrases": item["phrases"],
    }
    return draft | {name: item[name] for name in ON_OCCASION if item.get(name)}


def bundle_items(items: Iterable[Json], spared: Collection[str] = ()) -> list[Json]:
    """The items of a checklist version as a visit carries them.

    `spared` names the categories the enterprise is spared under trust (R-1002; who is, the registry's rules
    of credit risk say). All else is checked, and so is what the law demands of everybody (R-1005).
    """
    return [
        {name: value for name, value in item.items() if name != "exempt_category"}
        | {"exempt": item["exempt_category"] in spared and not item.get("compulsory", False)}
        for item in items
    ]


def narrowed(items: Iterable[Json], taking_part: Mapping[str, Collection[str]]) -> list[Json]:
    """The items that concern the departments taking part, each with the matters it checks; none named: all.

    What several own goes to the first of them that takes part, and counts for the others that do.
    """

    def concerns(owner: Json) -> bool:
        matters = taking_part.get(owner["department"])
        return matters is not None and (not matters or owner["matter"] in matters)

    found = []
    for item in items:
        own = {"department": item["department"], "matter": item["matter"], "item": item["id"]}
        owners = [one for one in (own, *item.get("also", ())) if concerns(one)]
        if owners:
            bare = {name: value for name, value in item.items() if name != "also"}
            first, *others = owners
            bare |= {"department": first["department"], "matter": first["matter"]}
            found.append(bare | ({"also": others} if others else {}))
    return found


def checklist_hash(items: list[Json]) -> str:
    """What a checklist version is known by: the digest of its items."""
    return digest(items)


def check_publishable(items: list[Json], lead: str, inspecting: set[str]) -> None:
    """Refuse a checklist that may not be issued; `inspecting` names the departments that may inspect."""
    departments = departments_of(items)
    if departments - inspecting:  # a coordination body never inspects
        raise Problem("checklist-not-inspecting", departments=", ".join(sorted(departments - inspecting)))
    if lead not in departments:
        raise Problem("checklist-lead-missing", department=lead)
    if len(departments) < 2:  # without a cooperating department it is not joint
        raise Problem("checklist-single-department", department=lead)
    bare = [item["id"] for item in items if not item["basis"]]
    if bare:
        raise Problem("checklist-without-basis", items=", ".join(bare))
    identifiers = [item["id"] for item in items]
    twice = sorted({one for one in identifiers if identifiers.count(one) > 1})
    if twice:
        raise Problem("checklist-item-twice", items=", ".join(twice))


def departments_of(items: Iterable[Json]) -> set[str]:
    """Who has a part in a list: the departments of its items, and those whose items these answer as well."""
    return {one["department"] for item in items for one in (item, *item.get("also", ()))}


def basis_text(basis: list[Json]) -> str:
    """The legal basis as one line: 《安全生产法》第三十六条、第三十七条；《…》."""
    return "；".join(_law(entry) for entry in basis)


def basis_rows(text: str) -> list[Json]:
    """A legal basis in rows again, as far as it is written the way `basis_text` writes it."""
    return [_law_row(entry) for entry in _BETWEEN_LAWS.split(text) if entry]


def steps(value: int | float | str | None, decimals: int) -> int | None:
    """A limit in whole steps of 10^-decimals: 1.2 with two decimals is 120. A finer limit is an error."""
    if value is None:
        return None
    scaled = Decimal(str(value)).scaleb(decimals)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than {decimals} decimals")
    return int(scaled)


def _law(entry: Json) -> str:
    standard = "".join(_STANDARD.findall(entry["law"]))
    title = entry["law"].removesuffix(standard)
    note = f"（{entry['note']}）" if entry.get("note") else ""
    return f"《{title}》{standard}{'、'.join(entry['articles'])}{note}"


def _law_row(entry: str) -> Json:
    found = _LAW.fullmatch(entry)
    if found is None:
        return {"law": entry.strip("《》"), "articles": []}
    title, standard, articles, note = (part or "" for part in found.groups())
    row = {"law": title + standard, "articles": [one for one in articles.split("、") if one]}
    return row | ({"note": note} if note else {})


def _answer(source: Json) -> Json:
    match source["type"]:
        case "pass_fail":
            return {"type": "verdict"}
        case "number":
            return {
                "type": "number",
                "unit": source["unit"],
                "decimals": source["decimals"],
                "min": steps(source["min"], source["decimals"]),
                "max": steps(source["max"], source["decimals"]),
                "limit_text": source.get("limit_text") or source.get("limit_source", ""),
                "allow_na": source["allow_na"],
            }
        case "choice":
            return {"type": "choice", "options": [dict(option) for option in source["options"]]}
        case "text":
            return {
                "type": "text",
                "max_length": source["max_length"],
                "conclusion_required": source["conclusion_required"],
            }
    raise ValueError(f"unknown answer type {source['type']}")
