"""The one place that turns trouble into an answer: problem+json (RFC 9457), a fragment, or a page."""

import errno
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import get_locale
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

from server.kernel.problems import CATALOGUE, Problem
from server.web.gate import PUBLIC, allow
from server.web.i18n import local_path

blueprint = Blueprint("problems", __name__)

_BY_STATUS = {
    400: "bad-request",
    401: "sign-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    411: "length-required",
    413: "too-large",
    415: "unsupported-media-type",
    416: "range-not-satisfiable",
}


@blueprint.get("/problems/<code>")
@allow(PUBLIC)
def explain(code: str) -> str:
    """What a problem's `type` leads to: the problem in general."""
    if code not in CATALOGUE:
        raise Problem("not-found")
    return render_template("web/problem.html", code=code, entry=CATALOGUE[code])


def init(app: Flask) -> None:
    """Catch everything."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(CSRFError, lambda _error: answer(Problem("csrf-stale")))
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(OSError, _answer_full_disk)
    app.register_error_handler(OperationalError, _answer_full_disk)


def answer(problem: Problem) -> Response:
    """The problem, in the form the asker understands."""
    if _wants_json():
        response = jsonify(problem.body(_locale()))
        response.content_type = "application/problem+json"
    elif problem.code == "sign-in" and problem.status == 401:
        return _to_sign_in()
    else:
        name = "web/error_fragment.html" if request.headers.get("HX-Request") else "web/error.html"
        response = make_response(render_template(name, problem=problem, locale=_locale()))
    response.status_code = problem.status
    return response


def _answer_http(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error  # a redirect is no trouble
    if isinstance(error, InternalServerError) and _disk_is_full(error.original_exception):
        return answer(Problem("storage-full"))
    fallback = "bad-request" if status < 500 else "server-error"
    response = answer(Problem(_BY_STATUS.get(status, fallback)))
    for name in ("Allow", "Content-Range", "Retry-After"):
        value = dict(error.get_headers()).get(name)
        if value:
            response.headers[name] = value
    return response


def _answer_full_disk(error: Exception) -> Response:
    if not _disk_is_full(error):
        raise error
    return answer(Problem("storage-full"))


def _disk_is_full(error: BaseException | None) -> bool:
    """No space left, in the words of the kernel (ENOSPC, EDQUOT), SQLite or PostgreSQL (disk_full)."""
    if isinstance(error, OperationalError):
        full = getattr(error.orig, "sqlstate", None) == "53100"
        return full or "database or disk is full" in str(error.orig)
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _to_sign_in() -> Response:
    """To the sign-in page and back to where one was; an htmx request has the whole page follow."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    if request.headers.get("HX-Request"):
        response = make_response("", 401)
        page = _path_of(request.headers.get("HX-Current-URL", ""))
        response.headers["HX-Redirect"] = url_for("accounts.login", next=local_path(page))
        return response
    return redirect(url_for("accounts.login", next=wanted))  # type: ignore[return-value]


def _path_of(address: str) -> str:
    """The address without scheme and host; nothing of what is no address."""
    try:
        return urlsplit(address)._replace(scheme="", netloc="").geturl()
    except ValueError:
        return ""


def _wants_json() -> bool:
    if request.path.startswith("/api/"):
        return True
    accepted = request.accept_mimetypes
    return request.is_json or accepted.best_match(["text/html", "application/json"]) == "application/json"


def _locale() -> str:
    return str(get_locale() or "zh")
