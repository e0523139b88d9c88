"""The container of a rescue file, as `pwa/store/parcel.js` writes it, and its frames.

A frame that does not open is reported with its place, and reading goes on at the next one: what is damaged
hides nothing else. One frame is in memory at a time.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.accounts.rescue import RESCUE_FILE, oaep

Json = dict[str, Any]

KIND = "rescue"
MAGIC = b"LIANCHA1"
MARKER = b"LCF1"
FRAME_HEAD = len(MARKER) + 8
IV = 12
LONGEST_HEAD = 64 * 1024
LONGEST_FRAME = 8 * 1024 * 1024
SEARCHED_AT_ONCE = 1024 * 1024


class NotAParcel(Exception):
    """The file is no rescue file at all."""


class WrongKey(Exception):
    """It was made for another organisation's key, or its head was altered."""


@dataclass(frozen=True)
class Frame:
    """One record with its bytes; `at` is where it lies in the file."""

    at: int
    record: Json
    content: bytes


@dataclass(frozen=True)
class Damage:
    """A place of the file that holds nothing readable."""

    at: int


class Parcel:
    """An opened rescue file."""

    def __init__(self, file: IO[bytes], private_key: rsa.RSAPrivateKey, modulus: str) -> None:
        self._file = file
        self._private_key, self._modulus = private_key, modulus
        self.size = file.seek(0, os.SEEK_END)
        head = self._read_head()
        self._key = AESGCM(self.unwrap(head.get("keys"), RESCUE_FILE))

    def _read_head(self) -> Json:
        opening = self._read(0, len(MAGIC) + 4)
        length = int.from_bytes(opening[len(MAGIC) :])
        if not opening.startswith(MAGIC) or not 0 < length <= LONGEST_HEAD:
            raise NotAParcel
        text = self._read(len(opening), length)
        head = _parsed(text)
        if head is None or head.get("kind") != KIND:
            raise NotAParcel
        self._digest, self._start = sha256(text).hexdigest(), len(opening) + length
        return head

    def unwrap(self, keys: Any, label: str) -> bytes:
        """Of keys wrapped to several organisations (`[{"n", "key"}]`) ours; older ones have no label."""
        for one in keys if isinstance(keys, list) else ():
            if isinstance(one, dict) and one.get("n") == self._modulus:
                for tried in (label, ""):
                    key = self._unwrapped(str(one.get("key")), tried)
                    if len(key) == 32:
                        return key
        raise WrongKey

    def _unwrapped(self, key: str, label: str) -> bytes:
        try:
            return self._private_key.decrypt(b64decode(key), oaep(label))
        except ValueError:
            return b""

    def frames(self) -> Iterator[Frame | Damage]:
        """All frames in the order they lie, and the places that are none. The last says that it is."""
        at, ended = self._start, False
        while at < self.size:
            frame, after = self._frame(at)
            if frame is None:
                yield Damage(at)
                after = self._next_marker(at + 1)
            elif frame.record.get("end"):
                ended = True
            else:
                yield frame
            at = after
        if not ended:
            yield Damage(self.size)

    def content(self, at: int) -> bytes:
        """The bytes of the frame at a place met before."""
        frame, _ = self._frame(at)
        return frame.content if frame else b""

    def _frame(self, at: int) -> tuple[Frame | None, int]:
        head = self._read(at, FRAME_HEAD)
        number = int.from_bytes(head[len(MARKER) : len(MARKER) + 4])
        length = int.from_bytes(head[len(MARKER) + 4 :])
        after = at + FRAME_HEAD + length
        if not head.startswith(MARKER) or not IV < length <= LONGEST_FRAME or after > self.size:
            return None, at
        sealed = self._read(at + FRAME_HEAD, length)
        try:
            plain = self._key.decrypt(sealed[:IV], sealed[IV:], f"{self._digest}/{number}".encode())
        except InvalidTag:
            return None, at
        cut = 4 + int.from_bytes(plain[:4])
        record = _parsed(plain[4:cut])
        return (None, at) if record is None else (Frame(at, record, plain[cut:]), after)

    def _next_marker(self, at: int) -> int:
        """Where the next frame may begin; the end of the file where there is none."""
        while at < self.size:
            window = self._read(at, SEARCHED_AT_ONCE)
            found = window.find(MARKER)
            if found >= 0:
                return at + found
            at += max(1, len(window) - len(MARKER) + 1)
        return self.size

    def _read(self, at: int, length: int) -> bytes:
        self._file.seek(at)
        return self._file.read(length)


class Vault:
    """The phone's own seal: every record is bound to its place in the phone's database."""

    def __init__(self, key: bytes) -> None:
        self._key = AESGCM(key)

    def open(self, place: str, sealed: bytes) -> bytes | None:
        """The bytes; none if they are not what was sealed there."""
        try:
            return self._key.decrypt(sealed[:IV], sealed[IV:], place.encode())
        except (InvalidTag, ValueError):
            return None

    def value(self, place: str, sealed: bytes) -> Json | None:
        """The object; none if it is not what was sealed there."""
        plain = self.open(place, sealed)
        return None if plain is None else _parsed(plain)


def _parsed(text: bytes) -> Json | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
