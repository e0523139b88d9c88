"""What a file has said already: which row first claimed a subject. A million claims lie on the disk."""

import sqlite3
from collections.abc import Iterable


class Seen:
    """The first row of each key. A database of its own, in a file that vanishes with it."""

    def __init__(self) -> None:
        self._keys = sqlite3.connect("", isolation_level=None)
        self._keys.execute("PRAGMA journal_mode=OFF")
        self._keys.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self._keys.execute("BEGIN")

    def first_row(self, keys: Iterable[str], row: int) -> int | None:
        """Claim the keys for a row; the earlier row that holds one of them already, or none."""
        held = None
        for key in keys:
            claimed = self._keys.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, row))
            if not claimed.rowcount:
                held = self._keys.execute("SELECT row FROM seen WHERE key = ?", (key,)).fetchone()[0]
        return held

    def close(self) -> None:
        """Forget all."""
        self._keys.close()
