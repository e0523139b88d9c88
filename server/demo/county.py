"""The demo county itself: departments, industries with their checklists, enterprises, everybody's account.

Read from the sample files in `data/`, which say of themselves that they are samples and no official issue.
"""

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from server.accounts.actions import hash_password
from server.accounts.model import Department, DepartmentPost, Person
from server.accounts.rules import Post
from server.catalogue.actions import publish_checklist
from server.catalogue.drafts.model import DraftItem
from server.catalogue.model import Industry, IndustryDepartment
from server.catalogue.rules import checklist_item, draft_of
from server.demo import credit, register
from server.demo.people import PASSWORD, Account, OfficerRow, accounts, officer_row, with_enough_officers
from server.infra import settings
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.registry.enterprises import enter
from server.registry.imports import sources
from server.registry.model import Enterprise, Grid, Inspector, Town
from server.registry.rules import EntityType, RiskClass, SubjectStatus

Json = dict[str, Any]

SHARED_HASH = "demo-password-hash"  # the setting that tells demo accounts from others
DATA = Path(__file__).parent / "data"

ENTITY_TYPES = {
    "企业": EntityType.ENTERPRISE,
    "个体工商户": EntityType.INDIVIDUAL,
    "民办非企业单位": EntityType.NON_PROFIT,
    "事业单位": EntityType.INSTITUTION,
}
STATUSES = {
    "存续": SubjectStatus.ACTIVE,
    "停业": SubjectStatus.SUSPENDED,
    "注销": SubjectStatus.CANCELLED,
    "吊销": SubjectStatus.REVOKED,
}


def settle(today: date) -> None:
    """Found the county in an empty database."""
    catalogue = read_json("catalogue.json")
    _explain(catalogue["industries"], read_json("help.json"))
    _found_departments()
    for industry in catalogue["industries"]:
        _publish(industry, catalogue["meta"]["list_version"])
    _found_grids()
    for row in read_csv("enterprises-sample.csv"):
        enter(_enterprise(row))
    credit.settle(read_json("codes.json"), today)
    sources.add(None, "省平台导出（演示）", "province", every_hours=24)
    _settle_people(catalogue["industries"], today)
    db.session.flush()
    credit.play(today)
    db.session.flush()


def everyone(industries: list[Json], today: date) -> list[Account]:
    """All accounts of the county, in a fixed order."""
    needs: dict[str, set[str]] = {}
    for industry in industries:
        for group in industry["groups"]:
            needs.setdefault(group["department"], set()).add(industry["code"])
    rows = [officer_row(row) for row in read_csv("inspectors-sample.csv")]
    departments = [department["code"] for department in read_json("departments.json")["departments"]]
    leading = {industry["lead_department"] for industry in industries}
    return list(accounts(with_enough_officers(rows, needs, today), departments, leading))


def read_json(name: str) -> Json:
    """A sample file of the county."""
    sample: Json = json.loads((DATA / name).read_text(encoding="utf-8"))
    return sample


def read_csv(name: str) -> Iterator[dict[str, str]]:
    """The rows of a sample table (with the byte order mark spreadsheets want)."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def items_of(industry: Json) -> list[Json]:
    """An industry's sample items in the form a checklist version keeps, in list order."""
    return [checklist_item(item) for group in industry["groups"] for item in group["items"]]


def _explain(industries: list[Json], words: Json) -> None:
    """Give each item its words for the handbook: its own, else those of the common item it is."""
    for item in (item for industry in industries for group in industry["groups"] for item in group["items"]):
        said = words["items"].get(item["code"]) or words["common"].get(item["common_ref"])
        if said:
            item["help"] = said


def _found_departments() -> None:
    sample = read_json("departments.json")
    bodies = sample["departments"] + sample["coordination_bodies"]
    for order, body in enumerate(bodies, 1):
        db.session.add(
            Department(
                code=body["code"],
                name=body["name"],
                short_name=body["short_name"],
                name_en=body.get("name_en", body["name"]),
                can_inspect=body["can_inspect"],
                order=order,
            )
        )
    db.session.flush()


