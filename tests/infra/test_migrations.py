"""The migrations lead to the tables the models describe, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from server import create_app
from server.infra.db import db
from server.registry.people.model import Absence, Expert, Recusal

MIGRATIONS = str(Path(__file__).resolve().parents[2] / "migrations")


@pytest.fixture
def bare_app(data_dir: Path, bare_db: str) -> Iterator[Flask]:
    """An app on an empty database."""
    app = create_app({"TESTING": True, "DATA_DIR": str(data_dir), "DATABASE_URL": bare_db, "SECRET_KEY": "x"})
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_models_equal_migrations(bare_app: Flask) -> None:
    with bare_app.app_context():
        upgrade(MIGRATIONS)
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.metadata) == []


def test_the_way_back_leaves_nothing(bare_app: Flask) -> None:
    with bare_app.app_context():
        upgrade(MIGRATIONS)
        downgrade(MIGRATIONS, revision="base")
        names = db.inspect(db.engine).get_table_names()
    assert set(names) <= {"alembic_version"}


def test_what_an_officer_s_row_said_is_spread_and_kept(bare_app: Flask) -> None:
    """Migration 0003: a state becomes an absence until further notice, an interest a recusal."""
    with bare_app.app_context():
        upgrade(MIGRATIONS, revision="0002")
        department = "INSERT INTO department VALUES ('SCJG', '市场监管局', '市监局', 'x', true, 1)"
        db.session.execute(db.text(department))
        _an_old_officer("away", "seconded", "false", "NULL")
        _an_old_officer("free", "on-duty", "true", "'91341723MA2TEST01X'")
        db.session.commit()
        upgrade(MIGRATIONS)
        absence = db.session.scalars(db.select(Absence)).one()
        recusal = db.session.scalars(db.select(Recusal)).one()
        expert = db.session.scalars(db.select(Expert)).one()
        assert (absence.person_id, absence.kind, absence.until) == ("away", "seconded", None)
        assert (recusal.person_id, recusal.uscc, recusal.type) == ("free", "91341723MA2TEST01X", "RC2")
        assert (expert.name, expert.unit, expert.appointed_until.year) == ("演示", "市场监管局", 2029)


def _an_old_officer(name: str, state: str, expert: str, uscc: str) -> None:
    for statement in (
        "INSERT INTO person (id, username, name, password_hash, department, active, session_key) "
        f"VALUES ('{name}', '{name}', '演示', 'x', 'SCJG', true, '{name}')",
        "INSERT INTO inspector (person_id, certificate_type, certificate_number, issued_by, valid_from, "
        "valid_until, specialties, grids, state, can_lead, expert, conflict_uscc) VALUES "
        f"('{name}', 'x', '{name}', 'x', '2024-01-01', '2029-12-31', '[]', '[]', '{state}', true, {expert}, "
        f"{uscc})",
    ):
        db.session.execute(db.text(statement))
