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
    """Whether the parts got their shares, of all these draws taken together."""
    parts = _parts(draws)
    column = {part.name: at for at, part in enumerate(parts)}
    chance = numpy.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()))
    made_up = numpy.zeros((ROUNDS, len(parts)))
    for stratum in (of for draw in draws for of in draw.values()):
        sizes = [size for size, _fell in stratum.values()]
        quota = sum(fell for _size, fell in stratum.values())
        made_up[:, [column[name] for name in stratum]] += chance.multivariate_hypergeometric(
            sizes, quota, ROUNDS, method="marginals"
        )
    due = numpy.array([part.due for part in parts])
    found = _distance(numpy.array([part.drawn for part in parts]), due)
    others = _distance(made_up, due)
    p = (1 + int((others >= found - 1e-9).sum())) / (1 + ROUNDS) if others.any() else None
    return Verdict(parts, p)


def _distance(drawn: numpy.ndarray, due: numpy.ndarray) -> numpy.ndarray:
    """Pearson's: squares of what is too much or too little, by what was due."""
    expected = due > 0
    squares: numpy.ndarray = ((drawn - due) ** 2)[..., expected] / due[expected]
    return squares.sum(axis=-1).round(9)


def _parts(draws: Sequence[Strata]) -> list[Part]:
    candidates: dict[str, int] = {}
    drawn: dict[str, int] = {}
    due: dict[str, float] = {}
    for stratum in (parts for draw in draws for parts in draw.values()):
        everyone = sum(size for size, _fell in stratum.values())
        share = sum(fell for _size, fell in stratum.values()) / max(1, everyone)
        for part, (size, fell) in stratum.items():
            candidates[part] = candidates.get(part, 0) + size
            drawn[part] = drawn.get(part, 0) + fell
            due[part] = due.get(part, 0) + size * share
    return [Part(name, candidates[name], drawn[name], due[name]) for name in sorted(candidates)]
