"""PDFs already made, kept as files by a digest of all that they show. Losing them costs only time."""

import os
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

# One at a time: two made at once take as long as one after the other, and whoever waited finds it made.
_MAKING = threading.Lock()


def kept(folder: Path, key: str, make: Callable[[], bytes]) -> Path:
    """The file for this key, made if it is not there yet. The key is a hex digest: a safe file name."""
    if not (key.isalnum() and key.isascii()):
        raise ValueError("a cache key is a hex digest")
    path = folder / f"{key}.pdf"
    if not path.exists():
        with _MAKING:
            if not path.exists():
                _write(path, make())
    return path


def sweep(folder: Path, before: datetime) -> int:
    """Remove what was made before this instant: drafts of a visit are made anew with every answer."""
    old = [path for path in folder.glob("*.pdf") if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _write(path: Path, content: bytes) -> None:
    """Written beside and renamed, so that a reader never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as part:
        part.write(content)
    Path(name).replace(path)
