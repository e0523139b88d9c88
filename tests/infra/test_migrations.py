"""The migrations lead to the tables the models describe, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from server import create_app
from server.infra.db import db, is_described

MIGRATIONS = str(Path(__file__).resolve().parents[2] / "migrations")


@pytest.fixture
def bare_app(data_dir: Path, any_db: str) -> Iterator[Flask]:
    """An app on an empty database."""
    app = create_app({"TESTING": True, "DATA_DIR": str(data_dir), "DATABASE_URL": any_db, "SECRET_KEY": "x"})
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_models_equal_migrations(bare_app: Flask) -> None:
    with bare_app.app_context():
        upgrade(MIGRATIONS)
        with db.engine.connect() as connection:
            options = {"compare_type": True, "include_object": is_described}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, db.metadata) == []


def test_the_way_back_leaves_nothing(bare_app: Flask) -> None:
    with bare_app.app_context():
        upgrade(MIGRATIONS)
        downgrade(MIGRATIONS, revision="base")
        names = db.inspect(db.engine).get_table_names()
    assert set(names) <= {"alembic_version"}
