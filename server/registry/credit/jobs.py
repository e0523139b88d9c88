"""What happens by itself: when a day begins, points and decisions that lapsed or began have their effect."""

import datetime as dt

from server.infra import settings
from server.infra.jobs import crontab, every
from server.registry.credit import assessing
from server.registry.credit.policies import today

SETTLED_ON = "credit-settled-on"


@every(crontab(minute="7"))
def settle_classes() -> None:
    """Looked at every hour, so that it is done soon after midnight in the county, wherever the server is."""
    settle()


def settle() -> int:
    """Recompute what has to be, once a day; says how many classes changed."""
    said, day = settings.read(SETTLED_ON), today()
    last = dt.date.fromisoformat(said) if said else None
    if last and last >= day:
        return 0
    changed = assessing.settle_all(last)
    settings.write(SETTLED_ON, day.isoformat())
    return changed
