"""What the templates of the office need to tell of a visit's entries."""

from __future__ import annotations

from typing import Any

from server.documents import figures
from server.kernel import instants
from server.visits import words
from server.visits.findings import Case
from server.visits.overview import gist


def telling(case: Case) -> dict[str, Any]:
    """Names, words and small drawings for the pages of one visit."""
    return {
        "case": case,
        "gist": gist,
        "words": words,
        "word": words.word,
        "ink": figures.signature,
        "qr": figures.qr_code,
        "moment": moment,
    }


def moment(at: str, form: str = "%Y-%m-%d %H:%M") -> str:
    """An entry's time on the county's clock; what is none is shown as the phone wrote it."""
    instant = instants.read(at)
    return f"{instant:{form}}" if instant else at
