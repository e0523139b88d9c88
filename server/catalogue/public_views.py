"""Lists for everybody, without an account: what may be checked where, and notices of adjustment."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from server.catalogue import listing
from server.catalogue.comparing import compare
from server.catalogue.views import in_words
from server.kernel.problems import Problem
from server.web.fields import tidy_line
from server.web.gate import PUBLIC, allow

blueprint = Blueprint("lists", __name__, url_prefix="/lists", template_folder="templates")


@blueprint.get("")
@allow(PUBLIC)
def index() -> str:
    """The industries that have a list."""
    after = tidy_line(request.args.get("after")) or None
    lines = listing.page("", None, after, published=True)
    return render_template(
        "catalogue/public_index.html",
        lines=lines[: listing.PAGE],
        more=lines[listing.PAGE - 1].industry.code if len(lines) > listing.PAGE else None,
        notices=listing.notices()[:5],
        **in_words(),
    )


@blueprint.get("/notices")
@allow(PUBLIC)
def notices() -> str:
    """All notices, newest first."""
    found = listing.notices(tidy_line(request.args.get("after")) or None)
    more = found[listing.PAGE - 1][0].id if len(found) > listing.PAGE else None
    return render_template(
        "catalogue/public_notices.html",
        notices=found[: listing.PAGE],
        older=url_for("lists.notices", after=more) if more else None,
        **in_words(),
    )


@blueprint.get("/notices/<version_id>")
@allow(PUBLIC)
def notice(version_id: str) -> str:
    """What a version changed against the one before: the public notice of adjustment (R-104)."""
    version = listing.version(version_id)
    before = listing.version_before(version)
    return render_template(
        "catalogue/public_notice.html",
        version=version,
        before=before,
        industry=listing.industry(version.industry),
        comparison=compare(before.items if before else [], version.items),
        **in_words(),
    )


@blueprint.get("/<code>")
@allow(PUBLIC)
def show(code: str) -> str:
    """The list in force of one industry."""
    version = listing.newest_version(code)
    if version is None:
        raise Problem("not-found")
    return render_template(
        "catalogue/public_list.html", version=version, industry=listing.industry(code), **in_words()
    )
