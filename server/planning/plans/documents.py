"""The county plan as a document: what is published, and in words what one version changes of another.

The document is all a version holds; it does not change when names or registers do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from server.catalogue.comparing import compare
from server.planning.plans.model import Filing, PlanRow
from server.planning.plans.rules import quotas
from server.registry.credit.policy import Policy
from server.registry.rules import RiskClass

Json = dict[str, Any]
FORMAT = "liancha-plan/1"

LABELS = {
    "name": "任务名称",
    "department": "牵头部门",
    "departments": "协同部门",
    "matters": "抽查事项",
    "base": "检查对象基数",
    "ratios": "抽查比例",
    "target": "计划抽查数",
    "frequency": "频次上限",
    "months": "实施月份",
    "batch": "批次",
    "mode": "抽取范围",
    "method": "检查方式",
    "unannounced": "事先通知",
}
"""What the notice names, in the order in which it does."""

SOURCES = {"plan": "年度计划", "campaign": "专项行动", "single": "单部门任务"}


def row_document(
    row: PlanRow,
    policy: Policy,
    industry: str,
    towns: Mapping[str, str],
    merged: Iterable[PlanRow],
) -> Json:
    """A row as it is published."""
    numbers = quotas(row.strata, row.ratios, policy.minimum)
    rates = {str(one): policy.rate(one) for one in RiskClass}
    return {
        "id": row.id,
        "revision": row.revision,
        "filing": row.filing_id,
        "industry": row.industry,
        "industry_name": industry,
        "name": row.name,
        "source": row.source,
        "campaign": {"id": row.campaign.id, "name": row.campaign.name} if row.campaign else None,
        "department": row.department,
        "departments": list(row.departments),
        "matters": {code: list(names) for code, names in row.matters.items()},
        "base": row.base,
        "strata": dict(row.strata),
        "ratios": dict(row.ratios),
        "quotas": numbers,
        "target": sum(numbers.values()),
        "frequency": {
            code: None if rate.times is None else [rate.times, rate.years] for code, rate in rates.items()
        },
        "first_month": row.first_month,
        "last_month": row.last_month,
        "batch": row.batch,
        "mode": row.mode,
        "scope": {
            "towns": [towns.get(code, code) for code in row.scope.get("towns", ())],
            "tags": list(row.scope.get("tags", ())),
        },
        "method": row.method,
        "unannounced": row.unannounced,
        "window_reason": row.window_reason,
        "single_reason": row.single_reason,
        "merged": [
            {"id": one.id, "name": one.name, "department": one.department, "note": one.merge_note}
            for one in merged
        ],
    }


def plan_document(
    year: int,
    rows: Sequence[Json],
    accepted: Iterable[Filing],
    decided: Collection[str],
    names: Mapping[str, str],
    before: Json | None,
) -> Json:
    """The plan of a year: the rows given and, of the version before, those not `decided` anew: their filing,
    or that of the row they became part of, is being written again. It names only the departments that have a
    part in it."""
    joined = {part["id"] for one in rows for part in one["merged"]}
    stood = before["rows"] if before else []
    kept = [one for one in stood if one["id"] not in decided and one["id"] not in joined]
    schemes = dict(before["schemes"]) if before else {}
    schemes |= {one.department: one.scheme for one in accepted}
    every = [*rows, *kept]
    named = {code for one in every for code in (one["department"], *one["departments"])}
    named |= {part["department"] for one in every for part in one["merged"]}
    return {
        "format": FORMAT,
        "year": year,
        "rows": every,
        "schemes": {code: text for code, text in schemes.items() if code in named},
        "departments": {code: name for code, name in names.items() if code in named},
    }


def totals(document: Json) -> dict[str, Json]:
    """Rows, visits and departments by source, each counted apart."""
    found: dict[str, Json] = {}
    for row in document["rows"]:
        one = found.setdefault(row["source"], {"rows": 0, "target": 0})
        one["rows"] += 1
        one["target"] += row["target"]
    return found


def notice(before: Json, after: Json) -> list[str]:
    """What a version changes, line by line, in Chinese: it is what the county announces."""
    names = before["departments"] | after["departments"]
    found = compare(before["rows"], after["rows"])
    lines = [f"新增：{_title(row)}（{_short(row, names)}）。" for row in found.added]
    for change in found.changed:
        said = "；".join(_told(change.before, change.after, names))
        if said:
            lines.append(f"调整：{_title(change.after)}：{said}。")
    gone = {row["id"]: row for row in found.removed}
    lines += [f"取消：{_title(row)}{_whereto(row, after)}。" for row in gone.values()]
    changed = [
        names.get(code, code)
        for code, text in after["schemes"].items()
        if before["schemes"].get(code, text) != text
    ]
    return lines + [f"检查方案有修改：{name}。" for name in changed]


def _told(before: Json, after: Json, names: Mapping[str, str]) -> Iterable[str]:
    yield from (f"并入{_part(one, names)}" for one in _beyond(after, before))
    yield from (f"{_part(one, names)}不再并入" for one in _beyond(before, after))
    was, now = facts(before, names), facts(after, names)
    for member, label in LABELS.items():
        if was[member] != now[member]:
            yield f"{label}由“{was[member]}”改为“{now[member]}”"


def _beyond(one: Json, other: Json) -> list[Json]:
    """What became part of a row as one version says, and not as the other does."""
    known = {part["id"] for part in other["merged"]}
    return [part for part in one["merged"] if part["id"] not in known]


def _part(part: Json, names: Mapping[str, str]) -> str:
    return f"{_title(part)}（{names.get(part['department'], part['department'])}）"


def facts(row: Json, names: Mapping[str, str]) -> dict[str, str]:
    """A row in Chinese words, by what the notice names."""
    return {
        "name": row["name"],
        "department": names.get(row["department"], row["department"]),
        "departments": "、".join(names.get(code, code) for code in row["departments"]) or "无",
        "matters": "；".join(
            f"{names.get(code, code)}：{'、'.join(matters)}" for code, matters in row["matters"].items()
        ),
        "base": f"{row['base']}户",
        "ratios": " ".join(f"{code} {percent(row['ratios'].get(code, 0))}" for code in row["strata"]),
        "target": f"{row['target']}户",
        "frequency": " ".join(f"{code} {_times(row['frequency'][code])}" for code in row["frequency"]),
        "months": months(row),
        "batch": f"第{row['batch']}批",
        "mode": mode(row),
        "method": row["method"],
        "unannounced": "不提前通知" if row["unannounced"] else "提前通知",
    }


def months(row: Json) -> str:
    """The months of a row in Chinese."""
    first, last = row["first_month"], row["last_month"]
    return f"{first}月" if first == last else f"{first}–{last}月"


def mode(row: Json) -> str:
    """From what is drawn, in Chinese."""
    if row["mode"] == "open":
        return "不定向"
    parts = [*row["scope"]["towns"], *row["scope"]["tags"]]
    return f"定向：{'、'.join(parts)}" if parts else "定向"


def percent(ratio: int) -> str:
    """Hundredths of a percent as people write them."""
    return f"{ratio // 100}.{ratio % 100:02d}".rstrip("0").rstrip(".") + "%"


def _times(rate: Sequence[int] | None) -> str:
    return "不限" if rate is None else f"{rate[1]}年{rate[0]}次"


def _title(row: Json) -> str:
    return f"“{row['name']}”"


def _short(row: Json, names: Mapping[str, str]) -> str:
    lead = names.get(row["department"], row["department"])
    return f"{row['industry_name']}，{lead}牵头，{months(row)}，{row['target']}户"


def _whereto(row: Json, after: Json) -> str:
    hosts = (one for one in after["rows"] if row["id"] in {part["id"] for part in one["merged"]})
    host = next(hosts, None)
    return f"，并入{_title(host)}" if host else ""
