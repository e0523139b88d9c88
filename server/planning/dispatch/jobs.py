"""What dispatch does by itself: it tells the team of an unannounced visit once it may know (R-414)."""

from datetime import timedelta

from sqlalchemy import literal, select

from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.jobs import crontab, every
from server.messages import actions as messages
from server.messages.model import Message
from server.planning.dispatch.model import Sending
from server.visits.model import Visit

FRESH = timedelta(days=1)  # a release that nobody told of until then is no news any more


@every(crontab(minute="*/2"))
def tell_of_releases() -> int:
    """Tell each team once; the phone brings the visit itself."""
    with transaction():
        visits = db.session.scalars(
            select(Visit)
            .join(Sending, Sending.visit_id == Visit.id)
            .outerjoin(Message, Message.key == literal("visit:") + Visit.id + ":released")
            .where(Sending.unannounced, Visit.cancelled_at.is_(None), Message.id.is_(None))
            .where(Visit.release_at <= now(), Visit.release_at > now() - FRESH)
        ).all()
        for visit in visits:
            messages.tell(
                [one.person_id for one in visit.members if one.left_at is None],
                "visit-released",
                link="/field/",
                key=f"visit:{visit.id}:released",
                enterprise=visit.enterprise.name,
                day=visit.date.isoformat(),
                slot=visit.slot,
            )
    return len(visits)
