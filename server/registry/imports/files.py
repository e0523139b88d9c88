"""Where the files of imports lie until they are no longer needed: a folder of DATA_DIR, one file for each."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import IO

from flask import current_app

from server.kernel.ids import is_uuid
from server.kernel.problems import Problem

AT_ONCE = 1024 * 1024


def place_of(batch_id: str) -> Path:
    """The file of an import."""
    if not is_uuid(batch_id):
        raise ValueError("not the id of an import")
    folder = Path(current_app.config["DATA_DIR"]) / "imports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / batch_id


def keep(file: IO[bytes], batch_id: str) -> tuple[str, int]:
    """Put a file on the disk as it comes; its SHA-256 and length. One too large leaves nothing."""
    most = current_app.config["MAX_IMPORT"]
    digest, length = hashlib.sha256(), 0
    place = place_of(batch_id)
    try:
        with place.open("xb") as copy:
            while content := file.read(AT_ONCE):
                length += len(content)
                if length > most:
                    raise Problem("import-too-large", field="file", max=most // 1024**2)
                digest.update(content)
                copy.write(content)
            copy.flush()
            os.fsync(copy.fileno())
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    return digest.hexdigest(), length


def forget(batch_id: str) -> None:
    """The file is no longer needed."""
    place_of(batch_id).unlink(missing_ok=True)
