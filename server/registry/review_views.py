"""The pages of the monthly review."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.accounts.current import current_person
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.registry import listing, review, words
from server.registry.views import EDITORS, READERS
from server.web.gate import allow

blueprint = Blueprint("review", __name__, url_prefix="/office/enterprises/review")


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """Every line with its count, and who went through it this month."""
    today = review.today()
    return render_template(
        "registry/review.html",
        lines=review.lines(today),
        month=review.month(today),
        bound=review.BOUND,
        words=words,
        may_mark=bool(current_person().roles & set(EDITORS)),
    )


@blueprint.get("/<line>")
@allow(*READERS)
def show(line: str) -> str:
    """The enterprises of one line."""
    if line not in review.LINES:
        raise Problem("not-found")
    enterprises, following = review.page(line, review.today(), request.args.get("after", ""))
    return render_template(
        "registry/review_line.html",
        line=line,
        enterprises=enterprises,
        next=following,
        words=words,
        industries=listing.choices().industries,
    )


@blueprint.post("/<line>/mark")
@allow(*EDITORS)
def mark(line: str) -> ResponseReturnValue:
    """This line was gone through."""
    with transaction():
        review.mark(current_person(), line, review.today())
    return redirect(url_for("review.index"), 303)
