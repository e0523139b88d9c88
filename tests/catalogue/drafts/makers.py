"""Those who make a list: the office, three departments with writers and heads, and an industry of theirs.

`makers` (a fixture) settles them in the test's app, on top of the cast of all tests.
"""

from contextvars import Context
from dataclasses import dataclass

import pytest
from flask import Flask

from server.accounts.model import Person
from server.catalogue.drafts import actions, editions
from server.catalogue.industries import Entry, enter
from server.infra.db import db, transaction
from tests.conftest import ReadingClient
from tests.dialogue import sign_in
from tests.people import PASSWORD, _password_hash

MAKERS = (
    # writes and plans for the market regulation bureau, which leads
    ("fang", "方演示", "SCJG", {"liaison", "planner"}),
    # her colleague, who edits the same items
    ("deng", "邓演示", "SCJG", {"planner"}),
    # approves for the market regulation bureau
    ("shen", "沈演示", "SCJG", {"head"}),
    # approves for the fire brigade; luo of the cast writes for it
    ("jin", "金演示", "XFJY", {"head"}),
    # writes for the health commission
    ("hu", "胡演示", "WJW", {"liaison"}),
    # writes for the emergency bureau, which takes no part
    ("kong", "孔演示", "YJGL", {"liaison"}),
)
INDUSTRY = "ZS"
COOPERATING = ("SCJG", "XFJY", "WJW")


def a_document(matter="消防器材", content="灭火器配置齐全，压力正常，通道无堵塞。", **more):
    """An item as a department drafts it."""
    return {
        "matter": matter,
        "content": content,
        "applies_to": "全部检查对象",
        "methods": ["现场检查"],
        "basis": [{"law": "中华人民共和国消防法", "articles": ["第十六条"]}],
        "answer": {"type": "verdict"},
        "evidence_on_fail": False,
        "severity": "S1",
        "exempt_category": None,
        "phrases": [],
        **more,
    }


LICENCE = a_document("营业执照", "营业执照正本置于醒目位置。", basis=[{"law": "公司法", "articles": []}])
HYGIENE = a_document("卫生许可", "公共场所卫生许可证有效。", basis=[{"law": "卫生管理条例", "articles": []}])
WATER = a_document("饮用水", "二次供水设施定期清洗，有记录。", basis=[{"law": "供水条例", "articles": []}])


class Apart(ReadingClient):
    """A client whose requests know nothing of the context a test runs in, as real ones do."""

    def open(self, *args, **kwargs):
        return Context().run(super().open, *args, **kwargs)


@dataclass(frozen=True)
class Makers:
    """Whoever makes lists, and what they do; each deed is a transaction of its own."""

    app: Flask
    ids: dict[str, str]

    def person(self, username):
        return db.session.get_one(Person, self.ids[username])

    def does(self, username, deed, *more):
        """A deed of a person: `does("fang", actions.add, "ZS", document)`."""
        with transaction():
            return deed(self.person(username), *more)

    def adds(self, username, document):
        """A drafted item's id."""
        return self.does(username, actions.add, INDUSTRY, document).id

    def opens(self, username="fang", reason="首次发布"):
        """An edition's id."""
        return self.does(username, editions.open_edition, INDUSTRY, reason).id

    def all_agree(self, edition_id):
        """Every department agrees to what is going round."""
        for username in ("fang", "luo", "hu"):
            fingerprint = db.session.get_one(editions.Edition, edition_id).hash
            self.does(username, editions.answer, edition_id, fingerprint, True, "")

    def publishes(self, version="V1"):
        """A version's id: what is drafted now, sent round, agreed to and published."""
        edition_id = self.opens()
        self.does("fang", editions.send_round, edition_id)
        self.all_agree(edition_id)
        return self.does("he", editions.publish, edition_id, version).id

    def desk(self, username):
        """Their client."""
        client = self.app.test_client()
        assert sign_in(client, username, PASSWORD).status_code == 302
        return client


@pytest.fixture
def makers(app, people):
    """The makers, in the app's context, with an industry of three departments and nothing drafted yet."""
    with app.app_context():
        app.test_client_class = Apart
        with transaction():
            ids = dict(people.ids) | {row[0]: _enter(*row) for row in MAKERS}
            entry = Entry("住宿业", "SCJG", dict.fromkeys(COOPERATING, ""), {"object_definition": "旅馆"})
            enter(db.session.get_one(Person, ids["he"]), INDUSTRY, entry)
        yield Makers(app, ids)


@pytest.fixture
def drafted(makers):
    """Three departments have drafted an item each; that of the lead is the first."""
    makers.adds("fang", LICENCE)
    makers.adds("luo", a_document())
    makers.adds("hu", HYGIENE)
    return makers


def _enter(username, name, department, roles):
    person = Person(username=username, name=name, department=department, password_hash=_password_hash())
    person.roles = roles
    db.session.add(person)
    db.session.flush()
    return person.id


