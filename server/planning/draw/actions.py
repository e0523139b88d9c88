"""The deeds of a ceremony: approve, commit, open, note what fell, give up.

Each is to be called inside `with transaction():`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from server.accounts.model import Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.kernel.instants import rfc3339
from server.kernel.problems import Problem
from server.messages.actions import answering_for, holders, tell
from server.planning.draw import ceremony, course, rules
from server.planning.draw.course import OBSERVER, OFFICE, OPEN, WAYS, DrawState, VoidCode, Writing
from server.planning.draw.freezing import agreed
from server.planning.draw.model import Draw, DrawParty
from server.planning.tasks.model import Task

HASH = re.compile(r"[0-9a-f]{64}")


def locked(draw_id: str) -> tuple[Draw, Task]:
    """A draw whose row nobody else writes until this is done, and its task."""
    query = select(Draw).where(Draw.id == draw_id).with_for_update()
    draw = db.session.scalar(query.execution_options(populate_existing=True))
    if draw is None:
        raise Problem("not-found")
    return draw, db.session.get_one(Task, draw.task_id)


def approve(actor: Person, draw_id: str) -> Draw:
    """A second person agrees to what was frozen; now the parties commit themselves (R-412)."""
    draw, task = locked(draw_id)
    course.must_be(draw.state, DrawState.FROZEN)
    if not course.may_approve(actor.roles, actor.department, task.lead):
        raise Problem("draw-others")
    course.refuse_same(actor.id, draw.frozen_by)
    draw.state, draw.approved_at, draw.approved_by = DrawState.APPROVED, now(), actor.id
    record(actor.id, "draw-approved", draw.id, frame=draw.frame_hash)
    _tell(draw, task, _speakers(one.party for one in draw.parties), "draw-commit")
    return draw


def commit(actor: Person, draw_id: str, party: str, commitment: str) -> Draw:
    """A party says what it will be held to. With the last one, all is fixed and the secrets may be opened."""
    draw, task = locked(draw_id)
    course.must_be(draw.state, DrawState.APPROVED)
    own = _own_party(actor, draw, party)
    if own.commitment is not None:
        raise Problem("draw-committed-already")
    if any(one.actor == actor.id for one in draw.parties):
        raise Problem("draw-one-party-each")
    if not HASH.fullmatch(commitment):
        raise Problem("commitment-odd", field="commitment")
    own.commitment, own.committed_at, own.actor = commitment, now(), actor.id
    record(actor.id, "draw-party-committed", draw.id, party=party, commitment=commitment)
    if all(one.commitment for one in draw.parties):
        _seal(draw, task)
    return draw


def _seal(draw: Draw, task: Task) -> None:
    way = WAYS[Writing(draw.writing)]
    draw.committed_at = now()
    draw.deadline = draw.committed_at + dt.timedelta(minutes=draw.minutes)
    draw.commit = rules.commit(
        f"{task.number} {task.name} #{draw.attempt}",
        draw.frame_hash,
        draw.quotas,
        draw.eligibility_hash,
        {
            "source": draw.source,
            "signs": way.signs,
            "least": way.least,
            "deadline": rfc3339(draw.deadline),
        },
        {one.party: one.commitment or "" for one in draw.parties},
    )
    draw.commit_hash = ceremony.sha256(ceremony.canonical(draw.commit))
    draw.state = DrawState.COMMITTED
    record(None, "draw-committed", draw.id, commit=draw.commit_hash)
    _tell(draw, task, [one.actor for one in draw.parties if one.actor], "draw-open-secrets")


def open_secret(actor: Person, draw_id: str, party: str, secret: str) -> Draw:
    """A party opens what it committed to, in time."""
    draw, _task = locked(draw_id)
    course.must_be(draw.state, DrawState.COMMITTED)
    own = _own_party(actor, draw, party)
    if own.secret is not None:
        raise Problem("draw-opened-already")
    if is_late(draw):
        raise Problem("draw-too-late")
    typed = re.sub(r"\s", "", secret).lower()
    if not HASH.fullmatch(typed):
        raise Problem("secret-odd", field="secret")
    if ceremony.commitment(party, bytes.fromhex(typed)) != own.commitment:
        raise Problem("secret-other", field="secret")
    own.secret, own.opened_at = typed, now()
    record(actor.id, "draw-party-opened", draw.id, party=party)
    return draw


def is_late(draw: Draw) -> bool:
    """Whether the time to open secrets is over."""
    return draw.deadline is not None and now() > draw.deadline


def may_fall(draw: Draw) -> bool:
    """Whether the public randomness may fall: all have opened; or the time is over, and at least one has."""
    opened = [bool(one.secret) for one in draw.parties]
    return draw.state == DrawState.COMMITTED and (all(opened) or (any(opened) and is_late(draw)))


def note_randomness(actor: Person, draw_id: str, typed: str, again: str) -> Draw:
    """Write down what fell, and settle. Who has not opened by now is left out and named."""
    draw, task = locked(draw_id)
    if not course.runs(actor.roles, actor.department, task.lead):
        raise Problem("draw-others")
    course.must_be(draw.state, DrawState.COMMITTED)
    if not may_fall(draw):
        raise Problem("draw-none-opened" if is_late(draw) else "draw-secrets-awaited")
    fell = course.read_randomness(Writing(draw.writing), typed, again)
    if db.session.scalar(select(Draw.id).where(Draw.randomness == fell).limit(1)):
        raise Problem("randomness-again", field="randomness")
    draw.randomness = fell
    for one in draw.parties:
        one.missing = one.secret is None
    draw.state, draw.settling_at = DrawState.SETTLING, now()
    missing = [one.party for one in draw.parties if one.missing]
    record(actor.id, "draw-randomness", draw.id, randomness=draw.randomness, missing=missing)
    _tell(draw, task, _speakers(missing), "draw-left-out")
    return draw


def give_up(actor: Person, draw_id: str, reason: str) -> Draw:
    """End a draw that comes to nothing. It is kept, published as void, and counted."""
    draw, task = locked(draw_id)
    if not course.runs(actor.roles, actor.department, task.lead):
        raise Problem("draw-others")
    course.must_be(draw.state, *OPEN)
    make_void(draw, VoidCode.GIVEN_UP, actor=actor.id, reason=reason)
    return draw


def make_void(draw: Draw, code: VoidCode, *, actor: str | None, reason: str = "", **detail: Any) -> None:
    """The draw came to nothing, and why."""
    draw.state, draw.void_at, draw.void_by = DrawState.VOID, now(), actor
    draw.void_code, draw.void_reason, draw.void_detail = code, reason, detail
    record(actor, "draw-void", draw.id, code=code, reason=reason, **detail)
    task = db.session.get_one(Task, draw.task_id)
    _tell(draw, task, answering_for(task.lead), "draw-void")


def tell_settled(draw: Draw, task: Task) -> None:
    """All departments hear that the result is there."""
    departments = (one.department for one in agreed(task).shares)
    people = {person for department in departments for person in answering_for(department)}
    _tell(draw, task, people | set(holders("office")), "draw-settled")


def tell_frozen(draw: Draw, task: Task) -> None:
    """Those who may be the second person hear that one is awaited."""
    people = {*answering_for(task.lead), *holders("office"), *holders("head", task.lead)}
    _tell(draw, task, people - {draw.frozen_by or ""}, "draw-approve")


def _own_party(actor: Person, draw: Draw, party: str) -> DrawParty:
    own = next((one for one in draw.parties if one.party == party), None)
    if own is None:
        raise Problem("not-found")
    if not course.speaks_for(party, actor.roles, actor.department):
        raise Problem("draw-other-party")
    return own


def _speakers(parties: Iterable[str]) -> set[str]:
    return {person for party in parties for person in _speakers_of(party)}


def _speakers_of(party: str) -> list[str]:
    roles = {OFFICE: "office", OBSERVER: "supervisor"}
    return holders(roles[party]) if party in roles else answering_for(party)


def _tell(draw: Draw, task: Task, people: Iterable[str], code: str) -> None:
    tell(people, code, link=f"/office/tasks/{task.id}/draw", key=draw.id, task=task.name)
