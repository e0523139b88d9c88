"""The search index of the register: which subjects have which words, kept in blocks beside the register.

Whatever is written through the session is indexed with it, in the same transaction. What is written past
the session, in bulk, is indexed by `renew`. A question is answered from a few rows per block, so that it
costs the same whether its words are common or rare, on SQLite and on PostgreSQL (`make bench`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import delete, event, func, insert, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Executable

from server.infra import counters, settings
from server.infra.db import db, transaction
from server.registry import postings, rules
from server.registry.model import Enterprise, EnterpriseIndustry, SearchPosting
from server.registry.postings import BLOCK, Found
from server.registry.terms import CELL_LEVELS, EVERY, Alternatives, asked, cell, having, tagged, terms_of

__all__ = ["asked", "having", "tagged", "terms_of"]

FORMAT = "1"  # of the words: another number has every installation index anew when it starts
FORMAT_KEY = "search-format"

Change = dict[tuple[int, str], tuple[int, int]]
"""By block and word: the places that get it, and those that lose it."""


def find(question: Sequence[Alternatives] = ()) -> Found:
    """The subjects that meet every part of a question, those of the running transaction too."""
    _apply_noted(db.session())
    whole = [*question, (frozenset([EVERY]),)]
    words = {word for alternatives in whole for one in alternatives for word in one}
    held = _held(words, _all_blocks())
    answers = {block: postings.answer(whole, sets) for block, sets in held}
    return Found({block: bits for block, bits in answers.items() if bits})


def shared(words: Iterable[str], found: Found) -> dict[str, Crowd]:
    """How many of those found have each of some words, such as the squares of a map; and some of them."""
    crowds: dict[str, Crowd] = defaultdict(Crowd)
    bits = {block: some.to_bytes(BLOCK // 8, "little") for block, some in found.blocks.items()}
    for row in _stored(db.session.connection(), words, bits):
        common = postings.common(row.members, bits[row.block])
        if isinstance(common, int):
            crowds[row.word].count += common
        else:
            crowds[row.word].count += len(common)
            crowds[row.word].known += [row.block * BLOCK + place for place in common]
    return {word: crowd for word, crowd in crowds.items() if crowd.count}


@dataclass
class Crowd:
    """Some of those found: how many, and the places of those that are not among very many."""

    count: int = 0
    known: list[int] = field(default_factory=list)


def renew(places: Iterable[int]) -> None:
    """Index anew the blocks these subjects lie in; to be called after rows were written in bulk."""
    _be_alone()
    for block in sorted({postings.block_of(place) for place in places}):
        _renew_block(block)


def renew_all() -> None:
    """Index every subject anew, a block at a time, its texts too."""
    for block in list(_all_blocks()):
        with transaction():
            _renew_texts(block)
            renew([block * BLOCK])
    settings.write(FORMAT_KEY, FORMAT)


def is_outdated() -> bool:
    """Whether the index was made by another version of the words."""
    return settings.read(FORMAT_KEY) != FORMAT


def refresh_statistics() -> Executable:
    """The statement that tells the database how its tables look now; after a large change lists need it."""
    return text("ANALYZE")


# --- reading ------------------------------------------------------------------------------------------------


def _all_blocks() -> range:
    last = db.session.scalar(select(func.max(Enterprise.seq)))
    return range(0 if last is None else postings.block_of(last) + 1)


def _held(words: Iterable[str], blocks: Iterable[int]) -> Iterator[tuple[int, dict[str, int]]]:
    """Block by block, the sets of those words that occur in it."""
    rows = _stored(db.session.connection(), words, blocks)
    for block, sets in groupby(rows, key=lambda row: row.block):
        yield block, {row.word: postings.unpack(row.members) for row in sets}


def _stored(connection: Connection, words: Iterable[str], blocks: Iterable[int]) -> Iterator[Any]:
    """The rows of these words in these blocks, block by block as long as the words fit into one query."""
    query = select(SearchPosting.block, SearchPosting.word, SearchPosting.members)
    for some in _parts(sorted(blocks)):
        for few in _parts(sorted(words)):
            part = query.where(SearchPosting.block.in_(some), SearchPosting.word.in_(few))
            yield from connection.execute(part.order_by(SearchPosting.block))


def _parts(whole: list[Any]) -> list[list[Any]]:
    return [whole[at : at + _AT_ONCE] for at in range(0, len(whole), _AT_ONCE)]


_AT_ONCE = 5000  # of the parameters of a query


# --- writing, with the session ------------------------------------------------------------------------------


@event.listens_for(db.session, "before_flush")
def _put_into_words(session: Any, _context: object, _instances: object) -> None:
    for one in _of_kind(Enterprise, session.new, session.dirty):
        words = terms_of(one.name, one.uscc, one.address, one.tags or ())
        if one.terms != words:
            one.terms = words


@event.listens_for(db.session, "after_flush")
def _index_with_session(session: Any, _context: object) -> None:
    change: Change = session.info.setdefault(_NOTED, {})
    for one in _of_kind(Enterprise, session.new):
        _note(change, one.seq, _words_now(one), ())
    for one in _of_kind(Enterprise, session.dirty):
        now, before = _words_now(one), _words_before(one)
        _note(change, one.seq, now - before, before - now)
    for one in _of_kind(Enterprise, session.deleted):
        _note(change, one.seq, (), [EVERY])
    for one in _of_kind(EnterpriseIndustry, session.new):
        _note(change, one.seq, [_in(one.industry)], ())
    for one in _of_kind(EnterpriseIndustry, session.deleted):
        _note(change, one.seq, (), [_in(one.industry)])


def _of_kind(kind: type[Any], *sets: Iterable[Any]) -> list[Any]:
    return [one for some in sets for one in some if isinstance(one, kind)]


def _words_now(one: Enterprise) -> set[str]:
    return _words_of({name: getattr(one, name) for name in _INDEXED})


def _words_before(one: Enterprise) -> set[str]:
    """The words as of the row that was read; every indexed column is loaded before it changes."""
    histories = {name: inspect(one).attrs[name].history for name in _INDEXED}
    return _words_of(
        {name: (past.deleted or past.unchanged or [None])[0] for name, past in histories.items()}
    )


def _note(change: Change, place: int, gained: Iterable[str], lost: Iterable[str]) -> None:
    block, bit = postings.block_of(place), postings.bit_of(place)
    for word in gained:
        on, off = change.get((block, word), (0, 0))
        change[block, word] = on | bit, off & ~bit
    for word in lost:
        on, off = change.get((block, word), (0, 0))
        change[block, word] = on & ~bit, off | bit


@event.listens_for(db.session, "before_commit")
def _index_before_commit(session: Any) -> None:
    session.flush()
    _apply_noted(session)


@event.listens_for(db.session, "after_rollback")
def _forget(session: Any) -> None:
    session.info.pop(_NOTED, None)


def _apply_noted(session: Any) -> None:
    """Write what was noted since the last time; once for a whole transaction, so that bulk stays cheap."""
    change: Change = session.info.pop(_NOTED, {})
    if not change:
        return
    _be_alone()
    connection = session.connection()
    blocks, words = {block for block, _ in change}, {word for _, word in change}
    known = {(row.block, row.word): row.members for row in _stored(connection, words, blocks)}
    rows = []
    for (block, word), (on, off) in sorted(change.items()):
        bits = postings.unpack(known.get((block, word), b""))
        rows.append({"block": block, "word": word, "members": postings.pack((bits | on) & ~off)})
    put = _INSERTS[connection.dialect.name](SearchPosting)
    key = (SearchPosting.block, SearchPosting.word)
    put = put.on_conflict_do_update(index_elements=key, set_={"members": put.excluded.members})
    connection.execute(put, rows)


_NOTED = "search_noted"
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _be_alone() -> None:
    """Two who change the same word's set would lose one of their changes: the second waits for the first."""
    counters.reserve("search")


