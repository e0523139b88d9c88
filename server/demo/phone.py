"""A phone of the demo: it makes entries as the field app does, with a key of its own.

The private key lives as long as the loading of the demo; nobody signs with it again.
"""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from server.kernel.ids import uuid7
from server.visits.entry import entry_hash

Json = dict[str, Any]


@dataclass
class Phone:
    """One person's enrolment, and the chain it writes on one visit."""

    person: str
    visit: str
    device: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    chain: list[Json] = field(default_factory=list)
    sent: int = 0

    def public_jwk(self) -> dict[str, str]:
        """The public key as it is enrolled."""
        point = self.key.public_key().public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "x": _base64url(point.x.to_bytes(32)),
            "y": _base64url(point.y.to_bytes(32)),
        }

    def write(self, kind: str, body: Json, at: datetime, nonce: str) -> Json:
        """Append one entry: numbered, linked to the one before, hashed and signed."""
        entry: Json = {
            "id": uuid7(int(at.timestamp() * 1000), secrets.token_bytes(10)),
            "visit": self.visit,
            "device": self.device,
            "seq": len(self.chain) + 1,
            "prev": self.chain[-1]["hash"] if self.chain else None,
            "author": self.person,
            "at": at.isoformat(timespec="milliseconds"),
            "nonce": nonce,
            "kind": kind,
            "body": body,
        }
        entry["hash"] = entry_hash(entry)
        entry["sig"] = self._sign(bytes.fromhex(entry["hash"]))
        self.chain.append(entry)
        return entry

    def unsent(self) -> list[Json]:
        """What the server has not been given yet; it counts as given from now on."""
        waiting, self.sent = self.chain[self.sent :], len(self.chain)
        return waiting

    def _sign(self, digest: bytes) -> str:
        der = self.key.sign(digest, ec.ECDSA(hashes.SHA256()))
        r, s = decode_dss_signature(der)
        return _base64url(r.to_bytes(32) + s.to_bytes(32))  # IEEE P1363, as WebCrypto writes it


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
