"""The database: SQLite by default, PostgreSQL when outgrown. The only place that commits.

A deed runs inside `with transaction():`. On SQLite it begins IMMEDIATE, so that two writers wait for each
other at the door and neither fails half-way; a read outside of it sees one snapshot and blocks nobody (WAL).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

SHORT_QUESTIONS = "-c jit=off -c max_parallel_workers_per_gather=0"
"""PostgreSQL prepares for long work where it guesses wrong how many rows there are: that takes 200 ms."""

BUSY_SECONDS = 30  # how long a writer waits for its turn on SQLite


class Base(DeclarativeBase):
    """All tables; every constraint has a name, so that migrations can speak of it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
migrate = Migrate(compare_type=True, render_as_batch=True)

if TYPE_CHECKING:

    class Model(Base):
        """What a table's class inherits from, as type checkers see it."""

        __abstract__ = True

else:
    Model = db.Model


class Instant(TypeDecorator[datetime]):
    """An aware point in time, kept in UTC; SQLite forgets offsets, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant must know its offset")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@contextmanager
def transaction() -> Iterator[None]:
    """One deed: all of it is written, or nothing. Inside another transaction it joins that one."""
    session = db.session()
    if session.info.get("writing"):
        yield
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something was changed outside of a transaction()")
    session.rollback()  # end the snapshot of earlier reads: a write begins on what is there now
    session.info["writing"] = True
    session.info["after_commit"] = []
    try:
        session.connection(execution_options={"writes": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False
        afterwards = session.info.pop("after_commit")
    for deed in afterwards:
        deed()


def after_commit(deed: Callable[[], Any]) -> None:
    """Do this once the running transaction is committed (never if it fails); at once where none runs."""
    session = db.session()
    if session.info.get("writing"):
        session.info["after_commit"].append(deed)
    else:
        deed()


def insert_once(table: type[Model], **values: Any) -> bool:
    """Insert this row unless its key is taken, and say whether; of several who try at once, one does."""
    insert = _INSERTS[db.session.get_bind().dialect.name]
    new = insert(table).values(**values).on_conflict_do_nothing().returning(*inspect(table).primary_key)
    return db.session.execute(new).first() is not None


_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def init(app: Flask) -> None:
    """Bind the database to the app, with SQLite set to keep what it has confirmed."""
    on_sqlite = app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    options: dict[str, Any] = (
        {"connect_args": {"timeout": BUSY_SECONDS}}
        if on_sqlite
        else {"pool_pre_ping": True, "connect_args": {"options": SHORT_QUESTIONS}}
    )
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)
    db.init_app(app)
    migrate.init_app(app, db)
    if on_sqlite:
        with app.app_context():
            _settle_sqlite(db.engine)


def _settle_sqlite(engine: Engine) -> None:
    """Durable commits, foreign keys, and our own BEGIN for the driver's (SQLAlchemy manual, pysqlite)."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
