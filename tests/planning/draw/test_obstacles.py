"""What goes wrong in a draw: each has a clear answer, and nothing is drawn twice or in secret."""

import datetime as dt
import json

import pytest
from sqlalchemy import select, update

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.messages.model import Message
from server.planning.draw import actions, ceremony, freezing, queries, settling
from server.planning.draw.course import Ceremony, Writing
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject, DrawParty
from server.planning.tasks.model import Task
from server.registry.model import Enterprise, Inspector
from server.registry.people.model import Absence
from server.registry.rules import SubjectStatus
from tests.accounts.test_at_once import THREADS, at_once
from tests.office.conftest import words
from tests.planning.draw.conftest import DICE, NOW, an_agreed_task, submit
from tests.planning.draw.transcripts import secret_of
from tests.planning.scenes import TERMS, decided


def the(draw_id):
    """A draw as it is kept."""
    return db.session.get_one(Draw, draw_id)


def prepare(app, county, task):
    """Read the registers as the office does."""
    with app.app_context():
        return freezing.prepare(
            db.session.get_one(Person, county["he"]), db.session.get_one(Task, task)
        )


def test_two_draws_of_one_task_are_not_open_at_once(app, county, task, held):
    held("frozen")
    with pytest.raises(Problem) as refused:
        prepare(app, county, task)
    assert refused.value.code == "draw-open"


def test_while_a_head_s_refusal_stands_nothing_is_frozen(app, county, task, desk):
    decided(app, task, "refused")
    with pytest.raises(Problem, match="approval-refused-here"):
        prepare(app, county, task)
    page = desk("he").get(f"/office/tasks/{task}/draw")
    assert 'class="notice fail"' in page.text
    assert "负责人不同意： 消防救援大队" in words(page)
    decided(app, task, "asked")
    assert prepare(app, county, task).sizes


def test_a_refusal_after_the_registers_were_read_is_seen_as_well(app, county, task):
    frozen = prepare(app, county, task)
    decided(app, task, "refused")
    how = {"kind": Ceremony.OBSERVED, "source": "骰子", "writing": Writing.DICE, "minutes": 15}
    with app.app_context(), pytest.raises(Problem, match="approval-refused-here"), transaction():
        freezing.freeze(db.session.get_one(Person, county["he"]), frozen, **how)


def test_two_who_freeze_at_once_make_one_draw(app, county, task):
    """Both have read the registers; the second meets the first's draw."""
    one, other = prepare(app, county, task), prepare(app, county, task)
    how = {"kind": Ceremony.OBSERVED, "source": "骰子", "writing": Writing.DICE, "minutes": 15}
    with app.app_context():
        with transaction():
            freezing.freeze(db.session.get_one(Person, county["he"]), one, **how)
        with pytest.raises(Problem) as refused, transaction():
            freezing.freeze(db.session.get_one(Person, county["yu"]), other, **how)
        assert refused.value.code == "draw-open"


def test_draws_that_want_the_same_officers_wait_for_each_other(app, county, task, held):
    held("frozen")
    with app.app_context(), transaction():
        other = an_agreed_task(name="另一任务").id
        later = an_agreed_task(terms={**TERMS, "since": "2027-01-04", "until": "2027-01-29"}).id
    with pytest.raises(Problem) as refused:
        prepare(app, county, other)
    assert refused.value.code == "draw-other-open"
    assert prepare(app, county, later).sizes == {"B": 9, "C": 4}


def test_of_tasks_that_want_the_same_officers_one_is_frozen(any_db, app, county):
    """All were read before any was frozen."""
    how = {"kind": Ceremony.OBSERVED, "source": "骰子", "writing": Writing.DICE, "minutes": 15}
    with app.app_context(), transaction():
        tasks = [an_agreed_task().id for _each in range(THREADS)]
    read = [prepare(app, county, one) for one in tasks]

    def freeze(number):
        try:
            with transaction():
                freezing.freeze(db.session.get_one(Person, county["he"]), read[number], **how)
                return "frozen"
        except Problem as problem:
            return problem.code

    assert sorted(at_once(app, freeze)) == ["draw-other-open"] * (THREADS - 1) + ["frozen"]


