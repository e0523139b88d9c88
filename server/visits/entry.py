"""One journal entry by itself: its hash, its form, its signature.

What an entry means is the fold's business, who may write it is `rules.may_write`'s. Nothing here knows a
clock, a database or a visit.
"""

import base64
import binascii
import re
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from server.kernel.canonical import canonical_of_plain, check_plain, digest, sha256_hex
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem

MAX_BYTES = 64 * 1024
UNHASHED = ("hash", "sig")
SEAL_BYTES = len('"hash":"",') + 64 + len('"sig":"",') + 86
"""What these two add to the canonical form of the others."""

_HASH = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{86}")


def entry_hash(entry: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of all members but `hash` and `sig`, unknown members included."""
    return digest(_hashed(entry))


def _hashed(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in UNHASHED}


def journal_digest(entry_hashes: Any) -> str:
    """SHA-256 over the sorted raw hashes: equal for two who hold the same set of entries."""
    return sha256_hex(b"".join(sorted(bytes.fromhex(name) for name in set(entry_hashes))))


def check_entry(document: Any, public_jwk: dict[str, Any]) -> str | None:
    """What makes an entry not genuine: `malformed`, `bad-hash`, `bad-signature`; None if nothing."""
    return problem_of_form(document) or problem_of_seal(document, public_jwk)


def problem_of_form(document: Any) -> str | None:
    """`malformed` for what is no entry by members, values, depth or size; `bad-hash`; or None."""
    if not isinstance(document, dict) or not _is_plain(document) or not _has_members(document):
        return "malformed"
    hashed = canonical_of_plain(_hashed(document))
    if len(hashed) + SEAL_BYTES > MAX_BYTES:
        return "malformed"
    return None if sha256_hex(hashed) == document["hash"] else "bad-hash"


def problem_of_seal(entry: dict[str, Any], public_jwk: dict[str, Any]) -> str | None:
    """`bad-signature` unless the key of this JWK signed the raw hash (ECDSA P-256, SHA-256, IEEE P1363)."""
    try:
        raw = base64.urlsafe_b64decode(entry["sig"] + "==")
        signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public_key(public_jwk).verify(signature, bytes.fromhex(entry["hash"]), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return "bad-signature"
    return None


def public_key(jwk: dict[str, Any]) -> ec.EllipticCurvePublicKey:
    """The P-256 public key of a JWK (RFC 7518, section 6.2); ValueError where it is none."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise ValueError("not a P-256 key")
    x, y = jwk.get("x"), jwk.get("y")
    if not isinstance(x, str) or not isinstance(y, str):
        raise ValueError("a coordinate must be text")
    return _point(x, y)


@lru_cache(maxsize=4096)
def _point(x: str, y: str) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicNumbers(_number(x), _number(y), ec.SECP256R1()).public_key()


def _number(text: str) -> int:
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", text):
        raise ValueError("a coordinate must be 32 bytes in base64url")
    try:
        return int.from_bytes(base64.urlsafe_b64decode(text + "="), "big")
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def _is_plain(document: dict[str, Any]) -> bool:
    try:
        check_plain(document)
    except Problem:
        return False
    return True


def _has_members(entry: dict[str, Any]) -> bool:
    """Whether the members every entry has are there and of their form."""
    return (
        all(is_uuid(entry.get(name)) for name in ("id", "visit", "device", "author"))
        and type(entry.get("seq")) is int
        and entry["seq"] >= 1
        and (is_hash(entry.get("prev")) if entry["seq"] > 1 else entry.get("prev", "") is None)
        and _is_text(entry.get("at"), 40)
        and ("nonce" not in entry or entry["nonce"] is None or isinstance(entry["nonce"], str))
        and _is_text(entry.get("kind"), 64)
        and isinstance(entry.get("body"), dict)
        and is_hash(entry.get("hash"))
        and isinstance(entry.get("sig"), str)
        and _SIGNATURE.fullmatch(entry["sig"]) is not None
    )


def is_hash(value: Any) -> bool:
    """Whether this is a SHA-256 as we write it."""
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest and "\0" not in value
