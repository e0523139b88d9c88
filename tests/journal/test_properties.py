"""What holds for every journal: one state in any order and in both languages, and never an exception."""

import json
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.kernel.canonical import canonical
from server.visits.fold import closure, covers_of, fold, sealed
from tests.journal.conftest import InBrowser
from tests.journal.piles import Case, a_case, stirred
from tests.journal.test_vectors import FOLD_ALL

SEEDED = 300

junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
NAMES = [
    "visit",
    "id",
    "team",
    "checklist",
    "items",
    "also",
    "departments",
    "code",
    "person",
    "body",
    "kind",
    "hash",
    "prev",
    "seq",
    "lost",
]
named_junk = st.recursive(
    junk | st.sampled_from(["a" * 64, "answer", "visit.signed", 1]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(chance: Random) -> None:
    case = a_case(chance)
    expected = _states([case])
    for _ in range(3):
        assert _states([stirred(case, chance)]) == expected


@settings(max_examples=300, deadline=None)
@given(named_junk, named_junk, named_junk)
def test_any_json_gives_a_state(bundle: Any, entries: Any, context: Any) -> None:
    state = fold(bundle, entries, context)
    assert canonical(state)
    assert state["problems"]
    assert sealed(bundle, entries, "a" * 64, context) is None
    assert closure(entries, ["a" * 64]) <= {"a" * 64}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_covers_name_exactly_the_entries_seen(chance: Random) -> None:
    """The last of each chain gives back all, now and when what was missing has come."""
    whole = a_case(chance)["entries"]
    seen = [entry for entry in whole if chance.random() < 0.9]
    covers = covers_of(seen, "d" * 64)
    everything = closure(
        seen,
        [entry["hash"] for entry in seen if isinstance(entry, dict) and isinstance(entry.get("hash"), str)],
    )
    assert closure(seen, covers["heads"]) == everything
    chained = closure(whole, covers["heads"], covers.get("missing", ()))
    assert everything <= chained
    assert not chained & set(covers.get("missing", ()))


def test_both_languages_give_one_state(in_browser: InBrowser) -> None:
    """Seeded cases, and those Hypothesis thinks up; each is sent to the browser stirred."""
    cases = [a_case(Random(seed)) for seed in range(SEEDED)]

    @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.randoms(use_true_random=False))
    def think_up(chance: Random) -> None:
        cases.append(a_case(chance))

    think_up()
    chance = Random(len(cases))
    for start in range(0, len(cases), 50):
        batch = cases[start : start + 50]
        sent = [stirred(case, chance) for case in batch]
        answers = in_browser(FOLD_ALL, sent)
        for case, ours, theirs in zip(batch, _states(batch), answers, strict=True):
            assert theirs == ours, json.dumps(case)
    statuses = {fold(**case)["status"] for case in cases}
    assert statuses == {"assigned", "open", "aborted", "signed", "conflict"}


def test_any_json_gives_one_state_in_both_languages(in_browser: InBrowser) -> None:
    cases: list[Case] = []

    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(named_junk, named_junk, named_junk)
    def collect(bundle: Any, entries: Any, context: Any) -> None:
        case = {"bundle": bundle, "entries": entries, "context": context}
        cases.append(json.loads(json.dumps(case), parse_float=_as_in_javascript))

    collect()
    assert in_browser(FOLD_ALL, cases) == _states(cases)


def _states(cases: list[Case]) -> list[list[str]]:
    """The canonical state and sealed states of each case."""
    texts = []
    for case in cases:
        state = fold(**case)
        seals = [
            sealed(case["bundle"], case["entries"], one["hash"], case["context"]) for one in state["signoffs"]
        ]
        texts.append([canonical(state).decode(), canonical(seals).decode()])
    return texts


def _as_in_javascript(text: str) -> int | float:
    """A number as JSON.parse has it: 1.0 is 1 there."""
    number = float(text)
    return int(number) if number.is_integer() else number
