"""What a policy comes to: how many subjects of an industry each class would send into a draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from server.catalogue.model import Industry
from server.infra.db import db
from server.registry.credit import rules
from server.registry.credit.policy import Policy
from server.registry.model import Enterprise, EnterpriseIndustry
from server.registry.rules import RiskClass, SubjectStatus

POOL = (SubjectStatus.ACTIVE, SubjectStatus.ABNORMAL, SubjectStatus.SUSPENDED)


@dataclass(frozen=True)
class Share:
    """One class of an industry: how many there are, how many would be drawn."""

    risk_class: RiskClass
    registered: int
    drawn: int


def shares(industry: str, policy: Policy) -> list[Share]:
    """The classes of an industry, counted in one query. The caps (R-206) need its visits."""
    query = (
        select(Enterprise.risk_class, func.count())
        .join(EnterpriseIndustry, EnterpriseIndustry.seq == Enterprise.seq)
        .where(EnterpriseIndustry.industry == industry, Enterprise.status.in_(POOL))
        .group_by(Enterprise.risk_class)
    )
    counted = dict(db.session.execute(query).all())
    return [_share(one, counted.get(one, 0), policy) for one in RiskClass]


def industries() -> Sequence[Industry]:
    """Those one may look at."""
    return db.session.scalars(select(Industry).order_by(Industry.code)).all()


def _share(risk_class: RiskClass, registered: int, policy: Policy) -> Share:
    drawn = rules.quota(registered, policy.rate(risk_class).ratio, policy.minimum)
    return Share(risk_class, registered, drawn)
