"""The office's pages of imports: a file brought in, its columns, its dry run, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _
from flask_login import current_user

from server.accounts.current import current_person
from server.infra.clock import now
from server.infra.db import transaction
from server.kernel import ids, instants
from server.kernel.problems import Problem
from server.registry.imports import actions, blank, listing
from server.registry.imports.fields import FIELDS, REJECTED_HEADS
from server.registry.imports.listing import Place
from server.registry.imports.model import ImportBatch
from server.registry.imports.rules import AT_WORK, ROWS_KEPT, State, Verdict, are_kept
from server.web.exports import exported
from server.web.gate import allow

blueprint = Blueprint("imports", __name__, url_prefix="/office/imports", template_folder="templates")

ROLE = "office"
TEMPLATES = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", blank.xlsx),
    "csv": ("text/csv; charset=utf-8", blank.as_csv),
}
AIR = 1024 * 1024
"""What a form adds to the file in it."""


@blueprint.url_value_preprocessor
def allow_large_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A register is larger than other forms; to those who may bring one in, and here only."""
    if endpoint == "imports.receive" and current_user.is_authenticated and ROLE in current_user.roles:
        request.max_content_length = current_app.config["MAX_IMPORT"] + AIR


@blueprint.get("")
@allow(ROLE)
def index() -> str:
    """The imports, newest first, and the form above them."""
    return _list()


@blueprint.post("")
@allow(ROLE)
def receive() -> ResponseReturnValue:
    """Bring a file in; what cannot be read as a table is refused at once."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Problem("import-no-file", field="file")
        with file.stream as stream:
            taken = actions.take_in(stream)
        with transaction():
            made = actions.receive(current_person().id, taken, file.filename)
    except Problem as problem:
        return _list(problem), problem.status
    return redirect(url_for("imports.show", batch_id=made.id), 303)


@blueprint.get("/template.<form>")
@allow(ROLE)
def template(form: str) -> Response:
    """An empty file with the right heads, to be filled in."""
    if form not in TEMPLATES:
        raise Problem("not-found")
    media_type, make = TEMPLATES[form]
    response = Response(make(), content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"liancha-enterprises.{form}")
    return response


@blueprint.get("/<batch_id>")
@allow(ROLE, live=True)
def show(batch_id: str) -> str:
    """One import: its state, its next act, its rows. While work is done on it, the page asks again."""
    return _page(listing.batch_by(batch_id))


@blueprint.post("/<batch_id>/mapping")
@allow(ROLE)
def choose_columns(batch_id: str) -> ResponseReturnValue:
    """Say which column is what; the dry run begins."""
    heads = listing.batch_by(batch_id).layout["heads"]
    chosen = {head: request.form.get(f"column-{at}", "") for at, head in enumerate(heads)}
    mapping = {head: name for head, name in chosen.items() if head and name}
    try:
        with transaction():
            actions.map_columns(listing.batch_by(batch_id, lock=True), mapping)
    except Problem as problem:
        if problem.field is None:
            raise
        return _page(listing.batch_by(batch_id), mapping, problem), problem.status
    return _back(batch_id)


@blueprint.post("/<batch_id>/application")
@allow(ROLE)
def apply(batch_id: str) -> ResponseReturnValue:
    """Write it into the register."""
    with transaction():
        batch = listing.batch_by(batch_id, lock=True)
        actions.have_applied(batch, current_person().id, "leave_out" in request.form)
    return _back(batch_id)


@blueprint.post("/<batch_id>/undoing")
@allow(ROLE)
def undo(batch_id: str) -> ResponseReturnValue:
    """Take it back as a whole."""
    with transaction():
        actions.have_undone(listing.batch_by(batch_id, lock=True), current_person().id)
    return _back(batch_id)


@blueprint.post("/<batch_id>/discarding")
@allow(ROLE)
def discard(batch_id: str) -> ResponseReturnValue:
    """Give it up."""
    with transaction():
        actions.discard(listing.batch_by(batch_id, lock=True), current_person().id)
    return _back(batch_id)


@blueprint.get("/<batch_id>/rows.<form>")
@allow(ROLE)
def rows(batch_id: str, form: str) -> Response:
    """The rows of a verdict as a file; rejected ones in the file's own columns, to be mended."""
    batch, verdict = listing.batch_by(batch_id), _verdict() or Verdict.REJECTED
    if verdict is Verdict.REJECTED:
        heads = batch.layout["heads"]
        own = [(f"c{at}", head) for at, head in enumerate(heads) if head not in REJECTED_HEADS]
        columns = [*zip(("row", "why"), REJECTED_HEADS, strict=True), *own]
        name = _("Rejected rows") + f" {batch.filename}"
        return exported(name, columns, _rejected(batch.id, str(get_locale())), form)
    kept = [(field.name, field.head) for field in FIELDS if field.name not in NOT_KEPT]
    columns = [("row", _("Row")), *kept]
    return exported(f"{VERDICTS[verdict]} {batch.filename}", columns, _written(batch.id, verdict), form)


