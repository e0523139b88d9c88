"""Background work: at once in tests, through the queue in the running app."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

from server.infra.db import transaction
from server.infra.jobs import crontab, job

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


def test_the_consumer_does_what_another_process_asked_for_and_stops_when_told(data_dir: Path) -> None:
    environment = os.environ | {"DATA_DIR": str(data_dir), "DATABASE_URL": "", "PYTHONPATH": "."}

    def start(deed: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", f"from tests.infra import chores; chores.{deed}"]
        return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)

    assert start("ask('note')").wait(timeout=60) == 0
    consumer = start("work()")
    deadline = time.monotonic() + 60
    while not ((data_dir / "note").exists() and _heeds_signals(consumer)) and time.monotonic() < deadline:
        time.sleep(0.1)
    consumer.send_signal(signal.SIGINT)
    assert (consumer.wait(timeout=60), (data_dir / "note").read_text()) == (0, "done")


@pytest.mark.parametrize(
    ("hour", "minute", "due"), [(0, 7, True), (10, 7, True), (11, 7, False), (0, 8, False)]
)
def test_a_crontab_counts_by_the_county_s_clock(hour: int, minute: int, due: bool) -> None:
    asked = dt.datetime(2026, 5, 12, hour, minute, tzinfo=dt.UTC)
    assert crontab(minute="7", hour="8-18")(asked.replace(tzinfo=None)) is due


def _heeds_signals(process: subprocess.Popen[bytes]) -> bool:
    """Whether the consumer has begun to listen: huey starts to work a moment before it does.

    Python itself catches SIGINT; SIGTERM is caught by huey only (proc(5), SigCgt).
    """
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = int(next(line for line in status.splitlines() if line.startswith("SigCgt")).split()[1], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)
