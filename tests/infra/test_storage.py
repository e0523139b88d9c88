"""The evidence store and the data folder."""

import os
import stat
from pathlib import Path

import pytest
from flask import Flask

from server import create_app
from server.infra import storage
from server.infra.datadir import kept_secret
from server.infra.storage import FolderStore


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture"
    path.write_bytes(b"picture")
    return path


def test_what_is_put_is_there_and_nowhere_else(store: FolderStore, picture: Path) -> None:
    store.put("visit/ab/abcd", picture)
    with store.open("visit/ab/abcd") as file:
        assert file.read() == b"picture"
    assert (store.size("visit/ab/abcd"), store.exists("visit/ab/abcd"), picture.exists()) == (7, True, False)
    store.delete("visit/ab/abcd")
    store.delete("visit/ab/abcd")
    assert not store.exists("visit/ab/abcd")


def test_file_and_folders_are_on_the_disk_before_it_returns(
    store: FolderStore, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    fsync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda fd: (synced.append(Path(f"/proc/self/fd/{fd}").readlink()), fsync(fd))
    )
    store.put("visit/abcd", picture)
    assert synced == [store.root, picture, store.root / "visit"]


def test_a_file_of_another_disk_is_copied_over(
    store: FolderStore, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.stat
    elsewhere = type("Elsewhere", (), {"st_dev": -1})()
    monkeypatch.setattr(Path, "stat", lambda self, **kw: elsewhere if self == picture else real(self, **kw))
    store.put("visit/abcd", picture)
    monkeypatch.undo()
    assert ([path.name for path in (store.root / "visit").iterdir()], picture.exists()) == (["abcd"], False)


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/./b", ".hidden", "a/b\0", "a\\b", "甲"]
)
def test_a_key_cannot_leave_the_folder(store: FolderStore, picture: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        store.put(key, picture)


def test_no_store_without_a_place_to_write(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match="cannot be written to"):
        FolderStore(tmp_path / "file")
    with pytest.raises(SystemExit, match="cannot be written to"):
        create_app({"TESTING": True, "DATA_DIR": str(tmp_path / "file" / "data")})


def test_the_app_has_its_store_and_its_spool(app: Flask) -> None:
    with app.app_context():
        assert storage.evidence_store().root == app.config["DATA_DIR"] / "evidence"
    assert (app.config["DATA_DIR"] / "spool").is_dir()


def test_a_secret_is_made_once_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    first = kept_secret(tmp_path, "one", lambda: b"made")
    assert (first, kept_secret(tmp_path, "one", lambda: b"other")) == (b"made", b"made")
    assert stat.S_IMODE((tmp_path / "keys" / "one").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["one"]
