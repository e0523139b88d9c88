"""A county as large as the story of the draw needs: 30,000 pharmacies, and officers enough to visit them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from server.accounts.model import Person, PersonRole
from server.infra import counters
from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.kernel.instants import local
from server.registry.model import Enterprise, EnterpriseIndustry, Grid, Inspector
from server.registry.rules import EntityType, RiskClass, SubjectStatus

Json = dict[str, Any]

INDUSTRY = "YPLS"
DEPARTMENTS = ("SCJG", "YBJ", "XFJY")
CLASSES = {RiskClass.A: 27_000, RiskClass.B: 2_400, RiskClass.C: 450, RiskClass.D: 150}
OFFICERS = 24
"""Of each department, beside those of the demo county."""

AT_ONCE = 5_000


def settle(app: Flask) -> None:
    """Put them all on the registers."""
    with app.app_context(), transaction():
        grids = db.session.execute(select(Grid.code, Grid.town_code).order_by(Grid.code)).all()
        rows = list(_pharmacies(grids))
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            db.session.execute(insert(Enterprise), some)
            db.session.execute(
                insert(EnterpriseIndustry), [{"industry": INDUSTRY, "seq": one["seq"]} for one in some]
            )
        _officers([code for code, _town in grids])


def _pharmacies(grids: Sequence[Any]) -> Iterator[Json]:
    classes = [one for one, count in CLASSES.items() for _each in range(count)]
    first = counters.reserve("enterprise", len(classes))
    for at, risk_class in enumerate(classes):
        grid, town = grids[at % len(grids)]
        yield {
            "id": new_id(),
            "seq": first + at,
            "reference": f"YD{at:06d}",
            "uscc": f"91341723MB{at:07d}X",
            "name": f"青阳演示大药房第{at}号",
            "entity_type": EntityType.ENTERPRISE,
            "industry": INDUSTRY,
            "status": SubjectStatus.ACTIVE,
            "address": f"青阳县演示路{at}号",
            "town": "",
            "town_code": town,
            "grid": grid,
            "legal_rep": "演示",
            "phone": "",
            "contacts": [],
            "tags": [],
            "risk_class": risk_class,
            "terms": "",
        }


def _officers(grids: list[str]) -> None:
    """Each knows pharmacies and three grids; they sign in with nothing."""
    year = local(now()).year
    for department in DEPARTMENTS:
        for at in range(OFFICERS):
            person = Person(
                id=new_id(),
                username=f"{department.lower()}-more{at:02d}",
                name=f"增援演示{department}{at:02d}",
                password_hash="",
                department=department,
            )
            person.role_rows = [PersonRole(role="inspector")]
            db.session.add(person)
            db.session.flush()
            db.session.add(
                Inspector(
                    person_id=person.id,
                    certificate_type="行政执法证",
                    certificate_number=f"演示{department}{at:04d}",
                    issued_by="安徽省人民政府",
                    valid_from=dt.date(year - 1, 1, 1),
                    valid_until=dt.date(year + 3, 12, 31),
                    specialties=[INDUSTRY],
                    grids=[grids[(at * 3 + turn) % len(grids)] for turn in range(3)],
                    can_lead=True,
                )
            )
