"""Merging what two departments ask alike (能合尽合): which pairs are offered, and what comes of a merged one.

Pure. Two texts are alike by the pairs of signs they share (Sørensen and Dice: twice the shared, by all).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from server.catalogue.readings import decimal_text
from server.catalogue.rules import EVERYBODY, HELP, METHODS
from server.kernel.problems import Problem

Json = dict[str, Any]

ALIKE = 0.25
"""From here on a pair is offered. Of 5,711 pairs of the sample lists two reach it, both worth a look."""

SAME_GROUND = 0.15
"""What it counts for two items to rest on the same article of a law, or on the same common item."""

_OWN_FIRST = ("frequency", "listed_for")  # the other's only where the answering item says nothing
_SIGNS = re.compile(r"\w")


@dataclass(frozen=True)
class Draft:
    """A drafted item as merging sees it."""

    id: str
    code: str
    department: str
    document: Json
    merged_into: str | None = None


@dataclass(frozen=True)
class Pair:
    """Two items of different departments that seem to ask the same, and how much so, in hundredths."""

    one: Draft
    other: Draft
    percent: int


def offered(drafts: Sequence[Draft], kept_apart: frozenset[frozenset[str]] = frozenset()) -> list[Pair]:
    """The pairs to look at, the most alike first: neither is merged yet, nobody said they stay apart."""
    free = [one for one in drafts if one.merged_into is None]
    looked_at = (
        Pair(one, other, round(100 * likeness(one.document, other.document)))
        for one, other in combinations(free, 2)
        if one.department != other.department and frozenset({one.id, other.id}) not in kept_apart
    )
    found = [pair for pair in looked_at if pair.percent >= 100 * ALIKE]
    return sorted(found, key=lambda pair: (-pair.percent, pair.one.code, pair.other.code))


def likeness(one: Json, other: Json) -> float:
    """How much two drafts ask the same, between 0 and 1."""
    mine, theirs = _pairs(one), _pairs(other)
    if not mine or not theirs:
        return 0.0
    shared = 2 * len(mine & theirs) / (len(mine) + len(theirs))
    return min(1.0, shared + (SAME_GROUND if _grounds(one) & _grounds(other) else 0))


def merged(head: Draft, others: Iterable[Draft]) -> Json:
    """The document of an item that answers for others as well: as strict as the strictest, on all grounds.

    What has to be the same for one answer to do for both is refused where it is not, with both sides shown.
    """
    document = dict(head.document)
    also: list[Json] = []
    for other in others:
        check_answers(head, other)
        document = _joined(document, other.document)
        also.append(_answered(other))
    return document | ({"also": sorted(also, key=lambda one: one["item"])} if also else {})


def not_kept(one: Json, other: Json) -> list[str]:
    """The members in which two drafts say different things: of these only the answering item's are kept."""
    differing = [name for name in ("content", *_OWN_FIRST) if _differ(one, other, name)]
    helped = any(_differ(one.get("help", {}), other.get("help", {}), name) for name in HELP)
    return differing + (["help"] if helped else [])


def check_answers(head: Draft, other: Draft) -> None:
    """Refuse to merge items that are answered differently or have other limits."""
    if _asked(head.document["answer"]) != _asked(other.document["answer"]):
        raise Problem(
            "merge-answers-differ",
            one=f"{head.code} {answer_text(head.document['answer'])}",
            other=f"{other.code} {answer_text(other.document['answer'])}",
        )


def answer_text(answer: Json) -> str:
    """What an item asks for, in a few signs: 数值 Ω ≤10.0."""
    match answer["type"]:
        case "number":
            low, high = (decimal_text(answer[end], answer["decimals"]) for end in ("min", "max"))
            limits = [text for sign, end in (("≥", low), ("≤", high)) if (text := end and sign + end)]
            said = "，".join(limits) or answer.get("limit_text", "")
            return f"数值 {answer['unit']} {said}".strip()
        case "choice":
            return "选择：" + "、".join(option["label"] for option in answer["options"])
        case "text":
            return "文字说明"
    return "合格/不合格"


def _answered(other: Draft) -> Json:
    row = {"department": other.department, "matter": other.document["matter"], "item": other.code}
    code = other.document.get("supervision_code")
    return row | ({"supervision_code": code} if code else {})


def _joined(one: Json, other: Json) -> Json:
    compulsory = one.get("compulsory") or other.get("compulsory")
    told = other.get("help", {}) | one.get("help", {})
    occasional = {name: said for name in _OWN_FIRST if (said := one.get(name) or other.get(name))}
    occasional |= ({"compulsory": True} if compulsory else {}) | ({"help": told} if told else {})
    return one | occasional | {
        "methods": _in_order([*one["methods"], *other["methods"]]),
        "applies_to": _applies(one["applies_to"], other["applies_to"]),
        "basis": _bases(one["basis"], other["basis"]),
        "severity": max(one["severity"], other["severity"]),
        "evidence_on_fail": one["evidence_on_fail"] or other["evidence_on_fail"],
        # R-1002: what one department must check is not skipped because the other might skip it
        "exempt_category": (
            one["exempt_category"] if one["exempt_category"] == other["exempt_category"] else None
        ),
        "phrases": _together(one["phrases"], other["phrases"]),
    }


def _in_order(methods: list[str]) -> list[str]:
    known = [method for method in METHODS if method in methods]
    return known + _together([], [method for method in methods if method not in METHODS])


def _applies(one: str, other: str) -> str:
    if one in (other, EVERYBODY):
        return one
    return other if other == EVERYBODY else f"{one}；{other}"


def _together(one: list[Any], other: list[Any]) -> list[Any]:
    return one + [entry for at, entry in enumerate(other) if entry not in one and entry not in other[:at]]


def _bases(one: list[Json], other: list[Json]) -> list[Json]:
    """The bases of both; of a law cited by its short and by its full name the full one stays."""
    found: dict[tuple[str, tuple[str, ...], str], Json] = {}
    for row in [*one, *other]:
        place = (_short(row["law"]), tuple(row["articles"]), row.get("note", ""))
        if place not in found or len(row["law"]) > len(found[place]["law"]):
            found[place] = row
    return list(found.values())


def _short(law: str) -> str:
    return law.removeprefix("中华人民共和国")


def _differ(one: Json, other: Json, name: str) -> bool:
    return bool(one.get(name) and other.get(name) and one[name] != other[name])


def _asked(answer: Mapping[str, Any]) -> Json:
    """What of an answer decides pass or fail; how the limit is worded does not."""
    return {name: value for name, value in answer.items() if name != "limit_text"}


def _pairs(document: Json) -> set[str]:
    plain = "".join(_SIGNS.findall(document["matter"] + document["content"]))
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def _grounds(document: Json) -> set[tuple[str, str]]:
    articles = {(_short(row["law"]), article) for row in document["basis"] for article in row["articles"]}
    return articles | ({("", document["common_ref"])} if document.get("common_ref") else set())