# --- writing, block by block --------------------------------------------------------------------------------


def _renew_block(block: int) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    for place, words in _words_in(block):
        for word in words:
            places[word].append(place)
    db.session.execute(delete(SearchPosting).where(SearchPosting.block == block))
    rows = [
        {"block": block, "word": word, "members": postings.pack_places(places[word])}
        for word in sorted(places)
    ]
    if rows:
        db.session.connection().execute(insert(SearchPosting), rows)


def _words_in(block: int) -> Iterator[tuple[int, set[str]]]:
    """The words of each subject of a block, by their places in it."""
    first = block * BLOCK
    columns = [getattr(Enterprise, name) for name in _INDEXED]
    subjects = select(Enterprise.seq, *columns).where(Enterprise.seq.between(first, first + BLOCK - 1))
    also = select(EnterpriseIndustry.seq, EnterpriseIndustry.industry)
    also = also.where(EnterpriseIndustry.seq.between(first, first + BLOCK - 1))
    industries: dict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(also):
        industries[row.seq].append(_in(row.industry))
    for row in db.session.execute(subjects.order_by(Enterprise.seq)):
        yield row.seq - first, _words_of(row._asdict()).union(industries[row.seq])


def _renew_texts(block: int) -> None:
    first = block * BLOCK
    for one in db.session.scalars(
        select(Enterprise).where(Enterprise.seq.between(first, first + BLOCK - 1)).order_by(Enterprise.seq)
    ):
        one.terms = terms_of(one.name, one.uscc, one.address, one.tags)


# --- words --------------------------------------------------------------------------------------------------

_INDEXED = (
    "terms",
    "uscc",
    "status",
    "risk_class",
    "town_code",
    "grid",
    "emerging_code",
    "lat_e7",
    "lon_e7",
)


def _words_of(values: Mapping[str, Any]) -> set[str]:
    """All words of a subject but its industries."""
    lat, lon = values["lat_e7"], values["lon_e7"]
    placed = lat is not None and lon is not None
    words = {
        *(values["terms"] or "").split(),
        EVERY,
        _word("st", values["status"]),
        _word("rc", values["risk_class"]),
        _word("tw", values["town_code"]),
        _word("gr", values["grid"]),
        _word("em", "1" if values["emerging_code"] else "0"),
        _word("xy", "1" if placed else "0"),
        _word("code", "doubtful" if rules.credit_code_trouble(values["uscc"] or "") else "sound"),
    }
    return words.union(cell(level, lat, lon) for level in CELL_LEVELS) if placed else words


def _in(industry: str) -> str:
    return _word("in", industry)


def _word(kind: str, value: str | None) -> str:
    ((word,),) = having(kind, value or "")
    return word
