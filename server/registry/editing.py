"""Who may change a subject, and the deeds that do: enter one, amend it, change its state.

To be called inside `with transaction():`. Each leaves its line in the subject's history, with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any

from sqlalchemy import select

from server.accounts.model import Person
from server.catalogue.model import IndustryDepartment
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.problems import Problem
from server.registry import changes, listing, rules
from server.registry.credit import assessing
from server.registry.enterprises import enter
from server.registry.model import Enterprise, EnterpriseIndustry, Town
from server.registry.rules import RiskClass, SubjectStatus

FORM = "form"

Values = Mapping[str, Any]
"""What a form says of a subject: its columns by name, and `also`, its further industries."""


def may_edit(person: Person, industries: Collection[str]) -> bool:
    """Whether this person may change a subject of these industries."""
    listed = select(IndustryDepartment.department).where(IndustryDepartment.industry.in_(industries))
    return rules.may_edit_subject(person.roles, person.department, set(db.session.scalars(listed)))


def add(person: Person, values: Values, reason: str) -> Enterprise:
    """Put a new subject on the register by hand."""
    _demand_right(person, _industries(values))
    _check_place(values)
    columns = {name: value for name, value in values.items() if name != "also"}
    made = Enterprise(
        id=(key := new_id()),
        reference=f"H{key[-12:].upper()}",
        status=SubjectStatus.ACTIVE,
        risk_class=RiskClass.U,
        **columns,
    )
    enter(made, tuple(values["also"]))
    changes.note(person.id, "enterprise", made.id, "added", source=FORM, reason=reason, after=_kept(values))
    return made


def amend(person: Person, enterprise: Enterprise, values: Values, revision: int, reason: str) -> None:
    """Change what the form says differently. `revision` is of the version the form was filled in from."""
    industries = listing.industries_of(enterprise)
    _demand_right(person, industries)
    _demand_right(person, _industries(values))
    before = current(enterprise, industries)
    changed = {name for name, value in values.items() if value != before[name]}
    if not changed:
        raise Problem("nothing-changed")
    if enterprise.revision != revision:
        raise Problem("changed-meanwhile")
    if changed & {"lat_e7", "lon_e7"}:
        _check_place(values)
    _write(enterprise, {name: values[name] for name in changed})
    _note(person, enterprise, {name: before[name] for name in changed}, values, reason)
    if "entity_type" in changed:  # only enterprises are classified
        assessing.settle(person.id, [enterprise.id], reason)


def change_state(
    person: Person, enterprise: Enterprise, state: SubjectStatus, revision: int, reason: str
) -> None:
    """Close a subject, open it again, or say that its operation is abnormal or suspended."""
    _demand_right(person, listing.industries_of(enterprise))
    if enterprise.revision != revision:
        raise Problem("changed-meanwhile")
    if state not in rules.next_states(enterprise.status):
        raise Problem("choice-needed", field="state")
    if state is SubjectStatus.ABNORMAL:
        assessing.note_abnormal(person.id, enterprise)
    before = {"status": enterprise.status}
    _write(enterprise, {"status": state})
    _note(person, enterprise, before, {"status": state}, reason)


def current(enterprise: Enterprise, industries: list[str]) -> dict[str, Any]:
    """The values of a subject in the shape of a form's."""
    return {name: getattr(enterprise, name) for name in EDITED} | {"also": sorted(industries[1:])}


EDITED = (
    *("name", "uscc", "entity_type", "industry", "project_code", "address", "town", "town_code", "grid"),
    *("legal_rep", "phone", "contacts", "tags", "registrar", "registered_on", "staff_count"),
    *("emerging_code", "lat_e7", "lon_e7"),
)


def _demand_right(person: Person, industries: Collection[str]) -> None:
    if not may_edit(person, industries):
        raise Problem("not-your-industry")


def _industries(values: Values) -> list[str]:
    return [values["industry"], *values["also"]]


def _check_place(values: Values) -> None:
    towns = db.session.execute(select(Town.lat_e7, Town.lon_e7).where(Town.lat_e7.is_not(None)))
    bounds = rules.surroundings([(row.lat_e7, row.lon_e7) for row in towns])
    if trouble := rules.place_trouble(values["lat_e7"], values["lon_e7"], bounds):
        raise Problem(trouble, field="lat")


def _write(enterprise: Enterprise, values: Values) -> None:
    for name in values.keys() - {"also"}:
        setattr(enterprise, name, values[name])
    enterprise.revision += 1
    enterprise.changed_at = now()
    if values.keys() & {"industry", "also"}:
        _write_industries(enterprise, values)


def _write_industries(enterprise: Enterprise, values: Values) -> None:
    held = db.session.scalars(select(EnterpriseIndustry).filter_by(seq=enterprise.seq)).all()
    wanted = {enterprise.industry, *values.get("also", [one.industry for one in held])}
    for one in held:
        if one.industry not in wanted:
            db.session.delete(one)
    for industry in wanted - {one.industry for one in held}:
        db.session.add(EnterpriseIndustry(industry=industry, seq=enterprise.seq))


def _note(person: Person, enterprise: Enterprise, before: Values, values: Values, reason: str) -> None:
    after = {name: values[name] for name in before}
    changes.note(
        person.id,
        "enterprise",
        enterprise.id,
        "changed",
        source=FORM,
        reason=reason,
        before=_kept(before),
        after=_kept(after),
    )


def _kept(values: Values) -> dict[str, Any]:
    """Values as the history keeps them."""
    return {name: _json(value) for name, value in sorted(values.items())}


def _json(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, dt.date) else value
