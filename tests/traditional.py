"""Derives Traditional Chinese from the Simplified texts of the field app and the server.

`python -m tests.traditional` from the project's folder. OpenCC converts every text there is; what it did is
kept as a table of signs, and of the few words in which a sign has another form than usual. The phone and the
server convert by that table, so neither carries a dictionary and no text is written twice.
"""

import json
import re
from io import BytesIO
from pathlib import Path

import opencc
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from server.kernel.problems import CATALOGUE
from server.messages.rules import CODES

ROOT = Path(__file__).resolve().parents[1]
FIELD = ROOT / "pwa/i18n/zh-Hans"
TRANSLATIONS = ROOT / "server/web/translations"
FIELD_TABLE = ROOT / "pwa/i18n/traditional.js"
SERVER_TABLE = ROOT / "server/kernel/traditional.json"
SERVER_TEXTS = TRANSLATIONS / "zh_Hant_TW/LC_MESSAGES/messages.po"

ENTRY = re.compile(r'^  "[^"]+": "((?:[^"\\]|\\.)*)",$', re.M)
FORMS = {"籤": "簽", "裏": "裡", "佈": "布"}  # OpenCC's choice, ours
WORDS = {  # in which a sign has another form than usual; OpenCC cuts a sentence now so, now so
    "回避": "迴避", "系统": "系統", "关系": "關係", "体系": "體系", "公里": "公里",
    "一并": "一併",
    "批准": "批准", "重复": "重複", "复核": "複核", "复查": "複查", "复制": "複製", "系数": "係數",
    "合并": "合併", "并入": "併入", "答复": "答覆",
}  # fmt: skip
Table = dict[str, dict[str, str]]


def field_texts() -> list[str]:
    """What the field app says."""
    return [text for path in sorted(FIELD.glob("*.js")) for text in ENTRY.findall(path.read_text("utf-8"))]


def catalogue() -> Catalog:
    """What the server's pages say."""
    with (TRANSLATIONS / "zh_Hans_CN/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file)


def server_texts() -> list[str]:
    """What the server's pages and problems say."""
    said = [text for message in catalogue() if message.id for text in _strings(message.string)]
    return said + kernel_texts()


def kernel_texts() -> list[str]:
    """What problems and messages say: texts that are put together by the server itself."""
    return [entry.zh for entry in CATALOGUE.values()] + [chinese for chinese, _english in CODES.values()]


def converted(text: str) -> str:
    """The text as OpenCC writes it, with our own choices among the forms."""
    result = _CONVERTER.convert(text)
    if len(result) != len(text):
        raise ValueError(f"not character by character: {text}")
    signs = [FORMS.get(sign, sign) for sign in result]
    for word in _WORD.finditer(text):
        signs[word.start() : word.end()] = WORDS[word[0]]
    return "".join(signs)


def table_of(texts: list[str]) -> Table:
    """`{"signs": {simplified: traditional}, "words": {…}}`: by it each of these texts comes out right."""
    signs: dict[str, str] = {}
    for text in texts:
        rest = _WORD.sub(lambda word: "\0" * len(word[0]), text)
        for sign, form in zip(rest, converted(text), strict=True):
            if sign != "\0" and signs.setdefault(sign, form) != form:
                raise ValueError(f"{sign} has two forms: say in which word, as in “{text}”")
    used = {word: form for word, form in WORDS.items() if any(word in text for text in texts)}
    return {"signs": {sign: form for sign, form in sorted(signs.items()) if form != sign}, "words": used}


def field_module() -> str:
    """The text of `pwa/i18n/traditional.js`."""
    table = table_of(field_texts())
    signs = table["signs"]
    return (
        "// Made from the Simplified texts by `python -m tests.traditional`; not written by hand.\n"
        f'export const FROM = "{"".join(signs)}";\n'
        f'export const TO = "{"".join(signs.values())}";\n'
        f"export const WORDS = {json.dumps(table['words'], ensure_ascii=False)};\n"
    )


def server_table() -> str:
    """The text of `server/kernel/traditional.json`: what problems and messages are converted by."""
    table = table_of(kernel_texts())
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def server_catalogue() -> bytes:
    """The text of the server's Traditional catalogue."""
    simplified, traditional = catalogue(), Catalog(locale="zh_Hant_TW", fuzzy=False)
    for message in simplified:
        if message.id:
            strings = tuple(map(converted, _strings(message.string)))
            traditional.add(message.id, strings if isinstance(message.string, tuple) else strings[0])
    file = BytesIO()
    write_po(file, traditional, omit_header=True, width=0, sort_output=True)
    return HEADER + file.getvalue()


HEADER = b"""# Traditional Chinese, made from the Simplified by `python -m tests.traditional`.
msgid ""
msgstr ""
"Language: zh_Hant_TW\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def _strings(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string),)


_CONVERTER = opencc.OpenCC("s2tw")
_WORD = re.compile("|".join(WORDS))


def main() -> None:
    """Write all three."""
    FIELD_TABLE.write_text(field_module(), "utf-8")
    SERVER_TABLE.write_text(server_table(), "utf-8")
    SERVER_TEXTS.parent.mkdir(parents=True, exist_ok=True)
    SERVER_TEXTS.write_bytes(server_catalogue())


if __name__ == "__main__":
    main()
