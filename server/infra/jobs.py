"""Work that need not be waited for: PDFs, previews, tidying. Huey on SQLite; in tests it is done at once.

A room writes `@job` over a function of plain arguments and calls `function.later(…)`: it is queued when the
running transaction is committed, and done by `flask jobs work` inside an app context.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from flask import Flask, current_app, has_app_context
from huey import SqliteHuey
from huey.api import Huey
from huey.api import crontab as utc_crontab

from server.infra.db import after_commit
from server.kernel.instants import SHANGHAI

__all__ = ["crontab", "every", "job", "queue"]

queue: Huey = SqliteHuey("liancha", immediate=True, results=False)
_consumer_app: list[Flask] = []  # the app of this process, for jobs that run outside of any request


def crontab(**fields: str) -> Callable[[datetime], bool]:
    """Times by the county's clock, as crontab writes them; Huey itself asks in UTC."""
    is_time = utc_crontab(**fields)
    return lambda at: bool(is_time(at.replace(tzinfo=UTC).astimezone(SHANGHAI)))


class Job:
    """A function that can also be done later."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.__doc__ = function.__doc__
        self._task = queue.task(name=self.name)(_in_app(function))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do it now."""
        return self.function(*args, **kwargs)

    def later(self, *args: Any, **kwargs: Any) -> None:
        """Do it once what is being written is committed."""
        act = self.function if queue.immediate else self._task
        after_commit(lambda: act(*args, **kwargs))


def job(function: Callable[..., Any]) -> Job:
    """Decorator: this function may be done later."""
    return Job(function)


def every(when: Callable[..., bool]) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Decorator: do this at the times of a `crontab(…)`."""

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        name = f"{function.__module__}.{function.__qualname__}"
        queue.periodic_task(when, name=name)(_in_app(function))
        return function

    return register


def work(app: Flask) -> None:
    """Do queued jobs until told to stop; the one in hand is finished (SIGINT) or left (SIGTERM)."""
    queue.create_consumer(workers=app.config["JOB_WORKERS"], worker_type="thread").run()


def init(app: Flask) -> None:
    """Queue into DATA_DIR, except in tests."""
    if not app.testing:
        queue.storage_kwargs = {"filename": str(app.config["DATA_DIR"] / "jobs.db")}
        queue.immediate = False
        _consumer_app[:] = [app]


def _in_app(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        app = current_app._get_current_object() if has_app_context() else _consumer_app[0]  # type: ignore[attr-defined]
        with app.app_context():
            return function(*args, **kwargs)

    return run