NOT_KEPT = ("emerging_flag", "coord_sys", "lat", "lon")
"""Columns that say how to read others, or are kept in another form."""

HEADS = {field.name: field.head for field in FIELDS} | {"lat_e7": "纬度", "lon_e7": "经度"}
VERDICTS = {
    Verdict.ADDED: lazy_gettext("Added"),
    Verdict.CHANGED: lazy_gettext("Changed"),
    Verdict.UNCHANGED: lazy_gettext("Unchanged"),
}


def _rejected(batch_id: str, locale: str) -> Iterator[dict[str, Any]]:
    for row in listing.all_rows(batch_id, Verdict.REJECTED):
        why = [f"{one['column']}: {listing.sentence(one, locale)}" for one in row.reason or ()]
        cells = {f"c{at}": text for at, text in enumerate(row.values["cells"])}
        yield {"row": row.row, "why": "\n".join(why), **cells}


def _written(batch_id: str, verdict: Verdict) -> Iterator[dict[str, Any]]:
    for row in listing.all_rows(batch_id, verdict):
        yield {"row": row.row, **row.values}


def _list(problem: Problem | None = None) -> str:
    return render_template(
        "imports/index.html",
        page=listing.page_of_batches(_place()),
        link=lambda place: url_for("imports.index", after=f"{place.at.isoformat()},{place.id}"),
        message=problem.detail(str(get_locale())) if problem else None,
        most=current_app.config["MAX_IMPORT"] // 1024**2,
    )


def _page(batch: ImportBatch, mapping: dict[str, str] | None = None, problem: Problem | None = None) -> str:
    locale = str(get_locale())
    verdict = _verdict() or _worst(batch)
    kept = batch.state == State.UNDONE and "verdict" not in request.args and bool(batch.counts.get("kept"))
    known = batch.state not in (State.MAPPING, *AT_WORK, State.DISCARDED)
    return render_template(
        "imports/show.html",
        batch=batch,
        names=listing.names_of([batch]),
        fields=FIELDS,
        mapping=batch.mapping if mapping is None else mapping,
        mapping_open=batch.state == State.MAPPING or problem is not None or "columns" in request.args,
        message=problem.detail(locale) if problem else None,
        trouble=listing.sentence(batch.problem, locale) if batch.problem else None,
        at_work=batch.state in AT_WORK,
        until=batch.touched_at + ROWS_KEPT,
        cleared=not are_kept(now() - batch.touched_at),
        verdict=verdict,
        kept=kept,
        rows=listing.page_of_rows(batch, verdict, _after(), kept) if known else None,
        sentence=lambda reason: listing.sentence(reason, locale),
        heads=HEADS,
        named_by=lambda cells: _named_by(batch, cells),
        shown=lambda value: "、".join(map(str, value)) if isinstance(value, list) else value,
    )


def _named_by(batch: ImportBatch, cells: list[str]) -> str:
    """What a row that was rejected calls its subject: name and code, as far as there are."""
    fields = {batch.mapping.get(head): text for head, text in zip(batch.layout["heads"], cells, strict=False)}
    return " · ".join(text for name in ("name", "uscc", "reference") if (text := fields.get(name)))


def _worst(batch: ImportBatch) -> Verdict:
    """The rows to look at first."""
    order = (Verdict.REJECTED, Verdict.CHANGED, Verdict.ADDED, Verdict.UNCHANGED)
    return next((one for one in order if batch.counts.get(one)), Verdict.ADDED)


def _verdict() -> Verdict | None:
    said = request.args.get("verdict")
    return Verdict(said) if said in set(Verdict) else None


def _after() -> int:
    text = request.args.get("after", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 9 else 0


def _back(batch_id: str) -> ResponseReturnValue:
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


def _place() -> Place | None:
    """A place in the list, from `INSTANT,ID`; a mangled address begins at the top."""
    at, _comma, batch_id = request.args.get("after", "").partition(",")
    try:
        instant = instants.parse(at).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return Place(instant, batch_id) if ids.is_uuid(batch_id) else None
