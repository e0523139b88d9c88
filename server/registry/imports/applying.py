"""Writing a dry run into the register, and taking it back: each as one transaction, or not at all.

On SQLite whoever writes keeps all others waiting. So what can be worked out beforehand was: the dry run made
ids, search terms and places in the order. The database writes additions from the rows by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    Integer,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
    update,
)

from server.infra import counters
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import Instant, Model, db, transaction
from server.kernel.instants import local
from server.registry.credit import assessing
from server.registry.credit.model import RiskAssessment
from server.registry.imports.model import ImportBatch, ImportRow
from server.registry.imports.rules import State, Verdict
from server.registry.imports.standing import MEMBERS
from server.registry.model import Enterprise, EnterpriseIndustry, RegistryChange
from server.registry.postings import BLOCK, block_of
from server.registry.rules import RiskClass
from server.registry.search import renew
from server.registry.terms import terms_of

ROWS_AT_ONCE = 1000
PAGES_AT_HAND = "PRAGMA cache_size = -262144"
"""SQLite keeps 256 MB of pages at hand for it: with the usual 2 MB a large import writes most pages again and
again, while everybody else waits."""

Json = dict[str, Any]


class StaleError(Exception):
    """The register is no longer as the dry run found it."""


def _taken_up(batch_id: str, at: State) -> ImportBatch | None:
    """The batch, moved on; none if somebody else has done it."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text(PAGES_AT_HAND))
    step = update(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.state == at)
    moved = db.session.execute(step.values(state=State.LISTING).returning(ImportBatch.id)).first()
    if not moved:
        return None
    batch = db.session.get_one(ImportBatch, batch_id, populate_existing=True)
    batch.problem, batch.touched_at = None, now()
    return batch


def _to_be_listed(batch: ImportBatch, blocks: Iterable[int]) -> None:
    """Which blocks of the search index this concerns; it is made anew after the transaction (`listed`)."""
    batch.layout = batch.layout | {"blocks": sorted({*batch.layout.get("blocks", ()), *blocks})}


def listed(batch_id: str) -> None:
    """Bring the lists up to date with what was written, a block of subjects at a time."""
    while True:
        with transaction():
            batch = db.session.get_one(ImportBatch, batch_id)
            if batch.state != State.LISTING:
                return
            block, *rest = batch.layout.get("blocks") or (None,)
            if block is not None:
                renew([block * BLOCK])
            batch.layout, batch.touched_at = batch.layout | {"blocks": rest}, now()
            if not rest:
                batch.state = State.UNDONE if batch.undone_at else State.APPLIED


# --- writing ------------------------------------------------------------------------------------------------


def apply(batch_id: str) -> None:
    """Write it, within the running transaction; StaleError where the register has changed since."""
    batch = _taken_up(batch_id, State.APPLYING)
    if batch is None:
        return
    batch.applied_at = at = now()
    added = batch.counts.get(Verdict.ADDED, 0)
    if added:
        known = counters.last("enterprise")
        first = counters.reserve("enterprise", added)
        _check_still_new(batch, known, first)
        _add(batch, first, at)
        _to_be_listed(batch, range(block_of(first), block_of(first + added - 1) + 1))
    _change(batch, at)
    concerned = assessing.concerned_by_import(batch.id)
    assessing.settle(batch.applied_by, concerned, batch.filename)
    _remember_revisions(batch, concerned)
    record(batch.applied_by, "import.applied", batch.id, counts=batch.counts,
           rejects_left_out=batch.rejects_left_out, file=batch.filename)  # fmt: skip


def _check_still_new(batch: ImportBatch, known: int, first: int) -> None:
    """Whoever was entered since the dry run must not be whom we are about to enter."""
    if known == batch.seen_seq and first == known + 1:
        return
    since = select(Enterprise.uscc).where(Enterprise.seq > batch.seen_seq)
    code = ImportRow.values["uscc"].as_string()
    if db.session.scalar(select(ImportRow.row).where(*_rows(batch, Verdict.ADDED), code.in_(since)).limit(1)):
        raise StaleError


def _rows(batch: ImportBatch, verdict: Verdict) -> tuple[Any, ...]:
    return ImportRow.batch_id == batch.id, ImportRow.verdict == verdict.value