def test_officers_drawn_for_one_task_are_taken_for_the_next(app, county, task, held):
    held()
    with app.app_context(), transaction():
        other = an_agreed_task(ratios={"B": 1000, "C": 5000}).id
    with app.app_context():
        before = {(one.person_id, s.day, s.half) for one, s in _sent()}
    assert len(before) == 20
    held(task_id=other)
    with app.app_context():
        after = [(one.person_id, s.day, s.half) for one, s in _sent()]
        drawn = db.session.scalars(select(DrawnSubject.enterprise_id)).all()
        second = db.session.scalar(select(Draw).where(Draw.task_id == other))
        assert second.left_out == 3  # class B once a year; C may be visited twice
        assert second.sizes == {"B": 6, "C": 4}
    assert len(after) == len(set(after))
    assert len(drawn) == 5 + 3


def _sent():
    query = select(DrawnOfficer, DrawnSubject).join(DrawnSubject, DrawnSubject.id == DrawnOfficer.subject_id)
    return db.session.execute(query).all()


def test_what_fell_for_an_earlier_draw_did_not_fall_again(app, county, held, desk):
    held()
    with app.app_context(), transaction():
        other = an_agreed_task(ratios={"B": 1000, "C": 5000}).id
    draw, he, spaced = held("opened", task_id=other), desk("he"), " ".join(DICE)
    address = f"/office/tasks/{other}/draw/randomness"
    refused = submit(he, address, draw=draw, randomness=spaced, again=DICE)
    assert refused.status_code == 422
    assert refused.text.count("随机数与以前一次抽取的相同") == 1  # at the field alone
    assert spaced in refused.text
    with app.app_context():
        assert (the(draw).state, the(draw).randomness) == ("committed", None)
    assert submit(he, address, draw=draw, randomness=DICE[::-1], again=DICE[::-1]).status_code == 303


def test_a_party_that_never_opens_is_left_out_and_named(app, client, county, task, held, desk):
    draw = held("opened", opening={"office"})
    he = desk("he")
    fall = {"draw": draw, "randomness": DICE, "again": DICE}
    assert submit(he, f"/office/tasks/{task}/draw/randomness", **fall).status_code == 409
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=16)
    late = submit(
        desk("gu"), f"/office/tasks/{task}/draw/secrets",
        draw=draw, party="observer", secret=secret_of("observer").hex(),
    )  # fmt: skip
    assert "公开秘密的时间已过" in words(late)
    assert submit(he, f"/office/tasks/{task}/draw/randomness", **fall).status_code == 303
    transcript = json.loads(client.get(f"/draws/{draw}/transcript.json").data)
    assert transcript["missing"] == ["observer"]
    ceremony.check(transcript)
    assert "监督人员 逾期未公开，不计入" in words(client.get(f"/draws/{draw}"))


def test_a_party_that_never_opens_is_told_what_follows(app, county, task, held, desk):
    held("opened", opening={"office"})
    gu, he, address = desk("gu"), desk("he"), f"/office/tasks/{task}/draw"
    assert "公开抽取秘密" in words(gu.get("/office"))
    assert "没有按时公开秘密" not in words(gu.get(address))
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=16)
    assert "监督人员没有按时公开秘密。" in words(gu.get(address))
    assert "没有按时公开秘密" not in words(he.get(address))
    assert "监督人员 逾期未公开，不计入" in words(he.get(address))
    with app.app_context():
        with transaction():
            draw = actions.note_randomness(
                db.session.get_one(Person, county["he"]), queries.draws_of(task)[0].id, DICE, DICE
            )
        settling.settle_now_or_later(draw)
    assert "监督人员没有按时公开秘密。" in words(gu.get(address))
    with app.app_context():
        told = select(Message.person_id).where(Message.code == "draw-left-out")
        assert db.session.scalars(told).all() == [county["gu"]]


def test_who_conducts_goes_on_though_the_own_secret_was_not_opened(app, county, task, held, desk):
    """The office did not open in time, and is the one who has to let the randomness fall."""
    held("opened", opening={"observer"})
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=16)
    assert "产生公开随机数" in words(desk("he").get("/office"))



