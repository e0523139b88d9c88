"""A job for the tests, and the two processes that share a queue: one that asks for it, one that does it."""

from pathlib import Path

from flask import current_app

from server import create_app
from server.infra import jobs
from server.infra.db import transaction


@jobs.job
def leave_note(name: str) -> None:
    """Write a file into the app's data folder."""
    (Path(current_app.config["DATA_DIR"]) / name).write_text("done")


def ask(name: str) -> None:
    """What a web process does."""
    with create_app().app_context(), transaction():
        leave_note.later(name)


def work() -> None:
    """What the consumer does."""
    jobs.work(create_app())
