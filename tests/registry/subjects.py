"""Enterprises of the tests, a few or many."""

from server.infra.db import transaction
from server.infra.ids import new_id
from server.registry.enterprises import enter
from server.registry.model import Enterprise
from server.registry.rules import EntityType, RiskClass, SubjectStatus


def a_subject(**more: object) -> Enterprise:
    """One that is not on the register yet."""
    key = new_id()
    values = {
        "id": key,
        "reference": f"T{key[-12:]}",
        "uscc": "91341723XXXX00019K",
        "name": "青阳示例加油站",
        "entity_type": EntityType.ENTERPRISE,
        "industry": "YY",
        "status": SubjectStatus.ACTIVE,
        "address": "示例路1号",
        "town": "",
        "legal_rep": "演示",
        "phone": "",
        "tags": [],
        "risk_class": RiskClass.U,
    }
    return Enterprise(**values | more)


def entered(*several: dict) -> list[str]:
    """Put some on the register, the first as the oldest; their ids."""
    with transaction():
        return [enter(a_subject(**one)).id for one in several]
