"""One person of each role, all with the same password."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask

from server.accounts import actions
from server.accounts.model import Person
from server.accounts.rules import Role
from server.infra.db import db, transaction

PASSWORD = "correct horse 电池"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 5, 12, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant

    def pass_by(self, **span: float) -> None:
        self.instant += timedelta(**span)


@pytest.fixture
def clock(app: Flask) -> Clock:
    """The app's clock, in the test's hands."""
    app.config["CLOCK"] = Clock()
    return app.config["CLOCK"]


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> Iterator[None]:
    """Argon2 is slow on purpose; here its cheapest form will do."""
    with pytest.MonkeyPatch.context() as patch:
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(actions, "_hasher", hasher)
        yield


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of the one password."""
    return actions.hash_password(PASSWORD)


@pytest.fixture
def staff(app: Flask, password_hash: str) -> dict[str, str]:
    """Each role's user name, which is the role, with the person's id."""
    with app.app_context(), transaction():
        people = [Person(username=role, name=f"{role}·李", password_hash=password_hash) for role in Role]
        for person in people:
            person.roles = {person.username}
        db.session.add_all(people)
        db.session.flush()
        return {person.username: person.id for person in people}
