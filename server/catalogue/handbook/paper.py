"""The handbook on paper: as HTML, then as a PDF kept by all that it shows."""

import hashlib
from pathlib import Path

from flask import Response, current_app, render_template, send_file, url_for
from flask_babel import force_locale

from server.catalogue import words
from server.catalogue.handbook.rules import entries_of
from server.catalogue.handbook.shelf import Handbook
from server.documents import cache, figures, pdf


def sent(book: Handbook) -> Response:
    """The PDF as an answer."""
    html = page(book)
    key = hashlib.sha256(html.encode()).hexdigest()
    path = cache.kept(_folder(), key, lambda: pdf.render(html, {}))
    name = f"handbook-{book.industry.code}-{book.edition.hash[:8]}.pdf"
    return send_file(path, mimetype="application/pdf", download_name=name, etag=path.stem, max_age=0)


def page(book: Handbook) -> str:
    """The handbook as HTML. It is in Chinese whatever the reader's language: it is what the county issues.

    Its code leads to this version for ever; there the reader learns whether a newer one is in force.
    """
    address = url_for(
        "handbook.edition", industry=book.industry.code, version_id=book.edition.id, _external=True
    )
    with force_locale("zh_Hans_CN"):
        return render_template(
            "handbook/paper.html",
            book=book,
            edition=book.edition,
            total=len(entries_of(book.chapters)),
            address=address,
            qr=figures.qr_code,
            severities=words.SEVERITIES,
        )


def _folder() -> Path:
    folder: Path = current_app.config["DATA_DIR"] / "documents"
    return folder
