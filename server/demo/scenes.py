"""Eight visits of the demo county, each in another state, told as their teams would.

| visit | when | state |
|---|---|---|
| pharmacy | twelve days ago | signed, and one phone's note arrived a day late |
| restaurant | five days ago | signed: photographs, demands to correct, signatures |
| estate agency | two days ago | aborted: nobody could be found |
| garage | yesterday | open, one item answered differently by two officers of one department |
| petrol station, 7 departments | today | assigned |
| school canteen, 5 departments | in two days | assigned |
| hotel | today | assigned, an exercise for newcomers |
| karaoke hall | tomorrow | withheld from its team until two hours before |
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from server.accounts.model import Person
from server.catalogue.model import Industry
from server.demo import steps
from server.demo.journey import Journey, pretending
from server.infra.db import db, transaction
from server.kernel.instants import SHANGHAI
from server.registry.actions import eligible_officers
from server.registry.model import Enterprise, Inspector
from server.registry.rules import SubjectStatus
from server.visits.assigning import Assignment, assign_visit
from server.visits.model import Visit


@dataclass(frozen=True)
class Scene:
    """A visit to be staged: to whom, when from today, and what happened on it."""

    industry: str
    days: int
    slot: str
    play: Callable[[Journey], None] | None = None
    training: bool = False
    release: str | None = None


def stage(today: date) -> None:
    """Assign and play all of them."""
    for scene in SCENES:
        day = today + timedelta(days=scene.days)
        with pretending(_at(min(day, today), "08:00") - timedelta(days=3)), transaction():
            visit = _assign(scene, day)
        if scene.play:
            scene.play(Journey(visit, _at(day, scene.slot)))


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), SHANGHAI)


def _assign(scene: Scene, day: date) -> Visit:
    industry = db.session.get_one(Industry, scene.industry)
    enterprise = db.session.scalars(
        db.select(Enterprise)
        .filter_by(industry=scene.industry, status=SubjectStatus.ACTIVE)
        .order_by(Enterprise.reference)
        .limit(1)
    ).one()
    return assign_visit(
        None,
        enterprise=enterprise,
        date=day,
        slot=scene.slot,
        team=_team(industry, enterprise, day),
        task_source="年度计划（演示）",
        notice=industry.document["prior_notice"]["text"],
        training=scene.training,
        release_at=_at(day, scene.release) if scene.release else None,
    )


def _team(industry: Industry, enterprise: Enterprise, day: date) -> list[Assignment]:
    """Two officers of each department; of the lead department one who may lead, and the other as deputy."""
    team = []
    for code in [industry.lead_department, *industry.document["cooperating_departments"]]:
        free = eligible_officers(code, industry.code, [day], enterprise.uscc)
        people = [db.session.get_one(Person, one.person) for one in free]
        first = code == industry.lead_department
        if first:
            people.sort(key=lambda person: not db.session.get_one(Inspector, person.id).can_lead)
        team += [Assignment(people[0], lead=first), Assignment(people[1], deputy=first)]
    return team


# what happened


def garage(journey: Journey) -> None:
    """Begun yesterday; two officers of one department found different things and nobody has settled it."""
    steps.begin(journey)
    for code in journey.departments()[:4]:
        steps.answer_all(journey, code)
    disputed = journey.items("SCJG")[-1]
    steps.fail(journey, journey.officers("SCJG")[1], disputed, "收费标准未上墙，三张结算单未列工时单价。", [])
    journey.send()


def restaurant(journey: Journey) -> None:
    """Done in one go: two findings, one put right on the spot and one with a deadline; everybody signed."""
    steps.begin(journey)
    for code in journey.departments():
        steps.answer_all(journey, code)
    on_the_spot = steps.find_fault(journey, "XFJY", "后厨疏散通道堆放纸箱，影响通行。")
    steps.correct(journey, on_the_spot)
    with_deadline = steps.find_fault(journey, "SCJG", "许可证经营项目不含冷食类，现场售卖凉菜。")
    steps.demand(journey, with_deadline, days=15)
    steps.close(journey, "对检查发现的问题无异议，已安排专人整改。")
    journey.send()


def pharmacy(journey: Journey) -> None:
    """Signed; a phone that lay in a drawer brought one more photograph the next day."""
    steps.begin(journey)
    for code in journey.departments():
        steps.answer_all(journey, code)
    unproven = steps.find_fault(journey, "YBJ", "抽查的三笔结算没有留存医保凭证核验记录。")
    steps.demand(journey, unproven, days=7)
    steps.close(journey, "情况属实，无陈述申辩意见。")
    journey.send()
    straggler = journey.officers("XFJY")[1]
    journey.shoot(straggler, "extinguisher", "补充：营业厅灭火器配置", moment="other")
    journey.write(straggler, "note", department="XFJY", text="现场无网络，照片待网络恢复后上传。")
    journey.at += timedelta(days=1)
    journey.send([straggler])


def estate_agency(journey: Journey) -> None:
    """The door was shut and nobody knew of the firm: "cannot be contacted" (R4), on two photographs.

    The lead has yet to sign.
    """
    lead, witness = journey.lead(), journey.officers("SCJG")[0]
    journey.write(lead, "visit.opened")
    for officer in (lead, witness):
        journey.write(officer, "visit.arrived", department=officer["department"], location=journey.location())
    journey.shoot(witness, "shutter", "登记住所大门关闭", moment="arrival")
    journey.shoot(witness, "gate", "登记住所周边环境", moment="arrival")
    journey.write(
        witness, "inquiry", department="SCJG", text="经询问物业管理人员，该单位已搬离约三个月，去向不明。"
    )
    journey.write(lead, "visit.aborted", code="R4", text="通过登记的住所（经营场所）无法联系。", replaces=[])
    journey.send()


SCENES = [
    Scene("YPLS", -12, "15:00", pharmacy),
    Scene("CYFW", -5, "09:00", restaurant),
    Scene("FDCJJ", -2, "09:30", estate_agency),
    Scene("JCWX", -1, "14:30", garage),
    Scene("JYZ", 0, "09:30"),
    Scene("XXST", 2, "10:00"),
    Scene("BGJD", 0, "15:00", training=True),
    Scene("GWYL", 1, "20:00", release="18:00"),
]
