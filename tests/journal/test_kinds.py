"""The schemas of the kinds: one file, two validators."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.visits.kinds import KINDS, problem_of_body
from server.visits.kinds_module import as_module
from tests.journal.conftest import PWA, InBrowser
from tests.journal.test_vectors import VECTORS

HASH = "a" * 64
BODIES: list[tuple[str, Any]] = [
    ("answer", {"item": "X", "verdict": "pass", "replaces": []}),
    ("answer", {"item": "X", "verdict": "pass", "replaces": [HASH], "value": 2**53 - 1}),
    ("answer", {"item": "X", "verdict": "pass", "replaces": [HASH], "value": 1.5}),
    ("answer", {"item": "X", "verdict": "pass", "replaces": [HASH + "\n"]}),
    ("answer", {"item": "", "verdict": "pass", "replaces": []}),
    ("answer", {"item": "𠮷" * 100, "verdict": "pass", "replaces": []}),
    ("answer", {"item": "𠮷" * 101, "verdict": "pass", "replaces": []}),
    ("answer", {"item": "X", "verdict": None, "replaces": []}),
    ("settlement", {"register": "item:𠮷", "chooses": HASH, "reason": "x", "replaces": [HASH]}),
    ("settlement", {"register": "item:\u2028", "chooses": HASH, "reason": "x", "replaces": [HASH]}),
    ("settlement", {"register": "item:a\nb", "chooses": HASH, "reason": "x", "replaces": [HASH]}),
    ("settlement", {"register": "visit\n", "chooses": HASH, "reason": "x", "replaces": [HASH]}),
    ("evidence.withdrawn", {"of": HASH.upper(), "reason": "x"}),
    ("visit.opened", {}),
    ("visit.opened", {"__proto__": 1, "constructor": 2}),
    ("visit.opened", []),
    ("visit.opened", None),
    (
        "visit.signed",
        {
            "results": {"__proto__": {"constructor": "R1"}},
            "covers": {"heads": [], "bundle": HASH},
            "replaces": [],
        },
    ),
    (
        "visit.signed",
        {"results": {"A": {"m": "r1"}}, "covers": {"heads": [], "bundle": HASH}, "replaces": []},
    ),
    ("toString", {}),
]
JUDGE = """
    const { problemOfBody } = await load("schemas.js");
    return given.map(([kind, body]) => problemOfBody(kind, body));
"""

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([HASH, "SCJG", "2026-05-12", "R1", "pass", "𠮷", "", 1.5]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["heads", "bundle", "person", "A"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A body whose members are those of its kind, with values of any sort; sometimes one is lacking."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    names = list(KINDS[kind].get("properties", {}))
    return kind, {
        name: draw(_fitting(KINDS[kind]["properties"][name]) | values)
        for name in names
        if draw(st.booleans())
    }


def _fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that may well fit."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "string":
        return st.just(HASH if "64" in schema.get("pattern", "") else "visit")
    return st.just([] if schema["type"] == "array" else {} if schema["type"] == "object" else 1)


def test_the_phones_have_the_same_schemas() -> None:
    assert (PWA / "journal" / "kinds.js").read_text("utf-8") == as_module()


def test_the_module_is_written_by_the_command() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "server.visits.kinds_module"],
        cwd=PWA.parent,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert printed.stdout.decode() == as_module()
    assert printed.stderr == b""


def test_nothing_is_closed_to_newer_phones() -> None:
    """Only what keys a table (results) limits its members; no schema forbids further ones."""
    assert '"additionalProperties":false' not in as_module()
    assert problem_of_body("visit.opened", {"mood": "😀"}) is None


@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_boundaries_in_python(kind: str, body: Any) -> None:
    expected = {0, 1, 5, 8, 9, 13, 14, 17}
    known = "unknown-kind" if kind not in KINDS else "bad-body"
    assert problem_of_body(kind, body) == (None if BODIES.index((kind, body)) in expected else known)


def test_both_validators_judge_alike(in_browser: InBrowser) -> None:
    """On the boundaries, on every body of every vector, and on a pile of generated ones."""
    pile = list(BODIES)
    for vector in VECTORS.values():
        pile += [
            (entry["kind"], entry["body"])
            for entry in vector["entries"]
            if isinstance(entry, dict) and "kind" in entry
        ]

    @settings(max_examples=300, database=None)
    @given(bodies())
    def collect(body: tuple[str, Any]) -> None:
        pile.append(body)

    collect()
    ours = [problem_of_body(kind, body) for kind, body in pile]
    assert in_browser(JUDGE, pile) == ours
    assert ours.count(None) > 300


def test_the_file_is_readable_json() -> None:
    text = (Path(__file__).resolve().parents[2] / "server/visits/kinds.json").read_text("utf-8")
    assert list(json.loads(text)) == list(KINDS)
