"""The handbook for everybody: the industries, and the handbook of each in every version, as page and PDF."""

import hashlib

from flask import Blueprint, Response, render_template, request

from server.catalogue import words
from server.catalogue.handbook import paper, shelf
from server.catalogue.handbook.rules import entries_of
from server.web.gate import PUBLIC, allow

blueprint = Blueprint("handbook", __name__, url_prefix="/handbook", template_folder="templates")


@blueprint.get("")
@allow(PUBLIC)
def index() -> str:
    """All handbooks in force."""
    return render_template("handbook/index.html", titles=shelf.titles())


@blueprint.get("/<industry>")
@allow(PUBLIC)
def show(industry: str) -> Response:
    """The handbook of an industry as in force."""
    return _page(shelf.handbook(industry))


@blueprint.get("/<industry>/<version_id>")
@allow(PUBLIC)
def edition(industry: str, version_id: str) -> Response:
    """The handbook of one version, for ever: what a printed one leads to."""
    return _page(shelf.handbook(industry, version_id))


@blueprint.get("/<industry>.pdf")
@allow(PUBLIC)
def pdf(industry: str) -> Response:
    """The handbook as in force, to print."""
    return paper.sent(shelf.handbook(industry))


@blueprint.get("/<industry>/<version_id>.pdf")
@allow(PUBLIC)
def edition_pdf(industry: str, version_id: str) -> Response:
    """One version of it, to print."""
    return paper.sent(shelf.handbook(industry, version_id))


def _page(book: shelf.Handbook) -> Response:
    html = render_template(
        "handbook/show.html",
        book=book,
        edition=book.edition,
        total=len(entries_of(book.chapters)),
        editions=shelf.editions(book.industry.code),
        words=words,
        word=words.word,
    )
    return _tagged(html, book.edition.hash)


def _tagged(html: str, version_hash: str) -> Response:
    """Asked for by the version's hash and the page's: a newer version or another name changes it too."""
    response = Response(html)
    response.set_etag(f"{version_hash[:16]}-{hashlib.sha256(html.encode()).hexdigest()[:16]}")
    response.make_conditional(request)
    return response
