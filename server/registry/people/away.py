"""The deeds that keep officers away from visits: absences (R-306) and recusals (R-409).

An officer says them of themselves; planner and liaison of the department and the office say them of others.
Each is to be called inside `with transaction():`.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.registry.changes import note
from server.registry.model import Inspector
from server.registry.people import rules
from server.registry.people.actions import KIND, locked
from server.registry.people.model import Absence, Recusal
from server.registry.rules import AbsenceKind


def be_absent(
    actor: Person, person_id: str, kind: str, since: dt.date, until: dt.date | None, reason: str
) -> Absence:
    """Enter days on which an officer is away."""
    officer = _officer(actor, person_id)
    if kind not in list(AbsenceKind):
        raise Problem("choice-needed", field="kind")
    rules.check_span(since, until, "until")
    absence = Absence(
        id=new_id(),
        person_id=officer.person_id,
        kind=kind,
        since=since,
        until=until,
        reason=reason,
        noted_at=now(),
        noted_by=actor.id,
    )
    db.session.add(absence)
    note(actor.id, KIND, person_id, "absent", source="form", reason=reason, after=_days(absence))
    return absence


def end_absence(actor: Person, person_id: str, absence_id: str, last_day: dt.date, reason: str) -> Absence:
    """Back sooner than entered: the last day away is another. Before the first day, it never was."""
    absence = _absence(actor, person_id, absence_id)
    if absence.until is not None and absence.until <= last_day:
        raise Problem("absence-over", field="last_day")
    before = _days(absence)
    if last_day < absence.since:
        absence.withdrawn_at, absence.withdrawn_by = now(), actor.id
        note(actor.id, KIND, person_id, "absence-undone", source="form", reason=reason, before=before)
        return absence
    absence.until = last_day
    note(
        actor.id, KIND, person_id, "returned-early", source="form", reason=reason,
        before=before, after=_days(absence),
    )  # fmt: skip
    return absence


def recuse(actor: Person, person_id: str, uscc: str, kind: str, reason: str) -> Recusal:
    """Enter an interest of an officer in a legal person: from now on they never go there."""
    officer = _officer(actor, person_id)
    rules.check_declared(kind, own=actor.id == person_id)
    uscc = rules.tidy_credit_code(uscc)
    known = select(Recusal.id).where(
        Recusal.person_id == officer.person_id, Recusal.uscc == uscc, Recusal.ended_at.is_(None)
    )
    if db.session.scalar(known):
        raise Problem("recusal-known", field="uscc")
    recusal = Recusal(
        id=new_id(),
        person_id=officer.person_id,
        uscc=uscc,
        type=kind,
        reason=reason,
        declared_at=now(),
        declared_by=actor.id,
    )
    db.session.add(recusal)
    said = {"uscc": uscc, "type": kind}
    note(actor.id, KIND, person_id, "recused", source="form", reason=reason, after=said)
    return recusal


def lift_recusal(actor: Person, person_id: str, recusal_id: str, reason: str) -> Recusal:
    """End a recusal; nobody ends their own."""
    rules.refuse_own(actor.id, person_id)
    _officer(actor, person_id)
    recusal = db.session.get(Recusal, recusal_id) if is_uuid(recusal_id) else None
    if recusal is None or recusal.person_id != person_id or recusal.ended_at is not None:
        raise Problem("not-found")
    recusal.ended_at, recusal.ended_by = now(), actor.id
    said = {"uscc": recusal.uscc, "type": recusal.type}
    note(actor.id, KIND, person_id, "recusal-ended", source="form", reason=reason, before=said)
    return recusal


def _officer(actor: Person, person_id: str) -> Inspector:
    """An officer in office whom the actor may speak for: oneself, or one of the department; locked."""
    officer, department = locked(person_id)
    if actor.id != person_id:
        rules.refuse_foreign(actor.roles, actor.department, department)
    if officer.ended_at is not None:
        raise Problem("officer-ended")
    return officer


def _absence(actor: Person, person_id: str, absence_id: str) -> Absence:
    _officer(actor, person_id)
    absence = db.session.get(Absence, absence_id) if is_uuid(absence_id) else None
    if absence is None or absence.person_id != person_id:
        raise Problem("not-found")
    if absence.withdrawn_at is not None:
        raise Problem("absence-over")
    return absence


def _days(absence: Absence) -> dict[str, str | None]:
    return {
        "kind": absence.kind,
        "since": absence.since.isoformat(),
        "until": absence.until.isoformat() if absence.until else None,
    }
