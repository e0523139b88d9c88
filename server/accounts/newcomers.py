"""Accounts made in the office: a one-time password, shown once, opens nothing but the choice of a new one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, TimestampSigner

from server.accounts import rules
from server.accounts.actions import hash_password
from server.accounts.model import Person
from server.infra.audit import record
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.kernel.problems import Problem

SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another
GROUPS, GROUP = 4, 4
TICKET_SECONDS = 600


@dataclass(frozen=True)
class OneTime:
    """A password that is shown once, and what is kept of it."""

    password: str
    hash: str


def one_time() -> OneTime:
    """A fresh one; to be made before the transaction, for hashing takes long on purpose."""
    groups = ("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))
    password = "-".join(groups)
    return OneTime(password, hash_password(password))


def open_account(
    actor: Person, secret: OneTime, *, name: str, username: str, department: str, role: rules.Role
) -> Person:
    """Give somebody of a department an account. To be called inside a transaction."""
    username = rules.check_username(username)
    if db.session.scalar(db.select(Person.id).filter_by(username=username)):
        raise Problem("account-taken", field="username")
    person = Person(
        id=new_id(),
        username=username,
        name=name,
        department=department,
        password_hash=secret.hash,
        password_once=True,
    )
    person.roles = {role}
    db.session.add(person)
    db.session.flush()
    record(actor.id, "account.opened", person.id, username=username, department=department, role=role)
    return person


def ticket(person: Person) -> str:
    """What lets somebody who has just shown the one-time password choose a new one."""
    return _signer().sign(person.session_key).decode()


def choose_password(shown: str, password: str, again: str) -> Person:
    """Keep the new password and say whose it is; the ticket is good once, for all sessions end with it."""
    try:
        session_key = _signer().unsign(shown, max_age=TICKET_SECONDS).decode()
    except BadSignature as error:
        raise Problem("password-late") from error
    waiting = db.select(Person).filter_by(session_key=session_key, password_once=True, active=True)
    person = db.session.scalar(waiting)
    if person is None:
        raise Problem("password-late")
    rules.check_password(person.username, password, again)
    hashed = hash_password(password)
    with transaction():
        person = db.session.scalar(waiting.with_for_update())
        if person is None:
            raise Problem("password-late")
        person.password_hash, person.password_once, person.session_key = hashed, False, new_id()
        record(person.id, "password.set", person.id)
    return person


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.config["SECRET_KEY"], salt="liancha/one-time-password")
