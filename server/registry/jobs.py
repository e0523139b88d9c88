"""What happens to the register by itself."""

from server.infra.db import transaction
from server.infra.jobs import crontab, every
from server.registry import review


@every(crontab(minute="53", hour="3"))
def look_for_twins() -> None:
    """Every night, and when an import is done."""
    with transaction():
        review.note_twins()
