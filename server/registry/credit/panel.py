"""What is known of one subject's credit risk, for its own page and as a block on the enterprise's page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from server.accounts.model import Person
from server.infra.db import db
from server.registry.credit import assessing, exempting, policies, triggers, words
from server.registry.credit.assessing import Sources
from server.registry.credit.model import Trigger
from server.registry.credit.policies import today
from server.registry.credit.policy import Policy, Rate
from server.registry.credit.rules import Exemption, Points, Standing
from server.registry.model import Enterprise


@dataclass(frozen=True)
class Panel:
    """One subject: the class that counts and why, what follows from it, who is spared what."""

    sources: Sources
    policy: Policy
    standing: Standing
    exemption: Exemption
    triggers: Sequence[Trigger]

    @property
    def enterprise(self) -> Enterprise:
        """The subject."""
        return self.sources.enterprise

    @property
    def rate(self) -> Rate:
        """How many of its class are drawn, and how often it may be."""
        return self.policy.rate(self.standing.risk_class)

    @property
    def provenance(self) -> str:
        """Where the class comes from, in a sentence."""
        return words.provenance(self.enterprise.entity_type, self.standing, self.policy)

    @property
    def open_triggers(self) -> list[Trigger]:
        """Those that end an exemption now."""
        return [one for one in self.triggers if one.closed_at is None]

    @property
    def counting(self) -> set[int]:
        """The points that count today."""
        day = today()
        return {
            one.id
            for one in self.sources.points
            if Points(one.points, one.since, one.until, one.withdrawn_at is not None).count_on(day)
        }

    @property
    def decided(self) -> bool:
        """Whether a decision counts now."""
        return self.standing.source == "decision"


def of(enterprise_id: str) -> Panel:
    """All of it, in a handful of queries."""
    sources = assessing.sources_of(enterprise_id)
    day = today()
    policy = policies.in_force(day)
    return Panel(
        sources,
        policy,
        sources.standing(policy, day),
        exempting.exemption_of(sources.enterprise, day),
        triggers.of_subject(enterprise_id),
    )


def names_of(ids: Iterable[str | None]) -> dict[str | None, str]:
    """The names of people."""
    query = select(Person.id, Person.name).where(Person.id.in_({one for one in ids if one}))
    return dict(db.session.execute(query).all())


def names_on(panel: Panel) -> dict[str | None, str]:
    """The names of all who did something to a subject."""
    actors: list[str | None] = [one.actor for one in panel.sources.assessments]
    actors += [actor for one in panel.sources.points for actor in (one.actor, one.withdrawn_by)]
    actors += [actor for one in panel.triggers for actor in (one.actor, one.closed_by)]
    return names_of(actors)
