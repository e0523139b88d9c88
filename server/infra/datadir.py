"""The folder that holds all the app writes on one machine, and the secrets made in it on first start."""

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Flask


def init(app: Flask) -> None:
    """Make the folder, prove that it takes writes, and find the secret that signs the sessions."""
    data: Path = app.config["DATA_DIR"]
    refuse_unwritable(data)
    if not app.config["SECRET_KEY"]:
        secret = kept_secret(data, "session", lambda: secrets.token_hex(32).encode())
        app.config["SECRET_KEY"] = secret.decode()


def refuse_unwritable(folder: Path) -> None:
    """A store does not start without its guarantee: a file can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SystemExit(f"{folder} cannot be written to: {error.strerror}") from error


def kept_secret(data: Path, name: str, make: Callable[[], bytes]) -> bytes:
    """The secret of this name, made on first use. Readable by its owner only; of two makers, one wins."""
    folder = data / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=folder)  # mkstemp opens with mode 0600
        with os.fdopen(handle, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails where another process was first
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_bytes()
