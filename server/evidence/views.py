"""Small pictures of evidence for the office's pages."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from server.accounts.current import current_person
from server.evidence.previews import preview_of
from server.infra.db import db
from server.kernel.problems import Problem
from server.visits.access import may_read
from server.visits.model import Visit
from server.web.gate import SIGNED_IN, allow

blueprint = Blueprint("previews", __name__, url_prefix="/office/visits/<visit_id>/evidence/<sha256>")


@blueprint.get("/preview")
@allow(SIGNED_IN)
def preview(visit_id: str, sha256: str) -> AnyResponse:
    visit = db.session.get(Visit, visit_id)
    if visit is None or not may_read(current_person(), visit):
        raise Problem("not-found")
    picture = preview_of(visit_id, sha256)
    if picture is None:
        raise Problem("preview-none")
    response = Response(picture, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(f"{sha256}-preview")
    return response.make_conditional(request)
