"""An upload of 200 MB, hashed and fsynced, beside plain hashing and writing; memory meanwhile."""

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from server.demo import people
from tests.bench.figures import Figure
from tests.evidence.files import film
from tests.evidence.remote import RemoteSpeaker
from tests.processes import LiveServer

MEGABYTE = 1024 * 1024
SIZE = 200 * MEGABYTE
CHUNK = 4 * MEGABYTE
KIND = {"Content-Type": "application/offset+octet-stream"}
LEAD, DEMO_PASSWORD = "shwj01", people.PASSWORD


def measure(server: LiveServer, visit: str) -> list[Figure]:
    """Megabytes a second, and how much memory the server's processes held at most."""
    content = _film()
    speaker = RemoteSpeaker(server.url, LEAD, DEMO_PASSWORD)
    quiet = server.memory()
    with _watched(server) as peak:
        start = time.perf_counter()
        url = speaker.begin(visit, content, "video/mp4")
        with requests.Session() as session:
            for offset in range(0, len(content), CHUNK):
                headers = speaker.headers | KIND | {"Upload-Offset": str(offset)}
                chunk = content[offset : offset + CHUNK]
                session.patch(url, data=chunk, headers=headers, timeout=300).raise_for_status()
        took = time.perf_counter() - start
    ours = len(content) / MEGABYTE / took
    theirs = _plain(server.data_dir / "yardstick.bin", content)
    return [
        Figure(
            "upload of 200 MB, kept and fsynced", ours, "MB/s", "hashing and writing it", theirs, "≥ 0.50"
        ),
        Figure("memory of the server meanwhile", max(peak) / MEGABYTE, "MB", "before", quiet / MEGABYTE),
    ]


def _film() -> bytes:
    """A short film, made long by a box that players skip (ISO/IEC 14496-12, 8.1.2: free)."""
    short = film("mp4", "h264")
    rest = SIZE - len(short)
    return short + rest.to_bytes(4, "big") + b"free" + os.urandom(rest - 8)


def _plain(path: Path, content: bytes) -> float:
    """The same chunks hashed, written and fsynced by nobody but this process."""
    start = time.perf_counter()
    with path.open("wb") as file:
        total = hashlib.sha256()
        for offset in range(0, len(content), CHUNK):
            chunk = content[offset : offset + CHUNK]
            total.update(chunk)
            file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    return len(content) / MEGABYTE / (time.perf_counter() - start)


@contextmanager
def _watched(server: LiveServer) -> Iterator[list[int]]:
    """The memory seen every 20 ms while the block runs."""
    seen, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            seen.append(server.memory())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
