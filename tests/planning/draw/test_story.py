"""A draw from its frame to its result, through the pages of those who hold it."""

from sqlalchemy import select

from server.infra.db import db
from server.planning.draw import ceremony
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject
from server.planning.tasks.model import Task
from tests.office.conftest import words
from tests.planning.draw.conftest import DICE, submit, transcript_of
from tests.planning.draw.transcripts import secret_of


def test_the_office_and_an_observer_draw(app, client, county, task, desk):
    he, yu, gu = desk("he"), desk("yu"), desk("gu")
    address = f"/office/tasks/{task}/draw"
    assert "冻结抽取池" in words(he.get(address))
    form = {"ceremony": "observed", "source": "现场掷骰子", "writing": "dice", "minutes": "15"}
    assert submit(he, address, **form).status_code == 303
    with app.app_context():
        draw = db.session.scalar(select(Draw)).id

    assert "批准抽取池" not in words(he.get(address))  # not by who froze it
    assert submit(he, f"{address}/approval", draw=draw).status_code == 409
    assert submit(yu, f"{address}/approval", draw=draw).status_code == 303

    for client_, party in ((he, "office"), (gu, "observer")):
        said = ceremony.commitment(party, secret_of(party))
        assert submit(
            client_, f"{address}/commitments", draw=draw, party=party, commitment=said
        ).status_code == 303
    assert "共 64 个字符" in words(gu.get(address))
    assert f"/draws/{draw}" in client.get("/draws").get_data(as_text=True)  # public from now on
    early = submit(he, f"{address}/randomness", draw=draw, randomness=DICE, again=DICE)
    assert early.status_code == 409
    assert "还有一方没有公开秘密" in words(early)

    for client_, party in ((he, "office"), (gu, "observer")):
        secret = secret_of(party).hex()
        opened = submit(client_, f"{address}/secrets", draw=draw, party=party, secret=secret)
        assert opened.status_code == 303
    assert submit(he, f"{address}/randomness", draw=draw, randomness=DICE, again=DICE).status_code == 303

    with app.app_context():
        assert db.session.get_one(Task, task).state == "drawn"
        subjects = db.session.scalars(select(DrawnSubject).order_by(DrawnSubject.place)).all()
        assert sorted(one.stratum for one in subjects) == ["B", "B", "B", "C", "C"]  # 3 of 9, 2 of 4
        officers = db.session.scalars(select(DrawnOfficer)).all()
        assert len(officers) == 5 * 4
        assert sum(one.lead for one in officers) == 5
        names = {one.name for one in subjects}
    transcript = transcript_of(client, draw)
    assert {one["line"] for one in ceremony.check(transcript)["teams"]} == names
    assert transcript["randomness"] == DICE

    page = words(client.get(f"/draws/{draw}"))
    assert "抽取完成" in page
    assert "演示加油站" not in page  # nobody learns where it goes
    assert "演示加油站" in words(he.get(f"{address}/result"))
    assert "抽取完成" in words(he.get(f"{address}/stage"))
    assert "演示加油站" not in words(he.get(f"{address}/stage"))
    code = client.get(f"/draws/{draw}/liancha-verify.py").get_data()
    assert b"Check a transcript" in code
