"""One set of vectors, two folds, always shuffled, repeated and split."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from server.kernel.canonical import canonical
from server.visits.fold import fold, sealed
from tests.journal.conftest import InBrowser
from tests.journal.make_vectors import vectors

FOLDER = Path(__file__).resolve().parents[1] / "vectors"
VECTORS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def stirred(entries: list[Any]) -> list[Any]:
    """The same entries in another order, some of them more than once, in batches laid one after another."""
    pile = entries + random.choices(entries, k=len(entries)) if entries else []
    random.shuffle(pile)
    batches = [pile[i::3] for i in range(3)]
    return batches[2] + batches[0] + batches[1]


def test_the_files_are_what_the_scenes_make() -> None:
    assert vectors() == VECTORS


@pytest.mark.parametrize("name", VECTORS)
def test_fold_in_python(name: str) -> None:
    vector = VECTORS[name]
    expected = canonical(vector["state"])
    assert canonical(fold(vector["bundle"], vector["entries"], vector["context"])) == expected
    for _ in range(5):
        assert canonical(fold(vector["bundle"], stirred(vector["entries"]), vector["context"])) == expected


FOLD_ALL = """
    const { fold, sealed } = await load("fold.js");
    const { canonicalText } = await load("canonical.js");
    return given.map(({ bundle, entries, context }) => {
        const state = fold(bundle, entries, context);
        const seals = state.signoffs.map(({ hash }) => sealed(bundle, entries, hash, context));
        return [canonicalText(state), canonicalText(seals)];
    });
"""


def test_fold_in_the_browser(in_browser: InBrowser) -> None:
    cases = [{**vector, "entries": stirred(vector["entries"])} for vector in VECTORS.values()]
    answers = in_browser(FOLD_ALL, cases)
    for vector, (state, seals) in zip(VECTORS.values(), answers, strict=True):
        assert state == canonical(vector["state"]).decode(), vector["name"]
        ours = [
            sealed(vector["bundle"], vector["entries"], one["hash"], vector["context"])
            for one in vector["state"]["signoffs"]
        ]
        assert seals == canonical(ours).decode(), vector["name"]


def test_a_sealed_state_is_that_of_the_journal_as_it_was() -> None:
    """What arrived after the sign-off is not in it; the hole filled later stays a hole."""
    late = VECTORS["late-entries"]
    state = sealed(late["bundle"], late["entries"], late["state"]["sealed"])
    assert state is not None
    assert state["items"]["G-1"]["verdict"] == "pass"
    assert state["blockers"] == []
    filled = VECTORS["hole-known-at-sign-off-and-filled-later"]
    state = sealed(filled["bundle"], filled["entries"], filled["state"]["sealed"])
    assert state is not None
    assert [row["problem"] for row in state["problems"]] == ["hole"]


def test_sealed_of_what_is_no_sign_off() -> None:
    vector = VECTORS["late-entries"]
    answer = next(entry["hash"] for entry in vector["entries"] if entry["kind"] == "answer")
    assert sealed(vector["bundle"], vector["entries"], answer) is None
    assert sealed(vector["bundle"], vector["entries"], "0" * 64) is None
    unknown = VECTORS["signed-off-over-an-unknown-bundle"]
    assert sealed(unknown["bundle"], unknown["entries"], unknown["state"]["signoffs"][0]["hash"]) is None
