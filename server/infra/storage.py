"""Where evidence lies: a folder of files, each known by a key such as `visit/ab/abcd…`.

Every path is made by one checked function, and `put` returns only when file and folder are on the disk.
"""

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from flask import Flask, current_app

from server.infra.datadir import refuse_unwritable

_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


class FolderStore:
    """Files under one folder."""

    def __init__(self, root: Path) -> None:
        refuse_unwritable(root)
        self.root = root.resolve()

    def path(self, key: str) -> Path:
        """The file of this key. A key is segments of letters, digits, `.`, `_`, `-`, joined by `/`."""
        segments = key.split("/")
        if not all(_SEGMENT.fullmatch(segment) for segment in segments):
            raise ValueError(f"not a key: {key!r}")
        return self.root.joinpath(*segments)

    def put(self, key: str, source: Path) -> None:
        """Take the file at `source` over as `key`: it is moved, and is on the disk when this returns."""
        target = self.path(key)
        self._make_folders(target.parent)
        draft = self._draft_beside(target, source)
        _sync(draft)
        draft.replace(target)
        _sync(target.parent)
        source.unlink(missing_ok=True)

    def open(self, key: str) -> BinaryIO:
        """The file, open for reading."""
        return self.path(key).open("rb")

    def size(self, key: str) -> int:
        """Its length in bytes."""
        return self.path(key).stat().st_size

    def exists(self, key: str) -> bool:
        """Whether there is such a file."""
        return self.path(key).is_file()

    def delete(self, key: str) -> None:
        """Remove the file; nothing happens where there is none."""
        self.path(key).unlink(missing_ok=True)

    def _make_folders(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folders(folder.parent)
            folder.mkdir(exist_ok=True)
            _sync(folder.parent)

    def _draft_beside(self, target: Path, source: Path) -> Path:
        """The source itself where it can be renamed into place, else a copy of it on the target's disk."""
        if source.stat().st_dev == target.parent.stat().st_dev:
            return source
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".draft-")
        os.close(handle)
        try:
            shutil.copyfile(source, draft)
        except OSError:
            Path(draft).unlink()
            raise
        return Path(draft)


def _sync(path: Path) -> None:
    """Have the kernel write a file, or a folder's entries, to the disk (fsync(2))."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def evidence_store() -> FolderStore:
    """The store of this app's evidence."""
    store: FolderStore = current_app.extensions["evidence_store"]
    return store


def init(app: Flask) -> None:
    """Open the store the settings name, and the spool of unfinished uploads."""
    app.extensions["evidence_store"] = FolderStore(Path(app.config["EVIDENCE_STORE"]))
    refuse_unwritable(Path(app.config["UPLOAD_SPOOL"]))
