"""How subjects are found by a part of a name or address, by pinyin initials, by the start of a code.

Neither database cuts Chinese into words, so both are given words they understand: a text becomes its pairs
of signs (青阳示例: 青阳 阳示 示例), and a search for a part becomes a search for pairs in a row. SQLite
reads them with FTS5, PostgreSQL with a text-search index; `terms_of` feeds both.
"""

import re
from collections.abc import Iterable

from pypinyin import Style, lazy_pinyin
from sqlalchemy import ColumnElement, Connection, column, event, func, literal_column, select, table, text
from sqlalchemy.sql import Executable

from server.infra.db import db
from server.registry.model import Enterprise

APART = "z0z"  # stands between two texts, so that no pair in a row reaches from one into the next
_SIGNS = re.compile(r"\w", re.UNICODE)

SQLITE = (
    "CREATE VIRTUAL TABLE enterprise_search USING fts5(terms, content='enterprise', content_rowid='seq')",
    "CREATE TRIGGER enterprise_search_added AFTER INSERT ON enterprise BEGIN "
    "INSERT INTO enterprise_search(rowid, terms) VALUES (new.seq, new.terms); END",
    "CREATE TRIGGER enterprise_search_removed AFTER DELETE ON enterprise BEGIN "
    "INSERT INTO enterprise_search(enterprise_search, rowid, terms) "
    "VALUES ('delete', old.seq, old.terms); END",
    "CREATE TRIGGER enterprise_search_changed AFTER UPDATE OF terms ON enterprise BEGIN "
    "INSERT INTO enterprise_search(enterprise_search, rowid, terms) "
    "VALUES ('delete', old.seq, old.terms); "
    "INSERT INTO enterprise_search(rowid, terms) VALUES (new.seq, new.terms); END",
)
POSTGRESQL = "CREATE INDEX enterprise_search ON enterprise USING gin (to_tsvector('simple', terms))"

_search = table("enterprise_search", column("rowid"))


@event.listens_for(Enterprise.__table__, "after_create")
def _index(_target: object, connection: Connection, **_more: object) -> None:
    for statement in (POSTGRESQL,) if connection.dialect.name == "postgresql" else SQLITE:
        connection.exec_driver_sql(statement)


def terms_of(name: str, uscc: str, address: str, tags: Iterable[str] = ()) -> str:
    """What the index keeps of a subject: name, initials and address in pairs, code and tags whole."""
    texts = [_pairs(one) for one in (name, initials(name), address)]
    parts = [*texts, [uscc.lower()], [with_tag(one) for one in tags]]
    return f" {APART} ".join(" ".join(part) for part in parts if part)


def initials(name: str) -> str:
    """The first letters of a Chinese name's sounds: 青阳示例加油站 is qysljyz."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default"))


def matching(sought: str) -> ColumnElement[bool]:
    """Subjects that match every word of what was typed; nothing typed matches everything."""
    phrases = [phrase for word in sought.split() if (phrase := _plain(word))]
    if not phrases:
        return text("1 = 1")  # type: ignore[return-value]
    if db.engine.dialect.name == "postgresql":
        query = " & ".join(f"({_postgresql(phrase)})" for phrase in phrases)
        indexed: ColumnElement[str] = literal_column("to_tsvector('simple', enterprise.terms)")
        return indexed.op("@@")(func.to_tsquery("simple", query))
    query = " AND ".join(f"({_sqlite(phrase)})" for phrase in phrases)
    found = select(_search.c.rowid).where(literal_column("enterprise_search").op("MATCH")(query))
    return Enterprise.seq.in_(found)


def with_tag(tag: str) -> str:
    """What to search for to find the subjects of a tag."""
    return f"tag{_plain(tag)}"


def refresh_statistics() -> Executable:
    """The statement that tells the database how its tables look now; after a large change lists need it."""
    return text("ANALYZE")


def _plain(whole: str) -> str:
    return "".join(_SIGNS.findall(whole)).lower()


def _pairs(whole: str) -> list[str]:
    plain = _plain(whole)
    return [plain[at : at + 2] for at in range(len(plain) - 1)] or ([plain] if plain else [])


def _sqlite(phrase: str) -> str:
    """A phrase of pairs in a row, or a word that begins so (a code, a tag, a single sign)."""
    in_a_row = " + ".join(f'"{pair}"' for pair in _pairs(phrase))
    return f'{in_a_row} OR "{phrase}" *'


def _postgresql(phrase: str) -> str:
    in_a_row = " <-> ".join(f"'{pair}'" for pair in _pairs(phrase))
    return f"({in_a_row}) | '{phrase}':*"
