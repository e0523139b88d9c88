"""What stands in a frame and in its eligibility, read from the registers, on both databases."""

import datetime as dt
import hashlib
import json
import re

import pytest
from sqlalchemy import select

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.planning.draw import ceremony, course, freezing, ports, queries, settling, staff
from server.planning.draw.course import WAYS, Writing
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject
from server.planning.tasks.model import Task
from server.registry.model import Enterprise, Grid, Inspector, Town
from server.registry.people.model import Expert, Recusal
from server.visits.assigning import Assignment, assign_visit
from tests.office.conftest import words
from tests.planning.draw.conftest import NOW, an_agreed_task
from tests.planning.scenes import TERMS


def frozen(app, county, task):
    """What the office would freeze."""
    with app.app_context():
        return freezing.prepare(
            db.session.get_one(Person, county["he"]), db.session.get_one(Task, task)
        )


def name(found, identifier):
    """What somebody is called in a draw."""
    return staff.name_of(found.salts, identifier)


def test_a_frame_on_either_database(any_db, app, county, task, held):
    """From the registers to the result, and what was drawn stands behind its pseudonyms."""
    draw_id = held()
    with app.app_context():
        draw = db.session.get_one(Draw, draw_id)
        assert draw.sizes == {"B": 9, "C": 4}
        assert draw.quotas == {"B": 3, "C": 2}
        ceremony.check(settling.transcript_of(draw) | {"result": json.loads(draw.result)})
        for one in db.session.scalars(select(DrawnSubject)):
            assert one.name == staff.name_of(draw.salts, one.enterprise_id)
            assert db.session.get_one(Enterprise, one.enterprise_id).risk_class == one.stratum
        for one in db.session.scalars(select(DrawnOfficer)):
            assert one.name == staff.name_of(draw.salts, one.person_id)
            assert db.session.get_one(Person, one.person_id).department == one.department


def test_who_was_there_or_has_an_interest_is_barred(app, county, task, people):
    with app.app_context(), transaction():
        visited = db.session.get_one(Enterprise, people.enterprise)
        for day, names in ((dt.date(2025, 12, 20), ("lin", "ma")), (dt.date(2025, 1, 9), ("zhou",))):
            team = [
                Assignment(db.session.get_one(Person, people[one]), lead=one == names[0]) for one in names
            ]
            assign_visit(None, enterprise=visited, date=day, slot="09:00", team=team, exempt=False)
        db.session.add(
            Recusal(
                id="r", person_id=people["wu"], uscc=visited.uscc, type="RC1", reason="亲属", declared_at=NOW
            )
        )
    found = frozen(app, county, task)
    eligibility = json.loads(found.eligibility)
    barred = eligibility["barred"][name(found, people.enterprise)]
    assert {eligibility["officers"][at] for at in barred} == {
        name(found, people[one]) for one in ("lin", "ma", "wu")
    }


def test_who_is_on_a_visit_is_taken_for_that_half_day(app, county, task, people):
    with app.app_context(), transaction():
        team = [Assignment(db.session.get_one(Person, people["lin"]), lead=True)]
        visited = db.session.get_one(Enterprise, people.enterprise)
        day = dt.date(2026, 12, 8)
        assign_visit(None, enterprise=visited, date=day, slot="14:00", team=team, exempt=False)
    found = frozen(app, county, task)
    eligibility = json.loads(found.eligibility)
    (at,) = eligibility["away"]["2026-12-08/pm"]
    assert eligibility["officers"][at] == name(found, people["lin"])
    assert "2026-12-08/am" not in eligibility["away"]
    assert "2026-12-08/pm" not in eligibility["slots"]  # the bureau has one officer left, and two must come
    assert "2026-12-05/am" not in eligibility["slots"]  # a Saturday


def test_the_grid_comes_before_the_town(app, county, task, people):
    with app.app_context(), transaction():
        db.session.add(Town(code="341723100", name="蓉城镇"))
        db.session.flush()
        for code in ("G1", "G2"):
            db.session.add(Grid(code=code, name=code, town_code="341723100"))
        db.session.get_one(Enterprise, people.enterprise).grid = "G1"
        db.session.get_one(Inspector, people["lin"]).grids = ["G1"]
        db.session.get_one(Inspector, people["ma"]).grids = ["G2"]
    found = frozen(app, county, task)
    eligibility = json.loads(found.eligibility)
    tiers = [one["tiers"]["SCJG"] for one in eligibility["areas"]]
    lin, ma = (eligibility["officers"].index(name(found, people[one])) for one in ("lin", "ma"))
    assert [[lin], [ma], []] in tiers


def test_experts_are_drawn_likewise(app, county, held):
    with app.app_context(), transaction():
        for at in range(2):
            db.session.add(
                Expert(
                    id=f"expert-{at}", name=f"专演示{at}", unit="学会", title="工程师", phone="",
                    industries=[], inviters=["SCJG"] if at else [],
                    appointed_from=dt.date(2026, 1, 1), appointed_until=dt.date(2027, 1, 1),
                )
            )  # fmt: skip
        asked = an_agreed_task(terms={**TERMS, "experts": 1}).id
    held(task_id=asked)
    with app.app_context():
        rows = db.session.scalars(select(DrawnOfficer).where(DrawnOfficer.department == "expert")).all()
        assert len(rows) == 5
        assert {one.expert_id for one in rows} <= {"expert-0", "expert-1"}
        assert not any(one.lead or one.person_id for one in rows)


