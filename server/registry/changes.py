"""The history of the registers: each change of a subject, officer or expert, with its reason."""

from collections.abc import Mapping
from typing import Any

from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.registry.model import RegistryChange


def note(
    actor: str | None,
    kind: str,
    subject: str,
    deed: str,
    *,
    source: str,
    reason: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down a change, in the history and in the audit; `before` and `after` hold what changed only."""
    changed = {"before": dict(before) if before else None, "after": dict(after) if after else None}
    db.session.add(
        RegistryChange(
            kind=kind,
            subject=subject,
            deed=deed,
            source=source,
            reason=reason,
            at=now(),
            actor=actor,
            **changed,
        )
    )
    record(actor, f"{kind}-{deed}", subject, reason=reason, source=source)
