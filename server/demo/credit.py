"""Credit risk in the demo county: lists of emerging industries, a policy, some points and triggers."""

from datetime import date, timedelta
from typing import Any

from server.accounts.model import Person
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.registry.credit import assessing, policies, triggers
from server.registry.credit.model import RiskPolicy
from server.registry.credit.policy import DEFAULT
from server.registry.credit.rules import TriggerKind
from server.registry.model import Enterprise
from server.registry.rules import RiskClass

Json = dict[str, Any]

COUNTS = "E10-2021"
"""The list that counts: the work plan of 2022 speaks of eight industries and names none."""


def settle(codes: Json, today: date) -> None:
    """Enter the lists, and the policy that holds since the year began."""
    for one in codes["emerging_industries"]["lists"]:
        industries = {item["code"]: item["zh"] for item in one["items"]}
        policies.enter_list(None, one["list_code"], one["zh"], one["source"], industries)
    db.session.flush()
    document = DEFAULT.document
    document["exemption"]["emerging_list"] = COUNTS
    db.session.add(
        RiskPolicy(
            id=new_id(),
            effective_from=date(today.year, 1, 1),
            document=document,
            reason="演示样例：比例和频次取自公开做法，正式使用前须由联席办核定",
            set_at=now(),
        )
    )
    db.session.flush()


def play(today: date) -> None:
    """What the office and two departments did since: points that made a class, a decision, triggers."""
    office = _person("office01")
    earlier, later = today - timedelta(days=200), today + timedelta(days=165)
    petrol = _subject("OBJ00003")
    assessing.add_points(office.id, petrol, 30, earlier, later, "加油机自校准偏差超限，已立案查处")
    assessing.add_points(office.id, petrol, 25, today - timedelta(days=30), None, "未按期完成责令改正")
    assessing.add_points(office.id, _subject("OBJ00004"), 10, earlier, today, "未按要求报送年报")
    reason = "问题已整改到位并经复查，按一般风险对待"
    assessing.decide(office.id, _subject("OBJ00002"), RiskClass.B, later, reason, 0)
    triggers.note(
        _person("scjg-liaison").id,
        _subject("OBJ00142"),
        TriggerKind.COMPLAINT,
        "SCJG",
        "商品标价",
        "反映货架标价与结算价格不一致",
    )
    alert = triggers.note(
        office.id, petrol, TriggerKind.ALERT, "SHJ", "油气回收", "在线监测显示油气回收装置多次停用"
    )
    db.session.flush()
    triggers.close(office, alert.id, "已现场核查并修复，监测恢复正常")


def _person(username: str) -> Person:
    return db.session.scalars(db.select(Person).filter_by(username=username)).one()


def _subject(reference: str) -> str:
    return db.session.scalars(db.select(Enterprise.id).filter_by(reference=reference)).one()
