"""The joint inspection record on paper, filled or blank: as HTML, then as a PDF kept by what it says."""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from flask import Response, current_app, render_template, send_file
from flask_babel import force_locale

from server.documents import cache, figures, pdf
from server.infra.clock import now
from server.infra.jobs import crontab, every
from server.kernel import instants
from server.visits import ports, words
from server.visits.blank import Blank
from server.visits.findings import Case, Json
from server.visits.model import Visit
from server.visits.record import Record, Seal, record

KEPT = timedelta(days=7)


def sent(visit: Visit, case: Case, seal: Seal | None) -> Response:
    """The PDF as an answer: of a sealed case, else a marked draft."""
    document = record(case, seal)
    pictures = {
        one.sha256: ports.preview_of(visit.id, one.sha256) for one in document.exhibits if not one.awaited
    }
    path = printed(document, {name: jpeg for name, jpeg in pictures.items() if jpeg}, _folder())
    return _send(path, f"{'' if seal else 'draft-'}{visit.number}.pdf")


def sent_blank(blank: Blank) -> Response:
    """The blank record and checklist as an answer. It is in Chinese, like the record."""
    with force_locale("zh_Hans_CN"):
        html = render_template("visits/blank.html", blank=blank, qr=figures.qr_code)
    return _send(_kept(html, {}, _folder()), f"blank-{blank.number}.pdf")


def _send(path: Path, name: str) -> Response:
    return send_file(path, mimetype="application/pdf", download_name=name, etag=path.stem, max_age=0)


def _folder() -> Path:
    folder: Path = current_app.config["DATA_DIR"] / "documents"
    return folder


def printed(record: Record, pictures: Mapping[str, bytes], folder: Path) -> Path:
    """The PDF of a record, made once for the same words and pictures. `pictures` are previews by SHA-256."""
    return _kept(page(record, set(pictures)), pictures, folder)


def _kept(html: str, pictures: Mapping[str, bytes], folder: Path) -> Path:
    key = hashlib.sha256("\n".join([*sorted(pictures), html]).encode()).hexdigest()
    return cache.kept(folder, key, lambda: pdf.render(html, pictures))


@every(crontab(minute="47", hour="3"))
def sweep_printed() -> int:
    """Forget papers printed a week ago and more; they are made again when asked for."""
    return cache.sweep(current_app.config["DATA_DIR"] / "documents", now() - KEPT)


def page(record: Record, pictures: set[str]) -> str:
    """The record as HTML. It is in Chinese whatever the reader's language: it is an official paper."""
    with force_locale("zh_Hans_CN"):
        return render_template(
            "visits/record.html",
            record=record,
            pictures=pictures,
            code=record.seal.code(record.number) if record.seal else f"LIANCHA/1 {record.number} DRAFT",
            words=words,
            word=words.word,
            ink=figures.signature,
            qr=figures.qr_code,
            when=_when,
            second=_second,
            day=_day,
            place=_place,
            sentence=lambda text: text.rstrip("。.；;，, "),
        )


def _when(at: str) -> str:
    """An instant as official papers write it; what is none is printed as the phone wrote it."""
    instant = instants.read(at)
    return instants.chinese_instant(instant) if instant else at


def _second(at: str) -> str:
    instant = instants.read(at)
    return f"{instant:%Y-%m-%d %H:%M:%S}" if instant else at


def _day(text: str) -> str:
    try:
        return instants.chinese_date(date.fromisoformat(text))
    except ValueError:
        return text


def _place(location: Json) -> str:
    """Coordinates as printed: degrees to five places, about a metre, with the accuracy the phone claimed."""
    return f"{_degrees(location['lat'])}, {_degrees(location['lon'])}（±{location['accuracy']} 米）"


def _degrees(e7: int) -> str:
    return f"{e7 / 10_000_000:.5f}"
