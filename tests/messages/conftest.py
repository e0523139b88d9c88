"""What the tests of messages share."""

import pytest
from flask import Flask

from server.infra.db import db, transaction
from server.messages.actions import tell
from server.messages.model import Message
from tests.office.conftest import desk

__all__ = ["desk"]

CODE = "call-answered"


@pytest.fixture
def told(app: Flask, people):
    """`told("he", "甲", "乙")` tells somebody that departments come, one after the other; the ids."""

    def to(username: str, *departments: str, link: str = "", key: str = "") -> list[str]:
        with app.app_context():
            for name in departments:
                with transaction():
                    tell([people[username]], CODE, link=link, key=key, department=name, name="加油站")
            query = db.select(Message.id).filter_by(person_id=people[username]).order_by(Message.at)
            return list(db.session.scalars(query))[-len(departments) :]

    return to
