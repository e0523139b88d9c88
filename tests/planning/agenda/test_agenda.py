"""The calendar and the workload: what is where when, for whom it may be known; exercises count nowhere."""

import datetime as dt

import pytest
from sqlalchemy import event

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.kernel.instants import SHANGHAI
from server.planning.agenda import queries
from server.planning.agenda.queries import Filters
from server.registry.people.model import Absence
from server.visits.assigning import cancel_visit
from server.visits.model import Visit
from tests.builders import a_visit
from tests.office.conftest import words
from tests.planning.scenes import DAY, a_drawn_task

NOW = dt.datetime(2026, 12, 7, 9, tzinfo=SHANGHAI)


@pytest.fixture
def visit(app, people):
    """A visit on the day of the scenes, in the morning; its id."""
    app.config["CLOCK"] = lambda: NOW
    scene = a_visit(app, people)
    with app.app_context(), transaction():
        row = db.session.get_one(Visit, scene.id)
        row.date, row.slot = DAY, "09:30"
    return scene.id


@pytest.fixture
def who(app, people):
    return lambda username: db.session.get_one(Person, people[username])


def change(app, visit, **values):
    with app.app_context(), transaction():
        for name, value in values.items():
            setattr(db.session.get_one(Visit, visit), name, value)


def listed(who, username, **filters):
    """What somebody's calendar says of the day."""
    found = queries.entries(who(username), DAY, DAY, Filters(**filters))
    return [(one.at, one.name, one.state, bool(one.url)) for one in found.get(DAY, [])]


def test_visits_and_what_is_drawn_stand_in_the_order_of_the_day(any_db, app, people, visit, who):
    a_drawn_task(app, people, days=[(DAY, "pm")])
    with app.app_context():
        name = "青阳县演示加油站"
        assert listed(who, "he") == [("09:30", name, "assigned", True), ("pm", name, "drawn", True)]
        (first, second) = queries.entries(who("he"), DAY, DAY, Filters())[DAY]
        assert (first.departments, first.lead) == (("SCJG", "XFJY"), "林演示")
        assert (second.departments, second.lead) == (("SCJG", "XFJY"), "林演示")


def test_nobody_learns_here_what_is_withheld(app, people, visit, who):
    a_drawn_task(app, people, days=[(DAY, "pm")], unannounced=True)
    change(app, visit, release_at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
    with app.app_context():
        assert listed(who, "luo")[0] == ("09:30", None, "assigned", False)
        assert [name for _at, name, *_ in listed(who, "luo")] == [None] * len(listed(who, "luo"))
        assert [bool(name) for _at, name, *_ in listed(who, "he")] == [True, True]


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({"department": "XFJY"}, True),
        ({"department": "WJW"}, False),
        ({"officer": "zhou"}, True),
        ({"officer": "tang"}, False),
        ({"lead": "lin"}, True),
        ({"lead": "ma"}, False),
    ],
)
def test_a_calendar_is_narrowed(app, people, visit, who, filters, shown):
    a_drawn_task(app, people, days=[(DAY, "pm")])
    wanted = {name: people.ids.get(value, value) for name, value in filters.items()}
    with app.app_context():
        assert len(listed(who, "he", **wanted)) == (0, 1, 2)[2 * shown]


def test_a_visit_called_off_or_an_exercise_stands_nowhere(app, people, visit, who):
    with app.app_context():
        assert queries.by_department(2026)[0].total == 1
    change(app, visit, training=True)
    with app.app_context():
        assert (listed(who, "he"), queries.by_department(2026)[0].total) == ([], 0)
    change(app, visit, training=False)
    with app.app_context():
        with transaction():
            cancel_visit(people["he"], visit, "改期")
        assert (listed(who, "he"), queries.by_department(2026)[0].total) == ([], 0)


def test_the_workload_counts_by_month(any_db, app, people, visit):
    with app.app_context():
        departments = {one.key: one for one in queries.by_department(2026)}
        assert {code: one.total for code, one in departments.items()} == {
            "SCJG": 1, "YJGL": 0, "XFJY": 1, "WJW": 0,
        }  # fmt: skip
        assert departments["SCJG"].months == (0,) * 11 + (1,)
        officers = {one.name: one.total for one in queries.by_officer(2026, "XFJY")}
        assert officers == {"周演示": 1, "吴演示": 1, "唐演示": 0}
        assert [(one.name, one.total) for one in queries.by_team(2026, "SCJG")] == [("林演示", 1)]
        assert queries.by_team(2026, "XFJY") == []
        assert queries.by_department(2025)[0].total == 0
        assert queries.years() == [2026]


