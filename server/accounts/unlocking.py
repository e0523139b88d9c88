"""A forgotten PIN destroys nothing: the organisation opens a data key again, for the phone's own person only.

The phone sends its data key as wrapped for the organisation, and a key it made for this one answer; the
data key goes back wrapped for that key, so that nobody on the way learns it, and is kept nowhere.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from server.accounts import rescue
from server.accounts.devices import refuse_revoked
from server.accounts.model import Device, Person
from server.infra.audit import record
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem

DATA_KEY_BYTES = 32
LEAST_BITS, MOST_BITS = 2048, 4096
EXPONENT = 65537
MOST_BYTES = 1024


@dataclass(frozen=True)
class Wish:
    """What a phone asks: its person's password, the wrapped data key, and the key to answer to."""

    password: str
    wrapped: bytes
    answer_to: rsa.RSAPublicKey


def read_wish(said: Any) -> Wish:
    """The wish in a request's JSON; `malformed` names the member that is not of its form."""
    if not isinstance(said, dict):
        raise Problem("malformed", reason="not an object")
    password = said.get("password")
    if not isinstance(password, str):
        raise Problem("malformed", field="password", reason="not a text")
    return Wish(password, _bytes_of(said.get("wrapped"), "wrapped"), _public_key(said.get("public_key")))


def own_device(person: Person, device_id: str) -> Device:
    """The person's own enrolment, in use; any other does not exist for them."""
    device = db.session.get(Device, device_id) if is_uuid(device_id) else None
    if device is None or device.person_id != person.id:
        raise Problem("not-found")
    refuse_revoked(device)
    return device


def unlock(person: Person, device_id: str, wish: Wish) -> str:
    """The person's own data key, wrapped for the phone's key. The password was checked just before."""
    device = own_device(person, device_id)
    try:
        data_key = rescue.private_key().decrypt(wish.wrapped, rescue.oaep(rescue.data_key_of(person.id)))
    except ValueError as error:
        raise Problem("malformed", field="wrapped", reason="not wrapped for this person here") from error
    if len(data_key) != DATA_KEY_BYTES:
        raise Problem("malformed", field="wrapped", reason="not a data key")
    record(person.id, "device.unlocked", device.id)
    return urlsafe_b64encode(wish.answer_to.encrypt(data_key, rescue.oaep())).rstrip(b"=").decode()


def _public_key(jwk: Any) -> rsa.RSAPublicKey:
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or "d" in jwk:
        raise Problem("malformed", field="public_key", reason="not a public RSA key")
    modulus = int.from_bytes(_bytes_of(jwk.get("n"), "public_key"), "big")
    exponent = int.from_bytes(_bytes_of(jwk.get("e"), "public_key"), "big")
    if exponent != EXPONENT or not LEAST_BITS <= modulus.bit_length() <= MOST_BITS or modulus % 2 == 0:
        raise Problem("malformed", field="public_key", reason="not an RSA key of 2048 to 4096 bits")
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _bytes_of(text: Any, field: str) -> bytes:
    try:
        if isinstance(text, str) and text.isascii() and 0 < len(text) <= MOST_BYTES:
            return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        pass
    raise Problem("malformed", field=field, reason="not base64url")
