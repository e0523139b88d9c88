"""Small pictures of evidence, for the office's pages and for the phones, whose sessions last longer."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from server.accounts.current import current_person
from server.evidence.access import visit_to_look_at
from server.evidence.previews import preview_of
from server.evidence.rules import is_sha256
from server.kernel.problems import Problem
from server.web.gate import SIGNED_IN, allow

blueprint = Blueprint("previews", __name__)
PLACE = "/visits/<visit_id>/evidence/<sha256>/preview"


@blueprint.get("/office" + PLACE)
@blueprint.get("/api" + PLACE, endpoint="for_phones")
@allow(SIGNED_IN)
def preview(visit_id: str, sha256: str) -> AnyResponse:
    visit = visit_to_look_at(current_person(), visit_id)
    picture = preview_of(visit.id, sha256) if is_sha256(sha256) else None
    if picture is None:
        raise Problem("preview-none")
    response = Response(picture, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(f"{sha256}-preview")
    return response.make_conditional(request)
