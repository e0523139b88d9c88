"""What the plan has to know of rooms above it. They set the function at start.

Call it through the module (`ports.rows_in_work(…)`), so that the one set last is the one asked.
"""

from collections.abc import Callable, Collection

RowsInWork = Callable[[Collection[str]], set[str]]


def _none(rows: Collection[str]) -> set[str]:
    return set()


rows_in_work: RowsInWork = _none
"""ids of rows -> those of them that a task was opened for; set by tasks."""

rows_sent: RowsInWork = _none
"""ids of rows -> those of them whose task was dispatched, so that its visits are counted; set by tasks."""
