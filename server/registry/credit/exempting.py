"""守信免查 of one subject as the register knows it. What is open elsewhere comes as an argument."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from server.infra.db import db
from server.registry.credit import policies, rules
from server.registry.credit.model import Trigger
from server.registry.credit.rules import Exemption, Subject, TriggerKind
from server.registry.model import Enterprise


def exemption_of(
    enterprise: Enterprise, day: dt.date, *, open_corrections: int = 0, open_cases: int = 0
) -> Exemption:
    """Whether a subject is spared on a day, and why.

    Corrections and cases are kept by higher rooms, which say how many are open; until they exist, none are.
    """
    policy = policies.in_force(day)
    return rules.exemption(
        subject_of(enterprise),
        policy,
        policies.emerging(policy),
        day,
        open_corrections=open_corrections,
        open_cases=open_cases,
        open_triggers=open_triggers(enterprise.id),
    )


def exemptions_of(enterprises: Sequence[Enterprise], day: dt.date) -> dict[str, Exemption]:
    """The same of several, by id: in as many queries as of one."""
    policy = policies.in_force(day)
    listed = policies.emerging(policy)
    query = select(Trigger.enterprise_id, Trigger.kind).where(Trigger.closed_at.is_(None))
    own = query.where(Trigger.enterprise_id.in_({one.id for one in enterprises}))
    triggers: defaultdict[str, list[TriggerKind]] = defaultdict(list)
    for enterprise, kind in db.session.execute(own.order_by(Trigger.at, Trigger.id)):
        triggers[enterprise].append(TriggerKind(kind))
    return {
        one.id: rules.exemption(
            subject_of(one), policy, listed, day,
            open_corrections=0, open_cases=0, open_triggers=triggers[one.id],
        )
        for one in enterprises
    }  # fmt: skip


def bundle_member(found: Exemption) -> dict[str, Any] | None:
    """What a visit's bundle says of an exemption, or of one that is lost; nothing where there is neither."""
    if found.emerging is None or not (found.granted or found.lost):
        return None
    return {
        "reason": rules.grounds_in_chinese(found),
        "list": found.emerging.name,
        "as_of": (found.subject.risk_as_of or found.day).isoformat(),
    }


def subject_of(enterprise: Enterprise) -> Subject:
    """A subject as the rules see it."""
    return Subject(
        enterprise.entity_type,
        enterprise.risk_class,
        enterprise.risk_as_of,
        enterprise.status,
        enterprise.emerging_code,
    )


def open_triggers(enterprise_id: str) -> list[TriggerKind]:
    """What ends a subject's exemption now."""
    query = select(Trigger.kind).where(Trigger.enterprise_id == enterprise_id, Trigger.closed_at.is_(None))
    return [TriggerKind(kind) for kind in db.session.scalars(query.order_by(Trigger.at, Trigger.id))]
