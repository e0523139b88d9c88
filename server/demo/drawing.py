"""One whole draw on made-up data of any size, its transcript written in pieces: for benches and trials."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from server.kernel.workdays import working_days
from server.planning.draw import ceremony, course, rules
from server.planning.draw.course import OBSERVER, OFFICE, WAYS, Writing
from server.planning.draw.rules import Officer, Slot, Span, Subject, Terms

DEPARTMENTS = ("SCJG", "YJGL", "XFJY")
RATIOS = {"A": 500, "B": 1_000, "C": 2_000, "D": 5_000}
SHARES = ("A",) * 12 + ("B",) * 5 + ("C",) * 2 + ("D",)  # of twenty subjects
TOWNS, GRIDS = 11, 60
TOTAL = 400
TWO_HEADS = 2


def draw(subjects: int, officers: int, today: date) -> Iterator[str]:
    """The transcript, in pieces."""
    transcript = _before_result(subjects, officers, today)
    transcript["result"] = ceremony.outcome(transcript)
    separator = "{"
    for name, member in transcript.items():
        yield f'{separator}"{name}":' + json.dumps(member, ensure_ascii=False, separators=(",", ":"))
        separator = ","
    yield "}\n"


def _before_result(subjects: int, officers: int, today: date) -> dict[str, Any]:
    salts = secrets.token_bytes(32)
    frame = [_subject(at, salts) for at in range(subjects)]
    sizes = Counter(one.stratum for one in frame)
    quotas = course.quotas({name: sizes[name] for name in RATIOS}, RATIOS, 1)
    staff = [_officer(at, salts, today) for at in range(officers)]
    eligible = rules.eligibility(frame, staff, _terms(sum(quotas.values()), officers, today))
    lines = ceremony.frame_lines((one.stratum, one.name) for one in frame)
    kept = {party: secrets.token_bytes(ceremony.SECRET_BYTES) for party in (OFFICE, OBSERVER)}
    way = WAYS[Writing.DICE]
    return {
        "commit": rules.commit(
            f"演示抽取 {subjects}",
            ceremony.frame_hash(lines),
            quotas,
            ceremony.sha256(ceremony.canonical(eligible)),
            {"source": "演示：程序代替骰子", "signs": way.signs, "least": way.least},
            {party: ceremony.commitment(party, secret) for party, secret in kept.items()},
        ),
        "frame": rules.frame(frame),
        "eligibility": eligible,
        "opened": {party: secret.hex() for party, secret in kept.items()},
        "missing": [],
        "randomness": "".join(secrets.choice(way.signs) for _at in range(way.least)),
    }


def write(path: Path, subjects: int, officers: int, today: date) -> None:
    """Write it to a file."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(draw(subjects, officers, today))


def _subject(at: int, salts: bytes) -> Subject:
    identifier = f"subject-{at}"
    return Subject(
        name=ceremony.pseudonym(salts, identifier),
        stratum=SHARES[at % len(SHARES)],
        uscc=identifier,
        grid=f"G{at % GRIDS}",
        town=f"T{at % GRIDS % TOWNS}",
    )


def _officer(at: int, salts: bytes, today: date) -> Officer:
    return Officer(
        name=ceremony.pseudonym(salts, f"officer-{at}"),
        department=DEPARTMENTS[at % len(DEPARTMENTS)],
        certificate=Span(today - timedelta(days=365), today + timedelta(days=3_650)),
        grids=frozenset({f"G{at % GRIDS}"}),
        towns=frozenset({f"T{at % GRIDS % TOWNS}"}),
        recused=frozenset({f"subject-{at}"}),
    )


def _terms(lines: int, officers: int, today: date) -> Terms:
    """As many half-days as it takes, so that a draw of any size can be staffed; one in four has a spare."""
    teams = max(1, officers // len(DEPARTMENTS) // TWO_HEADS * 3 // 4)
    days = -(-lines // teams) // 2 + 1
    since = today + timedelta(days=7)
    some = list(islice(working_days(since, since + timedelta(days=3 * days + 30)), days))
    return Terms(
        industry="JYZ",
        heads=tuple((code, TWO_HEADS) for code in DEPARTMENTS),
        slots=tuple(Slot(day, half) for day in some for half in ("am", "pm")),
        total=max(TOTAL, 2 * days),
        drawn_on=today,
    )