def test_without_any_secret_nothing_is_drawn(app, county, task, held, desk):
    draw = held("committed")
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=16)
    with app.app_context(), pytest.raises(Problem) as refused, transaction():
        actions.note_randomness(db.session.get_one(Person, county["he"]), draw, DICE, DICE)
    assert refused.value.code == "draw-none-opened"
    page = desk("he").get(f"/office/tasks/{task}/draw").get_data(as_text=True)
    assert "没有一方按时公开秘密" in page
    assert "/draw/randomness" not in page


@pytest.mark.parametrize(
    ("column", "value", "part"),
    [
        ("frame", '[{"stratum":"B","candidates":["' + "0" * 64 + '"]}]', "frame"),
        ("eligibility", "{}", "eligibility"),
    ],
)
def test_what_was_changed_after_the_commitment_is_not_drawn(
    app, client, county, task, held, column, value, part
):
    draw = held("opened")
    with app.app_context():
        with transaction():
            db.session.execute(update(Draw).where(Draw.id == draw).values({column: value}))
        with transaction():
            noted = actions.note_randomness(db.session.get_one(Person, county["he"]), draw, DICE, DICE)
        settling.settle_now_or_later(noted)
        assert the(draw).state == "void"
        assert the(draw).void_detail == {"part": part}
        assert db.session.get_one(Task, task).state == "agreed"
        assert db.session.scalar(select(DrawnSubject.id)) is None
    assert "保存的内容与承诺不一致" in words(client.get(f"/draws/{draw}"))


def test_infeasible_is_void_kept_and_counted(app, client, county, task, held):
    """Everybody of the fire brigade was at every station: known only once the subjects fell."""
    draw = held("opened")
    with app.app_context():
        eligibility = json.loads(the(draw).eligibility)
        names = json.loads(the(draw).frame)
        everyone = list(range(len(eligibility["officers"])))
        eligibility["barred"] = {name: everyone for one in names for name in one["candidates"]}
        text = ceremony.canonical(eligibility).decode()
        commit = {**the(draw).commit, "eligibility_hash": ceremony.sha256(text.encode())}
        with transaction():
            changed = {"eligibility": text, "commit": commit}
            db.session.execute(update(Draw).where(Draw.id == draw).values(changed))
        with transaction():
            noted = actions.note_randomness(db.session.get_one(Person, county["he"]), draw, DICE, DICE)
        settling.settle_now_or_later(noted)
        assert the(draw).void_code == "infeasible"
        assert the(draw).void_detail["needed"] > the(draw).void_detail["available"]
        assert queries.counts(2026) == {"void": 1}
    page = words(client.get(f"/draws/{draw}"))
    assert "人员不足以检查抽中的对象" in page
    held()  # the next attempt
    assert "完成 1 次，作废 1 次" in words(client.get("/draws?year=2026"))


def test_a_draw_that_is_given_up_is_published(app, client, county, task, held, desk):
    draw = held("committed")
    he = desk("he")
    address = f"/office/tasks/{task}/draw/void"
    assert submit(he, address, draw=draw, reason="").status_code == 422
    assert submit(he, address, draw=draw, reason="停电").status_code == 303
    assert "停电" in words(client.get(f"/draws/{draw}"))
    stale = submit(he, address, draw=draw, reason="再停电")
    assert stale.status_code == 409
    held("frozen")
    with app.app_context():
        assert db.session.scalars(select(Draw.attempt).order_by(Draw.attempt)).all() == [1, 2]


def test_who_conducts_is_asked_to_give_up_a_draw_of_which_nobody_opened(app, county, task, held, desk):
    held("committed")
    he, gu = desk("he"), desk("gu")
    assert "放弃这次抽取" not in words(he.get("/office"))
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=16)
    assert "放弃这次抽取" in words(he.get("/office"))
    assert "放弃这次抽取" not in words(gu.get("/office"))


