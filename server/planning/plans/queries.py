"""Reading the annual plan. No query in a loop."""

from __future__ import annotations

from sqlalchemy import select

from server.infra.db import db
from server.kernel.problems import Problem
from server.planning.plans.model import CountyPlan, PlanRow


def row(row_id: str) -> PlanRow:
    """A row of the plan."""
    found = db.session.get(PlanRow, row_id)
    if found is None:
        raise Problem("not-found")
    return found


def newest_plan(year: int) -> CountyPlan | None:
    """The version of the county's plan of a year that counts."""
    query = select(CountyPlan).filter_by(year=year).order_by(CountyPlan.version.desc()).limit(1)
    return db.session.scalar(query)


def is_published(row: PlanRow) -> bool:
    """Whether a row stands in the plan that counts, as it was published: only such a row becomes a task."""
    plan = newest_plan(row.year)
    return plan is not None and any(one["id"] == row.id for one in plan.document["rows"])
