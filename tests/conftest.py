"""What every test may ask for: an app of its own, a client, both databases, a server process, a browser.

app, client     a fresh app on a temporary DATA_DIR, and its test client
any_db          ask for it (before `app`) to run the test on SQLite and on a real PostgreSQL
live_server     the real app in a process of its own, to be stopped, killed and started again
browser         Chromium with a fake camera; `new_context()` gives a phone's profile

PostgreSQL and Chromium are the distribution's. Where one is missing its tests are skipped with the reason;
with CI=true they fail instead.
"""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server import create_app
from server.accounts import rescue
from server.infra.db import db

pytest_plugins = ["tests.postgres", "tests.processes", "tests.browsers", "tests.people"]


@pytest.fixture(scope="session")
def rescue_pem() -> bytes:
    """One rescue key for all apps of the run: making one takes a second."""
    return rescue.make()


class Compiled(BytecodeCache):
    """Templates compiled once for all apps of the run."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = Compiled()


@pytest.fixture(scope="session", autouse=True)
def quick_apps() -> Iterator[None]:
    """What else is the same in thousands of apps, done once: checking the RSA key, and compiling how each
    route's address is written."""
    compiled: dict[tuple[str, str, bool], Any] = {}
    compile_builder = Rule._compile_builder

    def kept(rule: Rule, append_unknown: bool = True) -> Any:
        # what is compiled stands on the address alone; all else it asks the rule for when it is called
        key = (rule.rule, repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rescue, "load_pem_private_key", cache(rescue.load_pem_private_key))
        patch.setattr(Rule, "_compile_builder", kept)
        yield


@pytest.fixture
def data_dir(tmp_path: Path, rescue_pem: bytes) -> Path:
    """An empty DATA_DIR that already holds its rescue key."""
    keep_rescue_key(tmp_path / "data", rescue_pem)
    return tmp_path / "data"


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory, rescue_pem: bytes) -> Path:
    """An SQLite file with all tables and nothing in them; copying it is quicker than making it again."""
    folder = tmp_path_factory.mktemp("empty")
    keep_rescue_key(folder, rescue_pem)
    app = app_on(folder, "")
    with app.app_context():
        db.create_all()
        db.session.execute(db.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return folder / "liancha.db"


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str, empty_tables: Path) -> str:
    """The address of a PostgreSQL database with all tables, for one test after the other to empty."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE tables")
    url = postgres_url.rpartition("/")[0] + "/tables"
    app = app_on(empty_tables.parent, url)
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    return url


@pytest.fixture
def database_url() -> str:
    """The address of the test's database; empty is SQLite in DATA_DIR. `any_db` overrides it."""
    return ""


@pytest.fixture
def app(data_dir: Path, empty_tables: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """A fresh app with empty tables."""
    url = request.getfixturevalue("any_db" if "any_db" in request.fixturenames else "database_url")
    if not url:
        shutil.copyfile(empty_tables, data_dir / "liancha.db")
    app = app_on(data_dir, url)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the app. CSRF is on: `tests.dialogue` speaks it."""
    return app.test_client()


class ReadingClient(FlaskClient):
    """A client that reads every answer to its end, so that files sent are closed again."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True} | kwargs)


def keep_rescue_key(data_dir: Path, pem: bytes) -> None:
    """Put a rescue key where the app would put the one it makes."""
    keys = data_dir / "keys"
    keys.mkdir(parents=True)
    (keys / "rescue.pem").write_bytes(pem)


def app_on(data_dir: Path, database_url: str) -> Flask:
    """An app for tests on this folder and this database."""
    settings = {"DATA_DIR": str(data_dir), "DATABASE_URL": database_url, "SECRET_KEY": "of the tests"}
    app = create_app({"TESTING": True} | settings)
    app.jinja_env.bytecode_cache = TEMPLATES
    app.test_client_class = ReadingClient
    return app