def test_an_officer_who_is_an_expert_too_goes_as_officer_alone(app, county):
    """By name, which is all the two registers have in common; elsewhere as an officer, they are taken."""
    names = {"e-lin": "林演示", "e-qian": "钱演示", "e-other": "专演示"}
    with app.app_context(), transaction():
        for one, called in names.items():
            db.session.add(
                Expert(
                    id=one, name=called, unit="学会", title="工程师", phone="", industries=[], inviters=[],
                    appointed_from=dt.date(2026, 1, 1), appointed_until=dt.date(2027, 1, 1),
                )
            )  # fmt: skip
        asked = an_agreed_task(terms={**TERMS, "experts": 1}).id
    found = frozen(app, county, asked)
    eligibility = json.loads(found.eligibility)
    assert not {name(found, one) for one in names} - {name(found, "e-lin")} - set(eligibility["officers"])
    assert name(found, "e-lin") not in eligibility["officers"]


def test_only_a_named_part_is_drawn_from(app, county):
    with app.app_context(), transaction():
        db.session.scalars(select(Enterprise)).first().tags = ["油气", "重点"]
        part = an_agreed_task(scope={"tags": ["重点"]}).id
    assert sum(frozen(app, county, part).sizes.values()) == 1


def test_names_appear_when_a_visit_is_over(app, client, county, task, held, monkeypatch):
    """With the salt that proves it; page by page, whatever was drawn."""
    draw_id = held()
    address = f"/draws/{draw_id}"
    with app.app_context():
        subjects = db.session.scalars(select(DrawnSubject).order_by(DrawnSubject.place)).all()
        names = [db.session.get_one(Enterprise, one.enterprise_id).name for one in subjects]
        team = json.loads(db.session.get_one(Draw, draw_id).result)["teams"][3]["members"]["XFJY"]
    assert not [name for name in names if name in words(client.get(address))]
    asked = []

    def over(ids):
        asked.append(len(ids))
        return {subjects[3].id} & set(ids)

    monkeypatch.setattr(ports, "visits_over", over)
    monkeypatch.setattr(queries, "PAGE", 2)
    page = client.get(f"{address}?after=2")
    assert [name for name in names if name in words(page)] == [names[3]]
    assert " ".join(one[:8] for one in team) in words(page)
    assert f"{address}?after=4" in page.text
    assert asked == [2]
    hashes = re.findall(r'<code class="hash">([0-9a-f]{64}|[0-9a-f-]{36})</code>', page.text)
    *_others, identifier, salt = hashes
    salted = hashlib.sha256(bytes.fromhex(salt) + identifier.encode()).hexdigest()
    assert salted == subjects[3].name
    assert salted in page.text


def test_a_large_draw_is_settled_by_a_job(app, county, task, held, monkeypatch):
    monkeypatch.setattr(settling, "DIRECTLY", 0)
    draw_id = held()
    with app.app_context():
        assert db.session.get_one(Draw, draw_id).state == "settled"
        settling.settle(draw_id)  # once more changes nothing
        assert len(db.session.scalars(select(DrawnSubject)).all()) == 5


def test_the_command_draws_whole(app, tmp_path):
    out = tmp_path / "transcript.json"
    options = ["--subjects", "60", "--officers", "24", "--out", str(out)]
    done = app.test_cli_runner().invoke(args=["demo", "draw", *options])
    assert done.exit_code == 0, done.output
    subjects = ceremony.check(json.loads(out.read_bytes()))["subjects"]
    assert {stratum: len(some) for stratum, some in subjects.items()} == {"A": 2, "B": 2, "C": 2, "D": 2}


@pytest.mark.parametrize(
    ("size", "ratio", "minimum", "due"),
    [(0, 500, 1, 0), (1, 1, 1, 1), (100, 500, 1, 5), (101, 500, 1, 6), (10, 0, 1, 0), (3, 10_000, 5, 3),
     (20, 500, 4, 4), (10, 300, 0, 1)],
)  # fmt: skip
def test_quotas_by_the_rule(size, ratio, minimum, due):
    assert course.quotas({"A": size}, {"A": ratio}, minimum) == {"A": due}


@pytest.mark.parametrize("way", Writing)
def test_every_way_of_writing_has_64_bits(way):
    assert len(WAYS[way].signs) ** WAYS[way].least >= 2**course.LEAST_BITS
    assert len(WAYS[way].signs) ** (WAYS[way].least - 1) < 2**course.LEAST_BITS


@pytest.mark.parametrize(
    ("typed", "again", "code"),
    [
        ("1" * 24, "1" * 24, "randomness-short"),
        ("1" * 24 + "7", "1" * 25, "randomness-sign"),
        ("1" * 25, "1" * 24 + "2", "randomness-differs"),
        ("1" * 25, "1" * 26, "randomness-differs"),
    ],
)
def test_what_is_typed_is_looked_at(typed, again, code):
    with pytest.raises(course.Problem) as refused:
        course.read_randomness(Writing.DICE, typed, again)
    assert refused.value.code == code
    assert refused.value.detail("zh")


def test_blanks_and_commas_part_digits_for_the_eye():
    typed = "11111 22222，33333\n44444 55555"
    assert course.read_randomness(Writing.DICE, typed, typed.replace(" ", "")) == "1111122222333334444455555"
