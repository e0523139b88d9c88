"""What a policy comes to: how many subjects of an industry each class would send into a draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from server.catalogue.model import Industry
from server.infra.db import db
from server.registry import search
from server.registry.credit import rules
from server.registry.credit.policy import Policy
from server.registry.rules import RiskClass, SubjectStatus
from server.registry.terms import having, word_of

POOL = (SubjectStatus.ACTIVE, SubjectStatus.ABNORMAL, SubjectStatus.SUSPENDED)


@dataclass(frozen=True)
class Share:
    """One class of an industry: how many there are, how many would be drawn."""

    risk_class: RiskClass
    registered: int
    drawn: int


def shares(industry: str, policy: Policy) -> list[Share]:
    """The classes of an industry, counted by the search index: as quick for a million subjects as for ten.

    The caps (R-206) need its visits, and are not looked at.
    """
    pool = tuple(one for status in POOL for one in having("st", status))
    found = search.find([having("in", industry), pool])
    counts = search.counted((word_of("rc", one) for one in RiskClass), found)
    return [_share(one, counts[word_of("rc", one)], policy) for one in RiskClass]


def industries() -> Sequence[Industry]:
    """Those one may look at."""
    return db.session.scalars(select(Industry).order_by(Industry.code)).all()


def _share(risk_class: RiskClass, registered: int, policy: Policy) -> Share:
    drawn = rules.quota(registered, policy.rate(risk_class).ratio, policy.minimum)
    return Share(risk_class, registered, drawn)
