"""What the second person sees of a frame before approving it."""

import io

import openpyxl
import pytest

from server.infra.db import db, transaction
from server.planning.draw import frozen, queries
from server.planning.draw.model import Draw
from tests.office.conftest import words
from tests.planning.draw.conftest import an_agreed_task


@pytest.fixture
def second(app, county, held):
    """A task whose frame is frozen after another one's draw took three of class B: task and draw."""
    held()
    with app.app_context(), transaction():
        other = an_agreed_task(ratios={"B": 1000, "C": 5000}).id
    return other, held("frozen", task_id=other)


def test_every_candidate_and_everyone_left_out_is_listed(any_db, app, desk, second, monkeypatch):
    task, draw_id = second
    monkeypatch.setattr(frozen, "ROWS_AT_ONCE", 2)
    with app.app_context():
        draw = db.session.get_one(Draw, draw_id)
        listed = [(stratum, one.place, one.name) for stratum, one in frozen.everybody(draw)]
        assert [stratum for stratum, _place, _name in listed] == ["B"] * 6 + ["C"] * 4 + [None] * 3
        assert [place for _stratum, place, _name in listed] == [*range(1, 7), *range(1, 5), *range(1, 4)]
        assert len({name for _stratum, _place, name in listed}) == 13
    names = {part: [name for one, _place, name in listed if one == part] for part in ("B", "C", None)}
    yu, address = desk("yu"), f"/office/tasks/{task}/draw/frame"
    assert f'href="{address}"' in yu.get(f"/office/tasks/{task}/draw").text
    for part, own in (("B", names["B"]), ("C", names["C"]), ("capped", names[None])):
        page = words(yu.get(f"{address}?part={part}"))
        assert [name for _part, _place, name in listed if f"{name} " in page] == own
    monkeypatch.setattr(queries, "PAGE", 2)
    page = yu.get(f"{address}?part=B&after=2")
    assert [name for name in names["B"] if name in page.text] == names["B"][2:4]
    assert "part=B&amp;after=4" in page.text
    assert names["C"][0] not in words(yu.get(f"{address}?part=B&after=4"))
    assert "下一页" not in words(yu.get(f"{address}?part=B&after=4"))


def test_the_officers_are_listed_by_department(desk, second):
    task, _draw = second
    page = words(desk("yu").get(f"/office/tasks/{task}/draw/frame?part=officers"))
    names = ["林演示", "马演示", "周演示", "吴演示", "唐演示"]
    assert [name for name in names if name in page] == names
    assert "钱演示" not in page  # of no department that takes part
    assert page.index("马演示") < page.index("周演示")


def test_the_frame_is_a_file_too(desk, second):
    task, _draw = second
    sent = desk("gu").get(f"/office/tasks/{task}/draw/frame/export.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(sent.data)).active.values)[1:]
    assert [row[5] for row in rows] == ["候选对象"] * 10 + ["未列入：检查次数已到上限"] * 3


LOOKS = {"he": 200, "ping": 200, "gu": 200, "luo": 403, "huo": 403, "lin": 403}


def test_only_who_conducts_approves_or_watches_looks(desk, second):
    address = f"/office/tasks/{second[0]}/draw"
    for who, status in LOOKS.items():
        client = desk(who)
        assert client.get(f"{address}/frame").status_code == status, who
        assert client.get(f"{address}/frame/export.csv").status_code == status, who
        assert ("/draw/frame" in client.get(address).text) == (status == 200), who
