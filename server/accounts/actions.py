"""Deeds around accounts: making one, signing in, enrolling a device."""

from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from server.accounts import rules
from server.accounts.devices import refuse_revoked
from server.accounts.model import Device, Person, SignInFailure
from server.accounts.signals import device_enrolled
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db, insert_once, transaction
from server.infra.ids import new_id
from server.kernel.canonical import canonical
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The Argon2id hash to keep of a password."""
    return _hasher.hash(password)


def set_password(person: Person, password: str) -> None:
    """Give a new password, which ends every session of this person."""
    person.password_hash = hash_password(password)
    person.session_key = new_id()
    record(None, "password.set", person.id)


def sign_in(username: str, password: str, address: str) -> Person | Problem:
    """The person, or the problem in the way; a problem is not raised, for the failure must be kept.

    To check a password takes long on purpose. It comes before the transaction, or all writers would wait.
    """
    username = rules.tidy_username(username)
    wait = _wait(username, address)
    if wait:
        return wait
    person = db.session.scalar(db.select(Person).filter_by(username=username, active=True))
    matches = _matches(person.password_hash if person else _nobodys_hash(), password)
    with transaction():
        return _wait(username, address) or _admit(person if matches else None, username, address)


def enrol(person: Person, device_id: object, jwk: object, label: object) -> Device:
    """Register the key of one person in one browser. Said again, it changes nothing."""
    if not isinstance(device_id, str) or not is_uuid(device_id):
        raise Problem("malformed", field="id", reason="not a UUID")
    if not isinstance(label, str) or not label.isprintable():
        raise Problem("malformed", field="label", reason="not a line of text")
    key = canonical(rules.public_key(jwk)).decode()
    about = {"person_id": person.id, "public_key": key, "label": label[:128], "enrolled_at": now()}
    is_new = insert_once(Device, id=device_id, **about)
    device = db.session.get_one(Device, device_id)
    if (device.person_id, device.public_key) != (person.id, key):
        raise Problem("device-taken")
    refuse_revoked(device)
    if is_new:
        record(person.id, "device.enrolled", device_id, label=device.label)
    device.last_seen_at = now()
    device_enrolled.send(device)
    return device


def _wait(username: str, address: str) -> Problem | None:
    minutes = rules.minutes_to_wait(now(), _failures("username", username), _failures("address", address))
    return Problem("too-many-attempts", minutes=minutes) if minutes else None


def _admit(person: Person | None, username: str, address: str) -> Person | Problem:
    if person is None:
        _remember_failure(username, address)
        return Problem("wrong-password")
    db.session.execute(db.delete(SignInFailure).filter_by(username=username))
    record(person.id, "signed-in", person.id, address=address)
    return person


@cache
def _nobodys_hash() -> str:
    """What is checked where there is no such account, so that both answers take the same time."""
    return _hasher.hash(new_id())


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _failures(column: str, value: str) -> list[datetime]:
    since = now() - rules.LOCK_OUT
    query = db.select(SignInFailure.at).filter_by(**{column: value}).where(SignInFailure.at > since)
    return list(db.session.scalars(query))


def _remember_failure(username: str, address: str) -> None:
    db.session.execute(db.delete(SignInFailure).where(SignInFailure.at <= now() - rules.LOCK_OUT))
    db.session.add(SignInFailure(username=username, address=address, at=now()))
