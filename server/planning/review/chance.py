"""Whether what was drawn looks like chance: a test that needs no formula, only many draws by the same rule.

Where a stratum holds parts of known size and some of it is drawn, every part should get about its share. How
far off a real draw is, is compared with draws made up by the rule itself (multivariate hypergeometric); `p`
is the share of those that are at least as far off. The chance used here is seeded, so that everyone who
computes it again finds the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy

ROUNDS = 9_999
SUSPICIOUS = 0.001
"""Of a thousand honest draws one falls below: reason to look, not proof."""

Strata = Mapping[str, Mapping[str, Sequence[int]]]
"""`{stratum: {part: [candidates, drawn]}}`."""


@dataclass(frozen=True)
class Part:
    """One part, all strata and draws taken together; `due` is what it should have got on the average."""

    name: str
    candidates: int
    drawn: int
    due: float


@dataclass(frozen=True)
class Verdict:
    """What a test found; `p` is None where there was nothing to be decided by chance."""

    parts: list[Part]
    p: float | None

    @property
    def suspicious(self) -> bool:
        """Whether somebody should look."""
        return self.p is not None and self.p < SUSPICIOUS


def verdict(draws: Sequence[Strata], seed: str) -> Verdict:
    """Whether the parts of all these draws got their shares."""
    chance = numpy.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()))
    found, made_up = 0.0, numpy.zeros(ROUNDS)
    open_to_chance = False
    for stratum in (parts for draw in draws for parts in draw.values()):
        sizes = numpy.array([candidates for candidates, _drawn in stratum.values()])
        drawn = numpy.array([drawn for _candidates, drawn in stratum.values()])
        if len(sizes) < 2 or not 0 < drawn.sum() < sizes.sum():
            continue
        open_to_chance = True
        found += _distance(sizes, drawn)
        again = chance.multivariate_hypergeometric(sizes, drawn.sum(), ROUNDS, method="marginals")
        made_up += _distance(sizes, again)
    p = (1 + int((made_up >= found - 1e-9).sum())) / (1 + ROUNDS) if open_to_chance else None
    return Verdict(_parts(draws), p)


def _distance(sizes: numpy.ndarray, drawn: numpy.ndarray) -> numpy.ndarray:
    """Pearson's: squares of what is too much or too little, by what was due."""
    due = sizes * (drawn.sum(axis=-1, keepdims=True) / sizes.sum())
    return ((drawn - due) ** 2 / due).sum(axis=-1)


def _parts(draws: Sequence[Strata]) -> list[Part]:
    candidates: dict[str, int] = {}
    drawn: dict[str, int] = {}
    due: dict[str, float] = {}
    for stratum in (parts for draw in draws for parts in draw.values()):
        share = sum(some for _all, some in stratum.values()) / max(1, sum(some for some, _ in stratum.values()))
        for part, (size, fell) in stratum.items():
            candidates[part] = candidates.get(part, 0) + size
            drawn[part] = drawn.get(part, 0) + fell
            due[part] = due.get(part, 0) + size * share
    return [Part(name, candidates[name], drawn[name], due[name]) for name in sorted(candidates)]
