"""The office's page of the three posts of each department (R-108), with what is missing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _

from server.accounts import posts, rules
from server.accounts.current import current_person
from server.accounts.rules import Post
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.web.gate import allow

blueprint = Blueprint("posts", __name__, url_prefix="/office/posts", template_folder="templates")

READERS = ("office", "head", "planner", "liaison", "supervisor", "admin")

POSTS = {
    Post.PRINCIPAL: _("Principal, first responsible"),
    Post.IN_CHARGE: _("Leader in charge"),
    Post.LIAISON: _("Full-time liaison"),
}


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """All departments and who answers for each."""
    person = current_person()
    rows = posts.of_all()
    return render_template(
        "accounts/posts.html",
        rows=rows,
        lacking=sum(bool(row.gaps) for row in rows),
        posts=POSTS,
        may=lambda code: rules.may_name_posts(person.roles, person.department, code),
    )


@blueprint.get("/<code>")
@allow("office", "head", "liaison")
def edit(code: str) -> str:
    """The form of one department."""
    row, person = posts.of(code), current_person()
    rules.refuse_foreign_posts(person.roles, person.department, code)
    return _form(row, {post: person.id for post, person in row.holders.items()})


@blueprint.post("/<code>")
@allow("office", "head", "liaison")
def change(code: str) -> ResponseReturnValue:
    """Name who holds the posts."""
    row, typed = posts.of(code), {post: request.form.get(post.value, "") for post in Post}
    try:
        with transaction():
            posts.name_holders(current_person(), code, typed)
    except Problem as problem:
        if problem.field is None:
            raise
        return _form(row, typed, problem), problem.status
    return redirect(url_for("posts.index", _anchor=code), 303)


def _form(row: posts.Row, chosen: dict[str, str] | dict[Post, str], problem: Problem | None = None) -> str:
    return render_template(
        "accounts/posts_form.html",
        row=row,
        chosen=chosen,
        posts=POSTS,
        candidates=posts.candidates(row.department.code),
        wrong=problem.field if problem else None,
        message=problem.detail(str(get_locale())) if problem else None,
    )
