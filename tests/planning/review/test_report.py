"""The report on the draws of a year."""

import pytest
from sqlalchemy import select

from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject
from server.planning.review import census, queries
from server.planning.review.model import DrawCensus
from server.registry.model import Enterprise
from tests.office.conftest import words
from tests.planning.draw.conftest import an_agreed_task
from tests.planning.scenes import a_drawn_task


@pytest.fixture
def year(app, held):
    """The year of a settled draw."""
    held()
    return 2026


def test_what_a_draw_fell_among_is_counted_once(app, held):
    draw_id = held()
    with app.app_context():
        counted = db.session.scalars(select(DrawCensus)).one()
        draw = db.session.get_one(Draw, draw_id)
        for parts in (counted.towns, counted.ages):
            sums = {
                stratum: [sum(column) for column in zip(*of.values(), strict=True)]
                for stratum, of in parts.items()
            }
            assert sums == {one: [draw.sizes[one], draw.quotas[one]] for one in draw.sizes}
        census.take(draw_id)
        assert db.session.scalars(select(DrawCensus)).all() == [counted]


def test_coverage_by_class_with_what_was_replaced(app, year):
    with app.app_context():
        with transaction():
            gone = db.session.scalars(select(DrawnSubject).where(DrawnSubject.stratum == "B")).first()
            gone.state = "replaced"
        found = {one.stratum: one for one in queries.report(year).coverage}
        assert (found["B"].candidates, found["B"].drawn, found["B"].replaced) == (9, 3, 1)
        assert found["C"].share == 0.5
        assert queries.years() == [year]
        assert queries.report(year - 1).coverage == []


@pytest.fixture
def drawn_twice(app, year):
    """A second draw of the year: everybody goes where they went before. The ids of the enterprises."""
    with app.app_context(), transaction():
        second = an_agreed_task(number="RW-2026-0099")
        before = db.session.scalars(select(DrawnSubject)).all()
        drawn = {one.enterprise_id for one in before}
        for one in before:
            again = DrawnSubject(
                id=new_id(), task_id=second.id, draw_id=one.draw_id, place=one.place,
                stratum=one.stratum, enterprise_id=one.enterprise_id, day=one.day, half=one.half,
                state="in", at=one.at,
            )  # fmt: skip
            db.session.add(again)
            db.session.flush()
            for officer in db.session.scalars(select(DrawnOfficer).filter_by(subject_id=one.id)):
                twin = DrawnOfficer(
                    id=new_id(), subject_id=again.id, department=officer.department,
                    person_id=officer.person_id, place=officer.place, state="in", at=officer.at,
                )  # fmt: skip
                db.session.add(twin)
    return drawn


def test_repeats_pairs_and_loads(any_db, app, year, drawn_twice):
    with app.app_context():
        found = queries.report(year)
        assert [times for _one, times in found.repeats] == [2] * len(drawn_twice)
        assert {one.id for one, _times in found.repeats} == drawn_twice
        assert {times for _person, _enterprise, times in found.again} == {2}
        assert sum(one.times for one in found.pairs) == 2 * len(drawn_twice) * 2  # two departments
        assert {one.department for one in found.loads} == {"SCJG", "XFJY"}


def test_calls_and_draws_made_elsewhere_are_none_of_ours(app, people, year):
    """R-415: their teams were not drawn here, so they count in no pair, load or repetition."""
    with app.app_context():
        before = queries.report(year)
    for _time in range(2):
        a_drawn_task(app, people, source="elsewhere")
    with app.app_context():
        after = queries.report(year)
        assert (after.pairs, after.loads, after.again) == (before.pairs, before.loads, before.again)


def test_the_page_says_it_all(desk, year, app):
    page = words(desk("gu").get("/office/draw-review"))
    assert "年度抽取分析 2026" in page
    assert "完成 1 次，作废 0 次" in page
    assert "符合随机" in page
    with app.app_context():
        names = set(db.session.scalars(select(Enterprise.name)))
    assert not [name for name in names if name in page]  # none came twice, so none is named


@pytest.mark.parametrize(("reader", "named"), [("gu", True), ("he", True), ("luo", False), ("ping", False)])
def test_where_others_go_is_counted_and_not_named(desk, app, year, drawn_twice, reader, named):
    """R-414: departments are not told at a desk where teams go; the office and who watches are."""
    page = words(desk(reader).get("/office/draw-review"))
    with app.app_context():
        names = set(db.session.scalars(select(Enterprise.name).where(Enterprise.id.in_(drawn_twice))))
    assert {name in page for name in names} == {named}
    assert ("共 5 家" in page, "共 5+ 家" in page) == (not named, not named)  # of as many rows as are read


@pytest.mark.parametrize("typed", ["99999999999999999999", "２０２６", "-1", "x"])
def test_what_is_no_year_is_the_newest(desk, county, typed):
    answer = desk("he").get(f"/office/draw-review?year={typed}")
    assert (answer.status_code, "年度抽取分析 2026" in words(answer)) == (200, True)


def test_a_year_without_draws_says_so(desk, county):
    assert "本年度还没有抽取" in words(desk("he").get("/office/draw-review?year=2020"))
