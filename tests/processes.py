"""The real app in a process of its own, for tests in which the server goes away and comes back."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from server import create_app
from tests.postgres import free_port

ROOT = Path(__file__).resolve().parents[1]


class LiveServer:
    """gunicorn on one port and one DATA_DIR, stopped and started at will; with `jobs`, the consumer too.

    `root` is the tree it serves."""

    def __init__(self, data_dir: Path, port: int, root: Path = ROOT) -> None:
        self.root = root
        self.data_dir = data_dir
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = data_dir / "server.log"
        self.environment = os.environ | {
            "DATA_DIR": str(data_dir),
            "DATABASE_URL": "",
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "SECRET_KEY": "of the tests",
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def app(self) -> Flask:
        """An app of this process on the same data, to look into it or to add to it."""
        return create_app({"TESTING": True, "DATA_DIR": str(self.data_dir), "SECRET_KEY": "of the tests"})

    def start(self, jobs: bool = False) -> None:
        """Start, and wait until it answers."""
        self._run("gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app")
        if jobs:
            self._run("flask", "jobs", "work")
        self._wait_until_healthy()

    def stop(self) -> None:
        """Ask it to stop (SIGTERM) and wait."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Take it away in the middle of whatever it does (SIGKILL)."""
        self._end(signal.SIGKILL)

    def flask(self, *arguments: str) -> str:
        """Run a `flask` command on the same data; its output."""
        command = [sys.executable, "-m", "flask", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def memory(self) -> int:
        """Bytes of memory held by the server's processes and their children now."""
        groups = {process.pid for process in self._processes}
        pages = 0
        for place in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = place.read_text().rpartition(")")[2].split()
            except OSError:  # it ended meanwhile
                continue
            if int(fields[2]) in groups:
                pages += int(fields[21])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def _run(self, module: str, *arguments: str) -> None:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=self.root, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._processes.append(process)

    def _end(self, how: signal.Signals) -> None:
        for process in self._processes:
            if process.poll() is not None:
                continue
            if how == signal.SIGKILL:
                os.killpg(process.pid, how)
            else:
                process.send_signal(how)
        for process in self._processes:
            process.wait(timeout=30)
        self._processes.clear()

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + 120  # a machine with much else to do takes its time
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self._processes):
                break
            try:
                with urllib.request.urlopen(self.url + "/healthz", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise AssertionError("the server did not start:\n" + self.log.read_text())


@pytest.fixture
def live_server(data_dir: Path, empty_tables: Path) -> Iterator[LiveServer]:
    """A server with empty tables, not yet started."""
    shutil.copyfile(empty_tables, data_dir / "liancha.db")
    server = LiveServer(data_dir, free_port())
    yield server
    server.kill()