def _add(batch: ImportBatch, first: int, at: datetime) -> None:
    """The database writes new subjects from the rows, and their lists, history and classes from them."""
    ours = (*_rows(batch, Verdict.ADDED),)
    members: dict[str, Any] = {name: _value(name) for name in (*MEMBERS, "terms")}
    members |= {
        "id": ImportRow.enterprise_id,
        "seq": ImportRow.ordinal + (first - 1),
        "revision": literal(1),
        "contacts": literal([], JSON),
        "changed_at": literal(at, Instant),
    }
    _insert(Enterprise, members, select(*members.values()).where(*ours).order_by(ImportRow.row))
    new = Enterprise.seq >= first
    listed = {"industry": Enterprise.industry, "seq": Enterprise.seq}
    _insert(EnterpriseIndustry, listed, select(*listed.values()).where(new))
    if "also" in batch.mapping.values():
        _list_further(batch, first)
    change = _change_of(batch, at) | {"subject": Enterprise.id, "deed": literal("added")}
    _insert(RegistryChange, change, select(*change.values()).where(new).order_by(Enterprise.seq))
    classed = _assessment_of(batch, at) | {
        "enterprise_id": Enterprise.id,
        "risk_class": Enterprise.risk_class,
        "as_of": func.coalesce(Enterprise.risk_as_of, literal(local(at).date(), Date)),
    }
    with_class = select(*classed.values()).where(new, Enterprise.risk_class != RiskClass.U)
    _insert(RiskAssessment, classed, with_class.order_by(Enterprise.seq))


def _insert(table: type[Model], columns: Json, source: Any) -> None:
    db.session.execute(insert(table.__table__).from_select(list(columns), source))  # type: ignore[arg-type]


def _value(name: str) -> Any:
    """A member of a row's values as its column wants it."""
    column, member = Enterprise.__table__.c[name], ImportRow.values[name]
    if isinstance(column.type, JSON):
        return member
    if isinstance(column.type, Integer):
        return member.as_integer()
    if isinstance(column.type, Date) and db.engine.dialect.name == "postgresql":
        return cast(member.as_string(), Date)
    return member.as_string()  # a day is a text on SQLite


def _change_of(batch: ImportBatch, at: datetime) -> Json:
    return {
        "kind": literal("enterprise"), "source": literal("import"), "reason": literal(batch.filename),
        "batch_id": literal(batch.id), "at": literal(at, Instant), "actor": literal(batch.applied_by),
    }  # fmt: skip


def _assessment_of(batch: ImportBatch, at: datetime) -> Json:
    return {
        "source": literal("imported"), "reason": literal(batch.filename), "batch_id": literal(batch.id),
        "at": literal(at, Instant), "actor": literal(batch.applied_by),
    }  # fmt: skip


def _list_further(batch: ImportBatch, first: int) -> None:
    also = ImportRow.values["also"]
    query = select(ImportRow.ordinal, also).where(*_rows(batch, Verdict.ADDED), also.as_string() != "[]")
    rows = db.session.execute(query).all()
    lines = [
        {"industry": code, "seq": first - 1 + ordinal} for ordinal, industries in rows for code in industries
    ]
    if lines:
        db.session.execute(insert(EnterpriseIndustry.__table__), lines)  # type: ignore[arg-type]


def _change(batch: ImportBatch, at: datetime) -> None:
    """Subjects that stand already: only what differs is written."""
    for rows in _in_pieces(batch):
        if any(row.revision != row.now for row in rows):
            raise StaleError
        written = [(row, row.values) for row in rows]
        _write(written, at)
        _to_be_listed(batch, (block_of(row.seq) for row in rows))
        _note(written, batch, "changed", at, batch.applied_by)
        classed = [(row, values) for row, values in written if "risk_class" in values]
        if classed:
            _assess(classed, batch, at)
            changed = ((row.enterprise_id, row.before["risk_class"], to["risk_class"]) for row, to in classed)
            assessing.note_imported(batch.applied_by, changed)


def _remember_revisions(batch: ImportBatch, settled: Sequence[str]) -> None:
    """What other sources then made of a class belongs to the import: undoing does not take it for later."""
    db.session.flush()
    now_at = select(Enterprise.revision - 1).where(Enterprise.id == ImportRow.enterprise_id).scalar_subquery()
    for start in range(0, len(settled), ROWS_AT_ONCE):
        these = ImportRow.enterprise_id.in_(settled[start : start + ROWS_AT_ONCE])
        _straight(update(ImportRow).where(*_rows(batch, Verdict.CHANGED), these).values(revision=now_at))