def test_the_closed_are_never_drawn(app, county, task):
    with app.app_context(), transaction():
        for at, one in enumerate(db.session.scalars(select(Enterprise)).all()):
            one.status = SubjectStatus.SUSPENDED if at == 0 else SubjectStatus.CANCELLED
    assert sum(prepare(app, county, task).sizes.values()) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scope": {"towns": ["999"]}}, "draw-empty"),
        ({"ratios": {"B": 0, "C": 0}}, "draw-nothing"),
        ({"terms": {**TERMS, "since": "2026-11-21", "until": "2026-11-22"}}, "draw-no-days"),  # a weekend
        ({"terms": {**TERMS, "until": "2026-12-01", "halves": ["am"]}}, "draw-too-few"),
        ({"terms": {**TERMS, "total": 1}}, "draw-too-few"),
        ({"state": "talks"}, "draw-not-agreed"),
        ({"source": "call"}, "draw-not-agreed"),
    ],
)
def test_what_cannot_be_drawn_is_said_at_freezing(app, county, change, code):
    with app.app_context(), transaction():
        hopeless = an_agreed_task(**change).id
    with pytest.raises(Problem) as refused:
        prepare(app, county, hopeless)
    assert refused.value.code == code
    assert refused.value.detail("zh")


def test_departments_that_are_never_free_together(app, county, task):
    """One is away in the mornings' weeks, the other in the rest: each has days, together they have none."""
    half = dt.date(2026, 12, 15)
    with app.app_context(), transaction():
        for name in ("lin", "ma"):
            _away(county[name], dt.date(2026, 12, 1), half)
        for name in ("zhou", "wu", "tang"):
            _away(county[name], half + dt.timedelta(days=1), dt.date(2026, 12, 31))
    with pytest.raises(Problem) as refused:
        prepare(app, county, task)
    assert refused.value.code == "draw-too-short"
    assert refused.value.params == {"lines": 5, "places": 0}


def _away(person, since, until):
    db.session.add(
        Absence(
            id=f"{person[:30]}-away", person_id=person, kind="leave", since=since, until=until,
            reason="年假", noted_at=NOW,
        )
    )  # fmt: skip


def test_who_has_no_certificate_is_not_drawn(app, county, task):
    with app.app_context(), transaction():
        for name in ("lin", "ma"):
            db.session.get_one(Inspector, county[name]).valid_until = dt.date(2026, 11, 19)
    with pytest.raises(Problem) as refused:
        prepare(app, county, task)
    assert refused.value.code == "draw-too-few"
    assert "市场监管局（0）" in refused.value.detail("zh")


def test_who_may_do_what(app, county, task, held, desk):
    draw = held("approved")
    address = f"/office/tasks/{task}/draw"
    said = ceremony.commitment("observer", secret_of("observer"))
    other = submit(desk("he"), f"{address}/commitments", draw=draw, party="observer", commitment=said)
    assert other.status_code == 403
    foreign = submit(desk("luo"), f"{address}/void", draw=draw, reason="不想抽")
    assert foreign.status_code == 403
    odd = submit(desk("gu"), f"{address}/commitments", draw=draw, party="observer", commitment="")
    assert "没有收到承诺" in words(odd)


def test_the_full_ceremony_asks_every_department(app, county, task, held):
    draw = held(kind=Ceremony.FULL)
    with app.app_context():
        assert [one["party"] for one in the(draw).commit["parties"]] == ["SCJG", "XFJY"]
        assert the(draw).state == "settled"


def test_a_wrong_secret_is_refused_and_stays_to_be_put_right(app, county, task, held, desk):
    draw = held("committed")
    address = f"/office/tasks/{task}/draw/secrets"
    gu = desk("gu")
    wrong = submit(gu, address, draw=draw, party="observer", secret="ab" * 32)
    assert "这不是当初承诺的秘密" in words(wrong)
    assert "ab" * 32 in wrong.get_data(as_text=True)
    spaced = " ".join(secret_of("observer").hex().upper()[at : at + 4] for at in range(0, 64, 4))
    assert submit(gu, address, draw=draw, party="observer", secret=spaced).status_code == 303
    with app.app_context():
        assert db.session.get_one(DrawParty, (draw, "observer")).secret == secret_of("observer").hex()
