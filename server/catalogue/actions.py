"""The deeds of the catalogue: publish a checklist version, and find the one in force."""

from typing import Any

from sqlalchemy import select

from server.accounts.model import Department
from server.catalogue import rules
from server.catalogue.model import ChecklistVersion, Industry, IndustryDepartment
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.problems import Problem


def publish_checklist(
    actor: str | None,
    industry: Industry,
    version: str,
    items: list[dict[str, Any]],
    sample: bool,
    reason: str = "",
) -> ChecklistVersion:
    """Publish `items` as one more version; the same content under the same name is the one that exists."""
    known = db.session.scalar(select(ChecklistVersion).filter_by(industry=industry.code, version=version))
    fingerprint = rules.checklist_hash(items)
    if known and known.hash != fingerprint:
        raise Problem("checklist-published", version=version)
    if known:
        return known
    inspecting = set(db.session.scalars(select(Department.code).where(Department.can_inspect)))
    rules.check_publishable(items, industry.lead_department, inspecting)
    published = ChecklistVersion(
        id=new_id(),
        industry=industry.code,
        version=version,
        hash=fingerprint,
        published_at=now(),
        published_by=actor,
        reason=reason,
        departments=_taking_part(industry, items),
        sample=sample,
        items=items,
    )
    db.session.add(published)
    record(
        actor, "checklist-published", published.id, industry=industry.code, version=version, hash=fingerprint
    )
    return published


def _taking_part(industry: Industry, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The departments of the list as they are today, the lead first, each with its share of the work."""
    shares = db.session.scalars(select(IndustryDepartment).filter_by(industry=industry.code))
    division = {share.department: share.division for share in shares}
    named = select(Department.code).where(Department.code.in_({*division, *rules.departments_of(items)}))
    codes = db.session.scalars(named.order_by(Department.code != industry.lead_department, Department.order))
    return [
        {"code": code, "lead": code == industry.lead_department, "division": division.get(code, "")}
        for code in codes
    ]


def current_checklist(industry_code: str) -> ChecklistVersion:
    """The newest published version of an industry's checklist."""
    newest = (
        select(ChecklistVersion)
        .filter_by(industry=industry_code)
        .order_by(ChecklistVersion.published_at.desc(), ChecklistVersion.id.desc())
        .limit(1)
    )
    version = db.session.scalar(newest)
    if version is None:
        raise Problem("checklist-missing", industry=industry_code)
    return version
