"""What the register says beside what somebody typed, where both were at one enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.registry import editing, listing
from server.registry.history import Names
from server.registry.model import Enterprise


@dataclass(frozen=True)
class Difference:
    """One field: what it is called, what it says now, and what was typed."""

    label: str
    now: str
    typed: str


def differences(enterprise: Enterprise, typed: Mapping[str, Any]) -> list[Difference]:
    """The fields in which the two versions differ, in words."""
    now = editing.current(enterprise, listing.industries_of(enterprise))
    names = Names()
    return [
        Difference(names.label(name), names.value(name, now), names.value(name, typed))
        for name in sorted(typed, key=names.order)
        if name != "town" and now[name] != typed[name]
    ]
