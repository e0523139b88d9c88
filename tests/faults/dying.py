"""A server that is gone (SIGKILL) at one step between blob, commit and receipt; then one at the next step.

    python -m tests.faults.dying TEMPLATE FOLDER     (what a phone sends comes as JSON on standard input)

Each dies on a copy of its own of the data in TEMPLATE: `FOLDER/1`, `FOLDER/2` and so on. The last outlives
all its steps. Beside the data lies `promised`: what the phone had been told, line by line.
"""

import itertools
import json
import os
import shutil
import signal
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event

from server import create_app
from server.infra.db import db
from tests.builders import Json
from tests.evidence.speaking_tus import Speaker


class Fate:
    """Counts the steps that leave a trace on the disk, and ends the process at one of them."""

    def __init__(self, last: int) -> None:
        self.last, self.made = last, 0

    def step(self, *_: object) -> None:
        self.made += 1
        if self.made == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*given: Any, **named: Any) -> Any:
            self.step()
            done = real(*given, **named)
            self.step()
            return done

        return stepped

    def watch(self) -> None:
        """The files, and the commits: before each, and as soon as it is done."""
        for name in ("fsync", "replace", "unlink"):
            setattr(os, name, self.around(getattr(os, name)))
        event.listen(db.engine, "commit", self.step)
        event.listen(db.session, "after_commit", self.step)


def serve(folder: Path, sent: Json, last: int) -> None:
    """A phone's errand at a server that dies at step `last`."""
    app = create_app({"TESTING": True, "DATA_DIR": str(folder / "data"), "SECRET_KEY": "of the tests"})
    promised = os.open(folder / "promised", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def note(**told: Any) -> None:
        os.write(promised, json.dumps(told).encode() + b"\n")

    zhou, content = Speaker(app.test_client(), "zhou"), b64decode(sent["photo"])
    with app.app_context():
        Fate(last).watch()
    first, second = sent["batches"]
    note(accepted=push(zhou, sent["visit"], first))
    url = zhou.begin(sent["visit"], content)
    note(upload=url)
    if zhou.patch(url, 0, content).status_code == 204:
        note(stored=True)
    note(accepted=push(zhou, sent["visit"], second))


def push(speaker: Speaker, visit: str, entries: list[Json]) -> list[str]:
    """Push entries: the hashes that were accepted."""
    answer = speaker.say("POST", f"/api/visits/{visit}/entries", json={"entries": entries})
    assert answer.status_code == 200, answer.text
    return answer.json["accepted"]


def main(template: Path, folder: Path) -> None:
    sent = json.load(sys.stdin)
    for last in itertools.count(1):
        here = folder / str(last)
        shutil.copytree(template, here / "data")
        child = os.fork()
        if child == 0:
            serve(here, sent, last)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != -signal.SIGKILL:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
