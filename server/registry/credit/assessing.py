"""The deeds that change a subject's class: points, decisions, imports, and what lapses by itself.

Each states what happened (`RiskAssessment`) and recomputes the class in the same transaction, so that the
register never holds a class whose origin it cannot tell. Deeds are to be called inside `with transaction():`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, or_, select, union
from sqlalchemy.orm import aliased

from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.registry import changes
from server.registry.credit import exempting, policies, rules, triggers
from server.registry.credit.model import RiskAssessment, RiskPoint
from server.registry.credit.policies import today
from server.registry.credit.policy import Policy
from server.registry.credit.rules import EmergingIndustries, Points, Standing, Statement, TriggerKind
from server.registry.model import Enterprise
from server.registry.rules import EntityType, RiskClass

AT_ONCE = 500
LISTED = "列入经营异常名录"  # as the history of the register says it


@dataclass
class Sources:
    """All that was stated of one subject, oldest first."""

    enterprise: Enterprise
    points: list[RiskPoint] = field(default_factory=list)
    assessments: list[RiskAssessment] = field(default_factory=list)

    @property
    def imported(self) -> Statement | None:
        """The national class: the one imported last, or the one the register has held all along."""
        for one in reversed(self.assessments):
            if one.source == "imported":
                return Statement(RiskClass(one.risk_class), one.as_of)
        return None if self.assessments else _registered(self.enterprise)

    @property
    def decision(self) -> Statement | None:
        """The office's decision, unless it was lifted."""
        made = next((one for one in reversed(self.assessments) if one.source in ("decision", "lifted")), None)
        if made is None or made.source == "lifted":
            return None
        return Statement(RiskClass(made.risk_class), made.as_of, made.until, made.reason)

    @property
    def newest(self) -> int:
        """The number of the statement made last: what a form was written upon."""
        return max((one.id for one in self.assessments), default=0)

    def standing(self, policy: Policy, day: dt.date) -> Standing:
        """The class that counts."""
        points = [
            Points(one.points, one.since, one.until, one.withdrawn_at is not None) for one in self.points
        ]
        return rules.standing(
            self.enterprise.entity_type, self.imported, points, self.decision, policy, day
        )


def sources_of(enterprise_id: str) -> Sources:
    """All that was stated of a subject; `not-found` where there is none."""
    return _one(_gather([enterprise_id]))


def add_points(
    actor: str, enterprise_id: str, points: int, since: dt.date, until: dt.date | None, reason: str
) -> RiskPoint:
    """Give a subject points from a day on, until another or without end."""
    sources = _enterprise_to_assess(enterprise_id)
    if until is not None and until < since:
        raise Problem("risk-points-period", field="until")
    row = RiskPoint(
        enterprise_id=enterprise_id,
        points=points,
        reason=reason,
        since=since,
        until=until,
        at=now(),
        actor=actor,
    )
    db.session.add(row)
    sources.points.append(row)
    record(actor, "risk-points-given", enterprise_id, points=points, reason=reason)
    _settle(actor, sources, reason, state_points=True)
    return row


def withdraw_points(actor: str, enterprise_id: str, point_id: int, reason: str) -> RiskPoint:
    """Take points back. They stay in the history with who took them back and why."""
    sources = _enterprise_to_assess(enterprise_id)
    row = next((one for one in sources.points if one.id == point_id), None)
    if row is None:
        raise Problem("not-found")
    if row.withdrawn_at is not None:
        raise Problem("risk-points-withdrawn")
    row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = now(), actor, reason
    record(actor, "risk-points-withdrawn", enterprise_id, points=row.points, reason=reason)
    _settle(actor, sources, reason, state_points=True)
    return row


def decide(
    actor: str, enterprise_id: str, risk_class: RiskClass, until: dt.date, reason: str, seen: int
) -> None:
    """Let the office's own judgement count until a day; `seen` is the newest statement its author knew."""
    sources = _enterprise_to_assess(enterprise_id, seen)
    if until < today():
        raise Problem("risk-decision-past", field="until")
    if risk_class is RiskClass.U:
        raise Problem("choice-needed", field="risk_class")
    _state(actor, sources, "decision", risk_class, reason, until=until)
    record(actor, "risk-decided", enterprise_id, risk_class=str(risk_class), reason=reason)
    _settle(actor, sources, reason)


