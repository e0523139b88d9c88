"""The law of evidence: which types are accepted, how sure the server is of a blob, how long things are kept.

Pure: limits, instants and settings come as arguments.
"""

import enum
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.kernel.problems import Problem

KEPT_UNCITED = timedelta(days=30)
SETTLED_AFTER = timedelta(hours=72)
MAX_RECEIPTS = 500
SHA256 = re.compile(r"[0-9a-f]{64}")


class Grade(enum.StrEnum):
    """What a receipt promises about a blob."""

    ABSENT = "absent"
    STORED = "stored"
    BACKED_UP = "backed-up"


class Preview(enum.StrEnum):
    """Whether a small picture of the blob has been made."""

    DUE = "due"
    MADE = "made"
    FAILED = "failed"


class Medium(enum.StrEnum):
    """What a file has to be, beneath its type."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True)
class Findings:
    """What looking into the bytes has shown."""

    type: str
    width: int | None = None
    height: int | None = None


EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "audio/mp4": "m4a",
    "audio/webm": "weba",
}
"""Every type that may be evidence, with the extension it is handed out under. None can run in a browser."""

SIBLINGS = (
    frozenset({"image/heic", "image/heif"}),
    frozenset({"video/mp4", "video/quicktime"}),
)
"""Types that phones name either way for one and the same container."""


def accepted_type(declared: str) -> str:
    """The plain type of `declared` (`video/webm;codecs=vp9` is `video/webm`), if it may be evidence."""
    plain = declared.split(";")[0].strip().lower()
    if plain not in EXTENSIONS:
        raise Problem("evidence-type-unknown", field="type", declared=plain[:100])
    return plain


def medium_of(type_: str) -> Medium:
    return Medium(type_.split("/")[0])


def check_agrees(declared: str, found: str) -> None:
    """A file must be what it was announced as; the answer says what it is, to be announced anew."""
    same = declared == found or any({declared, found} <= pair for pair in SIBLINGS)
    if not same:
        raise Problem("evidence-type-mismatch", declared=declared, found=found)


def is_sha256(text: object) -> bool:
    return isinstance(text, str) and SHA256.fullmatch(text) is not None


def grade(stored_at: datetime, backed_up_at: datetime | None, now: datetime, backup_reports: bool) -> Grade:
    """Where no backup reports what it has passed, three days in the store count as backed up."""
    if backed_up_at is not None:
        return Grade.BACKED_UP
    if not backup_reports and now - stored_at >= SETTLED_AFTER:
        return Grade.BACKED_UP
    return Grade.STORED


def storage_key(visit_id: str, sha256: str) -> str:
    """Bytes are kept per visit: a visit holds a blob only by its own upload."""
    return f"{visit_id}/{sha256}"
