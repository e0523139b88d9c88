"""Attached papers, handed out to keep: never shown inside a page of ours."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, Response, send_file

from server.accounts.current import current_person
from server.planning.files.access import READERS, attachment_for
from server.web.gate import allow

blueprint = Blueprint("files", __name__, url_prefix="/office/files")


@blueprint.get("/<uuid:attachment_id>")
@allow(*READERS)
def download(attachment_id: Any) -> Response:
    """One paper, as it came in."""
    found = attachment_for(current_person(), str(attachment_id))
    return send_file(
        io.BytesIO(found.content), found.type, as_attachment=True, download_name=found.name, etag=found.sha256
    )
