"""What happens by itself: when a day begins, points and decisions that lapsed or began have their effect."""

import datetime as dt

from server.infra import settings
from server.infra.jobs import crontab, every, job
from server.registry.credit import assessing
from server.registry.credit.policies import today

SETTLED_ON = "credit-settled-on"
LAPSED, ANOTHER_POLICY = "记分或认定到期", "信用风险政策调整"  # as the history of the register says it


@every(crontab(minute="7"))
def settle_classes() -> None:
    """Looked at every hour, so that it is done soon after midnight in the county, wherever the server is."""
    settle()


@job
def settle_anew() -> None:
    """After another policy: its thresholds hold for the points that count today."""
    assessing.settle_all(today(), ANOTHER_POLICY)


def settle() -> int:
    """Recompute what has to be, once a day; says how many classes changed."""
    said, day = settings.read(SETTLED_ON), today()
    last = dt.date.fromisoformat(said) if said else None
    if last and last >= day:
        return 0
    changed = assessing.settle_all(last, LAPSED)
    settings.write(SETTLED_ON, day.isoformat())
    return changed