def lift_decision(actor: str, enterprise_id: str, reason: str) -> None:
    """End a decision before its day: the other sources count again."""
    sources = _enterprise_to_assess(enterprise_id)
    decided = sources.decision
    if decided is None or (decided.until and decided.until < today()):
        raise Problem("risk-decision-none")
    _state(actor, sources, "lifted", decided.risk_class, reason)
    record(actor, "risk-decision-lifted", enterprise_id, reason=reason)
    _settle(actor, sources, reason)


def concerned_by_import(batch_id: str) -> list[str]:
    """Subjects whose class an import stated and points or decisions have a say in. An undoing asks first."""
    statement = aliased(RiskAssessment)
    points = select(RiskPoint.enterprise_id)
    decisions = select(RiskAssessment.enterprise_id).where(RiskAssessment.until.is_not(None))
    others = union(points, decisions).subquery()
    by_it = select(statement.id).where(
        statement.enterprise_id == others.c.enterprise_id, statement.batch_id == batch_id
    )
    return list(db.session.scalars(select(others.c.enterprise_id).where(by_it.exists())))


def settle(actor: str | None, concerned: Sequence[str], reason: str) -> None:
    """After the register was written without us: let all sources of these subjects speak again."""
    for start in range(0, len(concerned), AT_ONCE):
        for sources in _gather_to_write(concerned[start : start + AT_ONCE]):
            _settle(actor, sources, reason)


def note_imported(actor: str | None, changed: Iterable[tuple[str, str, str]]) -> None:
    """R-1004 for what an import changed: subjects with their class before and after."""
    policy = policies.in_force(today())
    listed = policies.emerging(policy)
    worse = {
        enterprise_id: (before, after)
        for enterprise_id, before, after in changed
        if rules.class_change_triggers(RiskClass(before), RiskClass(after), policy.exempt_classes)
    }
    if not worse or listed is None:
        return
    query = select(Enterprise.id).where(
        Enterprise.id.in_(worse),
        Enterprise.entity_type == EntityType.ENTERPRISE,
        Enterprise.emerging_code.in_(listed.industries),
    )
    for enterprise_id in db.session.scalars(query.order_by(Enterprise.id)).all():
        _note_class_change(actor, enterprise_id, *worse[enterprise_id])


def note_abnormal(actor: str | None, enterprise: Enterprise) -> None:
    """R-1004: a subject comes on the list of abnormal operation. That ends an exemption it may have had, and
    leaving the list does not bring it back by itself."""
    policy = policies.in_force(today())
    if enterprise.risk_class in policy.exempt_classes and _was_spared(enterprise, policies.emerging(policy)):
        triggers.note(actor, enterprise.id, TriggerKind.ABNORMAL, None, "", LISTED)


def settle_all(last: dt.date | None, reason: str) -> int:
    """Recompute every class that points or decisions have a say in, in short transactions; says how many
    changed. `last` is the day of the last time: what had lapsed by then is settled."""
    changed = 0
    after = ""
    while ids := list(db.session.scalars(_due(today(), last or dt.date.min, after))):
        with transaction():
            changed += sum(_settle(None, sources, reason) for sources in _gather_to_write(ids))
        after = ids[-1]
    return changed


def _due(day: dt.date, last: dt.date, after: str) -> Select[str]:
    """The next subjects with points or a decision that count, or did when this was done last, by id."""
    points = select(RiskPoint.enterprise_id).where(
        RiskPoint.withdrawn_at.is_(None),
        RiskPoint.since <= day,
        or_(RiskPoint.until.is_(None), RiskPoint.until >= last),
    )
    decisions = select(RiskAssessment.enterprise_id).where(RiskAssessment.until >= last)
    due = union(points, decisions).subquery()
    by_id = select(due.c.enterprise_id).where(due.c.enterprise_id > after)
    return by_id.order_by(due.c.enterprise_id).limit(AT_ONCE)


def _one(found: Sequence[Sources]) -> Sources:
    if not found:
        raise Problem("not-found")
    return found[0]


def _gather_to_write(ids: Sequence[str]) -> list[Sources]:
    """The same, and nobody else states anything of them meanwhile."""
    query = select(Enterprise.id).where(Enterprise.id.in_(ids)).order_by(Enterprise.id)
    locked = list(db.session.scalars(query.with_for_update()))
    return _gather(locked, populate_existing=True)  # what was written past the session is seen too


