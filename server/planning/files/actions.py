"""Keep an attached paper, after looking into it. To be called inside `with transaction():`."""

from __future__ import annotations

import hashlib
import io
from typing import IO, Protocol

from PIL import Image

from server.accounts.model import Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.problems import Problem
from server.planning.files import rules
from server.planning.files.model import Attachment
from server.web.fields import tidy_line

MOST_PIXELS = 80_000_000


class Upload(Protocol):
    """What a form's file field holds (Werkzeug's FileStorage)."""

    filename: str | None
    stream: IO[bytes]


def look_at(upload: Upload) -> tuple[bytes, rules.Kind]:
    """What a file holds and what it is; it may be looked at again."""
    upload.stream.seek(0)
    content = upload.stream.read(rules.MOST_BYTES + 1)
    kind = rules.kind_of(content)
    if kind.is_image:
        _look_at_image(content, kind)
    return content, kind


def attach(actor: Person, upload: Upload) -> Attachment:
    """Keep a file: what it is counts by its content, and its name gets the ending that fits."""
    content, kind = look_at(upload)
    found = Attachment(
        id=new_id(),
        name=rules.named(tidy_line(upload.filename), kind),
        type=kind.media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        department=actor.department,
        added_at=now(),
        added_by=actor.id,
    )
    db.session.add(found)
    db.session.flush()
    record(actor.id, "file-attached", found.id, name=found.name, sha256=found.sha256, size=found.size)
    return found


def _look_at_image(content: bytes, kind: rules.Kind) -> None:
    """Decode it, coarsely where the format can, so that a damaged file is found."""
    reader = "JPEG" if kind is rules.Kind.JPEG else "PNG"
    try:
        with Image.open(io.BytesIO(content), formats=[reader]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Problem("attachment-kind", field="attachment")
            image.draft("RGB", (image.width // 8, image.height // 8))
            image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise Problem("attachment-kind", field="attachment") from error
