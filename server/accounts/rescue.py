"""The organisation's rescue key: phones wrap their data keys and rescue files for it, the office opens them.

RSA-OAEP with SHA-256 (RFC 8017, 7.1), made on first start, kept in DATA_DIR/keys. Its public half is a JWK
(RFC 7517) in every session and bundle. What is wrapped bears a label of its use, and opens for no other.
"""

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from flask import Flask, current_app

from server.infra.datadir import kept_secret

KEY_BITS = 3072
RESCUE_FILE = "rescue-file"


def oaep(label: str = "") -> padding.OAEP:
    """How keys are wrapped; no label for what needs none, or was wrapped before there were any."""
    return padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label.encode())


def data_key_of(person_id: str) -> str:
    """The label of the data key of a person's phone."""
    return f"data-key:{person_id}"


def private_key() -> rsa.RSAPrivateKey:
    """The key that opens what phones locked for the organisation."""
    key: rsa.RSAPrivateKey = current_app.extensions["rescue_key"]
    return key


def rescue_key() -> dict[str, str]:
    """The public half, as a JWK for WebCrypto."""
    numbers = private_key().public_key().public_numbers()
    return {
        "kty": "RSA",
        "alg": "RSA-OAEP-256",
        "use": "enc",
        "n": _base64url(numbers.n),
        "e": _base64url(numbers.e),
    }


def init(app: Flask) -> None:
    """Find the key, or make it."""
    pem = kept_secret(app.config["DATA_DIR"], "rescue.pem", make)
    app.extensions["rescue_key"] = load_pem_private_key(pem, password=None)


def make() -> bytes:
    """A new private key, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _base64url(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
