"""What the register says beside what somebody typed, where both were at one enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.registry import editing, listing
from server.registry.history import Names
from server.registry.model import Enterprise

Difference = tuple[str, str, str]
"""One field: what it is called, what it says now, and what was typed."""


def differences(enterprise: Enterprise, typed: Mapping[str, Any]) -> list[Difference]:
    """The fields in which the two versions differ, in words."""
    now = editing.current(enterprise, listing.industries_of(enterprise))
    names = Names()
    return [
        (names.label(name), names.value(name, now) or "–", names.value(name, typed) or "–")
        for name in sorted(typed, key=names.order)
        if name != "town" and now[name] != typed[name]
    ]