def _publish(source: Json, version: str) -> None:
    industry = Industry(
        code=source["code"],
        name=source["name"],
        lead_department=source["lead_department"],
        document={name: value for name, value in source.items() if name not in ("code", "name", "groups")},
    )
    db.session.add(industry)
    db.session.flush()
    for code in (source["lead_department"], *source["cooperating_departments"]):
        db.session.add(
            IndustryDepartment(
                industry=industry.code, department=code, lead=code == source["lead_department"]
            )
        )
    for position, item in enumerate((item for group in source["groups"] for item in group["items"]), 1):
        db.session.add(
            DraftItem(
                id=new_id(),
                industry=industry.code,
                department=item["department"],
                code=item["code"],
                position=position,
                document=draft_of(item),
                changed_at=now(),
            )
        )
    publish_checklist(None, industry, version, items_of(source), sample=True)


def _found_grids() -> None:
    codes = read_json("codes.json")
    for town in codes["admin_division"]["towns"]:
        db.session.add(
            Town(
                code=town["code"],
                name=town["zh"],
                lat_e7=_e7(str(town["lat_approx"])),
                lon_e7=_e7(str(town["lon_approx"])),
            )
        )
    db.session.flush()
    for grid in codes["grids"]["items"]:
        db.session.add(Grid(code=grid["code"], name=grid["zh"], town_code=grid["town_code"]))


def _enterprise(row: dict[str, str]) -> Enterprise:
    return Enterprise(
        id=new_id(),
        reference=row["object_id"],
        uscc=row["uscc"],
        name=row["name"],
        project_code=row["project_code"] or None,
        entity_type=ENTITY_TYPES[row["entity_type"]],
        industry=row["industry_code"],
        status=STATUSES[row["status"]],
        address=row["address"],
        town=row["town"],
        town_code=row["town_code"],
        grid=row["grid_code"] or None,
        legal_rep=row["legal_rep"],
        phone=row["phone"],
        risk_class=RiskClass(row["risk_class"]),
        risk_as_of=_day(row["risk_class_asof"]),
        registrar=row["registrar_code"],
        registered_on=_day(row["registered_on"]),
        last_inspected_on=_day(row["last_inspected_on"]),
        staff_count=int(row["staff_count"]) if row["staff_count"] else None,
        emerging_code=row["emerging_code"] or None,
        lat_e7=_e7(row["lat"]),
        lon_e7=_e7(row["lon"]),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _e7(degrees: str) -> int | None:
    return int(Decimal(degrees).scaleb(7)) if degrees else None


def _settle_people(industries: list[Json], today: date) -> None:
    shared = hash_password(PASSWORD)  # one for all: hashing each of the 150 on its own would take a minute
    settings.write(SHARED_HASH, shared)
    for account in everyone(industries, today):
        person = Person(
            id=new_id(),
            username=account.username,
            name=account.name,
            password_hash=shared,
            department=account.department,
            roles=set(account.roles),
        )
        db.session.add(person)
        if account.officer:
            db.session.flush()
            db.session.add(_inspector(person, account.officer))
            register.keep_away(person, account.officer, today)
    db.session.flush()
    _settle_posts()
    register.appoint_experts(today)


def _settle_posts() -> None:
    """Every department has its three people (R-108)."""
    suffixes = {"-head": Post.PRINCIPAL, "-deputy": Post.IN_CHARGE, "-liaison": Post.LIAISON}
    people = db.session.scalars(db.select(Person).where(Person.username.contains("-")))
    for person in people.all():
        post = suffixes.get(person.username[person.username.rindex("-") :])
        if post and person.department:
            db.session.add(DepartmentPost(department=person.department, post=post, person_id=person.id))


def _inspector(person: Person, row: OfficerRow) -> Inspector:
    return Inspector(
        person_id=person.id,
        certificate_type=row.certificate_type,
        certificate_number=row.certificate_number,
        issued_by=row.issued_by,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        specialties=sorted(row.specialties),
        grids=list(row.grids),
        can_lead=row.can_lead,
    )
