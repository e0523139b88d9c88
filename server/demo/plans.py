"""The county's plan of this year: filed in spring, published, changed once; a campaign and two late wishes.

What waits: two plans to review, of which one wants to go alone and one can be part of another's visits.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import IO

from sqlalchemy import select

from server.accounts.model import Person
from server.catalogue.model import Industry
from server.demo.journey import pretending
from server.demo.pictures import photo
from server.infra.db import db, transaction
from server.kernel.instants import SHANGHAI
from server.planning.files.actions import attach
from server.planning.files.model import Attachment
from server.planning.plans import actions, publishing, queries
from server.planning.plans.actions import Entry
from server.planning.plans.model import Filing, PlanRow
from server.planning.plans.publishing import Call
from server.planning.plans.rules import PlanMode
from server.registry.credit.policies import in_force
from server.registry.rules import RiskClass

SCHEME = (
    "一、目标：落实“双随机、一公开”，一次入企完成各部门检查，减少对经营主体的打扰。\n"
    "二、组织：本部门牵头，协同部门按清单分工选派执法检查人员，每部门不少于两人。\n"
    "三、步骤：五月抽取并派发，九月底前完成检查，检查完成后二十个工作日内公示结果。\n"
    "四、要求：先书面核查、信息共享，能不入企的不入企；发现问题依法处置。（演示样例）"
)
MONTHS = {"XXST": (9, 10), "YEY": (9, 10), "XWPX": (7, 8), "YHBZ": (5, 6), "SWFW": (6, 8), "GWYL": (6, 9)}
WAITING = "NYNC"
"""Whose plan the office has not looked at yet."""


@dataclass
class Upload:
    """A file as a form would bring it."""

    filename: str | None
    stream: IO[bytes]


def settle(today: date) -> None:
    """Let the year pass up to now, as far as it has."""
    year = today.year
    with pretending(min(_at(year, 4, 10), _noon(today))), transaction():
        for code in queries.leads_without_plan(year):
            _file(code, year)
    with pretending(min(_at(year, 4, 22), _noon(today))), transaction():
        for filing in queries.filings(year):
            if filing.department != WAITING:
                actions.accept(_office(), filing.id)
    with pretending(min(_at(year, 4, 28), _noon(today))), transaction():
        publishing.publish(_office(), year, publishing.coming(year).hash, "")
    with pretending(min(_at(year, 5, 20), _noon(today))), transaction():
        _change_homes(year)
    with pretending(min(_at(year, 6, 2), _noon(today))), transaction():
        _call_out(year)


def _at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, 30, tzinfo=SHANGHAI)


def _noon(today: date) -> datetime:
    return datetime(today.year, today.month, today.day, 8, tzinfo=SHANGHAI)


def _file(department: str, year: int) -> Filing:
    writer = _person(f"{department.lower()}-liaison")
    filing = actions.begin(writer, year)
    for industry, leads in queries.industries_for(department):
        if leads:
            actions.add_row(writer, filing.id, industry.code, _entry(industry, year))
    actions.write_scheme(writer, filing.id, SCHEME, filing.revision)
    return actions.file(writer, filing.id)


def _entry(industry: Industry, year: int, departments: Sequence[str] = ()) -> Entry:
    listed = queries.matters_of(industry.code)
    first, last = MONTHS.get(industry.code, (5, 9))
    policy = in_force(date(year, 12, 31))
    lead = industry.lead_department
    codes = departments or [lead, *(code for code in listed if code != lead)]
    return Entry(
        name=f"{year}年{industry.name}部门联合抽查",
        matters={code: listed[code] for code in codes},
        ratios={str(one): policy.rate(one).ratio for one in RiskClass},
        first_month=first,
        last_month=last,
        mode=PlanMode.OPEN,
        towns=[],
        tags=[],
        method="现场检查",
        unannounced=False,
        window_reason="",
        single_reason="",
    )


def _change_homes(year: int) -> None:
    """The civil affairs bureau puts its homes for the elderly off, so that the flood season is over."""
    writer = _person("mzj-liaison")
    filing = queries.filing_of(year, "MZJ")
    assert filing is not None
    actions.take_back(writer, filing.id)
    row = db.session.scalars(select(PlanRow).filter_by(filing_id=filing.id, industry="YLJG")).one()
    industry = db.session.get_one(Industry, "YLJG")
    later = replace(_entry(industry, year), first_month=9, last_month=11, batch=2)
    actions.change_row(writer, row.id, later, row.revision)
    actions.file(writer, filing.id)
    actions.accept(_office(), filing.id)
    reason = "汛期养老机构检查与防汛工作冲突，推迟到九月至十一月。"
    publishing.publish(_office(), year, publishing.coming(year).hash, reason)


def _call_out(year: int) -> None:
    """The fire brigade's superior orders a campaign in hotels; the health commission wants to go alone."""
    writer = _person("xfjy-liaison")
    call = Call(
        year=year,
        name="宾馆酒店消防安全专项行动",
        issuer="池州市消防救援支队",
        document_number=f"池消〔{year}〕18号（演示）",
        department="XFJY",
        industries=["BGJD", "GWYL"],
        since=date(year, 6, 1),
        until=date(year, 9, 30),
        demands="对宾馆酒店、歌舞娱乐场所的疏散通道、消防设施开展专项检查，能与部门联合抽查合并的一并进行。",
    )
    campaign = publishing.enter_campaign(writer, call, _order(writer, "专项行动通知"))
    hotels = db.session.get_one(Industry, "BGJD")
    fire = replace(
        _entry(hotels, year, ["XFJY"]),
        name="宾馆酒店消防安全专项检查",
        ratios={"A": 500, "B": 2_000, "C": 5_000, "D": 10_000, "U": 2_000},
        first_month=6,
        single_reason="上级部署的消防安全专项行动。",
    )
    _file_one(writer, year, "BGJD", fire, None, campaign.id)
    health = _person("wjw-liaison")
    alone = replace(
        _entry(db.session.get_one(Industry, "YPLS"), year, ["WJW"]),
        name="药店从业人员健康管理抽查",
        first_month=7,
        last_month=8,
        single_reason="市卫健委部署，检查内容只涉及本部门。",
    )
    _file_one(health, year, "YPLS", alone, _order(health, "市卫健委通知"))


def _file_one(
    writer: Person, year: int, industry: str, entry: Entry, order: Attachment | None, campaign_id: str = ""
) -> None:
    filing = actions.begin(writer, year)
    actions.add_row(writer, filing.id, industry, entry, order, campaign_id)
    actions.write_scheme(writer, filing.id, SCHEME, filing.revision)
    actions.file(writer, filing.id)


def _order(actor: Person, name: str) -> Attachment:
    return attach(actor, Upload(f"{name}.jpg", io.BytesIO(photo("certificate", 7))))


def _office() -> Person:
    return _person("office01")


def _person(username: str) -> Person:
    return db.session.execute(select(Person).filter_by(username=username)).scalar_one()
