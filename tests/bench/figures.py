"""What the bench prints: one line per figure, with its yardstick, their ratio and the aim."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured thing beside its yardstick; either may be absent."""

    name: str
    measured: float
    unit: str
    yardstick_name: str = ""
    yardstick: float | None = None
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        """Measured by yardstick."""
        return self.measured / self.yardstick if self.yardstick else None


def table(figures: Iterable[Figure]) -> str:
    """The figures as one table, columns padded."""
    rows = [("figure", "measured", "yardstick", "", "ratio", "aim")]
    for one in figures:
        yardstick = "" if one.yardstick is None else f"{one.yardstick:,.1f} {one.unit}"
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        rows.append(
            (one.name, f"{one.measured:,.1f} {one.unit}", yardstick, one.yardstick_name, ratio, one.aim)
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """Nineteen of twenty are not above it."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]
