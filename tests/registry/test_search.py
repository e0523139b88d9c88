"""What is found: compared with a plain look at every subject, on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.infra.db import db, transaction
from server.registry import postings, search
from server.registry.enterprises import enter
from server.registry.postings import BLOCK, Found
from server.registry.rules import SubjectStatus
from server.registry.terms import asked, initials
from tests.registry.subjects import a_subject


@given(st.sets(st.integers(0, BLOCK - 1), max_size=200))
def test_a_set_is_read_as_it_was_stored(places):
    bits = sum(1 << place for place in places)
    assert postings.unpack(postings.pack(bits)) == bits
    assert postings.pack_places(sorted(places)) == postings.pack(bits)


@given(st.sets(st.integers(0, 3 * BLOCK), max_size=60), st.integers(0, 3 * BLOCK), st.integers(1, 9))
def test_places_below_and_above_a_place(places, place, limit):
    blocks = {}
    for one in places:
        blocks[one // BLOCK] = blocks.get(one // BLOCK, 0) | 1 << one % BLOCK
    found = Found(blocks)
    assert len(found) == len(places)
    assert found.below(None, limit) == sorted(places, reverse=True)[:limit]
    assert found.below(place, limit) == sorted((p for p in places if p < place), reverse=True)[:limit]
    assert found.above(place, limit) == sorted(p for p in places if p > place)[:limit]


def test_initials_go_by_the_words_of_a_name():
    assert initials("重庆银行长江行人调味乐器A店（3号）") == "cqyhcjxrtwyqAd（3h）"


SIGNS = "青阳木镇示例加油站食堂AB1"
NAMES = st.text(SIGNS, min_size=1, max_size=8)
CODES = st.text("91X", min_size=18, max_size=18)
SUBJECTS = st.lists(st.tuples(NAMES, CODES, NAMES, st.sampled_from(SubjectStatus)), min_size=1, max_size=12)


@pytest.mark.usefixtures("any_db", "people")
class TestAsAPlainLook:
    @given(subjects=SUBJECTS, typed=st.lists(st.one_of(NAMES, CODES.map(lambda c: c[:5])), max_size=2))
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_words(self, app, subjects, typed):
        with app.app_context():
            first = _enter_all(subjects)
            expected = {
                first + at
                for at, (name, code, address, _) in enumerate(subjects)
                if all(_matches(word.lower(), name, code, address) for word in typed)
            }
            found = set(search.find(asked(" ".join(typed))).below(None, 10_000))
            assert {place for place in found if place >= first} == expected
            before = found
            with transaction():
                search.renew([first])
            assert set(search.find(asked(" ".join(typed))).below(None, 10_000)) == before
            db.session.remove()


def _enter_all(subjects):
    with transaction():
        named = [dict(zip(("name", "uscc", "address", "status"), one, strict=True)) for one in subjects]
        return min([enter(a_subject(**one)).seq for one in named])


def _matches(word, name, code, address):
    """Signs and pairs (threes of Latin ones) of the word occur; or the code begins so."""
    length = min(len(word), 3 if word.isascii() else 2)
    runs = [word[at : at + length] for at in range(len(word) - length + 1)]
    texts = [name.lower(), initials(name).lower(), address.lower()]
    return all(any(run in text for text in texts) for run in runs) or code.lower().startswith(word)
