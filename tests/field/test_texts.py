"""The catalogues of texts: the same keys in both languages, none missing, none unused."""

import re

from server.visits.kinds import KINDS
from tests.field.conftest import PWA

CATALOGUES = {
    name: "\n".join(path.read_text() for path in sorted((PWA / "i18n" / name).glob("*.js")))
    for name in ("zh-Hans", "en")
}
ENTRY = re.compile(r'^  "([^"]+)": "((?:[^"\\]|\\.)*)",$', re.M)
LITERAL = re.compile(r'"([a-z][a-z0-9-]*(?:\.[A-Za-z0-9-]+)+|loading)"')
PREFIX = re.compile(r"`([a-z][a-z-]*\.(?:[a-z]+-)?)\$\{")
CALL = re.compile(r'\bt\("([^"]+)"')


def texts(name: str) -> dict[str, str]:
    return dict(ENTRY.findall(CATALOGUES[name]))


def sources() -> str:
    rooms = ("local", "views", "capture", "sync", "store")
    files = [PWA / "boot.js", *(path for room in rooms for path in sorted((PWA / room).rglob("*.js")))]
    return "\n".join(path.read_text() for path in files)


def test_both_languages_have_the_same_keys() -> None:
    assert list(texts("zh-Hans")) == list(texts("en"))


def test_no_key_is_given_twice() -> None:
    keys = {name: [key for key, _ in ENTRY.findall(text)] for name, text in CATALOGUES.items()}
    assert {name: [key for key in found if found.count(key) > 1] for name, found in keys.items()} == {
        "zh-Hans": [],
        "en": [],
    }


def test_both_languages_fill_the_same_holes() -> None:
    holes = {name: {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in texts(name).items()} for name in CATALOGUES}
    assert holes["zh-Hans"] == holes["en"]


def test_no_text_is_missing() -> None:
    keys, source = set(texts("zh-Hans")), sources()
    assert set(CALL.findall(source)) - keys == set()
    groups = {key.split(".")[0] for key in keys}
    named = {name for name in LITERAL.findall(source) if name.split(".")[0] in groups}
    assert named - keys - KINDS.keys() == set(), "named like a text, and none"
    assert [start for start in set(PREFIX.findall(source)) if not any(key.startswith(start) for key in keys)] == []


def test_no_text_is_unused() -> None:
    source = sources()
    literals, prefixes = set(LITERAL.findall(source)), tuple(set(PREFIX.findall(source)))
    unused = [key for key in texts("zh-Hans") if key not in literals and not key.startswith(prefixes)]
    assert unused == []


def test_chinese_is_chinese_and_english_is_not() -> None:
    assert [key for key, text in texts("en").items() if re.search(r"[一-鿿]", text)] == []
    plain = {"evidence.hash", "list.comma"}
    assert [key for key, text in texts("zh-Hans").items() if not re.search(r"[一-鿿]", text) and key not in plain] == []
