"""The headers of the tus resumable upload protocol 1.0.0, read and checked.

https://tus.io/protocols/resumable-upload
It knows neither requests nor files.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from server.kernel.problems import Problem

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,expiration,termination"
ALGORITHMS = ("sha1", "sha256")
CHUNK_TYPE = "application/offset+octet-stream"

_SIZE = re.compile(r"[0-9]{1,15}")
_KEY = re.compile(r"[!-+\--~]+")  # printable ASCII without space and comma


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one chunk have to hash to."""

    algorithm: str
    digest: bytes


def read_size(name: str, text: str | None) -> int:
    """A header that holds a whole number of bytes."""
    if text is None or not _SIZE.fullmatch(text):
        raise Problem("malformed", field=name, reason=f"{name}: a whole number of bytes is needed")
    return int(text)


def read_metadata(text: str) -> dict[str, str]:
    """`Upload-Metadata`: comma-separated pairs of a key and a Base64 value; a value may be missing."""
    pairs = [_read_pair(pair.strip()) for pair in text.split(",")] if text.strip() else []
    if len({key for key, _ in pairs}) != len(pairs):
        raise _bad_metadata("a key occurs twice")
    return dict(pairs)


def _read_pair(pair: str) -> tuple[str, str]:
    key, _, value = pair.partition(" ")
    if not _KEY.fullmatch(key):
        raise _bad_metadata("a key is empty or not ASCII")
    try:
        return key, base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _bad_metadata("a value is not Base64 of UTF-8 text") from None


def _bad_metadata(reason: str) -> Problem:
    return Problem("malformed", field="Upload-Metadata", reason=f"Upload-Metadata: {reason}")


def read_checksum(text: str | None) -> Checksum | None:
    """`Upload-Checksum`: an algorithm's name and a Base64 digest; none if the header is not there."""
    if text is None:
        return None
    algorithm, _, value = text.partition(" ")
    if algorithm not in ALGORITHMS:
        known = ", ".join(ALGORITHMS)
        raise Problem("malformed", field="Upload-Checksum", reason=f"Upload-Checksum: known are {known}")
    try:
        return Checksum(algorithm, base64.b64decode(value, validate=True))
    except binascii.Error:
        raise Problem("malformed", field="Upload-Checksum", reason="Upload-Checksum: not Base64") from None
