"""Settling a draw: work everything out from what was committed to and what fell; write who goes where."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.infra.jobs import job
from server.planning.draw import ceremony, rules, signals, staff
from server.planning.draw.actions import locked, make_void, tell_settled
from server.planning.draw.ceremony import Infeasible, Mismatch
from server.planning.draw.course import DrawState, Standing, Step, VoidCode
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject
from server.planning.tasks.model import Task
from server.planning.tasks.rules import TaskState
from server.registry.model import Inspector

Json = dict[str, Any]

DIRECTLY = 1_000
"""So many drawn subjects are settled while one waits; more in the background."""

ROWS_AT_ONCE = 1_000


def settle_now_or_later(draw: Draw) -> None:
    """Settle a draw whose randomness fell."""
    if sum(draw.quotas.values()) < DIRECTLY:
        settle(draw.id)
    else:
        settle.later(draw.id)


@job
def settle(draw_id: str) -> None:
    """Draw. Doing it again does nothing; a draw that cannot be settled becomes void."""
    if not _begin(draw_id, Step.READING):
        return
    transcript = transcript_of(db.session.get_one(Draw, draw_id))
    _begin(draw_id, Step.DRAWING)
    try:
        due = ceremony.outcome(transcript)
    except Infeasible as short:
        _end(draw_id, VoidCode.INFEASIBLE, **deficient(short))
        return
    except (Mismatch, ValueError, KeyError, TypeError) as wrong:
        _end(draw_id, VoidCode.CHANGED, part=str(wrong))
        return
    _begin(draw_id, Step.WRITING)
    with transaction():
        draw, task = locked(draw_id)
        if draw.state == DrawState.SETTLING:
            _write(draw, task, transcript, due)


def transcript_of(draw: Draw) -> Json:
    """A draw's transcript up to its result."""
    return {
        "commit": draw.commit,
        "frame": json.loads(draw.frame),
        "eligibility": json.loads(draw.eligibility),
        **disclosed(draw),
    }


def disclosed(draw: Draw) -> Json:
    """What came to light after the commitment."""
    return {
        "opened": {one.party: one.secret for one in draw.parties if one.secret},
        "missing": [one.party for one in draw.parties if one.missing],
        "randomness": draw.randomness,
    }


def deficient(short: Infeasible) -> Json:
    """Which demands are too large for the officers they may have."""
    return {
        "demands": [list(one) for one in short.demands],
        "needed": short.needed,
        "available": short.available,
    }


def _begin(draw_id: str, step: Step) -> bool:
    with transaction():
        draw, _task = locked(draw_id)
        if draw.state != DrawState.SETTLING:
            return False
        draw.step = step
        return True


def _end(draw_id: str, code: VoidCode, **detail: Any) -> None:
    with transaction():
        draw, _task = locked(draw_id)
        if draw.state == DrawState.SETTLING:
            make_void(draw, code, actor=None, **detail)




def _write(draw: Draw, task: Task, transcript: Json, due: Json) -> None:
    subjects = list(_subjects(draw, transcript, due))
    officers = list(_officers(draw, task, transcript, due, subjects))
    for table, rows in ((DrawnSubject, subjects), (DrawnOfficer, officers)):
        for start in range(0, len(rows), ROWS_AT_ONCE):
            db.session.execute(insert(table), rows[start : start + ROWS_AT_ONCE])
    draw.result = json.dumps(due, separators=(",", ":"))
    draw.state, draw.settled_at, draw.step = DrawState.SETTLED, now(), None
    task.state = TaskState.DRAWN
    record(None, "draw-settled", draw.id, commit=due["commit_hash"], subjects=len(subjects))
    tell_settled(draw, task)
    signals.draw_settled.send(draw.id)


def _subjects(draw: Draw, transcript: Json, due: Json) -> Iterator[Json]:
    strata = {name: stratum for stratum, names in due["subjects"].items() for name in names}
    ids = enterprises_behind(draw, transcript["frame"], strata)
    for place, team in enumerate(due["teams"], 1):
        day, half = staff.slot_of(team["slot"])
        yield {
            "id": new_id(),
            "task_id": draw.task_id,
            "draw_id": draw.id,
            "place": place,
            "stratum": strata[team["line"]],
            "name": team["line"],
            "enterprise_id": ids[team["line"]],
            "day": day,
            "half": half,
            "state": Standing.IN,
            "at": now(),
        }


def enterprises_behind(draw: Draw, frame: list[Json], wanted: Mapping[str, Any]) -> dict[str, str]:
    """The registry ids of candidates: a frame's lines are in the order of `members`."""
    names = (name for one in frame for name in one["candidates"])
    return {
        name: str(UUID(bytes=draw.members[at * 16 : at * 16 + 16]))
        for at, name in enumerate(names)
        if name in wanted
    }


def _officers(
    draw: Draw, task: Task, transcript: Json, due: Json, subjects: list[Json]
) -> Iterator[Json]:
    eligibility = transcript["eligibility"]
    people = staff.ids_by_name(draw.salts, eligibility["officers"])
    leaders = may_lead()
    areas = areas_of(transcript["frame"], eligibility, {one["name"] for one in subjects})
    for subject, team in zip(subjects, due["teams"], strict=True):
        wide = rules.widening(team, eligibility["areas"][areas[team["line"]]], eligibility["officers"])
        lead = lead_of([people[name][0] for name in team["members"][task.lead]], leaders)
        for department, members in team["members"].items():
            for place, name in enumerate(members, 1):
                identifier, is_expert = people[name]
                yield {
                    "id": new_id(),
                    "subject_id": subject["id"],
                    "department": department,
                    "person_id": None if is_expert else identifier,
                    "expert_id": identifier if is_expert else None,
                    "name": name,
                    "place": place,
                    "lead": identifier == lead,
                    "widening": wide[department],
                    "state": Standing.IN,
                    "at": now(),
                }


def areas_of(frame: list[Json], eligibility: Json, wanted: set[str]) -> dict[str, int]:
    """In which of the eligibility's areas candidates lie."""
    names = (name for one in frame for name in one["candidates"])
    return {
        name: area for name, area in zip(names, eligibility["lines"], strict=True) if name in wanted
    }


def may_lead() -> frozenset[str]:
    """The officers who may lead a visit."""
    return frozenset(db.session.scalars(select(Inspector.person_id).where(Inspector.can_lead)))


def lead_of(people: list[str], leaders: frozenset[str]) -> str:
    """Who leads: the first of the lead department who may, else the first of it."""
    return next((one for one in people if one in leaders), people[0])