def test_free_are_those_with_neither_leave_nor_a_visit(app, people, visit):
    with app.app_context():
        with transaction():
            away = {"kind": "leave", "reason": "年休假", "noted_at": NOW, "since": DAY, "until": DAY}
            db.session.add(Absence(id="a", person_id=people["tang"], **away))
        free = queries.free_officers(["SCJG", "XFJY"])
        assert list(free)[:2] == [dt.date(2026, 12, 7), DAY]
        assert (free[DAY]["XFJY"].am, free[DAY]["XFJY"].pm, free[DAY]["XFJY"].total) == (0, 2, 3)
        assert (free[dt.date(2026, 12, 7)]["XFJY"].am, free[DAY]["SCJG"].pm) == (3, 2)


def test_a_calendar_takes_as_many_queries_for_many_as_for_one(app, people, visit, who):
    def asked():
        count = [0]
        with app.app_context():
            he = who("he")
            he.roles  # noqa: B018 - loaded before it is counted
            listen = lambda *_: count.__setitem__(0, count[0] + 1)  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", listen)
            queries.entries(he, DAY, DAY + dt.timedelta(days=30), Filters())
            event.remove(db.engine, "before_cursor_execute", listen)
        return count[0]

    a_drawn_task(app, people)
    few = asked()
    a_drawn_task(app, people, subjects=6)
    assert asked() == few


def test_the_pages_say_all_of_it(app, people, desk, visit):
    he = desk("he")
    page = words(he.get("/office/agenda?day=2026-12-08"))
    assert "2026年12月" in page
    assert "上个月 今日 下个月" in page
    assert "09:30 青阳县演示加油站 市场监管局、消防救援大队 · 林演示 已派发" in page
    page = words(he.get("/office/agenda?view=week&day=2026-12-08"))
    assert "2026-12-07 – 2026-12-13" in page
    assert "上一周 今日 下一周" in page
    assert "放假安排尚未公布" not in page
    assert "2087 年放假安排尚未公布" in words(he.get("/office/agenda?day=2087-01-05"))
    assert "这段时间没有检查" in words(he.get("/office/agenda?day=2087-01-05"))
    assert "放假" in words(he.get("/office/agenda?day=2026-10-01"))
    assert "青阳县演示加油站" in he.get("/office/agenda/export.csv?day=2026-12-08").get_data(as_text=True)
    page = words(he.get("/office/agenda/load?department=XFJY"))
    assert "周演示" in page
    exported = he.get("/office/agenda/load/officers.csv?department=XFJY&year=2026").get_data(as_text=True)
    assert "周演示,0,0,0,0,0,0,0,0,0,0,0,1,1" in exported
    teams = he.get("/office/agenda/load/teams.csv?department=SCJG&year=2026").get_data(as_text=True)
    assert "林演示,0,0,0,0,0,0,0,0,0,0,0,1,1" in teams
    assert "市场监管局,0" in he.get("/office/agenda/load/departments.csv").get_data(as_text=True)


def test_a_department_chooses_its_own_officers_only(app, people, desk, visit):
    luo = desk("luo")
    assert "林演示" not in words(luo.get("/office/agenda/load?department=SCJG"))
    page = luo.get(f"/office/agenda?day=2026-12-08&officer={people['lin']}").get_data(as_text=True)
    assert people["lin"] not in page.replace(f"officer={people['lin']}", "")


@pytest.mark.parametrize(
    "query", ["day=x", "day=0001-01-01", "day=9999-12-31", "view=x", "officer=x", "department=%00"]
)
def test_a_mangled_address_shows_this_month(app, people, desk, visit, query):
    answer = desk("he").get(f"/office/agenda?{query}")
    assert answer.status_code == 200
    assert "2026年12月" in words(answer)


def test_no_table_under_another_name(app, people, desk, visit):
    assert desk("he").get("/office/agenda/load/departments.pdf").status_code == 404
