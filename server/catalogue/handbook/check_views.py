"""The self-check (企业自查) over HTTP: a form, answered at the same address. Nothing of it is kept here."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from server.catalogue import words
from server.catalogue.handbook import self_check, shelf
from server.catalogue.handbook.rules import entries_of
from server.catalogue.handbook.self_check import Outcome, outcome
from server.catalogue.handbook.words import VERDICTS
from server.infra.clock import now
from server.web.gate import PUBLIC, allow

blueprint = Blueprint("self_check", __name__, url_prefix="/handbook", template_folder="templates")


@blueprint.get("/<industry>/check")
@allow(PUBLIC)
def form(industry: str) -> str:
    """The items to go through. What was answered on this phone before is filled in by the phone."""
    book = shelf.handbook(industry)
    return _form(book, outcome(entries_of(book.chapters), {}))


@blueprint.post("/<industry>/check")
@allow(PUBLIC)
def result(industry: str) -> ResponseReturnValue:
    """What the answers come to; or the form once more, to go on, or because something stands in the way."""
    book = shelf.handbook(industry)
    checked = outcome(entries_of(book.chapters), request.form)
    if request.form.get("hash") != book.edition.hash:
        return _form(book, checked, changed=True, filled=True), 409
    if checked.unreadable:
        return _form(book, checked, filled=True), 422
    if request.form.get("act") == "edit":
        return _form(book, checked, filled=True)
    return _result(book, checked)


def _form(book: shelf.Handbook, checked: Outcome, changed: bool = False, filled: bool = False) -> str:
    return render_template(
        "handbook/check.html",
        book=book,
        edition=book.edition,
        findings={one.entry.number: one for one in checked.findings},
        unreadable=checked.unreadable,
        total=len(checked.findings),
        changed=changed,
        filled=filled,
        rules=self_check,
    )


def _result(book: shelf.Handbook, checked: Outcome) -> str:
    return render_template(
        "handbook/result.html",
        book=book,
        edition=book.edition,
        checked=checked,
        names={chapter.department.code: chapter.department.name for chapter in book.chapters},
        at=now(),
        rules=self_check,
        words=words,
        word=words.word,
        verdicts=VERDICTS,
    )
