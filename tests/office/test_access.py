"""Who sees which visit at a desk: nothing leaks, whatever the address."""

import pytest

from server.accounts.model import Person
from server.infra.db import db
from server.visits import access, listing
from server.visits.model import Visit
from tests.builders import a_visit
from tests.office.conftest import submit, words
from tests.people import CAST

SEES = {"lin", "ma", "zhou", "wu", "he", "luo", "admin"}
ADDRESSES = ("", "/live", "/entries", "/record.pdf")


@pytest.fixture
def visit(app, people, any_db):
    return a_visit(app, people)


def test_a_visit_is_seen_by_its_team_its_departments_liaison_and_the_office(visit, desk):
    for username in (role.username for role in CAST):
        client = desk(username)
        listed = "青阳县演示加油站" in words(client.get("/office/visits"))
        pages = {client.get(f"/office/visits/{visit.id}{address}").status_code for address in ADDRESSES}
        assert listed == (username in SEES), username
        assert (pages == {404}) == (username not in SEES), username


def test_who_may_not_see_may_not_act(visit, desk):
    client = desk("qian")
    for deed in ("verifications", "cancellation", "departures", "members"):
        assert submit(client, f"/office/visits/{visit.id}/{deed}", reason="试").status_code == 404


def test_the_list_and_the_single_visit_are_judged_alike(app, people, any_db):
    a_visit(app, people)
    a_visit(app, people, team=("zhou", "wu"))
    a_visit(app, people, team=("lin", "zhou", "ma")).reassigned(leaves=["zhou"])
    with app.app_context():
        for person in db.session.scalars(db.select(Person)):
            listed = set(db.session.scalars(db.select(Visit.id).where(listing.readable_by(person))))
            allowed = {
                visit.id for visit in db.session.scalars(db.select(Visit)) if access.may_read(person, visit)
            }
            assert listed == allowed, person.username


def test_without_a_session_one_is_sent_to_sign_in(app, people, client):
    answer = client.get("/office/visits")
    assert answer.status_code == 302
    assert "/login" in answer.location


def test_only_those_who_direct_a_visit_may_change_it(visit, desk):
    client = desk("luo")
    for deed in ("cancellation", "departures", "members"):
        assert submit(client, f"/office/visits/{visit.id}/{deed}", reason="试").status_code == 403
    assert "取消检查" not in words(client.get(f"/office/visits/{visit.id}"))
