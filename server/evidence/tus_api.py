"""`/api/evidence/uploads`: the tus 1.0.0 server. It speaks the protocol; the deeds are in `actions.py`.

No database transaction is open while a body is read.
"""

import shutil
from email.utils import format_datetime
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from server.accounts.current import current_person
from server.evidence import actions, body, tus
from server.evidence.spool import Spool, Upload, upload_spool
from server.infra.clock import now
from server.infra.db import db
from server.kernel.problems import Problem
from server.visits.access import visit_for
from server.web.gate import PUBLIC, SIGNED_IN, allow

blueprint = Blueprint("uploads", __name__, url_prefix="/api/evidence/uploads")

REPLACEABLE = {"HEAD", "PATCH", "DELETE"}


@blueprint.before_request
def check_version() -> None:
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != tus.VERSION:
        raise Problem("upload-version", version=tus.VERSION)


@blueprint.after_request
def speak_tus(response: Response) -> Response:
    response.headers["Tus-Resumable"] = tus.VERSION
    response.headers["Cache-Control"] = "no-store"
    if response.status_code == 412:
        response.headers["Tus-Version"] = tus.VERSION
    return response


@blueprint.route("", methods=["OPTIONS"], provide_automatic_options=False)
@blueprint.route("/<upload_id>", methods=["OPTIONS"], provide_automatic_options=False)
@allow(PUBLIC)
def offer(upload_id: str = "") -> Response:
    return _empty(
        204,
        {
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": current_app.config["MAX_UPLOAD"],
            "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
        },
    )


@blueprint.post("", provide_automatic_options=False)
@allow(SIGNED_IN)
def create() -> Response:
    header = request.headers.get("Upload-Metadata", "")
    length = tus.read_size("Upload-Length", request.headers.get("Upload-Length"))
    person, spool = current_person(), upload_spool()
    visit = visit_for(person, tus.read_metadata(header).get("visit", ""))
    _check_room(spool, length)
    upload = actions.begin_upload(spool, person.id, visit, length, header)
    location = url_for(".append", upload_id=upload.id)
    return _empty(201, {"Location": location, **_expiry(spool, upload)})


@blueprint.route("/<upload_id>", methods=["HEAD"], provide_automatic_options=False)
@allow(SIGNED_IN)
def state(upload_id: str) -> Response:
    """How far it is. An upload that is whole but was left unfinished by a crash is finished now."""
    person_id, spool = current_person().id, upload_spool()
    upload = spool.find(upload_id, person_id, now())
    offset = spool.offset(upload)
    if offset == upload.length and not upload.done:
        with spool.held(upload_id, person_id, now()) as held:
            _complete(spool, held)
    return _empty(
        200,
        {
            "Upload-Offset": offset,
            "Upload-Length": upload.length,
            "Upload-Metadata": upload.metadata,
            **_expiry(spool, upload),
        },
    )


@blueprint.patch("/<upload_id>", provide_automatic_options=False)
@allow(SIGNED_IN)
def append(upload_id: str) -> Response:
    if request.mimetype != tus.CHUNK_TYPE:
        raise Problem("unsupported-media-type")
    offset = tus.read_size("Upload-Offset", request.headers.get("Upload-Offset"))
    length = _chunk_length()
    checksum = tus.read_checksum(request.headers.get("Upload-Checksum"))
    person_id, spool = current_person().id, upload_spool()
    db.session.rollback()  # who asks is known; the body may take minutes
    with spool.held(upload_id, person_id, now()) as upload:
        _check_place(spool, upload, offset, length)
        if length:
            offset = spool.append(upload, body.pieces(request, length), checksum)
        if offset == upload.length:
            _complete(spool, upload)
        return _empty(204, {"Upload-Offset": offset, **_expiry(spool, upload)})


@blueprint.delete("/<upload_id>", provide_automatic_options=False)
@allow(SIGNED_IN)
def end(upload_id: str) -> Response:
    spool = upload_spool()
    with spool.held(upload_id, current_person().id, now()) as upload:
        spool.drop(upload.id)
    return _empty(204, {})


@blueprint.post("/<upload_id>", provide_automatic_options=False)
@allow(SIGNED_IN)
def replace_method(upload_id: str) -> Response:
    """For clients whose network lets only POST through (tus, X-HTTP-Method-Override)."""
    method = request.headers.get("X-HTTP-Method-Override", "").upper()
    if method not in REPLACEABLE:
        raise Problem("method-not-allowed")
    request.environ["REQUEST_METHOD"] = request.method = method
    return {"HEAD": state, "PATCH": append, "DELETE": end}[method](upload_id)


def _chunk_length() -> int:
    """The length of the body, which has to be known before it is read."""
    length, most = request.content_length, current_app.config["MAX_CHUNK"]
    if length is None:
        raise Problem("length-required")
    if length > most:
        raise Problem("upload-chunk-too-large", max=most)
    return length


def _check_room(spool: Spool, length: int) -> None:
    most = current_app.config["MAX_UPLOAD"]
    if length > most:
        raise Problem("upload-too-large", max=most)
    if length > shutil.disk_usage(spool.folder).free:
        raise Problem("storage-full")


def _check_place(spool: Spool, upload: Upload, offset: int, length: int) -> None:
    here = spool.offset(upload)
    if offset != here:
        raise Problem("upload-offset", offset=here)
    if offset + length > upload.length:
        raise Problem("upload-beyond-end", length=upload.length)


def _complete(spool: Spool, upload: Upload) -> None:
    db.session.rollback()  # what was read is over; to examine a film may take a minute
    if not upload.done:
        actions.complete_upload(spool, upload)


def _expiry(spool: Spool, upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(spool.expires(upload), usegmt=True)}


def _empty(status: int, headers: dict[str, Any]) -> Response:
    response = Response(status=status, headers=headers)
    response.headers.pop("Content-Type", None)
    return response
