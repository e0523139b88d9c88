"""Numbers without repeats: one row per series, whose lock makes those who count wait for each other."""

from sqlalchemy import BigInteger, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Model, db, insert_once


class Counter(Model):
    """How far a series has come."""

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


def reserve(name: str, count: int = 1) -> int:
    """The first of `count` numbers that follow the last; to be called inside a transaction."""
    insert_once(Counter, name=name, last=0)
    step = update(Counter).filter_by(name=name).values(last=Counter.last + count).returning(Counter.last)
    return db.session.execute(step).scalar_one() - count + 1


def last(name: str) -> int:
    """How far a series has come."""
    return db.session.scalar(select(Counter.last).filter_by(name=name)) or 0
