"""Schedules: lists of acts that five phones, their network and their server go through, made from a seed.

Each act has all its chances in it, so that leaving one out changes no other: a schedule that fails is shrunk
by leaving out what it does not need.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Act = dict[str, Any]

PHONES = 5
TEAM = ("lin", "ma", "zhou", "wu", "tang")
KINDS = ["answer"] * 5 + ["note"] * 2 + ["foreign", "completed"]
FATES = ["deliver"] * 8 + [
    "twice", "lost-answer", "lost-answer", "lost-request", "ghost", "slow-answer", "slow-answer", "portal",
    "trouble", "stale",
]  # fmt: skip


def schedule(seed: int) -> dict[str, Any]:
    """The schedule of a seed: `{"seed", "acts"}`."""
    chance = Random(seed)
    return {"seed": seed, "acts": [_an_act(chance) for _ in range(chance.choice([30, 60, 120]))]}


def _an_act(chance: Random) -> Act:
    phone = chance.randrange(PHONES)
    roll = chance.randrange(10_000) / 10_000
    do = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    more: dict[str, dict[str, Any]] = {
        "write": {"phone": phone, "kind": chance.choice(KINDS), "roll": roll},
        "round": {"phone": phone, "again": chance.random() < 0.2},
        "net": {"roll": roll, "fate": chance.choice(FATES)},
        "late": {"roll": roll},
        "kill": {"phone": phone, "after": chance.choice([0, chance.randrange(40)])},
        "keep": {"phone": phone},
        "restore": {"phone": phone},
        "lose": {"phone": phone, "roll": roll},
    }
    return {"do": do, **more.get(do, {})}


WEIGHTS = {
    "write": 16, "round": 14, "net": 60, "late": 3, "kill": 3,
    "keep": 2, "restore": 1.5, "lose": 0.3, "yesterday": 1.5, "disaster": 1,
}  # fmt: skip


def shrunk(acts: list[Act], fails: Callable[[list[Act]], bool]) -> list[Act]:
    """The acts without those that the failure does not need (delta debugging, one pass after the other)."""
    size = max(1, len(acts) // 2)
    while True:
        for start in _backwards(len(acts), size):
            without = acts[:start] + acts[start + size :]
            if len(without) < len(acts) and fails(without):
                acts = without
        if size == 1:
            return acts
        size = max(1, size // 2)


def _backwards(length: int, size: int) -> Iterator[int]:
    return iter(range((length - 1) // size * size, -1, -size))
