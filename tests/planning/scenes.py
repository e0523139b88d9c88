"""Scenes of planning: a task that was drawn, with rows as the draw leaves them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import Flask
from sqlalchemy import select

from server.catalogue.actions import current_checklist
from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject, Substitution
from server.planning.tasks.model import Approval, Task, TaskDepartment
from server.registry.enterprises import enter
from tests.builders import DEPARTMENT_OF
from tests.people import INDUSTRY, People, an_enterprise

TEAM = ("lin", "ma", "zhou", "wu")
DAY = dt.date(2026, 12, 8)
TERMS = {
    "since": "2026-12-01",
    "until": "2026-12-31",
    "halves": ["am", "pm"],
    "departments": [
        {"department": "SCJG", "heads": 2, "vehicles": 1},
        {"department": "XFJY", "heads": 2, "vehicles": 0},
    ],
    "total": 40,
    "experts": 0,
}


def a_task(**more: Any) -> Task:
    """A task whose terms are agreed; added to the session."""
    task = Task(
        **{
            "id": new_id(),
            "number": f"RW-{new_id()[-8:]}",
            "year": 2026,
            "source": "plan",
            "state": "drawn",
            "name": "加油站联合抽查",
            "industry": INDUSTRY,
            "lead": "SCJG",
            "terms": TERMS,
            "agreed_at": now(),
            "checklist_id": current_checklist(INDUSTRY).id,
            "created_at": now(),
            **more,
        }
    )
    db.session.add(task)
    db.session.flush()
    return task


def a_drawn_task(
    app: Flask,
    people: People,
    subjects: int = 1,
    *,
    team: Sequence[str] = TEAM,
    days: Sequence[tuple[dt.date, str]] = (),
    elsewhere: bool = True,
    **task: Any,
) -> str:
    """A task with drawn subjects, the same team for each; the first of it leads. Its id.

    Drawn `elsewhere` there is no draw of ours behind it.
    """
    with app.app_context(), transaction():
        drawn = a_task(**task)
        for place, share in enumerate(TERMS["departments"]):
            own = {"task_id": drawn.id, "department": share["department"], "position": place}
            db.session.add(TaskDepartment(**own, answer="agreed"))
        draw = None if elsewhere else a_settled_draw(drawn.id).id
        for place in range(subjects):
            enterprise = people.enterprise if place == 0 else _another(place)
            usual = DAY + dt.timedelta(days=place // 2), ("am", "pm")[place % 2]
            day, half = days[place] if days else usual
            subject = DrawnSubject(
                id=new_id(), task_id=drawn.id, place=place, stratum="B", enterprise_id=enterprise,
                day=day, half=half, state="in", at=now(), draw_id=draw, name=new_id() if draw else None,
            )  # fmt: skip
            db.session.add(subject)
            db.session.flush()
            db.session.add_all(_team(people, subject.id, team))
        return drawn.id


def a_settled_draw(task_id: str) -> Draw:
    """A draw that is over, with nothing in it: enough for rows to belong to."""
    draw = Draw(
        id=new_id(), task_id=task_id, attempt=1, state="settled", ceremony="observed", source="",
        writing="dice", minutes=15, ratios={}, quotas={}, sizes={}, frame_hash="0" * 64,
        eligibility_hash="0" * 64, frozen_at=now(), frame="[]", eligibility="{}", members=b"", salts=b"",
    )  # fmt: skip
    db.session.add(draw)
    db.session.flush()
    return draw


def a_substitution(people: People, task: str, place: int, person: str | None = None) -> str:
    """That a subject, or one officer of its team, be replaced: asked for and not decided. Its id."""
    subject = db.session.scalars(
        select(DrawnSubject.id).where(DrawnSubject.task_id == task, DrawnSubject.place == place)
    ).one()
    officer = None
    if person:
        own = select(DrawnOfficer.id).where(DrawnOfficer.subject_id == subject)
        officer = db.session.scalars(own.where(DrawnOfficer.person_id == people[person])).one()
    asked = Substitution(
        id=new_id(), task_id=task, department="SCJG", subject_id=subject, officer_id=officer, state="asked",
        reason_code="SB7", reason="借调", asked_at=now(), asked_by=people["he"],
    )  # fmt: skip
    db.session.add(asked)
    return asked.id


def decided(app: Flask, task: str, state: str, department: str = "XFJY") -> None:
    """How the head of a department decided that it takes part."""
    with app.app_context(), transaction():
        own = {"task_id": task, "department": department, "state": state, "asked_at": now()}
        db.session.merge(Approval(**own))


def _team(people: People, subject: str, team: Sequence[str]) -> list[DrawnOfficer]:
    return [
        DrawnOfficer(
            id=new_id(), subject_id=subject, department=DEPARTMENT_OF[name], person_id=people[name],
            place=place, lead=place == 0, state="in", at=now(),
        )
        for place, name in enumerate(team)
    ]  # fmt: skip


def _another(place: int) -> str:
    enterprise = an_enterprise(
        reference=f"T-{new_id()[-12:]}",
        uscc=f"9134172300000{place:04d}X",
        name=f"青阳县演示加油站{place}号",
        address=f"青阳县演示路{place}号",
    )
    enter(enterprise)
    return enterprise.id
