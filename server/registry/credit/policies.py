"""The policy in force and its history; setting another; the lists of emerging industries.

Deeds are to be called inside `with transaction():`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.registry.credit import policy as law
from server.registry.credit.model import EmergingList, RiskPolicy
from server.registry.credit.policy import Policy
from server.registry.credit.rules import EmergingIndustries

SHOWN = 50


def today() -> dt.date:
    """The day in the county."""
    return local(now()).date()


def in_force(day: dt.date) -> Policy:
    """What holds on a day: the policy that took effect last, or the defaults before there was any."""
    row = row_in_force(day)
    return Policy.parse(row.document) if row else law.DEFAULT


def row_in_force(day: dt.date) -> RiskPolicy | None:
    """The policy that holds on a day, as it was set."""
    return _first(RiskPolicy.effective_from <= day)


def by_id(policy_id: str) -> RiskPolicy:
    """A policy of the history."""
    row = db.session.get(RiskPolicy, policy_id)
    if row is None:
        raise Problem("not-found")
    return row


def newest() -> RiskPolicy | None:
    """The policy set last, in force or to come: what a form begins with."""
    by_age = (RiskPolicy.set_at.desc(), RiskPolicy.id.desc())
    return db.session.scalar(select(RiskPolicy).order_by(*by_age).limit(1))


def history() -> Sequence[RiskPolicy]:
    """The policies, the one to come or in force first."""
    return db.session.scalars(_ordered(select(RiskPolicy)).limit(SHOWN)).all()


def set_policy(
    actor: str, policy: Policy, effective_from: dt.date, reason: str, seen: str | None
) -> RiskPolicy:
    """Set the policy from a day on; `seen` is the one its author began with.

    It never reaches back: what was drawn or spared under another stays as it was.
    """
    law.check(policy)
    if effective_from < today():
        raise Problem("risk-policy-past", field="effective_from")
    if policy.emerging_list and db.session.get(EmergingList, policy.emerging_list) is None:
        raise Problem("choice-needed", field="emerging_list")
    before = newest()
    if (before.id if before else None) != seen:
        raise Problem("risk-policy-stale")
    row = RiskPolicy(
        id=new_id(),
        effective_from=effective_from,
        document=policy.document,
        reason=reason,
        set_at=now(),
        set_by=actor,
    )
    db.session.add(row)
    record(actor, "risk-policy-set", row.id, effective_from=effective_from.isoformat(), reason=reason)
    return row


def emerging(policy: Policy) -> EmergingIndustries | None:
    """The list of emerging industries a policy relies on."""
    row = db.session.get(EmergingList, policy.emerging_list) if policy.emerging_list else None
    if row is None:
        return None
    return EmergingIndustries(row.code, row.name, {one["code"]: one["name"] for one in row.industries})


def emerging_lists() -> Sequence[EmergingList]:
    """All lists known."""
    return db.session.scalars(select(EmergingList).order_by(EmergingList.code)).all()


def enter_list(
    actor: str | None, code: str, name: str, source: str, industries: dict[str, str]
) -> EmergingList:
    """Enter one more list. A list is never changed: exemptions name it."""
    if db.session.get(EmergingList, code):
        raise Problem("emerging-list-known", field="code", list=code)
    rows = [{"code": one, "name": title} for one, title in industries.items()]
    entered = EmergingList(code=code, name=name, source=source, industries=rows)
    db.session.add(entered)
    record(actor, "emerging-list-entered", code, name=name, source=source)
    return entered


def _first(condition: ColumnElement[bool]) -> RiskPolicy | None:
    return db.session.scalar(_ordered(select(RiskPolicy)).where(condition).limit(1))


def _ordered(query: Any) -> Any:
    """The one that takes effect last first; of one day, the one set last."""
    return query.order_by(RiskPolicy.effective_from.desc(), RiskPolicy.set_at.desc(), RiskPolicy.id.desc())
