"""Identifiers: UUIDs of version 7 (RFC 9562, section 5.7), made from a given time and given random bytes."""

import re
import uuid

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def uuid7(now_ms: int, random_bytes: bytes) -> str:
    """A UUIDv7 of 48 bits of milliseconds and 74 of the ten random bytes given."""
    if len(random_bytes) != 10:
        raise ValueError("uuid7 wants ten random bytes")
    number = (now_ms & (2**48 - 1)) << 80 | int.from_bytes(random_bytes, "big")
    number = number & ~(0xF << 76) | 0x7 << 76  # version
    number = number & ~(0x3 << 62) | 0x2 << 62  # variant
    return str(uuid.UUID(int=number))


def is_uuid(value: object) -> bool:
    """Whether the value is a UUID as we write them: lower case, with hyphens."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None
