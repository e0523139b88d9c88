"""The codes of lists in people's words, and the members of an item as a reader sees them."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from server.catalogue.readings import decimal_text
from server.catalogue.rules import Json, basis_text
from server.web.i18n import listed

Words = Mapping[str, LazyString]

SEVERITIES: Words = {"S1": _("Minor"), "S2": _("Major"), "S3": _("Critical")}

LISTED_FOR: Words = {  # 热点 难点 重点 盲点
    "hot": _("Hot spot"),
    "difficult": _("Hard spot"),
    "key": _("Key point"),
    "blind": _("Blind spot"),
}

EXEMPT: Words = {  # R-1002
    "REG": _("Registration matters"),
    "ANNUAL": _("Annual report"),
    "TRADEMARK": _("Use of trade marks"),
}

ANSWERS: Words = {
    "verdict": _("Pass or fail"),
    "number": _("A reading"),
    "choice": _("A choice"),
    "text": _("A text"),
}

RESULTS: Words = {
    "pass": _("Pass"),
    "fail": _("Fail"),
    "na": _("Not applicable"),
    "pending": _("Awaiting the laboratory"),
}

RISK_LEVELS: Words = {"高": _("High"), "中": _("Medium"), "低": _("Low")}

PRIOR_NOTICE: Words = {"YES": _("Announced beforehand"), "NO": _("Not announced")}

HELP: Words = {
    "standard": _("What compliance looks like"),
    "failures": _("Common failures"),
    "correction": _("How to correct"),
    "penalty": _("Penalties"),
}

MEMBERS: Words = {
    "department": _("Department"),
    "also": _("Answers for as well"),
    "matter": _("Matter"),
    "content": _("What is checked"),
    "applies_to": _("Applies to"),
    "method": _("Method"),
    "methods": _("Method"),
    "basis": _("Legal basis"),
    "answer": _("Answer"),
    "severity": _("Severity"),
    "evidence_on_fail": _("Evidence if it fails"),
    "exempt_category": _("Exempt for the trustworthy"),
    "compulsory": _("Compulsory by law"),
    "frequency": _("Frequency"),
    "listed_for": _("Listed as"),
    "supervision_code": _("Code on the “Internet + supervision” list"),
    "phrases": _("Phrases"),
    "help": _("Guidance"),
}

STATES: Words = {
    "draft": _("Being drafted"),
    "round": _("Countersigning"),
    "review": _("In review by the office"),
    "published": _("Made public"),
    "given-up": _("Given up"),
}

DEEDS: Words = {
    "edition-opened": _("Opened"),
    "edition-sent-round": _("Sent round"),
    "edition-agreed": _("Agreed"),
    "edition-objected": _("Objected"),
    "edition-all-agreed": _("All departments agree"),
    "edition-returned": _("Returned by the office"),
    "edition-published": _("Made public"),
    "edition-given-up": _("Given up"),
    "drafts-merged": _("Merged"),
    "drafts-kept-apart": _("Kept apart"),
    "drafts-parted": _("Merging undone"),
    "drafts-offered-again": _("Offered again"),
    "draft-added": _("Added"),
    "draft-changed": _("Changed"),
    "draft-moved": _("Moved"),
    "draft-dropped": _("Dropped"),
    "draft-taken-back": _("Taken back"),
}


METHODS: Words = {
    "现场检查": _("Inspection on site"),
    "书面检查": _("Inspection of papers"),
    "网络监测": _("Monitoring online"),
    "抽样检验（检测、检疫）": _("Sampling (testing, quarantine)"),
    "专业机构核查": _("Check by a professional body"),
    "视频（非现场）检查": _("Inspection by video"),
}
"""Lists, plans and papers keep the Chinese words."""


def methods(names: Iterable[str]) -> str:
    """Ways to inspect in the reader's language, in the order of the rules."""
    known, said = list(METHODS), [one for one in names if one]
    said.sort(key=lambda one: known.index(one) if one in known else len(known))
    return listed(word(METHODS, one) for one in said)


def word(table: Words, code: str | None) -> str:
    """The word for a code, or the code itself."""
    return str(table[code]) if code and code in table else code or ""


def told(member: str, value: Any, names: Mapping[str, str]) -> str:
    """A member of an item in words; one that is absent or says nothing is a dash."""
    if value is None or value == "" or value == []:
        return "–"
    match member:
        case "answer":
            return answer(value)
        case "severity":
            return word(SEVERITIES, value)
        case "evidence_on_fail":
            return gettext("Needed") if value else gettext("Not needed")
        case "compulsory":
            return gettext("Never exempt") if value else "–"
        case "exempt_category":
            return word(EXEMPT, value)
        case "listed_for":
            return word(LISTED_FOR, value)
        case "department":
            return names.get(value, value)
        case "also":
            return "；".join(_answered(one, names) for one in value)
        case "help":
            return "\n".join(f"{word(HELP, name)}：{text}" for name, text in value.items() if text)
        case "phrases":
            return "\n".join(value)
        case "basis" if isinstance(value, list):
            return basis_text(value)
    return "、".join(value) if isinstance(value, list) else str(value)


def _answered(one: Json, names: Mapping[str, str]) -> str:
    code = f"（{one['supervision_code']}）" if "supervision_code" in one else ""
    return f"{names.get(one['department'], one['department'])} {one['matter']}{code}"


def answer(asked: Json) -> str:
    """What an item asks for, with unit and limits."""
    kind = word(ANSWERS, asked["type"])
    if asked["type"] == "number":
        low, high = (decimal_text(asked[end], asked["decimals"]) for end in ("min", "max"))
        limits = "，".join(sign + end for sign, end in (("≥", low), ("≤", high)) if end)
        return " ".join(part for part in (kind, limits or asked.get("limit_text", ""), asked["unit"]) if part)
    if asked["type"] == "choice":
        options = (f"{one['label']}（{word(RESULTS, one['result'])}）" for one in asked["options"])
        return f"{kind}：{'；'.join(options)}"
    return kind