def _in_pieces(batch: ImportBatch) -> Iterator[Sequence[Any]]:
    """Changed rows beside their subjects as they are now; a subject that is gone makes the dry run stale."""
    last, seen = 0, 0
    row = ImportRow.row, ImportRow.enterprise_id, ImportRow.values, ImportRow.before, ImportRow.revision
    subject = (Enterprise.revision.label("now"), Enterprise.seq, Enterprise.industry, Enterprise.name,
               Enterprise.uscc, Enterprise.address, Enterprise.tags)  # fmt: skip
    query = (
        select(*row, *subject)
        .join(Enterprise, Enterprise.id == ImportRow.enterprise_id)
        .where(*_rows(batch, Verdict.CHANGED))
        .order_by(ImportRow.row)
        .limit(ROWS_AT_ONCE)
        .with_for_update(of=Enterprise)
    )
    while rows := db.session.execute(query.where(ImportRow.row > last)).all():
        last, seen = rows[-1].row, seen + len(rows)
        yield rows
    if not batch.undone_at and seen != batch.counts.get(Verdict.CHANGED, 0):
        raise StaleError


def _write(written: Sequence[tuple[Any, Json]], at: datetime) -> None:
    """Subjects whose same members change are written together."""
    alike: dict[frozenset[str], list[Json]] = defaultdict(list)
    for row, values in written:
        line = {f"new_{name}": _typed(name, value) for name, value in values.items() if name != "also"}
        alike[frozenset(values) - {"also"}].append(line | {"of": row.enterprise_id})
    table = Enterprise.__table__
    for names, lines in alike.items():
        members = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
        step = update(table).where(table.c.id == bindparam("of"))  # type: ignore[arg-type]
        step = step.values(**members, revision=table.c.revision + 1, changed_at=literal(at, Instant))
        db.session.connection().execute(step, lines)
    for row, values in written:
        if not {"industry", "also"}.isdisjoint(values):
            _list_anew(row, values)


def _typed(name: str, value: Any) -> Any:
    is_day = isinstance(Enterprise.__table__.c[name].type, Date)
    return date.fromisoformat(value) if is_day and value else value


def _list_anew(row: Any, values: Json) -> None:
    held = select(EnterpriseIndustry.industry).where(EnterpriseIndustry.seq == row.seq)
    further = values["also"] if "also" in values else set(db.session.scalars(held)) - {row.industry}
    db.session.execute(delete(EnterpriseIndustry).where(EnterpriseIndustry.seq == row.seq))
    codes = dict.fromkeys((values.get("industry", row.industry), *further))
    db.session.execute(insert(EnterpriseIndustry), [{"industry": code, "seq": row.seq} for code in codes])


def _note(
    written: Sequence[tuple[Any, Json]], batch: ImportBatch, deed: str, at: datetime, actor: str | None
) -> None:
    """The history: what a subject's members were and what they became."""
    lines = []
    for row, values in written:
        after = {name: value for name, value in values.items() if name != "terms"}
        before = row.before if deed == "changed" else {name: row.values.get(name) for name in after}
        lines.append({
            "kind": "enterprise", "subject": row.enterprise_id, "deed": deed, "source": "import",
            "reason": batch.filename, "batch_id": batch.id, "at": at, "actor": actor,
            "before": before, "after": after,
        })  # fmt: skip
    db.session.execute(insert(RegistryChange), lines)


def _assess(classed: Sequence[tuple[Any, Json]], batch: ImportBatch, at: datetime) -> None:
    today = local(at).date()
    lines = [
        {"enterprise_id": row.enterprise_id, "source": "imported", "risk_class": values["risk_class"],
         "points": None, "reason": batch.filename,
         "as_of": _typed("risk_as_of", values.get("risk_as_of")) or today,
         "batch_id": batch.id, "at": at, "actor": batch.applied_by}
        for row, values in classed
    ]  # fmt: skip
    db.session.execute(insert(RiskAssessment), lines)


# --- taking back --------------------------------------------------------------------------------------------

CHANGED_SINCE, IN_USE = "import-kept-changed", "import-kept-used"


