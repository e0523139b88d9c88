"""Small facts the installation keeps about itself, by name: among them the epoch.

The epoch names one unbroken life of the database. It changes after a restore from a backup, and phones that
see another epoch than before compare everything anew.
"""

from collections.abc import Callable

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.audit import record
from server.infra.db import Model, db, insert_once, transaction
from server.infra.ids import new_id


class Setting(Model):
    """One fact."""

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


def read(key: str) -> str | None:
    """The value kept under this name."""
    setting = db.session.get(Setting, key)
    return setting.value if setting else None


def write(key: str, value: str) -> None:
    """Keep a value under this name."""
    with transaction():
        db.session.merge(Setting(key=key, value=value))


def kept(key: str, make: Callable[[], str]) -> str:
    """The value under this name, made when first asked for."""
    known = read(key)
    if known is None:
        with transaction():
            insert_once(Setting, key=key, value=make())
            known = db.session.get_one(Setting, key).value  # another process may have been first
    return known


def epoch() -> str:
    """The installation's present epoch."""
    return kept("epoch", new_id)


def renew_epoch() -> str:
    """Begin a new epoch: to be done after every restore from a backup."""
    fresh = new_id()
    with transaction():
        write("epoch", fresh)
        record(None, "epoch.renewed", "epoch", epoch=fresh)
    return fresh
