"""Looking into files that may be hostile: in a process of its own with limits, `inspector.py`."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from server.evidence.rules import Findings, check_agrees
from server.kernel.problems import Problem

INSPECTOR = Path(__file__).with_name("inspector.py")
PATIENCE_SECONDS = 90
AT_ONCE = threading.BoundedSemaphore(2)
"""A large image takes up to a gigabyte while it is looked at."""

REFUSED = 3  # the inspector's exit status when it has an answer, and the answer is no


def look(file: BinaryIO, declared: str) -> Findings:
    """What the file is; refused, with the reason, if that is not the declared type or no evidence at all."""
    answer, status = _ask("look", file, declared)
    if status == REFUSED:
        said = json.loads(answer)
        raise Problem(said.pop("refused"), **said)
    if status:
        raise Problem("evidence-unreadable")
    findings = Findings(**json.loads(answer))
    check_agrees(declared, findings.type)
    return findings


def picture(file: BinaryIO, declared: str) -> bytes | None:
    """A small JPEG of an image, or of the first frame of a film; none if none can be made."""
    answer, status = _ask("preview", file, declared)
    return None if status else answer


def _ask(deed: str, file: BinaryIO, declared: str) -> tuple[bytes, int]:
    """Run the inspector over the open file. It inherits the file itself, no path and no environment."""
    file.seek(0)
    command = [sys.executable, "-I", str(INSPECTOR), deed, declared, str(current_app.config["MAX_PIXELS"])]
    with AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603  (every argument is ours)
                command, stdin=file, capture_output=True, env={}, timeout=PATIENCE_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise Problem("evidence-busy") from None
    return done.stdout, done.returncode
