"""The catalogue of problems."""

import re
import string

import pytest

from server.kernel.problems import CATALOGUE, Problem


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", CATALOGUE)
class TestEachEntry:
    """What every entry owes its readers."""

    def test_its_code_is_words_joined_by_hyphens(self, code: str) -> None:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)

    def test_it_is_an_error(self, code: str) -> None:
        assert 400 <= CATALOGUE[code].status < 600

    def test_it_speaks_both_languages_about_the_same_particulars(self, code: str) -> None:
        entry = CATALOGUE[code]
        assert re.search("[\u4e00-\u9fff]", entry.zh)
        assert not re.search("[\u4e00-\u9fff]", entry.en)
        assert placeholders(entry.zh) == placeholders(entry.en)

    def test_its_title_names_no_particulars(self, code: str) -> None:
        for locale in ("zh", "en"):
            assert placeholders(Problem(code).title(locale)) == set()


def test_a_problem_becomes_the_members_of_rfc_9457() -> None:
    assert Problem("too-many-attempts", minutes=3).body("en") == {
        "type": "/problems/too-many-attempts",
        "title": "Too many failed attempts",
        "status": 429,
        "detail": "Too many failed attempts. Try again in 3 minutes.",
        "code": "too-many-attempts",
        "minutes": 3,
    }


def test_a_problem_knows_the_field_it_concerns() -> None:
    problem = Problem("malformed", field="label", reason="too long")
    assert problem.fields == {"label": "malformed"}
    assert problem.body("en")["field"] == "label"


def test_its_advice_is_what_the_detail_adds_to_the_title() -> None:
    problem = Problem("too-many-attempts", minutes=3)
    assert (problem.title("zh"), problem.advice("zh")) == ("登录失败次数过多", "请在 3 分钟后再试。")


def test_a_code_outside_the_catalogue_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        Problem("no-such-code")
