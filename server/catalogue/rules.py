"""The law of the catalogue: how a list becomes a published checklist, and which of its items a visit spares.

Pure: knows no database, no clock and no request. Rule numbers (R-…) are those of the domain rules.
"""

import re
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from server.kernel.canonical import digest
from server.kernel.problems import Problem

Json = dict[str, Any]

_STANDARD = re.compile(r"（[A-Z][A-Z/]* [\d.]+）$")  # the number of a standard stands outside of 《》

SEVERITIES = {"一般": "S1", "重要": "S2", "重大": "S3"}

PHRASES = {
    "verdict": ["现场未能出示相关证照或资料。", "现场情况与规定要求不一致。", "台账记录不完整。"],
    "number": ["实测值超出规定限值。"],
    "choice": [],
    "text": [],
}


def checklist_item(source: Json) -> Json:
    """One item of a list as departments write it, in the form a checklist version keeps, without floats.

    `exempt_category` names the kind of matter that R-1002 skips for a trusted enterprise, or is null;
    `compulsory` marks an item that R-1005 keeps from ever being skipped.
    """
    answer = _answer(source["answer"])
    item = {
        "id": source["code"],
        "department": source["department"],
        "matter": source["matter"],
        "content": source["content"],
        "applies_to": source["applicability"],
        "method": "、".join(source["methods"]),
        "basis": basis_text(source["basis"]),
        "answer": answer,
        "evidence_on_fail": source["photo_required_on_fail"],
        "severity": SEVERITIES[source["severity"]],
        "exempt_category": source["exempt_category"],
        "phrases": PHRASES[answer["type"]],
    }
    return item | ({"help": source["help"]} if source.get("help") else {})


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


def checklist_hash(items: list[Json]) -> str:
    """What a checklist version is known by: the digest of its items."""
    return digest(items)


def check_publishable(items: list[Json], lead: str, inspecting: set[str]) -> None:
    """Refuse a checklist that may not be issued; `inspecting` names the departments that may inspect."""
    departments = {item["department"] for item in items}
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


def basis_text(basis: list[Json]) -> str:
    """The legal basis as one line: 《安全生产法》第三十六条、第三十七条；《…》."""
    return "；".join(_law(entry) for entry in basis)


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
