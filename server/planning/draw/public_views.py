"""Draws for everybody: the list, one draw, its transcript, and what recomputes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    render_template,
    request,
    send_file,
    send_from_directory,
    stream_with_context,
)
from flask.typing import ResponseReturnValue

from server.infra.db import db
from server.kernel.problems import Problem
from server.planning.draw import ceremony, queries, revealing, settling, showing, words
from server.planning.draw.course import DrawState
from server.planning.draw.model import Draw
from server.planning.draw.result_views import whole
from server.web.fields import tidy_line
from server.web.gate import PUBLIC, allow

blueprint = Blueprint("draws", __name__, url_prefix="/draws", template_folder="templates")

STATIC = Path(__file__).parent / "static"
SCRIPTS = frozenset(path.name for path in STATIC.glob("*.js"))


@blueprint.get("")
@allow(PUBLIC)
def index() -> str:
    """All draws of a year, void ones among them."""
    typed = request.args.get("year", "")
    year = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) == 4 else None
    rows = queries.public_draws(year, tidy_line(request.args.get("after"))[:36] or None)
    return render_template(
        "draw/public_index.html",
        rows=rows[: queries.PAGE],
        more=rows[queries.PAGE - 1].draw.id if len(rows) > queries.PAGE else None,
        counts=queries.counts(year),
        year=year,
        years=queries.public_years(),
        departments=showing.called(),
        words=words,
    )


@blueprint.get("/<uuid:draw_id>")
@allow(PUBLIC)
def show(draw_id: Any) -> str:
    """One draw: what was committed to, what came to light, what fell, and the means to recompute it."""
    draw, task = queries.public_draw(str(draw_id))
    start = whole(request.args.get("after", ""))
    names = showing.called()
    return render_template(
        "draw/public.html",
        draw=draw,
        task=task,
        strata=showing.strata(draw),
        departments=names,
        party_name=lambda party: words.PARTIES.get(party) or names.get(party, party),
        places=revealing.places(draw, start, queries.PAGE),
        start=start,
        total=sum(draw.quotas.values()),
        step=queries.PAGE,
        words=words,
    )


@blueprint.get("/<uuid:draw_id>/transcript.json")
@allow(PUBLIC)
def transcript(draw_id: Any) -> ResponseReturnValue:
    """All inputs and outputs, byte for byte as they are kept."""
    draw, _task = queries.public_draw(str(draw_id))
    if draw.state not in (DrawState.SETTLED, DrawState.VOID) or draw.commit is None:
        raise Problem("not-found")
    response = Response(stream_with_context(_parts(draw.id)), content_type="application/json")
    name = f"liancha-draw-{draw.id}.json"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.get("/<uuid:draw_id>/liancha-verify.py")
@allow(PUBLIC)
def verifier(draw_id: Any) -> Response:
    """The very file that draws: it needs nothing but Python."""
    queries.public_draw(str(draw_id))
    return send_file(
        Path(ceremony.__file__), "text/x-python", as_attachment=True, download_name="liancha-verify.py"
    )


@blueprint.get("/scripts/<name>")
@allow(PUBLIC)
def script(name: str) -> Response:
    """A script of these pages."""
    if name not in SCRIPTS:
        raise Problem("not-found")
    response = send_from_directory(STATIC, name)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _parts(draw_id: str) -> Iterator[str]:
    """The transcript piece by piece; what is large is neither read nor written anew."""
    draw = db.session.get_one(Draw, draw_id)  # the view's session is over
    yield '{"commit":' + ceremony.canonical(draw.commit).decode()
    yield ',"frame":'
    yield draw.frame
    yield ',"eligibility":'
    yield draw.eligibility
    rest = json.dumps(settling.disclosed(draw), ensure_ascii=False, separators=(",", ":"))
    yield "," + rest[1:-1]
    if draw.result:
        yield ',"result":'
        yield draw.result
    yield "}\n"
