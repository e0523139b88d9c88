"""How Alembic reaches the app's database and tables. Used through `flask db …`, inside an app context."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from server.infra.db import Instant


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """A migration outlives the code: it names plain column types, not ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


@contextmanager
def references_rest(connection: Connection) -> Iterator[None]:
    """SQLite makes a table anew to change it, and would not let go of one that others refer to
    (https://sqlite.org/lang_altertable.html, 7). The pragma works outside of a transaction only."""
    driver = connection.connection.dbapi_connection if connection.dialect.name == "sqlite" else None
    if driver:
        driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        if driver:
            driver.execute("PRAGMA foreign_keys=ON")


def refuse_lost_references(connection: Connection) -> None:
    """What PostgreSQL checks all the time is checked here once."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise RuntimeError(f"references lead nowhere: {lost[:10]}")


def run() -> None:
    """Bring the database to the revision asked for, all of it or nothing."""
    migrate = current_app.extensions["migrate"]
    engine = migrate.db.engine
    with engine.connect().execution_options(writes=True) as connection, references_rest(connection):
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_item=render_item,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
            refuse_lost_references(connection)


run()
