"""Blobs and receipts over HTTP: `/api/visits/{id}/evidence/{sha256}` and `/api/visits/{id}/receipts`."""

from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from server.accounts.current import current_person
from server.evidence import actions
from server.evidence.access import visit_to_ask_about, visit_to_look_at
from server.evidence.model import Blob
from server.evidence.rules import EXTENSIONS, MAX_RECEIPTS, is_sha256
from server.kernel.problems import Problem
from server.web.gate import SIGNED_IN, allow
from server.web.json_body import read_json

blueprint = Blueprint("evidence", __name__, url_prefix="/api/visits/<visit_id>")


@blueprint.get("/evidence/<sha256>")
@allow(SIGNED_IN)
def blob(visit_id: str, sha256: str) -> AnyResponse:
    """The verified original, byte for byte, as a download; in ranges where asked."""
    visit = visit_to_look_at(current_person(), visit_id)
    return _download(actions.blob_of(visit, sha256))


@blueprint.post("/receipts")
@allow(SIGNED_IN)
def receipts(visit_id: str) -> dict[str, Any]:
    """What the server holds of these, and how surely."""
    visit = visit_to_ask_about(current_person(), visit_id)
    hashes = _read_hashes(read_json())
    return {"receipts": actions.receipts(visit, hashes, current_app.config["BACKUP_REPORTS"])}


def _read_hashes(asked: object) -> list[str]:
    hashes = asked.get("hashes") if isinstance(asked, dict) else None
    if not isinstance(hashes, list) or not all(is_sha256(one) for one in hashes):
        raise Problem("malformed", field="hashes", reason="hashes: a list of SHA-256 in hexadecimal")
    if len(hashes) > MAX_RECEIPTS:
        raise Problem("malformed", field="hashes", reason=f"hashes: at most {MAX_RECEIPTS} at a time")
    return hashes


def _download(blob: Blob) -> AnyResponse:
    """Never shown inside our own pages, whatever it holds: an attachment whose type is not guessed anew."""
    name = f"{blob.sha256}.{EXTENSIONS[blob.type]}"
    file = actions.open_blob(blob)
    response = Response(wrap_file(request.environ, file), mimetype=blob.type, direct_passthrough=True)
    response.content_length = blob.bytes
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(blob.sha256)
    response.last_modified = blob.stored_at
    try:
        return response.make_conditional(request, accept_ranges=True, complete_length=blob.bytes)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
