"""The server is killed between blob, commit and receipt: its receipts are honoured, and all arrives."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

from flask import Flask

from server.infra.db import db
from tests.builders import Json, Scene, a_visit
from tests.conftest import app_on
from tests.evidence.files import image
from tests.evidence.speaking_tus import Speaker, sha256
from tests.faults.dying import push
from tests.people import People
from tests.processes import ROOT

SEED = int(os.environ.get("SEED", "1"))


def photo(seed: int, size: int = 20_000) -> bytes:
    """A photo with bytes of its own behind the picture."""
    return image("JPEG") + Random(seed).randbytes(size)


def test_a_server_killed_at_any_step_honours_its_receipts(
    app: Flask, people: People, data_dir: Path, tmp_path: Path
) -> None:
    visit, content = a_visit(app, people), photo(SEED)
    zhou = visit.phone("zhou")
    zhou.arrive()
    first, zhou.unsent = zhou.unsent, []
    zhou.answer("XF1")
    zhou.write(
        "evidence",
        {
            "sha256": sha256(content), "bytes": len(content), "type": "image/jpeg", "source": "app",
            "captured_at": "2026-11-24T09:31:00.000+08:00", "location": None,
        },
    )  # fmt: skip
    entries = first + zhou.unsent
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    sent = {"visit": visit.id, "photo": base64.b64encode(content).decode(), "batches": [first, zhou.unsent]}
    subprocess.run(
        [sys.executable, "-m", "tests.faults.dying", str(data_dir), str(tmp_path / "deaths")],
        input=json.dumps(sent).encode(), cwd=ROOT, check=True, env=os.environ | {"DATABASE_URL": ""},
    )  # fmt: skip
    deaths = sorted((tmp_path / "deaths").iterdir(), key=lambda folder: int(folder.name))
    assert len(deaths) > 20
    for folder in deaths:
        check_death(folder, visit, entries, content)


def check_death(folder: Path, visit: Scene, entries: list[Json], content: bytes) -> None:
    """What was promised before the death holds, and the phone's errand comes to its end."""
    where = f"death {folder.name}"
    told: list[Json] = []
    if (folder / "promised").exists():
        told = [json.loads(line) for line in (folder / "promised").read_text().splitlines()]
    app = app_on(folder / "data", "")
    zhou, name = Speaker(app.test_client(), "zhou"), sha256(content)
    held = zhou.say("GET", f"/api/visits/{visit.id}/hashes").json["accepted"]
    assert {one for line in told for one in line.get("accepted", [])} <= set(held), where
    if any("stored" in line for line in told):
        assert zhou.receipts(visit.id, name)["receipts"] == {name: "stored"}, where
    assert set(push(zhou, visit.id, entries)) == {one["hash"] for one in entries}, where
    resume(zhou, visit.id, next((line["upload"] for line in told if "upload" in line), None), content)
    assert zhou.receipts(visit.id, name)["receipts"] == {name: "stored"}, where
    assert zhou.say("GET", f"/api/visits/{visit.id}/evidence/{name}").data == content, where
    done = app.test_cli_runner().invoke(args=["journal", "verify"])
    assert done.exit_code == 0, f"{where}: {done.output}"
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def resume(speaker: Speaker, visit: str, url: str | None, content: bytes) -> None:
    """Go on where the upload was, or begin it again."""
    if speaker.receipts(visit, sha256(content))["receipts"][sha256(content)] == "stored":
        return
    url = url or speaker.begin(visit, content)
    offset = speaker.offset(url)
    if offset < len(content):
        assert speaker.patch(url, offset, content[offset:]).status_code == 204
