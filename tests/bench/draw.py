"""How long one whole draw takes and how much memory: of 10,000 enterprises, then of 1,000,000.

Each in a process of its own, by the command anyone can run: `flask demo draw`. The yardstick is what the
same number of hashes of the same length takes alone.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.figures import Figure
from tests.processes import ROOT

OFFICERS = 2_000
SMALL, LARGE = 10_000, 1_000_000


def measure() -> list[Figure]:
    """Seconds, memory, and the growth from one to the other."""
    small, large = _draw(SMALL), _draw(LARGE)
    return [
        Figure(f"draw of {SMALL:,}", small[0], "s", "as many hashes", _hashes(SMALL)),
        Figure(f"draw of {LARGE:,}", large[0], "s", "as many hashes", _hashes(LARGE)),
        Figure(f"growth from {SMALL:,}", large[0], "s", "a hundred small ones", small[0] * 100),
        Figure(f"memory of {LARGE:,}", large[1], "MB", f"of {SMALL:,}", small[1]),
    ]


def _draw(subjects: int) -> tuple[float, float]:
    """Seconds and megabytes of one draw."""
    with TemporaryDirectory(prefix="liancha-bench-") as folder:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "demo", "draw", "--subjects", str(subjects),
             "--officers", str(OFFICERS), "--out", str(Path(folder) / "transcript.json")],
            cwd=ROOT, env=os.environ | {"DATA_DIR": folder, "SECRET_KEY": "of the bench"},
        )  # fmt: skip
        _pid, status, usage = os.wait4(process.pid, 0)
        if status:
            raise RuntimeError(f"the draw of {subjects} ended with {status}")
        return time.perf_counter() - began, usage.ru_maxrss / 1024


def _hashes(number: int) -> float:
    line = b"A\0" + b"0" * 64
    began = time.perf_counter()
    for _each in range(number):
        hashlib.sha256(line).digest()
    return time.perf_counter() - began