def undo(batch_id: str) -> None:
    """Take it back, within the running transaction, but for what was changed or used since."""
    batch = _taken_up(batch_id, State.UNDOING)
    if batch is None:
        return
    batch.undone_at = at = now()
    _remove(batch, at)
    concerned = assessing.concerned_by_import(batch.id)
    _put_back(batch, at)
    assessing.settle(batch.undone_by, concerned, batch.filename)
    kept = select(func.count()).where(ImportRow.batch_id == batch.id, ImportRow.reason.is_not(None),
                                      ImportRow.verdict != Verdict.REJECTED.value)  # fmt: skip
    batch.counts = batch.counts | {"kept": db.session.scalar(kept) or 0}
    record(batch.undone_by, "import.undone", batch.id, counts=batch.counts, file=batch.filename)


def _remove(batch: ImportBatch, at: datetime) -> None:
    """Subjects that came with it go, but for those changed since and those anything refers to."""
    ours = _rows(batch, Verdict.ADDED)
    changed = select(Enterprise.id).where(Enterprise.revision != 1)
    for code, kept in ((CHANGED_SINCE, changed), (IN_USE, _referred_to(batch))):
        reason = literal([{"column": "", "code": code, "params": {}}], JSON)
        keep = update(ImportRow).where(*ours, ImportRow.enterprise_id.in_(kept)).values(reason=reason)
        _straight(keep)
    going = select(ImportRow.enterprise_id).where(*ours, ImportRow.reason.is_(None))
    change = _change_of(batch, at) | {"subject": Enterprise.id, "deed": literal("undone")}
    change["actor"] = literal(batch.undone_by)
    _insert(RegistryChange, change, select(*change.values()).where(Enterprise.id.in_(going)))
    ends = select(func.min(Enterprise.seq), func.max(Enterprise.seq)).where(Enterprise.id.in_(going))
    first, last = db.session.execute(ends).one()
    if first is not None:
        _to_be_listed(batch, range(block_of(first), block_of(last) + 1))
    for clause in (
        delete(RiskAssessment).where(RiskAssessment.enterprise_id.in_(going)),
        delete(EnterpriseIndustry).where(
            EnterpriseIndustry.seq.in_(select(Enterprise.seq).where(Enterprise.id.in_(going)))
        ),
        delete(Enterprise).where(Enterprise.id.in_(going)),
    ):
        _straight(clause)


def _straight(clause: Any) -> None:
    """In the database, without looking for what is at hand of it here."""
    db.session.execute(clause, execution_options={"synchronize_session": False})


def _referred_to(batch: ImportBatch) -> Any:
    """Subjects that any table refers to, whichever room it belongs to: a visit, a trigger, another class."""
    table = Enterprise.__table__
    found = [
        select(key.parent)
        for other in Model.metadata.tables.values()
        for key in other.foreign_keys
        if key.column is table.c.id and other is not RiskAssessment.__table__
    ]
    own = RiskAssessment.batch_id == batch.id
    found.append(select(RiskAssessment.enterprise_id).where(own.is_not(True)))
    everywhere = union_all(*found).subquery()
    return select(everywhere.c[0]).where(everywhere.c[0].is_not(None))


def _put_back(batch: ImportBatch, at: datetime) -> None:
    """Subjects it changed are as they were before, but for those changed since."""
    for rows in _in_pieces(batch):
        since = [row for row in rows if row.now != row.revision + 1]
        if since:
            reason = [{"column": "", "code": CHANGED_SINCE, "params": {}}]
            these = ImportRow.row.in_([row.row for row in since])
            keep = update(ImportRow).where(ImportRow.batch_id == batch.id, these).values(reason=reason)
            _straight(keep)
        written = [(row, row.before | _old_terms(row)) for row in rows if row.now == row.revision + 1]
        if not written:
            continue
        _write(written, at)
        _to_be_listed(batch, (block_of(row.seq) for row, _values in written))
        _note(written, batch, "undone", at, batch.undone_by)
        ids = [row.enterprise_id for row, _values in written]
        own = RiskAssessment.batch_id == batch.id, RiskAssessment.enterprise_id.in_(ids)
        _straight(delete(RiskAssessment).where(*own))


def _old_terms(row: Any) -> Json:
    if "terms" not in row.values:
        return {}
    old = {"name": row.name, "uscc": row.uscc, "address": row.address, "tags": row.tags} | row.before
    return {"terms": terms_of(old["name"], old["uscc"], old["address"], old["tags"])}
