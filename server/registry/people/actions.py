"""The deeds on the register of officers: enter, change, end, bring back. Nobody is ever deleted.

Each is to be called inside `with transaction():`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.accounts.model import Department, Person
from server.accounts.rules import Role
from server.infra.clock import now
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.registry.changes import note
from server.registry.model import Inspector
from server.registry.people import rules

KIND = "officer"


@dataclass(frozen=True)
class Entry:
    """What the register says of an officer."""

    certificate_type: str
    certificate_number: str
    issued_by: str
    valid_from: dt.date
    valid_until: dt.date
    specialties: list[str]
    grids: list[str]
    can_lead: bool


def enter(actor: Person, person: Person, entry: Entry, reason: str) -> Inspector:
    """Make an officer of somebody with an account; the account may then be used in the field."""
    rules.refuse_foreign(actor.roles, actor.department, person.department)
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    if db.session.get(Inspector, person.id):
        raise Problem("officer-known", field="person")
    _check(entry, person.id)
    officer = Inspector(person_id=person.id, revision=1, **asdict(entry))
    person.roles = person.roles | {Role.INSPECTOR}
    with _no_number_twice(entry, person.id):
        db.session.add(officer)
    note(actor.id, KIND, person.id, "added", source="form", reason=reason, after=shown(entry))
    return officer


def change(actor: Person, person_id: str, entry: Entry, reason: str, revision: int) -> Inspector:
    """Put right what the register says, on what it said when the form was opened."""
    officer = _to_change(actor, person_id)
    if officer.ended_at is not None:
        raise Problem("officer-ended")
    if officer.revision != revision:
        raise Problem("people-changed-meanwhile")
    _check(entry, person_id)
    before, after = differences(shown(said(officer)), shown(entry))
    if not after:
        return officer
    with _no_number_twice(entry, person_id):
        for name, value in asdict(entry).items():
            setattr(officer, name, value)
        officer.revision += 1
    note(
        actor.id, KIND, person_id, "changed", source="form", reason=reason, before=before, after=after
    )
    return officer


def end(actor: Person, person_id: str, reason: str) -> Inspector:
    """Withdraw the certificate: from now on this officer is sent nowhere. The account stays as it is."""
    officer = _to_change(actor, person_id)
    if officer.ended_at is not None:
        raise Problem("officer-ended")
    officer.ended_at, officer.ended_by, officer.end_reason = now(), actor.id, reason
    officer.revision += 1
    note(actor.id, KIND, person_id, "ended", source="form", reason=reason)
    return officer


def bring_back(actor: Person, person_id: str, reason: str) -> Inspector:
    """Undo an end, with the certificate as it was; it may be put right afterwards."""
    officer = _to_change(actor, person_id)
    if officer.ended_at is None:
        raise Problem("officer-in-office")
    officer.ended_at = officer.ended_by = officer.end_reason = None
    officer.revision += 1
    note(actor.id, KIND, person_id, "returned", source="form", reason=reason)
    return officer


def said(officer: Inspector) -> Entry:
    """What the register says of an officer now."""
    return Entry(
        certificate_type=officer.certificate_type,
        certificate_number=officer.certificate_number,
        issued_by=officer.issued_by,
        valid_from=officer.valid_from,
        valid_until=officer.valid_until,
        specialties=sorted(officer.specialties),
        grids=sorted(officer.grids),
        can_lead=officer.can_lead,
    )


def shown(entry: Any) -> dict[str, Any]:
    """An entry as the history keeps it."""
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in asdict(entry).items()
    }


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs, as it was and as it is."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def locked(person_id: str) -> tuple[Inspector, str | None]:
    """An officer, locked until the transaction ends, and the department; `not-found` where there is none."""
    query = select(Inspector, Person.department).join(Person, Person.id == Inspector.person_id)
    query = query.where(Inspector.person_id == person_id).with_for_update(of=Inspector)
    found = db.session.execute(query).first() if is_uuid(person_id) else None
    if found is None:
        raise Problem("not-found")
    return found[0], found[1]


def _to_change(actor: Person, person_id: str) -> Inspector:
    officer, department = locked(person_id)
    rules.refuse_foreign(actor.roles, actor.department, department)
    return officer


def _check(entry: Entry, person_id: str) -> None:
    rules.check_certificate(entry.certificate_number, entry.valid_from, entry.valid_until)
    _refuse_taken(entry.certificate_number, person_id)


@contextmanager
def _no_number_twice(entry: Entry, person_id: str) -> Iterator[None]:
    """Two who enter one number at the same moment both find it free: the second is told all the same."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError:
        _refuse_taken(entry.certificate_number, person_id)
        raise


def _refuse_taken(number: str, person_id: str) -> None:
    holder = db.session.execute(
        select(Person.name, Department.short_name)
        .join(Inspector, Inspector.person_id == Person.id)
        .outerjoin(Department, Department.code == Person.department)
        .where(Inspector.certificate_number == number, Inspector.person_id != person_id)
    ).first()
    if holder:
        name, department = holder
        raise Problem(
            "certificate-number-taken", field="certificate_number", name=name, department=department or "–"
        )