def _gather(ids: Sequence[str], **options: bool) -> list[Sources]:
    """The subjects with all that was stated of them, in three queries."""
    query = select(Enterprise).where(Enterprise.id.in_(ids)).order_by(Enterprise.id)
    query = query.execution_options(**options)
    found = {one.id: Sources(one) for one in db.session.scalars(query)}
    points = select(RiskPoint).where(RiskPoint.enterprise_id.in_(found)).order_by(RiskPoint.id)
    for point in db.session.scalars(points):
        found[point.enterprise_id].points.append(point)
    assessments = select(RiskAssessment).where(RiskAssessment.enterprise_id.in_(found))
    for one in db.session.scalars(assessments.order_by(RiskAssessment.id)):
        found[one.enterprise_id].assessments.append(one)
    return list(found.values())


def _enterprise_to_assess(enterprise_id: str, seen: int | None = None) -> Sources:
    """A subject that may be assessed, with the class it was registered with stated first."""
    sources = _one(_gather_to_write([enterprise_id]))
    if sources.enterprise.entity_type is not EntityType.ENTERPRISE:
        raise Problem("risk-not-classified")
    if seen is not None and sources.newest != seen:
        raise Problem("risk-class-stale")
    registered = None if sources.assessments else _registered(sources.enterprise)
    if registered:
        _state(None, sources, "imported", registered.risk_class, "", as_of=registered.as_of)
    return sources


def _registered(enterprise: Enterprise) -> Statement | None:
    """The class the register holds of its own."""
    if enterprise.risk_class is RiskClass.U:
        return None
    return Statement(enterprise.risk_class, enterprise.risk_as_of or local(enterprise.changed_at).date())


def _state(
    actor: str | None,
    sources: Sources,
    source: str,
    risk_class: RiskClass,
    reason: str,
    *,
    as_of: dt.date | None = None,
    until: dt.date | None = None,
    points: int | None = None,
) -> None:
    row = RiskAssessment(
        enterprise_id=sources.enterprise.id,
        source=source,
        risk_class=risk_class,
        reason=reason,
        as_of=as_of or today(),
        until=until,
        points=points,
        at=now(),
        actor=actor,
    )
    db.session.add(row)
    db.session.flush()
    sources.assessments.append(row)


def _settle(actor: str | None, sources: Sources, reason: str, *, state_points: bool = False) -> bool:
    """Have the register hold the class that counts now; says whether that is another than before."""
    policy, day = policies.in_force(today()), today()
    found = sources.standing(policy, day)
    if state_points:
        made = found.by_points or RiskClass.U
        _state(actor, sources, "points", made, reason, points=found.points)
    enterprise = sources.enterprise
    before, before_day = enterprise.risk_class, enterprise.risk_as_of
    if found.risk_class is before:
        return False
    _note_end_of_exemption(actor, enterprise, found.risk_class, policy)
    enterprise.risk_class, enterprise.risk_as_of = found.risk_class, found.as_of
    enterprise.revision += 1
    enterprise.changed_at = now()
    changes.note(
        actor,
        "enterprise",
        enterprise.id,
        "changed",
        source="assessment",
        reason=reason,
        before={"risk_class": str(before), "risk_as_of": before_day and before_day.isoformat()},
        after={"risk_class": str(found.risk_class), "risk_as_of": found.as_of and found.as_of.isoformat()},
    )
    return True


def _note_end_of_exemption(
    actor: str | None, enterprise: Enterprise, after: RiskClass, policy: Policy
) -> None:
    """R-1004: where a subject that was spared comes to C or D, that is a trigger of its own."""
    if not rules.class_change_triggers(enterprise.risk_class, after, policy.exempt_classes):
        return
    if _was_spared(enterprise, policies.emerging(policy)):
        _note_class_change(actor, enterprise.id, enterprise.risk_class, after)


def _note_class_change(actor: str | None, enterprise_id: str, before: str, after: str) -> None:
    detail = f"信用风险分类由{before}类变为{after}类"
    triggers.note(actor, enterprise_id, TriggerKind.CLASS_CHANGE, None, "", detail)


def _was_spared(enterprise: Enterprise, emerging: EmergingIndustries | None) -> bool:
    subject = exempting.subject_of(enterprise)
    is_enterprise = subject.entity_type is EntityType.ENTERPRISE
    return is_enterprise and emerging is not None and subject.emerging_code in emerging.industries
