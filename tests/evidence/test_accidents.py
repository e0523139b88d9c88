"""Full disks, crashes at the worst instant, and uploads nobody goes on with."""

import errno
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from server.evidence import actions, contents
from server.infra.db import db, transaction
from server.infra.storage import evidence_store
from server.visits.model import Entry
from tests.evidence.files import photo
from tests.evidence.scene import Scene
from tests.evidence.speaking_tus import UPLOADS, Speaker, sha256

MIB = 1024**2


BEGINNING = datetime(2026, 5, 12, 1, 0, tzinfo=UTC)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 2 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Fill the disk but for so many bytes; the file that does."""
    filler = disk / "filler"
    filler.write_bytes(bytes(os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize - leave))
    return filler


def test_a_disk_that_fills_up_in_mid_chunk_keeps_what_fits(
    app: Flask, lin: Speaker, scene: Scene, small_disk: Path
):
    app.config["UPLOAD_SPOOL"] = str(small_disk)
    content = photo() + bytes(MIB)
    url = lin.begin(scene.visit, content)
    filler = fill(small_disk, leave=500_000)
    answer = lin.patch(url, 0, content)
    assert (answer.status_code, answer.json["code"]) == (507, "storage-full")
    here = lin.offset(url)
    assert 0 < here <= 500_000
    filler.unlink()
    assert lin.patch(url, here, content[here:]).status_code == 204


def test_a_full_disk_takes_no_new_upload_and_keeps_no_trace(
    app: Flask, lin: Speaker, scene: Scene, small_disk: Path
):
    app.config["UPLOAD_SPOOL"] = str(small_disk)
    assert lin.create(scene.visit, photo() + bytes(3 * MIB)).json["code"] == "storage-full"
    filler = fill(small_disk, leave=0)
    assert lin.create(scene.visit, photo()).status_code == 507
    assert list(small_disk.iterdir()) == [filler]


def test_a_full_store_leaves_the_upload_to_be_finished_later(
    app: Flask, lin: Speaker, scene: Scene, small_disk: Path
):
    app.extensions["evidence_store"].root = small_disk
    filler = fill(small_disk, leave=200_000)
    content = photo() + bytes(MIB)
    url = lin.begin(scene.visit, content)
    assert lin.patch(url, 0, content).status_code == 507
    assert lin.say("HEAD", url).status_code == 507
    assert [path for path in small_disk.rglob("*") if path.is_file()] == [filler]
    filler.unlink()
    assert lin.offset(url) == len(content)
    assert lin.receipts(scene.visit, sha256(content))["receipts"] == {sha256(content): "stored"}


def test_no_space_for_a_single_byte(app: Flask, lin: Speaker, scene: Scene):
    """/dev/full answers every write as a full disk does."""
    url = lin.begin(scene.visit, photo())
    part = Path(app.config["UPLOAD_SPOOL"]) / (url.removeprefix(UPLOADS + "/") + ".part")
    part.unlink()
    part.symlink_to("/dev/full")
    assert lin.patch(url, 0, photo()).status_code == 507
    assert lin.offset(url) == 0


def test_a_crash_between_file_and_row_is_mended_by_asking(
    app: Flask, lin: Speaker, scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    content = photo()
    url = lin.begin(scene.visit, content)
    with monkeypatch.context() as crash:
        crash.setattr(actions, "_write_row", _crash)
        with pytest.raises(RuntimeError):
            lin.patch(url, 0, content)
    with app.app_context():
        assert evidence_store().exists(f"{scene.visit}/{sha256(content)}")
    assert lin.receipts(scene.visit, sha256(content))["receipts"] == {sha256(content): "absent"}
    assert lin.offset(url) == len(content)
    assert lin.receipts(scene.visit, sha256(content))["receipts"] == {sha256(content): "stored"}


def test_a_file_without_a_row_is_adopted_by_the_next_upload(
    app: Flask, lin: Speaker, scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    content = photo()
    with monkeypatch.context() as crash:
        crash.setattr(actions, "_write_row", _crash)
        with pytest.raises(RuntimeError):
            lin.upload(scene.visit, content)
    assert lin.upload(scene.visit, content).status_code == 204
    assert lin.receipts(scene.visit, sha256(content))["receipts"] == {sha256(content): "stored"}


def test_a_crash_before_the_check_is_mended_by_asking(
    app: Flask, lin: Speaker, scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """All bytes were written, then the power went: the client hears of it only when it is kept."""
    content = photo()
    url = lin.begin(scene.visit, content)
    with monkeypatch.context() as crash:
        crash.setattr(actions, "_examine", _crash)
        with pytest.raises(RuntimeError):
            lin.patch(url, 0, content)
    assert lin.offset(url) == len(content)
    assert lin.receipts(scene.visit, sha256(content))["receipts"] == {sha256(content): "stored"}


def test_what_turns_out_wrong_after_a_crash_is_not_called_whole(
    lin: Speaker, scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    content = b"no photo"
    url = lin.begin(scene.visit, content)
    with monkeypatch.context() as crash:
        crash.setattr(actions, "_examine", _crash)
        with pytest.raises(RuntimeError):
            lin.patch(url, 0, content)
    assert lin.say("HEAD", url).status_code == 422
    assert lin.say("HEAD", url).status_code == 404


def test_an_upload_that_never_ends_expires_and_is_swept(app: Flask, lin: Speaker, scene: Scene):
    content = photo()
    url = lin.begin(scene.visit, content)
    lin.patch(url, 0, content[:10])
    app.config["CLOCK"] = lambda: datetime.now(UTC) + timedelta(days=6)
    assert sweep(app) == "0 uploads, 0 blobs removed\n"
    assert lin.offset(url) == 10
    app.config["CLOCK"] = lambda: datetime.now(UTC) + timedelta(days=7, minutes=1)
    answer = lin.say("PATCH", url, {"Upload-Offset": 10, "Content-Type": "application/offset+octet-stream"})
    assert answer.status_code in (410, 411)
    assert lin.say("HEAD", url).status_code == 410
    assert sweep(app) == "1 uploads, 0 blobs removed\n"
    assert lin.say("HEAD", url).status_code == 404
    assert not any(Path(app.config["UPLOAD_SPOOL"]).iterdir())


def test_a_blob_no_entry_names_is_kept_for_30_days(any_db: str, app: Flask, lin: Speaker, scene: Scene):
    cited, uncited = photo(), photo()
    app.config["CLOCK"] = lambda: BEGINNING
    lin.upload(scene.visit, cited)
    lin.upload(scene.visit, uncited)
    with app.app_context(), transaction():
        db.session.add(entry_that_names(scene.visit, sha256(cited)))
    app.config["CLOCK"] = lambda: BEGINNING + timedelta(days=29)
    assert sweep(app) == "0 uploads, 0 blobs removed\n"
    app.config["CLOCK"] = lambda: BEGINNING + timedelta(days=31)
    assert "1 blobs removed" in sweep(app)
    with app.app_context():
        assert evidence_store().exists(f"{scene.visit}/{sha256(cited)}")
        assert not evidence_store().exists(f"{scene.visit}/{sha256(uncited)}")


def entry_that_names(visit: str, sha256: str) -> Entry:
    """A quarantined entry of an unknown kind: a mention all the same."""
    return Entry(
        hash="a" * 64, visit_id=visit, device_id="d", seq=1, entry_id="e", kind="unheard-of", author="p",
        document=f'{{"body":{{"picture":"{sha256}"}}}}', standing="quarantined",
        received_at=BEGINNING, carried_by="p",
    )  # fmt: skip


def sweep(app: Flask) -> str:
    """Run the command; what it says."""
    return app.test_cli_runner().invoke(args=["evidence", "sweep"]).output


def _crash(*_: object) -> None:
    raise RuntimeError(errno.errorcode[errno.EIO])


def test_an_upload_given_up_while_another_request_asks_is_unknown(app: Flask, lin: Speaker, scene: Scene):
    content = photo()
    url = lin.begin(scene.visit, content)
    spool = Path(app.config["UPLOAD_SPOOL"])
    (lock,) = spool.glob("*.lock")
    lock.unlink()
    assert (lin.patch(url, 0, content).status_code, lin.say("DELETE", url).status_code) == (404, 404)


def test_a_sweep_keeps_no_writer_waiting_for_what_stays(
    app: Flask, lin: Speaker, scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    content = photo()
    lin.upload(scene.visit, content)
    with app.app_context(), transaction():
        db.session.add(entry_that_names(scene.visit, sha256(content)))
    app.config["CLOCK"] = lambda: datetime.now(UTC) + timedelta(days=31)
    monkeypatch.setattr(actions, "transaction", lambda: pytest.fail("a transaction for nothing"))
    with app.app_context():
        assert actions.sweep_uncited() == 0


def test_nothing_of_the_database_is_held_while_a_file_is_examined(
    app: Flask, lin: Speaker, scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    seen = []
    real = contents.look, contents.picture

    def look(file, declared):
        seen.append(("look", db.session().in_transaction()))
        return real[0](file, declared)

    def picture(file, declared):
        seen.append(("picture", db.session().in_transaction()))
        return real[1](file, declared)

    monkeypatch.setattr(contents, "look", look)
    monkeypatch.setattr(contents, "picture", picture)
    assert lin.upload(scene.visit, photo()).status_code == 204
    assert seen == [("look", False), ("picture", False)]
