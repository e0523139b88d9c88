"""The words under which a subject can be found, and the words a search asks for.

Chinese is not written in words, so a text becomes its pairs of signs (青阳示例: 青阳 阳示 示例) and its
single signs; a part of a name is asked for by all of its pairs. Everything a list can be narrowed to is such
a word too: a state (`st:active`), a town, a tag. So any search with any filters is one question: which
subjects have all of these words?

Pure; `search` keeps the index and `postings` its form.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.mmseg import seg

LONGEST = 32  # of a word of the index
EVERY = "*"  # the word all subjects have

_SIGNS = re.compile(r"[^\W_]", re.UNICODE)
_LATIN = re.compile(r"[a-z0-9]+")

Alternatives = tuple[frozenset[str], ...]
"""What meets one part of a question: all words of any of these sets."""


def terms_of(name: str, uscc: str, address: str, tags: Iterable[str] = ()) -> str:
    """The words of a subject's own texts, as its row keeps them."""
    texts = [*_words(name), *_words(initials(name)), *_words(address), *_code(uscc), *map(with_tag, tags)]
    return " ".join(dict.fromkeys(texts))


def initials(name: str) -> str:
    """The first letters of a Chinese name's sounds: 青阳示例加油站 is qysljyz."""
    return "".join(map(_initials_of, seg.cut(name)))


@lru_cache(maxsize=2**16)
def _initials_of(word: str) -> str:
    """A word's, not a sign's: 行 is h in 银行 and x in 行人. A county's names are made of few words."""
    return "".join(lazy_pinyin(word, style=Style.FIRST_LETTER, errors="default"))


def asked(typed: str) -> list[Alternatives]:
    """What a subject must have to match every word typed: a part of its name or address, of the initials of
    its name, or the beginning of its code."""
    return [
        (frozenset(_sought(plain)), frozenset(_code(plain)))
        for word in typed.split()
        if (plain := _plain(word))
    ]


def having(kind: str, value: str) -> Alternatives:
    """A filter as a part of a question."""
    return (frozenset([word_of(kind, value)]),)


def word_of(kind: str, value: str) -> str:
    """The word of all that have a value, or none."""
    return f"{kind}:{value}"[:LONGEST]


def tagged(tag: str) -> Alternatives:
    """The subjects of a tag as a part of a question."""
    return (frozenset([with_tag(tag)]),)


def with_tag(tag: str) -> str:
    """The word of a tag."""
    return f"#{_plain(tag)}"[:LONGEST]


def _words(text: str) -> list[str]:
    """Signs and pairs; of Latin letters and digits also runs of three, for pairs of them say little."""
    plain = _plain(text)
    return [*plain, *_runs(plain, 2), *(three for run in _LATIN.findall(plain) for three in _runs(run, 3))]


def _sought(plain: str) -> list[str]:
    if len(plain) < 2:
        return [plain]
    latin = len(plain) > 2 and _LATIN.fullmatch(plain)
    return _runs(plain, 3 if latin else 2)


def _code(code: str) -> list[str]:
    """The pairs of a credit code with their places: all of those of its beginning are in the code."""
    plain = _plain(code)[:18]
    if len(plain) < 2:
        return [f"@{plain}"] if plain else []
    return [f"@{plain[:1]}", *(f"@{at}{pair}" for at, pair in enumerate(_runs(plain, 2)))]


def _runs(plain: str, length: int) -> list[str]:
    return [plain[at : at + length] for at in range(len(plain) - length + 1)]


def _plain(text: str) -> str:
    return "".join(_SIGNS.findall(text)).lower()
