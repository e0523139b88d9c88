"""The deeds on an enrolled device: the phone says what is on it only; the office ends an enrolment.

Each is to be called inside `with transaction():`. The lists are in `device_list.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from server.accounts.model import Device, Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem

WAYS = {"lost": "device.reported-lost", "retired": "device.retired"}
"""Why an enrolment is ended, and the deed that says so in the audit."""

MOST = {"entries": 2**31 - 1, "files": 2**31 - 1, "bytes": 2**53 - 1}
VERSION_LENGTH = 32


@dataclass(frozen=True)
class Report:
    """What a phone says is on it only: entries, files and their bytes; and the version of its app."""

    entries: int
    files: int
    bytes: int
    version: str


def read_report(said: Any) -> Report:
    """The report in a request's JSON; `malformed` names the member that is not of its form."""
    if not isinstance(said, dict):
        raise Problem("malformed", reason="not an object")
    for name, most in MOST.items():
        if type(said.get(name)) is not int or not 0 <= said[name] <= most:
            raise Problem("malformed", field=name, reason=f"not a whole number from 0 to {most}")
    version = said.get("version")
    if not isinstance(version, str) or not version.isprintable() or len(version) > VERSION_LENGTH:
        raise Problem("malformed", field="version", reason="not a short line of text")
    return Report(said["entries"], said["files"], said["bytes"], version)


def report(person: Person, device_id: str, said: Report) -> None:
    """Keep what the person's own phone says; a device that is not theirs does not exist."""
    device = db.session.get(Device, device_id) if is_uuid(device_id) else None
    if device is None or device.person_id != person.id:
        raise Problem("not-found")
    refuse_revoked(device)
    device.last_seen_at = device.reported_at = now()
    device.unsent_entries, device.unsent_files, device.unsent_bytes = said.entries, said.files, said.bytes
    device.app_version = said.version


def refuse_revoked(device: Device) -> None:
    """An enrolment that was ended does nothing more; the phone is told so."""
    if device.revoked_at is not None:
        raise Problem("device-revoked")


def revoke(actor: Person, device: Device, way: str, reason: str) -> None:
    """End an enrolment, for ever, and all sessions of its person.

    What came before counts; what comes later is kept in quarantine.
    """
    if device.revoked_at is not None:
        raise Problem("device-ended")
    device.revoked_at, device.revoked_by, device.revoke_reason = now(), actor.id, reason
    db.session.get_one(Person, device.person_id).session_key = new_id()
    record(actor.id, WAYS[way], device.id, reason=reason)
