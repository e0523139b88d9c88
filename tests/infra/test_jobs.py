"""Background work: at once in tests, through the queue in the running app."""

import pytest
from flask import Flask

from server.infra.db import transaction
from server.infra.jobs import job

done: list[str] = []


@job
def remember(word: str) -> None:
    """Leave a trace."""
    done.append(word)


def test_a_job_is_done_after_the_commit_and_not_without_one(app: Flask) -> None:
    done.clear()
    with app.app_context():
        with transaction():
            remember.later("kept")
            assert done == []
        with pytest.raises(ZeroDivisionError), transaction():
            remember.later("lost")
            raise ZeroDivisionError
        remember("now")
    assert done == ["kept", "now"]
