"""The cast: a small county that tests play in. Everyone has a sentence on who they are and what they may do.

`people` (a fixture) founds it in the test's app. Names end in 演示: nobody is meant.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache

import pytest
from argon2 import PasswordHasher
from flask import Flask

from server.accounts.model import Department, Person
from server.catalogue.actions import publish_checklist
from server.catalogue.model import Industry
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.registry.enterprises import enter
from server.registry.model import Enterprise, Inspector
from server.registry.rules import EntityType, RiskClass, SubjectStatus

PASSWORD = "of the tests"


@dataclass(frozen=True)
class Role:
    """One of the cast."""

    username: str
    name: str
    department: str | None
    roles: tuple[str, ...]
    certificate: str = ""


CAST = (
    # leads the visits of the tests for the market regulation bureau
    Role("lin", "林演示", "SCJG", ("inspector",), "340001"),
    # goes with lin, and takes over if lin falls out
    Role("ma", "马演示", "SCJG", ("inspector",), "340002"),
    # answers the fire brigade's items
    Role("zhou", "周演示", "XFJY", ("inspector",), "340003"),
    # goes with zhou, and once answers the same item differently
    Role("wu", "吴演示", "XFJY", ("inspector",), "340004"),
    # stands in where an officer of the fire brigade cannot come
    Role("tang", "唐演示", "XFJY", ("inspector",), "340005"),
    # an inspector of the health commission who is on no team of ours
    Role("qian", "钱演示", "WJW", ("inspector",), "340006"),
    # assigns, reassigns and cancels
    Role("he", "何演示", "SCJG", ("office",)),
    # the liaison of the fire brigade: reads its visits, directs none that another department leads
    Role("luo", "罗演示", "XFJY", ("liaison",)),
    # runs the installation
    Role("admin", "管理员演示", None, ("admin",)),
    # knows about petrol, has no certificate, only accompanies
    Role("shi", "石演示", "YJGL", ("expert",)),
)

DEPARTMENTS = (
    ("SCJG", "青阳县市场监督管理局", "市场监管局"),
    ("YJGL", "青阳县应急管理局", "应急管理局"),
    ("XFJY", "青阳县消防救援大队", "消防救援大队"),
    ("WJW", "青阳县卫生健康委员会", "卫健委"),
)

INDUSTRY = "YY"


def an_item(code: str, department: str, matter: str, answer: dict | None = None, **more: object) -> dict:
    """One item of a checklist."""
    return {
        "id": code,
        "department": department,
        "matter": matter,
        "content": f"{code} 是否符合规定",
        "method": "现场检查",
        "basis": "《消防法》第十六条",
        "answer": answer or {"type": "verdict"},
        "evidence_on_fail": False,
        "severity": "S1",
        "exempt_category": None,
        "phrases": [],
        **more,
    }


ITEMS = [
    an_item("SC1", "SCJG", "登记事项检查"),
    an_item(
        "SC2",
        "SCJG",
        "计量器具检查",
        {
            "type": "number",
            "unit": "%",
            "decimals": 2,
            "min": -30,
            "max": 30,
            "limit_text": "±0.30",
            "allow_na": True,
        },
    ),
    an_item("XF1", "XFJY", "消防安全检查"),
    an_item("XF2", "XFJY", "消防安全检查", evidence_on_fail=True),
]


HELP = {
    "standard": "营业执照在有效期内，亮照经营。",
    "failures": "地址变更后未换照。",
    "correction": "三十日内办理变更登记。",
    "penalty": "责令限期登记；拒不登记的，处1万元以上10万元以下罚款。",
}
MERGED_ITEMS = [
    an_item(
        "SC1",
        "SCJG",
        "登记事项检查",
        also=[{"department": "XFJY", "matter": "消防安全检查", "item": "XF9"}],
        help=HELP,
    ),
    an_item("SC3", "SCJG", "商标使用检查", exempt_category="REG"),
    an_item("XF1", "XFJY", "消防安全检查"),
    an_item(
        "XF2",
        "XFJY",
        "疏散通道检查",
        evidence_on_fail=True,
        also=[{"department": "SCJG", "matter": "场所许可检查", "item": "SC9"}],
    ),
]
"""Of a list whose like items were merged: SC1 and XF2 are both departments'."""


@dataclass(frozen=True)
class People:
    """The cast as it lives in one app: ids by username, and the enterprise they visit."""

    ids: dict[str, str]
    enterprise: str

    def __getitem__(self, username: str) -> str:
        return self.ids[username]


def settle() -> People:
    """Found the county in the app's empty database."""
    with transaction():
        for order, (code, name, short_name) in enumerate(DEPARTMENTS, start=1):
            department = {"code": code, "name": name, "short_name": short_name, "name_en": short_name}
            db.session.add(Department(**department, can_inspect=True, order=order))
        db.session.flush()
        industry = Industry(code=INDUSTRY, name="加油站", lead_department="SCJG", document={})
        db.session.add(industry)
        ids = {role.username: _enter(role) for role in CAST}
        enterprise = an_enterprise()
        enter(enterprise)
        publish_checklist(None, industry, "测试版", ITEMS, sample=True)
        return People(ids, enterprise.id)


def _enter(role: Role) -> str:
    person = Person(
        id=new_id(),
        username=role.username,
        name=role.name,
        department=role.department,
        password_hash=_password_hash(),
    )
    person.roles = set(role.roles)
    db.session.add(person)
    if role.certificate:
        db.session.flush()
        db.session.add(_inspector(person, role.certificate))
    return person.id


def _inspector(person: Person, certificate: str) -> Inspector:
    return Inspector(
        person_id=person.id,
        certificate_type="安徽省行政执法证",
        certificate_number=certificate,
        issued_by="安徽省司法厅",
        valid_from=dt.date(2020, 1, 1),
        valid_until=dt.date(2099, 12, 31),
        specialties=[INDUSTRY],
        grids=[],
        can_lead=True,
    )


def an_enterprise(**others: str) -> Enterprise:
    """The enterprise all visits go to, or another like it."""
    return Enterprise(
        **{
            "id": new_id(),
            "reference": "T-1",
            "uscc": "91341723MA2TEST01X",
            "name": "青阳县演示加油站",
            "project_code": None,
            "entity_type": EntityType.ENTERPRISE,
            "industry": INDUSTRY,
            "status": SubjectStatus.ACTIVE,
            "address": "青阳县蓉城镇演示路1号",
            "town": "蓉城镇",
            "grid": None,
            "legal_rep": "演示人",
            "phone": "0566-0000000",
            "risk_class": RiskClass.B,
            "emerging_code": None,
            "lat_e7": 306389000,
            "lon_e7": 1178472000,
            **others,
        }
    )


@cache
def _password_hash() -> str:
    """One cheap hash for all: a real one is slow on purpose, to make and to check."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture
def people(app: Flask) -> People:
    """The cast, settled in this test's app."""
    with app.app_context():
        return settle()
