"""What is going on with the county's lists: one being revised, and a part of the “互联网+监管” list."""

from sqlalchemy import select

from server.accounts.model import Person
from server.catalogue import supervision
from server.catalogue.drafts import actions, editions
from server.catalogue.drafts.model import DraftItem
from server.demo.county import DATA
from server.infra.db import db

REVISED = "CYFW"


def settle() -> None:
    """Open an edition of the restaurants' list, in which two departments ask the same of the tableware."""
    lead, health, office = (_person(name) for name in ("scjg-liaison", "wjw-liaison", "office01"))
    editions.open_edition(lead, REVISED, "餐饮具消毒由市场监管、卫健两部门分别检查，拟合并为一项，一次查清。")
    tableware = db.session.execute(select(DraftItem).filter_by(code="CYFW-WJW-001")).scalar_one()
    clearer = tableware.document | {
        "content": "使用的集中消毒餐饮具有出厂检验合格证明，独立包装上的标识完整、在保质期内。",
        "listed_for": "hot",
    }
    actions.change(health, tableware.id, clearer, tableware.revision)
    supervision.take_in(office, (DATA / "supervision-sample.csv").read_text(encoding="utf-8"))
    actions.name_supervision_code(lead, "餐饮具消毒", "QY-SCJG-0107")


def _person(username: str) -> Person:
    return db.session.execute(select(Person).filter_by(username=username)).scalar_one()
