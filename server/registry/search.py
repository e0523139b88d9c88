"""The search index of the register: which subjects have which words, kept in blocks beside the register.

Whatever is written through the session is indexed with it, in the same transaction. What is written past
the session, in bulk, is indexed by `renew`. A question is answered from a few rows per block, so that it
costs the same whether its words are common or rare, on SQLite and on PostgreSQL (`make bench`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import delete, event, func, insert, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Executable

from server.infra import counters, settings
from server.infra.db import db, transaction
from server.registry import positions, postings, rules
from server.registry.model import Enterprise, EnterpriseIndustry, SearchPlace, SearchPosting
from server.registry.positions import Position, Table
from server.registry.postings import BLOCK, Found
from server.registry.rules import Bounds
from server.registry.terms import EVERY, Alternatives, asked, having, tagged, terms_of, word_of

__all__ = ["asked", "having", "tagged", "terms_of"]

FORMAT = "2"  # of the words: another number has every installation index anew when it starts
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


def counted(words: Iterable[str], found: Found) -> dict[str, int]:
    """How many of those found have each of some words, such as their town."""
    counts: dict[str, int] = defaultdict(int)
    for row in _stored(db.session.connection(), words, found.blocks):
        counts[row.word] += (postings.unpack(row.members) & found.blocks[row.block]).bit_count()
    return counts


def lying_in(found: Found, window: Bounds) -> Table:
    """Those found that lie in a window, and where."""
    kept = select(SearchPlace.block, SearchPlace.places).where(SearchPlace.block.in_(found.blocks))
    rows = db.session.execute(kept)
    return positions.together(
        positions.inside(row.block, row.places, found.blocks[row.block], window) for row in rows
    )


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
    moved: dict[int, Position] = session.info.setdefault(_MOVED, {})
    for one in _of_kind(Enterprise, session.new, session.dirty):
        if any(inspect(one).attrs[name].history.has_changes() for name in ("lat_e7", "lon_e7")):
            moved[one.seq] = _position(one)
    for one in _of_kind(Enterprise, session.new):
        _note(change, one.seq, _words_now(one), ())
    for one in _of_kind(Enterprise, session.dirty):
        now, before = _words_now(one), _words_before(one)
        _note(change, one.seq, now - before, before - now)
    for one in _of_kind(Enterprise, session.deleted):
        _note(change, one.seq, (), [EVERY])
    for one in _of_kind(EnterpriseIndustry, session.new):
        _note(change, one.seq, [word_of("in", one.industry)], ())
    for one in _of_kind(EnterpriseIndustry, session.deleted):
        _note(change, one.seq, (), [word_of("in", one.industry)])


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
    session.info.pop(_MOVED, None)


def _apply_noted(session: Any) -> None:
    """Write what was noted since the last time; once for a whole transaction, so that bulk stays cheap."""
    change: Change = session.info.pop(_NOTED, {})
    moved: dict[int, Position] = session.info.pop(_MOVED, {})
    if not change and not moved:
        return
    _be_alone()
    connection = session.connection()
    _move(connection, moved)
    blocks, words = {block for block, _ in change}, {word for _, word in change}
    known = {(row.block, row.word): row.members for row in _stored(connection, words, blocks)}
    rows = []
    for (block, word), (on, off) in sorted(change.items()):
        bits = postings.unpack(known.get((block, word), b""))
        rows.append({"block": block, "word": word, "members": postings.pack((bits | on) & ~off)})
    _put(connection, SearchPosting, ("block", "word"), "members", rows)


def _move(connection: Connection, moved: Mapping[int, Position]) -> None:
    by_block: dict[int, dict[int, Position]] = defaultdict(dict)
    for place, position in moved.items():
        by_block[postings.block_of(place)][place % BLOCK] = position
    kept = select(SearchPlace.block, SearchPlace.places).where(SearchPlace.block.in_(by_block))
    known = {row.block: row.places for row in connection.execute(kept)}
    rows = [{"block": at, "places": positions.put(known.get(at), some)} for at, some in by_block.items()]
    _put(connection, SearchPlace, ("block",), "places", rows)


def _put(connection: Connection, table: Any, key: Sequence[str], value: str, rows: list[Any]) -> None:
    """Write rows in place of those of the same key."""
    if rows:
        put = _INSERTS[connection.dialect.name](table)
        put = put.on_conflict_do_update(index_elements=key, set_={value: put.excluded[value]})
        connection.execute(put, rows)


def _position(one: Any) -> Position:
    """Where a subject lies; one that lies nowhere is never asked for (`xy`)."""
    return (one.lat_e7 or 0, one.lon_e7 or 0)


_NOTED, _MOVED = "search_noted", "search_moved"
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _be_alone() -> None:
    """Two who change the same word's set would lose one of their changes: the second waits for the first."""
    counters.reserve("search")


# --- writing, block by block --------------------------------------------------------------------------------


def _renew_block(block: int) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    moved: dict[int, Position] = {}
    for place, words, position in _subjects_in(block):
        moved[place] = position
        for word in words:
            places[word].append(place)
    for table in (SearchPosting, SearchPlace):
        db.session.execute(delete(table).where(table.block == block))
    rows = [
        {"block": block, "word": word, "members": postings.pack_places(places[word])}
        for word in sorted(places)
    ]
    if rows:
        db.session.connection().execute(insert(SearchPosting), rows)
        db.session.execute(insert(SearchPlace).values(block=block, places=positions.put(None, moved)))


def _subjects_in(block: int) -> Iterator[tuple[int, set[str], Position]]:
    """The place in the block, the words and the position of each of its subjects."""
    first = block * BLOCK
    columns = [getattr(Enterprise, name) for name in _INDEXED]
    subjects = select(Enterprise.seq, *columns).where(Enterprise.seq.between(first, first + BLOCK - 1))
    also = select(EnterpriseIndustry.seq, EnterpriseIndustry.industry)
    also = also.where(EnterpriseIndustry.seq.between(first, first + BLOCK - 1))
    industries: dict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(also):
        industries[row.seq].append(word_of("in", row.industry))
    for row in db.session.execute(subjects.order_by(Enterprise.seq)):
        words = _words_of(row._asdict()).union(industries[row.seq])
        yield row.seq - first, words, _position(row)


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
    placed = values["lat_e7"] is not None and values["lon_e7"] is not None
    return {
        *(values["terms"] or "").split(),
        EVERY,
        word_of("st", values["status"] or ""),
        word_of("rc", values["risk_class"] or ""),
        word_of("tw", values["town_code"] or ""),
        word_of("gr", values["grid"] or ""),
        word_of("em", "1" if values["emerging_code"] else "0"),
        word_of("xy", "1" if placed else "0"),
        word_of("code", "doubtful" if rules.credit_code_trouble(values["uscc"] or "") else "sound"),
    }
