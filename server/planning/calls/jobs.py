"""What happens by itself: a silence is told to the heads soon after the answer was due."""

from server.infra.db import transaction
from server.infra.jobs import crontab, every
from server.planning.calls import actions


@every(crontab(minute="*/5"))
def escalate() -> None:
    """Looked at every five minutes."""
    with transaction():
        actions.escalate()
