"""Canonical JSON (RFC 8785) and digests over it.

Journal bodies hold strings in NFC, integers, booleans, null, arrays and objects only: no floats, for two
languages would have to agree on every digit of them. `check_plain` is that rule.
"""

import hashlib
import json
import unicodedata
from typing import Any

import rfc8785

from server.kernel.problems import Problem

SAFE_INTEGER = 2**53 - 1  # what JavaScript holds exactly (ECMA-262, Number.MAX_SAFE_INTEGER)
MAX_DEPTH = 16
BEYOND_BMP = [bytes([first]) for first in range(0xF0, 0xF5)]  # how such a character begins in UTF-8


def canonical(value: Any) -> bytes:
    """The one byte string of RFC 8785 that stands for this value."""
    return rfc8785.dumps(value)


def canonical_of_plain(value: Any) -> bytes:
    """The same for a value that passed `check_plain`, at the speed of the standard library's encoder.

    Without floats they differ in one thing only: RFC 8785 sorts names by UTF-16, which is another order than
    that of the characters as soon as one lies beyond the BMP.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    encoded = text.encode()
    return canonical(value) if any(first in encoded for first in BEYOND_BMP) else encoded


def sha256_hex(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """The SHA-256 of the value's canonical JSON, in hex."""
    return sha256_hex(canonical(value))


def check_plain(value: Any, depth: int = 1) -> None:
    """Raise `malformed` for what a journal may not hold, anywhere within the value."""
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int):
        _require(abs(value) <= SAFE_INTEGER, "integer out of range")
    elif isinstance(value, list | dict):
        _require(depth <= MAX_DEPTH, "nested too deeply")
        for inner in value:
            check_plain(inner, depth + 1)
            if isinstance(value, dict):
                _require(isinstance(inner, str), "a member's name must be a string")
                check_plain(value[inner], depth + 1)
    else:
        _require(False, f"{type(value).__name__} is not allowed")


def _check_text(text: str) -> None:
    if text.isascii():
        return
    _require(unicodedata.is_normalized("NFC", text), "text is not in NFC")
    try:
        text.encode()
    except UnicodeEncodeError:
        _require(False, "a lone surrogate")


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise Problem("malformed", reason=reason)
