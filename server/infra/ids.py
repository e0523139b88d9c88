"""New identifiers, from the real clock and the system's chance."""

import secrets
import time

from server.kernel.ids import uuid7


def new_id() -> str:
    """A fresh UUIDv7."""
    return uuid7(time.time_ns() // 1_000_000, secrets.token_bytes(10))
