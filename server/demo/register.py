"""What keeps the demo county's officers away, and its experts. All names are invented and carry 演示."""

from datetime import date, timedelta
from typing import Any

from server.accounts.model import Department, Person
from server.demo.people import OfficerRow
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.registry.people.model import Absence, Expert, Recusal
from server.registry.rules import AbsenceKind

DAYS_AWAY = {AbsenceKind.LEAVE: 14, AbsenceKind.STUDY: 75}  # a secondment lasts until further notice
REASONS = {
    AbsenceKind.LEAVE: "年休假",
    AbsenceKind.SECONDED: "借调至县政府办",
    AbsenceKind.STUDY: "脱产参加执法培训班",
}
EXPERTS: tuple[tuple[int, dict[str, Any]], ...] = (  # for how many days still, and who
    (
        400,
        {
            "name": "郑专演示",
            "unit": "池州市示例安全技术服务中心",
            "title": "高级工程师",
            "phone": "13900000001",
            "fields": ["危险化学品", "油气储运"],
            "industries": ["JYZ"],
            "inviters": ["SHWJ", "XFJY", "YJGL"],
        },
    ),
    (
        30,
        {
            "name": "冯专演示",
            "unit": "池州市示例检验检测院",
            "title": "高级工程师",
            "phone": "13900000002",
            "fields": ["食品检验", "特种设备"],
            "industries": ["CYFW", "XXST"],
        },
    ),
    (
        -20,
        {
            "name": "陈专演示",
            "unit": "示例职业技术学院",
            "title": "副教授",
            "phone": "13900000003",
            "fields": ["建筑消防"],
            "inviters": ["XFJY"],
        },
    ),
)
TERM = timedelta(days=730)


def keep_away(person: Person, row: OfficerRow, today: date) -> None:
    """The absence, the interest and the appointment as an expert that the sample tells of an officer."""
    if row.absence:
        days = DAYS_AWAY.get(row.absence)
        db.session.add(
            Absence(
                id=new_id(),
                person_id=person.id,
                kind=row.absence,
                since=today - timedelta(days=6),
                until=today + timedelta(days=days) if days else None,
                reason=REASONS[row.absence],
                noted_at=now(),
            )
        )
    if row.conflict_uscc:
        db.session.add(
            Recusal(
                id=new_id(),
                person_id=person.id,
                uscc=row.conflict_uscc,
                type="RC1",
                reason="近亲属在该单位任职",
                declared_at=now(),
                declared_by=person.id,
            )
        )
    if row.expert:
        unit = db.session.get_one(Department, row.department).name
        about = {"fields": ["行政执法"], "industries": sorted(row.specialties)}
        _appoint(today + TERM / 2, name=person.name, unit=unit, title="执法骨干", phone="", **about)


def appoint_experts(today: date) -> None:
    """Three from outside: one for long, one whose appointment ends soon, one whose has ended."""
    for days, who in EXPERTS:
        _appoint(today + timedelta(days=days), **who)


def _appoint(until: date, **who: Any) -> None:
    db.session.add(Expert(id=new_id(), appointed_from=until - TERM, appointed_until=until, **who))
