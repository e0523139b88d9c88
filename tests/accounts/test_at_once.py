"""What is made when first asked for is made once, however many ask first at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from server.accounts import actions
from server.accounts.model import Device, Person
from server.infra import settings
from server.infra.audit import AuditEntry
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from tests.people import People

THREADS = 4
KEY = {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}
DEVICE = "0193a9b2-0000-7000-8000-00000000000f"


def at_once(app, deed):
    """Four threads do it, each in a context and a session of its own; what came of each."""
    start = Barrier(THREADS)

    def do(number):
        with app.app_context():
            start.wait()
            return deed(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(do, range(THREADS)))


def test_a_device_is_enrolled_once(any_db: str, app: Flask, people: People) -> None:
    def enrol(_number):
        with transaction():
            return actions.enrol(db.session.get_one(Person, people["lin"]), DEVICE, KEY, "手机").id

    assert at_once(app, enrol) == [DEVICE] * THREADS
    with app.app_context():
        enrolled = db.select(db.func.count()).select_from(AuditEntry).where(AuditEntry.subject == DEVICE)
        assert db.session.scalar(enrolled) == 1


def test_of_two_people_with_one_device_id_one_is_told(any_db: str, app: Flask, people: People) -> None:
    def enrol(number):
        try:
            with transaction():
                person = db.session.get_one(Person, people[("lin", "ma", "zhou", "wu")[number]])
                return actions.enrol(person, DEVICE, KEY, "手机").person_id
        except Problem as problem:
            return problem.code

    told = at_once(app, enrol)
    assert told.count("device-taken") == THREADS - 1
    with app.app_context():
        assert db.session.get_one(Device, DEVICE).person_id in told


def test_there_is_one_epoch(any_db: str, app: Flask) -> None:
    assert len(set(at_once(app, lambda _number: settings.epoch()))) == 1
