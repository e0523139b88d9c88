"""The prior notice (R-502, R-503), and what an enterprise answers to it without an account (R-504).

Each deed is to be called inside `with transaction():`.
"""

from __future__ import annotations

import secrets

from sqlalchemy import func, select

from server.accounts.model import Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.messages import actions as messages
from server.planning.dispatch import queries, rules
from server.planning.dispatch.model import PriorNotice, SelfCorrection, Sending
from server.planning.dispatch.rules import NoticeWay
from server.visits import assigning, bundle, journal
from server.visits.model import Visit


def give(actor: Person, visit_id: str, way: str, recipient: str, materials: str) -> PriorNotice:
    """Note that the enterprise was told, and make its page. Of an unannounced visit there is none.

    Told anew after a move, it keeps the page it has.
    """
    sending = directed(actor, visit_id)
    visit = journal.lock_visit(visit_id)
    if sending.unannounced:
        raise Problem("notice-unannounced")
    _refuse_late(visit)
    notice = db.session.get(PriorNotice, visit_id)
    if notice is not None and not notice.outdated:
        raise Problem("notice-known")
    if way not in list(NoticeWay):
        raise Problem("choice-needed", field="way")
    notice = notice or PriorNotice(visit_id=visit_id, code=secrets.token_hex(16))
    notice.materials = "\n".join(rules.materials_of(materials))
    notice.way, notice.recipient = way, recipient
    notice.given_at, notice.given_by = now(), actor.id
    db.session.add(notice)
    record(actor.id, "prior-notice", visit_id, way=way, recipient=recipient)
    return notice


def directed(actor: Person, visit_id: str) -> Sending:
    """A dispatched visit whose notices and changes are this person's to make."""
    sending = queries.sending_to_read(actor, visit_id)
    if not rules.may_dispatch(actor.roles, actor.department, sending.task.lead):
        raise Problem("not-allowed")
    return sending


def receive(code: str) -> PriorNotice:
    """The enterprise says that it knows; a second time changes nothing."""
    notice = queries.notice_by(code)
    if notice.received_at is None:
        notice.received_at = now()
        sending = queries.whole(notice.visit_id)
        record(None, "prior-notice-received", notice.visit_id)
        _tell_lead(sending, "notice-received")
    return notice


def correct(code: str, item: str, said: str) -> SelfCorrection:
    """The enterprise says what it put right. The team is shown it; it exempts from nothing (R-504)."""
    notice = queries.notice_by(code)
    visit = journal.lock_visit(notice.visit_id)
    _refuse_late(visit)
    own = SelfCorrection.visit_id == visit.id
    if (db.session.scalar(select(func.count()).where(own)) or 0) >= rules.MOST_CORRECTIONS:
        raise Problem("corrections-full", most=rules.MOST_CORRECTIONS)
    items = {one["id"] for one in bundle.load(visit.bundle_digest)["checklist"]["items"]}
    correction = SelfCorrection(
        id=new_id(), visit_id=visit.id, item=item if item in items else "", said=said, at=now()
    )
    db.session.add(correction)
    db.session.flush()
    assigning.annotate(visit.id, corrected_before=corrected_before(visit.id))
    record(None, "enterprise-corrected", visit.id)
    _tell_lead(queries.whole(visit.id), "enterprise-corrected", said=said[:80])
    return correction


def corrected_before(visit_id: str) -> list[dict[str, str]]:
    """What phones are told of it: `visit.corrected_before` of the bundle."""
    return [
        {"item": one.item, "said": one.said, "at": local(one.at).isoformat(timespec="seconds")}
        for one in queries.corrections(visit_id)
    ]


def is_open(visit: Visit) -> bool:
    """Whether a visit still lies ahead: not begun, not called off, its day not over."""
    ahead = local(now()).date() <= visit.date
    return ahead and visit.status == "assigned" and visit.cancelled_at is None


def _refuse_late(visit: Visit) -> None:
    if visit.cancelled_at:
        raise Problem("visit-cancelled")
    if not is_open(visit):
        raise Problem("notice-late")


def _tell_lead(sending: Sending, code: str, **more: str) -> None:
    """The lead department's people, and who leads the team."""
    visit = sending.visit
    messages.tell(
        {*messages.answering_for(sending.task.lead), visit.lead_id},
        code,
        link=f"/office/visits/{visit.id}",
        key=f"visit:{visit.id}",
        enterprise=visit.enterprise.name,
        day=visit.date.isoformat(),
        **more,
    )
