"""Transactions, instants, and what SQLite is told."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from server.accounts.model import PersonRole
from server.infra import settings
from server.infra.audit import AuditEntry, record
from server.infra.db import after_commit, db, transaction
from server.infra.settings import Setting


def test_a_transaction_writes_all_of_it(any_db: str, app: Flask) -> None:
    with app.app_context(), transaction():
        record(None, "one", "x", count=1)
        record(None, "two", "x")
    with app.app_context():
        assert [
            entry.deed for entry in db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id))
        ] == ["one", "two"]


def test_or_nothing(any_db: str, app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), transaction():
            record(None, "one", "x")
            raise ZeroDivisionError
        assert db.session.scalar(db.select(AuditEntry)) is None


def test_a_transaction_within_another_joins_it(any_db: str, app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), transaction():
            settings.write("inner", "1")
            raise ZeroDivisionError
        assert settings.read("inner") is None


def test_what_follows_a_commit_is_done_after_it_and_never_without(app: Flask) -> None:
    done: list[str] = []
    with app.app_context():
        with transaction():
            after_commit(lambda: done.append("first"))
            assert done == []
        with pytest.raises(ZeroDivisionError), transaction():
            after_commit(lambda: done.append("never"))
            raise ZeroDivisionError
        after_commit(lambda: done.append("at once"))
    assert done == ["first", "at once"]


def test_a_change_outside_of_a_transaction_is_refused(app: Flask) -> None:
    with app.app_context():
        db.session.add(Setting(key="stray", value="1"))
        with pytest.raises(RuntimeError, match="outside of a transaction"), transaction():
            pass


def test_foreign_keys_hold(any_db: str, app: Flask) -> None:
    with app.app_context(), pytest.raises(IntegrityError), transaction():
        db.session.add(PersonRole(person_id="nobody", role="admin"))


def test_an_instant_comes_back_as_the_same_moment_in_utc(any_db: str, app: Flask) -> None:
    there = datetime(2026, 5, 12, 9, 31, 7, 204000, timezone(timedelta(hours=8)))
    app.config["CLOCK"] = lambda: there
    with app.app_context():
        with transaction():
            record(None, "deed", "x")
        kept = db.session.scalar(db.select(AuditEntry.at))
    assert kept is not None
    assert (kept, kept.tzinfo) == (there, UTC)


def test_an_instant_without_offset_is_refused(app: Flask) -> None:
    app.config["CLOCK"] = lambda: datetime.now(UTC)
    with app.app_context(), pytest.raises(Exception, match="offset"), transaction():
        db.session.add(AuditEntry(at=datetime(2026, 5, 12), deed="x", subject="x", detail={}))  # noqa: DTZ001


def test_sqlite_keeps_what_it_has_confirmed(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_writers_that_read_first_wait_for_each_other(any_db: str, app: Flask) -> None:
    """Four threads read a number and write the next one, each with a reader's snapshot still open."""
    with app.app_context():
        settings.write("count", "0")

    def count() -> None:
        for _ in range(10):
            with app.app_context():
                settings.read("count")
                with transaction():
                    row = db.session.get(Setting, "count", with_for_update=True)
                    assert row is not None
                    row.value = str(int(row.value) + 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert settings.read("count") == "40"


def test_the_epoch_lasts_until_it_is_renewed(any_db: str, app: Flask) -> None:
    with app.app_context():
        first = settings.epoch()
        assert settings.epoch() == first
    renewed = app.test_cli_runner().invoke(args=["data", "renew-epoch"]).output.strip()
    with app.app_context():
        assert settings.epoch() == renewed != first
