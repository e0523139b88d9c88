"""Opening a task, and who reads it."""

import pytest

from server.kernel.problems import Problem
from server.planning.tasks import panels, queries
from server.planning.tasks.queries import Filters
from tests.office.conftest import words
from tests.planning.tasks.conftest import open_joint, person


def test_tasks_are_numbered_by_year(app, people):
    with app.app_context():
        numbers = [open_joint(year=year).number for year in (2026, 2026, 2027)]
    assert numbers == ["RW-2026-0001", "RW-2026-0002", "RW-2027-0001"]


def test_the_lead_stands_first_and_nobody_twice(app, people):
    with app.app_context():
        task = open_joint(departments=["XFJY", "SCJG", "WJW", "XFJY"])
        assert queries.departments_of(task.id) == ["SCJG", "XFJY", "WJW"]


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ({"departments": []}, "task-alone"),
        ({"departments": ["LXB"]}, "task-not-inspecting"),
        ({"lead": "LXB"}, "task-not-inspecting"),
        ({"source": "single"}, "task-single-joint"),
        ({"source": "single", "departments": []}, "task-single-reason"),
        ({"source": "single", "departments": [], "reason": "上级要求"}, "task-single-paper"),
    ],
)
def test_what_is_refused_leaves_no_task(app, people, others, code):
    with app.app_context():
        with pytest.raises(Problem) as caught:
            open_joint(**others)
        assert caught.value.code == code
        assert list(queries.all_tasks(person(people, "he"), Filters())) == []


def test_a_department_reads_its_own_tasks_and_no_others(any_db, app, people):
    with app.app_context():
        own, other = open_joint().id, open_joint(departments=["WJW"]).id
        luo = person(people, "luo")  # of the fire brigade
        assert queries.task_of(luo, own).id == own
        with pytest.raises(Problem):
            queries.task_of(luo, other)
        assert [row.task.id for row in queries.all_tasks(luo, Filters())] == [own]
        assert [row.task.id for row in queries.all_tasks(person(people, "he"), Filters())] == [other, own]


def test_pages_follow_each_other_both_ways(any_db, app, people, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    with app.app_context():
        ids = [open_joint().id for _ in range(5)][::-1]
        he = person(people, "he")
        first = queries.page_of_tasks(he, Filters(), after=None, before=None)
        second = queries.page_of_tasks(he, Filters(), after=first.next, before=None)
        third = queries.page_of_tasks(he, Filters(), after=second.next, before=None)
        pages = [[row.task.id for row in page.rows] for page in (first, second, third)]
        assert pages == [ids[:2], ids[2:4], ids[4:]]
        assert first.previous is None
        assert third.next is None
        back = queries.page_of_tasks(he, Filters(), after=None, before=third.previous)
        assert [row.task.id for row in back.rows] == ids[2:4]


def test_the_list_is_narrowed_and_exported(desk, task):
    he = desk("he")
    assert "加油站联合抽查" in words(he.get("/office/tasks"))
    assert "没有符合条件的任务" in words(he.get("/office/tasks?state=sent"))
    narrowed = he.get("/office/tasks?state=talks&source=plan&department=XFJY&year=2026")
    assert "加油站联合抽查" in words(narrowed)
    exported = he.get("/office/tasks/export.csv?source=plan")
    assert "RW-2026-0001" in exported.text
    assert "RW-2026-0001" not in he.get("/office/tasks/export.csv?source=call").text


def test_the_page_of_a_task_shows_what_rooms_hang_in(app, desk, task):
    panels.register(app, lambda shown, reader: f"{reader.username} reads {shown.number}")
    panels.register(app, lambda shown, reader: None)
    assert "he reads RW-2026-0001" in words(desk("he").get(f"/office/tasks/{task}"))
    assert desk("luo").get(f"/office/tasks/{task}").status_code == 200
