"""Draws made up for tests: complete transcripts, with secrets and dice as they would be."""

from collections.abc import Callable
from typing import Any

from server.planning.draw import ceremony

Json = dict[str, Any]
DEPARTMENTS = ("SCJG", "XFJY")
PARTIES = ("office", "observer")


def secret_of(party: str) -> bytes:
    """A secret nobody would choose."""
    return bytes.fromhex(ceremony.sha256(party.encode()))


def _spelt(change: Callable[[str], str]) -> Callable[[Json], None]:
    return lambda one: one["opened"].update(office=change(one["opened"]["office"]))


MISWRITTEN: dict[str, Callable[[Json], None]] = {
    "upper case": _spelt(str.upper),
    "blanks": _spelt(lambda secret: f"{secret[:2]} {secret[2:]}"),
    "a line end": _spelt(lambda secret: f"{secret}\n"),
    "a stranger who opened": lambda one: one["opened"].update(WJW="0" * 64),
    "a stranger who is missing": lambda one: one["missing"].append("WJW"),
    "a stranger twice": lambda one: one["missing"].extend(["WJW", "WJW"]),
}
"""Changes of the secrets that leave every hash as it is: each still is none of what was published."""


def named(kind: str, count: int) -> list[str]:
    """So many pseudonyms."""
    return [ceremony.pseudonym(kind.encode(), str(at)) for at in range(count)]


def unsettled(sizes: dict[str, int], quotas: dict[str, int], officers: int = 8, **changes: Any) -> Json:
    """A transcript up to the dice, without its result."""
    frame = [
        {"stratum": stratum, "candidates": named(stratum, size)} for stratum, size in sizes.items() if size
    ]
    lines = ceremony.frame_lines((one["stratum"], name) for one in frame for name in one["candidates"])
    staff = [(code, name) for code in DEPARTMENTS for name in named(code, officers)]
    staff.sort(key=lambda one: one[1])
    by_code = {code: [at for at, (own, _name) in enumerate(staff) if own == code] for code in DEPARTMENTS}
    slots = ["2026-06-01/am", "2026-06-01/pm", "2026-06-02/am"]
    eligibility = {
        "heads": [[code, 2] for code in DEPARTMENTS],
        "total": 4,
        "slots": slots,
        "officers": [name for _code, name in staff],
        "away": {slots[1]: by_code["SCJG"][:1]},
        "areas": [
            {"tiers": {code: [all_[:2], all_[2:]] for code, all_ in by_code.items()}},
            {"tiers": {code: [[], all_] for code, all_ in by_code.items()}},
        ],
        "lines": [int(at % 6 == 0) for at in range(len(lines))],
        "barred": {lines[0].decode().split("\0")[1]: by_code["XFJY"][:3]} if lines else {},
    } | changes
    commit = {
        "format": ceremony.FORMAT,
        "task": "加油站联合检查",
        "frame_hash": ceremony.frame_hash(lines),
        "quotas": quotas,
        "eligibility_hash": ceremony.sha256(ceremony.canonical(eligibility)),
        "randomness": {"source": "dice", "notation": "25 × 1…6", "deadline": "2026-05-20T02:00:00Z"},
        "parties": [
            {"party": party, "commitment": ceremony.commitment(party, secret_of(party))} for party in PARTIES
        ],
    }
    return {
        "commit": commit,
        "frame": frame,
        "eligibility": eligibility,
        "opened": {party: secret_of(party).hex() for party in PARTIES},
        "missing": [],
        "randomness": "3152646123514263514263514",
    }


def settled(*args: Any, **changes: Any) -> Json:
    """The same with its result."""
    transcript = unsettled(*args, **changes)
    return transcript | {"result": ceremony.outcome(transcript)}
